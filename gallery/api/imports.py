"""Imports as JSON: begin, send a file, close, follow, pause, resume, cancel, try again."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field, StringConstraints

from gallery import access
from gallery.api.schemas import (
    Cursor,
    ImportedFileOut,
    ImportedFilePage,
    ImportOut,
    ImportPage,
    PageSize,
    Problem,
    ProgressOut,
    RowId,
)
from gallery.importing import listing, retrying, uploads
from gallery.models import ImportedFile, ImportRun
from gallery.web.incoming import receive_body
from gallery.web.paging import page_of
from gallery.web.requests import SignedInRequest
from gallery.work import jobs

REFUSALS = dict.fromkeys((400, 401, 403, 404, 409, 411, 413, 422, 507), Problem)
Outcome = Literal[listing.SHOWN]  # type: ignore[valid-type]

FileCount = Annotated[int, Field(ge=0, le=2**53)]

router = Router(tags=["imports"])


class OfferedFile(Schema):
    """What is said of a file; its bytes are the body of the request."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=4096)]
    size: Annotated[int, Field(ge=0, le=2**53)]
    modified: Annotated[int, Field(ge=-(10**13), le=253_402_300_799_999)] | None = None


@router.get("/", response={200: ImportPage, **REFUSALS}, summary="List imports, newest first")
def imports(request: HttpRequest, cursor: Cursor | None = None, size: PageSize = 50) -> Any:
    page = page_of(
        listing.runs_of(_user(request)), order=("-started_at", "-id"), cursor=cursor, size=size
    )
    counts = listing.counts_of(page.rows)
    return {
        "imports": [import_out(run, counts[run.pk]) for run in page.rows],
        "next_cursor": page.next_cursor,
    }


@router.post("/", response={201: ImportOut, **REFUSALS}, summary="Begin an upload")
def begin(request: HttpRequest, expected: FileCount | None = None) -> Any:
    """Say how many files are going to come, if you know: the progress is true from the start."""
    run = uploads.begin(_user(request), expected)
    return Status(201, import_out(run, listing.counts_of([run])[run.pk]))


@router.get("/{run_id}", response={200: ImportOut, **REFUSALS}, summary="Follow an import")
def import_run(request: HttpRequest, run_id: RowId) -> Any:
    run = access.import_run_for(_user(request), run_id)
    return import_out(run, listing.counts_of([run])[run.pk])


@router.put("/{run_id}/files", response={201: ImportedFileOut, **REFUSALS}, summary="Send a file")
def send(request: HttpRequest, run_id: RowId, offered: Query[OfferedFile]) -> Any:
    """The body is the file itself. Its outcome is "waiting" until a worker has read it."""
    run = access.import_run_for(_user(request), run_id)
    return Status(201, file_out(receive_body(request, run, offered.model_dump())))


@router.post("/{run_id}/close", response={200: ImportOut, **REFUSALS}, summary="End an upload")
def close(request: HttpRequest, run_id: RowId) -> Any:
    run = access.import_run_for(_user(request), run_id)
    uploads.close(run)
    return import_out(run, listing.counts_of([run])[run.pk])


@router.post("/{run_id}/pause", response={200: ImportOut, **REFUSALS}, summary="Pause an import")
def pause(request: HttpRequest, run_id: RowId) -> Any:
    """No further file is read until it is resumed, also after a restart of the server."""
    run = access.import_run_for(_user(request), run_id)
    jobs.pause(run.job, by=_user(request))
    return import_out(run, listing.counts_of([run])[run.pk])


@router.post("/{run_id}/resume", response={200: ImportOut, **REFUSALS}, summary="Resume an import")
def resume(request: HttpRequest, run_id: RowId) -> Any:
    run = access.import_run_for(_user(request), run_id)
    jobs.resume(run.job, by=_user(request))
    return import_out(run, listing.counts_of([run])[run.pk])


@router.post("/{run_id}/cancel", response={200: ImportOut, **REFUSALS}, summary="Cancel an import")
def cancel(request: HttpRequest, run_id: RowId) -> Any:
    """What was added stays; files that were not read yet are listed as failed."""
    run = access.import_run_for(_user(request), run_id)
    jobs.cancel(run.job, by=_user(request))
    return import_out(run, listing.counts_of([run])[run.pk])


@router.post(
    "/{run_id}/again", response={200: ImportOut, **REFUSALS}, summary="Try failed files again"
)
def try_again(request: HttpRequest, run_id: RowId) -> Any:
    """Answers the import that tries them: the same one, however often it is asked for."""
    run = access.import_run_for(_user(request), run_id)
    again = retrying.try_again(run, by=_user(request))
    return import_out(again, listing.counts_of([again])[again.pk])


@router.get("/{run_id}/files", response={200: ImportedFilePage, **REFUSALS}, summary="List files")
def files(
    request: HttpRequest,
    run_id: RowId,
    outcome: Outcome | None = None,
    text: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")] = "",
    cursor: Cursor | None = None,
    size: PageSize = 100,
) -> Any:
    run = access.import_run_for(_user(request), run_id)
    page = page_of(
        listing.files_of(run, outcome or "", text), order=("id",), cursor=cursor, size=size
    )
    return {"files": [file_out(file) for file in page.rows], "next_cursor": page.next_cursor}


def import_out(run: ImportRun, counts: listing.RunCounts) -> ImportOut:
    progress = jobs.progress(run.job)
    return ImportOut(
        id=run.pk,
        door=run.door,
        started_at=run.started_at,
        progress=ProgressOut(
            status=progress.status,
            stage=progress.stage_name,
            done=progress.done,
            total=progress.total,
            fraction=progress.fraction,
            rate_per_second=progress.rate_per_second,
            seconds_left=progress.seconds_left,
        ),
        counts=counts.by_outcome,
    )


def file_out(file: ImportedFile) -> ImportedFileOut:
    return ImportedFileOut(
        id=file.pk,
        path=file.path,
        size_bytes=file.size_bytes,
        outcome=listing.shown_outcome(file),
        reason=file.reason,
        photo=file.photo_id,
    )


def _user(request: HttpRequest) -> Any:
    return cast(SignedInRequest, request).user
