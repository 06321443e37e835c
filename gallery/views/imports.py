"""Import runs: the list of them, one with its progress, and what became of each file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from gallery import access
from gallery.dating import doubtful
from gallery.importing import listing, retrying
from gallery.models import ImportRun, Job, User
from gallery.web.answers import unless_known
from gallery.web.csv_answers import csv_answer
from gallery.web.paging import page_of
from gallery.web.requests import SignedInRequest, signed_in
from gallery.work import jobs

RUNS_PAGE_SIZE = 30
FILES_PAGE_SIZE = 100


@require_safe
@signed_in
def imports(request: SignedInRequest) -> HttpResponse:
    page = page_of(
        listing.runs_of(request.user),
        order=("-started_at", "-id"),
        cursor=request.GET.get("after"),
        size=RUNS_PAGE_SIZE,
    )
    counts = listing.counts_of(page.rows)
    entries = [(run, counts[run.pk]) for run in page.rows]
    context = {"entries": entries, "next_cursor": page.next_cursor}
    return render(request, "gallery/imports.html", context)


@require_safe
@signed_in
def import_run(request: SignedInRequest, run_id: int) -> HttpResponse:
    run = access.import_run_for(request.user, run_id)
    chosen = _chosen(request)
    page = page_of(
        listing.files_of(run, **chosen),
        order=("id",),
        cursor=request.GET.get("after"),
        size=FILES_PAGE_SIZE,
    )
    context = {
        **_progress_context(run),
        **chosen,
        "chosen": urlencode({name: value for name, value in chosen.items() if value}),
        "retriable": retrying.retriable(run).count() if run.job.has_ended else 0,
        "retry": listing.retry_of(run),
        "files": [(file, listing.shown_outcome(file)) for file in page.rows],
        "next_cursor": page.next_cursor,
    }
    return render(request, "gallery/import.html", context)


@require_safe
@signed_in
def import_progress(request: SignedInRequest, run_id: int) -> HttpResponse:
    """The part of the page that lives; asked for again and again until the run has ended."""
    run = access.import_run_for(request.user, run_id)
    return unless_known(
        request, render(request, "gallery/_import_progress.html", _progress_context(run))
    )


@require_safe
@signed_in
def import_files_csv(request: SignedInRequest, run_id: int) -> StreamingHttpResponse:
    run = access.import_run_for(request.user, run_id)
    rows = listing.csv_rows(run, **_chosen(request))
    return csv_answer(rows, file_name=f"import-{run.pk}.csv")


@require_POST
@signed_in
def pause_import(request: SignedInRequest, run_id: int) -> HttpResponse:
    return _act(request, run_id, jobs.pause)


@require_POST
@signed_in
def resume_import(request: SignedInRequest, run_id: int) -> HttpResponse:
    return _act(request, run_id, jobs.resume)


@require_POST
@signed_in
def cancel_import(request: SignedInRequest, run_id: int) -> HttpResponse:
    return _act(request, run_id, jobs.cancel)


@require_POST
@signed_in
def try_import_again(request: SignedInRequest, run_id: int) -> HttpResponse:
    """The failed files once more, as a run of their own, which is shown then."""
    run = access.import_run_for(request.user, run_id)
    try:
        return redirect(retrying.try_again(run, by=request.user))
    except retrying.NothingToRetry as refusal:
        messages.info(request, str(refusal))
        return redirect(run)


def _act(
    request: SignedInRequest, run_id: int, act: Callable[[Job, User | None], bool]
) -> HttpResponse:
    run = access.import_run_for(request.user, run_id)
    act(run.job, request.user)
    return redirect(run)


def _chosen(request: SignedInRequest) -> dict[str, str]:
    """Which files of the list are asked for."""
    outcome = request.GET.get("outcome", "")
    return {
        "outcome": outcome if outcome in listing.SHOWN else "",
        "text": request.GET.get("text", "").replace("\0", "").strip()[:200],
    }


def _progress_context(run: ImportRun) -> dict[str, Any]:
    return {
        "run": run,
        "job": run.job,
        "progress": jobs.progress(run.job),
        "counts": listing.counts_of([run])[run.pk],
        "following_job": listing.following_job(run),
        "doubtful_count": doubtful.of_run(run).count() if run.job.has_ended else 0,
    }
