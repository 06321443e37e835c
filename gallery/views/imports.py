"""Import runs: the list of them, one with its progress, and what became of each file."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from gallery import access
from gallery.importing import listing
from gallery.models import ImportRun
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
    outcome = request.GET.get("outcome", "")
    page = page_of(
        listing.files_of(run, outcome),
        order=("id",),
        cursor=request.GET.get("after"),
        size=FILES_PAGE_SIZE,
    )
    context = {
        **_progress_context(run),
        "outcome": outcome if outcome in listing.SHOWN else "",
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
    rows = listing.csv_rows(run, request.GET.get("outcome", ""))
    return csv_answer(rows, file_name=f"import-{run.pk}.csv")


@require_POST
@signed_in
def cancel_import(request: SignedInRequest, run_id: int) -> HttpResponse:
    run = access.import_run_for(request.user, run_id)
    jobs.cancel(run.job, by=request.user)
    return redirect(run)


def _progress_context(run: ImportRun) -> dict[str, Any]:
    return {
        "run": run,
        "job": run.job,
        "progress": jobs.progress(run.job),
        "counts": listing.counts_of([run])[run.pk],
        "following_job": listing.following_job(run),
    }
