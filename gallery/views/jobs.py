"""Acts on many photos that workers do: how far they are, what became of each photo, undo."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from gallery import access, bulk, deletion, row_acts
from gallery.models import Job, Photo
from gallery.views import row_jobs
from gallery.web.answers import unless_known
from gallery.web.paging import page_of
from gallery.web.requests import SignedInRequest, signed_in
from gallery.work import jobs as work

JOBS_PAGE_SIZE = 30
PHOTOS_SHOWN = 60
ITEMS_PAGE_SIZE = 100


@require_safe
@signed_in
def jobs(request: SignedInRequest) -> HttpResponse:
    page = page_of(
        bulk.jobs_of(request.user),
        order=("-id",),
        cursor=request.GET.get("after"),
        size=JOBS_PAGE_SIZE,
    )
    context = {"jobs": page.rows, "next_cursor": page.next_cursor}
    return render(request, "gallery/jobs.html", context)


@require_safe
@signed_in
def job(request: SignedInRequest, job_id: int) -> HttpResponse:
    found = access.job_for(request.user, job_id)
    if found.kind in row_acts.KINDS:
        return row_jobs.page(request, found)
    found = _bulk_job(request, job_id)
    first = _item_number(request)
    left = bulk.items(found)
    shown = left[first : first + ITEMS_PAGE_SIZE]
    names = Photo.objects.in_bulk([item.photo_id for item in shown])
    context = {
        **_progress_context(found),
        "items": [(item, names.get(item.photo_id)) for item in shown],
        "left_count": max(len(left), bulk.counts(found).get(bulk.Result.NOTHING_TO_DO, 0)),
        "listed_count": len(left),
        "next_items": first + ITEMS_PAGE_SIZE if first + ITEMS_PAGE_SIZE < len(left) else None,
        "photos": bulk.changed_photos(found).newest_first()[:PHOTOS_SHOWN],
    }
    return render(request, "gallery/job.html", context)


@require_safe
@signed_in
def job_progress(request: SignedInRequest, job_id: int) -> HttpResponse:
    found = _bulk_job(request, job_id)
    page = render(request, "gallery/_bulk_progress.html", _progress_context(found))
    return unless_known(request, page)


@require_POST
@signed_in
def cancel_job(request: SignedInRequest, job_id: int) -> HttpResponse:
    found = access.job_for(request.user, job_id)
    if not work.cancel(found, by=request.user):
        messages.info(request, "It had ended already.")
    return redirect("gallery:job", job_id)


@require_POST
@signed_in
def undo_job(request: SignedInRequest, job_id: int) -> HttpResponse:
    """Undo all that a job changed, as a job of its own."""
    found = _bulk_job(request, job_id)
    if not bulk.can_be_undone(found):
        messages.info(request, "There is nothing to undo any more.")
        return redirect("gallery:job", job_id)
    return redirect("gallery:job", bulk.undo_later(found, by=request.user).pk)


@require_POST
@signed_in
def act_on_refused(request: SignedInRequest, job_id: int) -> HttpResponse:
    """Do it even so: trash also what a group of similar photos would lose its last one by."""
    found = _bulk_job(request, job_id)
    refused = [item.photo_id for item in bulk.items(found) if item.result == bulk.Result.REFUSED]
    if not refused:
        raise Http404("Nothing was refused.")
    act = bulk.Act(found.options["act"])
    again = bulk.later(act, refused, by=request.user, even_if_groups_empty=True)
    return redirect("gallery:job", again.pk)


def _bulk_job(request: SignedInRequest, job_id: int) -> Job:
    found = access.job_for(request.user, job_id)
    if found.kind not in settings.BULK_KINDS:
        raise Http404("No such job.")
    return found


def _progress_context(found: Job) -> dict[str, Any]:
    return {
        "job": found,
        "progress": work.progress(found),
        "counts": bulk.counts(found),
        "problems": bulk.problems(found),
        "can_be_undone": bulk.can_be_undone(found),
        "is_deletion": found.kind == deletion.KIND,
    }


def _item_number(request: SignedInRequest) -> int:
    text = request.GET.get("from", "0")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
