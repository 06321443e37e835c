"""Scans: start one, follow it, cancel it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dedup import access, groups, scanning
from dedup.forms import ScanForm
from dedup.models import Scan, Scope
from dedup.models.scan import NAME_LENGTH
from dedup.neighbours import precise
from gallery import access as gallery_access
from gallery.models import Photo
from gallery.web.answers import invalid, unless_known
from gallery.web.paging import page_of
from gallery.web.requests import SignedInRequest, signed_in
from gallery.work import jobs

SCANS_PAGE_SIZE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def scans(request: SignedInRequest) -> HttpResponse:
    """The form for a new scan, and the scans there are."""
    if request.method == "POST":
        return _start(request)
    scope = _asked_scope(request)
    options = scanning.last_options(request.user, scope)
    form = ScanForm.filled(request.user, options, scope, name=request.GET.get("name", ""))
    return render(request, "dedup/scans.html", _list_context(request, form))


@require_safe
@signed_in
def scan(request: SignedInRequest, scan_id: int) -> HttpResponse:
    found = access.scan_for(request.user, scan_id)
    return render(request, "dedup/scan.html", _scan_context(found))


@require_safe
@signed_in
def scan_progress(request: SignedInRequest, scan_id: int) -> HttpResponse:
    """The part of the page that lives; asked for again until the scan has ended."""
    found = access.scan_for(request.user, scan_id)
    return unless_known(request, render(request, "dedup/_scan_progress.html", _scan_context(found)))


@require_POST
@signed_in
def scan_cancel(request: SignedInRequest, scan_id: int) -> HttpResponse:
    found = access.scan_for(request.user, scan_id)
    scanning.cancel(found, by=request.user)
    return redirect(found)


@require_POST
@signed_in
def scan_rename(request: SignedInRequest, scan_id: int) -> HttpResponse:
    found = access.scan_for(request.user, scan_id)
    try:
        scanning.rename(found, request.POST.get("name", "").strip()[:NAME_LENGTH])
    except scanning.TooManyNames as refused:
        messages.error(request, str(refused))
    else:
        said = f"This scan is called “{found.name}”." if found.name else "The name was taken away."
        messages.success(request, said)
    return redirect(found)


@require_POST
@signed_in
def scan_delete(request: SignedInRequest, scan_id: int) -> HttpResponse:
    """Its groups go with it. Decisions stay, and no photo is touched."""
    found = access.scan_for(request.user, scan_id)
    try:
        scanning.delete(found)
    except scanning.StillRunning as refused:
        messages.error(request, str(refused))
        return redirect(found)
    messages.success(
        request, "The scan and its groups are deleted. Your decisions and photos stay."
    )
    return redirect("dedup:scans")


def _start(request: SignedInRequest) -> HttpResponse:
    form = ScanForm(request.user, request.POST)
    if not form.is_valid():
        return invalid(request, "dedup/scans.html", _list_context(request, form))
    name = form.cleaned_data["name"].strip()
    try:
        scanning.refuse_another_name(request.user, name)
        started = scanning.start(request.user, form.options, form.scope, name=name)
    except scanning.TooManyNames as refused:
        form.add_error("name", str(refused))
        return invalid(request, "dedup/scans.html", _list_context(request, form))
    except scanning.AlreadyScanning as already:
        messages.warning(request, str(already))
        return redirect(already.scan)
    return redirect(started)


def _asked_scope(request: SignedInRequest) -> Scope:
    """The camera or album in the address, whose settings are to be in the form."""
    camera, album = request.GET.get("camera"), request.GET.get("album")
    return Scope(
        camera=gallery_access.camera_for(request.user, camera) if camera else None,
        album=gallery_access.album_for(request.user, album) if album else None,
    )


def _list_context(request: SignedInRequest, form: ScanForm) -> dict[str, Any]:
    page = page_of(
        Scan.objects.owned_by(request.user).select_related("job", "camera", "album"),
        order=("-started_at", "-id"),
        cursor=request.GET.get("after"),
        size=SCANS_PAGE_SIZE,
    )
    photos = Photo.objects.owned_by(request.user).on_timeline()
    return {
        "form": form,
        "scans": groups.progress_of(page.rows),
        "next_cursor": page.next_cursor,
        "doubtful_count": photos.with_doubtful_date().count(),
        "has_photos": photos.exists(),
        "has_exact_times": precise(photos).exists(),
    }


def _scan_context(scan: Scan) -> dict[str, Any]:
    return {
        "scan": scan,
        "job": scan.job,
        "progress": jobs.progress(scan.job),
        "open": groups.summary(scan) if scan.job.status == "done" else None,
        "decided": groups.progress_of([scan])[0].decided,
    }
