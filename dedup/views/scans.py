"""Scans: start one, follow it, cancel it; and the report of its pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dedup import access, groups, pairs, scanning
from dedup.forms import ScanForm
from dedup.models import Scan
from gallery.models import Photo
from gallery.web.answers import invalid, unless_known
from gallery.web.csv_answers import csv_answer
from gallery.web.paging import page_of
from gallery.web.requests import SignedInRequest, signed_in
from gallery.work import jobs

SCANS_PAGE_SIZE = 20

PAIR_COLUMNS = (
    "photo_a",
    "taken_a",
    "photo_b",
    "taken_b",
    "seconds_apart",
    "percent",
    "passes",
    "kind",
    "reasons",
)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def scans(request: SignedInRequest) -> HttpResponse:
    """The form for a new scan, and the scans there are."""
    if request.method == "POST":
        return _start(request)
    form = ScanForm.filled(request.user, scanning.last_options(request.user))
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


@require_safe
@signed_in
def pairs_report(request: SignedInRequest, scan_id: int) -> HttpResponse:
    found = access.scan_for(request.user, scan_id)
    page = pairs.report(found, cursor=request.GET.get("after"))
    context = {"scan": found, "pairs": page.pairs, "next_cursor": page.next_cursor}
    return render(request, "dedup/pairs.html", context)


@require_safe
@signed_in
def pairs_csv(request: SignedInRequest, scan_id: int) -> StreamingHttpResponse:
    found = access.scan_for(request.user, scan_id)
    return csv_answer(_pair_rows(found), file_name=f"pairs-of-scan-{found.pk}.csv")


def _start(request: SignedInRequest) -> HttpResponse:
    form = ScanForm(request.user, request.POST)
    if not form.is_valid():
        return invalid(request, "dedup/scans.html", _list_context(request, form))
    data = form.cleaned_data
    try:
        started = scanning.start(
            request.user,
            form.options,
            camera=data["camera"],
            first_day=data["first_day"],
            last_day=data["last_day"],
        )
    except scanning.AlreadyScanning as already:
        messages.warning(request, str(already))
        return redirect(already.scan)
    return redirect(started)


def _list_context(request: SignedInRequest, form: ScanForm) -> dict[str, Any]:
    page = page_of(
        Scan.objects.owned_by(request.user).select_related("job", "camera"),
        order=("-started_at", "-id"),
        cursor=request.GET.get("after"),
        size=SCANS_PAGE_SIZE,
    )
    held_out = Photo.objects.owned_by(request.user).on_timeline().with_doubtful_date()
    return {
        "form": form,
        "scans": page.rows,
        "next_cursor": page.next_cursor,
        "doubtful_count": held_out.count(),
    }


def _scan_context(scan: Scan) -> dict[str, Any]:
    return {
        "scan": scan,
        "job": scan.job,
        "progress": jobs.progress(scan.job),
        "open": groups.summary(scan) if scan.job.status == "done" else None,
    }


def _pair_rows(scan: Scan) -> Iterator[Sequence[Any]]:
    yield PAIR_COLUMNS
    for pair in pairs.all_pairs(scan):
        yield (
            pair.first.file_name,
            pair.first.taken_local.isoformat(),
            pair.second.file_name,
            pair.second.taken_local.isoformat(),
            round(pair.seconds_apart, 3),
            "" if pair.percent is None else round(pair.percent, 2),
            "yes" if pair.passes else "no",
            pair.kind,
            "; ".join(reason.sentence for reason in pair.reasons),
        )
