"""The work of an import run: the handler of jobs of kind "import"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.utils.module_loading import import_string

from gallery.core.sidecars import sidecar_for
from gallery.files.disk import synced_together
from gallery.importing import folder_files, folders, live_photos, pipeline, preparing
from gallery.importing.archives import albums, opening
from gallery.importing.pipeline import Offered, Prepared
from gallery.models import ImportedFile, ImportRun, Job, Outcome
from gallery.work import claims
from gallery.work.claims import Claim

# Videos whose photos were not there yet, and albums, come at the end: stages that most imports
# do not have, and so none that the bar keeps half of its way for.
STAGES = ("Importing",)


def work_on(claim: Claim) -> None:
    """Import the files whose row numbers the chunk lists, or make the albums it names."""
    if isinstance(claim.payload, dict):
        albums.make(claim)
        return
    run = ImportRun.objects.select_related("owner", "folder").get(job=claim.job_id)
    rows = list(run.files.filter(pk__in=claim.payload, outcome=Outcome.WAITING))
    offers = _offers(run, rows, claim)
    with synced_together():
        results = list(zip(preparing.prepare_each(offers, run.owner), rows, strict=True))
    stay = [result.failed or result.waits for result, _ in results]
    incoming = [row.incoming for (_, row), stays in zip(results, stay, strict=True) if not stays]
    refused = sum(1 for result, _ in results if result.refusal and not result.failed)
    failed = sum(1 for result, _ in results if result.failed)
    claims.finish(
        claim,
        lambda: _admit(run, results),
        done=len(results) - refused - failed,
        skipped=refused,
        failed=failed,
    )
    for name in filter(None, incoming):
        (settings.INCOMING_FOLDER / name).unlink(missing_ok=True)


def next_stage(job: Job) -> list[Any] | None:
    """When all photos are here: the videos whose photos were not, whatever the order they had;
    then the albums of an unpacked Takeout."""
    run = ImportRun.objects.select_related("folder").get(job=job)
    if job.stage == 0 and (ids := _waiting_videos(run)):
        return folders.in_chunks(ids)
    last = job.chunks.filter(stage=job.stage).first()
    if last and isinstance(last.payload, dict):  # that was the albums
        return None
    return albums.chunks(run) or None


def _waiting_videos(run: ImportRun) -> list[int]:
    waiting = run.files.filter(outcome=Outcome.WAITING, code=live_photos.WAITS)
    return list(waiting.order_by("pk").values_list("pk", flat=True))


def ended(job: Job) -> None:
    """Give every file that is still waiting its outcome, then let others know of the photos."""
    run = ImportRun.objects.get(job=job)
    if job.status == Job.Status.CANCELLED:
        reason = "The import was cancelled before this file was read."
    else:
        reason = "Reading it stopped the worker again and again."
    run.files.filter(outcome=Outcome.WAITING).update(outcome=Outcome.FAILED, reason=reason)
    if job.status == Job.Status.CANCELLED:
        run.files.filter(outcome=Outcome.ARCHIVE).update(outcome=Outcome.FAILED, reason=reason)
    opening.begin_uploaded(run)
    if run.folder_id:
        folder_files.note_left(run)
    if run.files.filter(outcome=Outcome.ADDED).exists():
        for name in settings.AFTER_IMPORT:
            import_string(name)(run)


def _admit(run: ImportRun, results: list[tuple[Prepared, ImportedFile]]) -> None:
    pipeline.admit(results, run.owner)
    if run.folder:
        folder_files.note(run.folder, results)


def _offers(run: ImportRun, rows: list[ImportedFile], claim: Claim) -> Iterator[Offered | Prepared]:
    for row in rows:
        claims.extend(claim)
        try:
            yield replace(_offered(run, row), may_wait=claim.stage == 0)
        except DatabaseError:
            raise  # not the file's fault: the whole chunk is tried again
        except Exception as error:  # noqa: BLE001 - told and logged
            yield preparing.not_read(row.path, error)


def _offered(run: ImportRun, row: ImportedFile) -> Offered:
    """The file as the pipeline takes it. Raises FileNotFoundError."""
    if run.folder:
        return folder_files.offered(run.folder, row)
    if not row.incoming:
        root = Path(run.root)
        return folders.offered(root, folders.find(root, row.path))
    return Offered(
        path=settings.INCOMING_FOLDER / row.incoming,
        name=row.path,
        modified_at=row.modified_at,
        sidecar=_uploaded_side_file(run, row),
        is_ours=True,
    )


def _uploaded_side_file(run: ImportRun, row: ImportedFile) -> Path | None:
    """The side file that came in the same run from the same folder; browsers send those first."""
    folder, _, name = row.path.rpartition("/")
    beside = run.files.filter(outcome=Outcome.SIDE_FILE)
    if folder:
        beside = beside.filter(path__startswith=f"{folder}/")
    incoming = dict(beside.order_by("id").values_list("path", "incoming"))
    by_name = {
        path.rpartition("/")[2]: place
        for path, place in incoming.items()
        if path.rpartition("/")[0] == folder
    }
    found = sidecar_for(name, by_name) if by_name else None
    return settings.INCOMING_FOLDER / by_name[found] if found else None
