"""Jobs that act on thousands of rows: what they would do, how far they are, each row's result."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_POST, require_safe

from gallery import access, row_acts
from gallery.models import Job, RowResult
from gallery.web.answers import unless_known
from gallery.web.csv_answers import csv_answer
from gallery.web.paging import page_of
from gallery.web.requests import SignedInRequest, signed_in
from gallery.work import jobs as work

RESULTS_PAGE_SIZE = 100
HEAD = ("number", "name", "result", "what", "photos", "undone at")
CELLS = ("row_id", "name", "result", "told", "photos", "undone_at")


def page(request: SignedInRequest, job: Job) -> HttpResponse:
    """The page of such a job, which ``gallery.views.jobs.job`` shows at its address."""
    results = page_of(
        row_acts.results(job, _wanted(request)),
        order=("id",),
        cursor=request.GET.get("after"),
        size=RESULTS_PAGE_SIZE,
    )
    act = row_acts.act_of(job)
    shown = [(row, _address(act, row)) for row in results.rows]
    context = {
        **_context(request, job),
        "rows": shown,
        "next_cursor": results.next_cursor,
    }
    return render(request, "gallery/row_job.html", context)


@require_safe
@signed_in
def progress(request: SignedInRequest, job_id: int) -> HttpResponse:
    found = _job(request, job_id)
    return unless_known(request, render(request, "gallery/_row_job.html", _context(request, found)))


@require_POST
@signed_in
def do(request: SignedInRequest, job_id: int) -> HttpResponse:
    """Do what was looked at."""
    found = _job(request, job_id)
    if found.kind != row_acts.PREVIEW_KIND or found.status != Job.Status.DONE:
        raise Http404("This is no look that has ended.")
    if not _may_act(request, found):
        raise Http404("Not for this account.")
    return redirect("gallery:job", row_acts.do_later(found, by=request.user).pk)


@require_POST
@signed_in
def undo(request: SignedInRequest, job_id: int) -> HttpResponse:
    found = _job(request, job_id)
    if not _may_act(request, found):
        raise Http404("Not for this account.")
    if not row_acts.can_be_undone(found):
        return redirect("gallery:job", job_id)
    return redirect("gallery:job", row_acts.undo_later(found, by=request.user).pk)


@require_safe
@signed_in
def results_csv(request: SignedInRequest, job_id: int) -> StreamingHttpResponse:
    found = _job(request, job_id)
    return csv_answer(_lines(found), file_name=f"results of job {found.pk}.csv")


def _lines(job: Job) -> Iterator[tuple[Any, ...]]:
    yield HEAD
    # Plain values: of thirty thousand rows, making objects would take longer than all the rest.
    rows = row_acts.results(job).values_list(*CELLS)
    for *cells, undone_at in rows.iterator(chunk_size=2000):
        yield (*cells, undone_at.isoformat() if undone_at else "")


def _job(request: SignedInRequest, job_id: int) -> Job:
    found = access.job_for(request.user, job_id)
    if found.kind not in row_acts.KINDS:
        raise Http404("No such job.")
    return found


def _may_act(request: SignedInRequest, job: Job) -> bool:
    """The right to change such rows may have been taken away since the list was shown."""
    return request.user.is_staff and request.user.has_perm(row_acts.act_of(job).permission)


def _wanted(request: SignedInRequest) -> str:
    """The result that the list is narrowed to; empty for all."""
    wanted = request.GET.get("result", "")
    return wanted if wanted in row_acts.Result else ""


def _address(act: row_acts.RowAct, row: RowResult) -> str:
    """Where an administrator sees the row; nowhere if it is gone, or its app has no such page."""
    if row.result == row_acts.Result.GONE:
        return ""
    meta = act.rows._meta
    try:
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.row_id])
    except NoReverseMatch:
        return ""


def _context(request: SignedInRequest, job: Job) -> dict[str, Any]:
    act = row_acts.act_of(job)
    counts = row_acts.counts(job)
    done = counts.get(row_acts.Result.DONE, 0)
    return {
        "job": job,
        "act": act,
        "asked": f"{act.title}: {act.counted(job.total)}",
        "progress": work.progress(job),
        "is_preview": job.kind == row_acts.PREVIEW_KIND,
        "is_undo": "undo_of" in job.options,
        "counts": counts,
        "total": sum(counts.values()),
        "done_count": done,
        "done_noun": act.one if done == 1 else act.many,
        "left_count": sum(counts.values()) - done,
        "photo_count": row_acts.photo_count(job),
        "reasons": row_acts.reasons(job) if job.has_ended else [],
        "done_by": row_acts.done_by(job),
        "undone_by": row_acts.undone_by(job),
        "can_be_undone": row_acts.can_be_undone(job),
        "wanted": _wanted(request),
        "how": job.options["with"].get("how", ""),
        "may_act": _may_act(request, job),
        "back": job.options.get("back", ""),
        "results": [
            (choice.value, choice.label, counts[choice])
            for choice in row_acts.Result
            if choice in counts
        ],
    }
