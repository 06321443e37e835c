"""Scans as JSON: start, follow, cancel, and the report of pairs."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any, cast

from django.http import HttpRequest
from ninja import Query, Router
from ninja.errors import HttpError
from ninja.responses import Status

from dedup import access, pairs, previews, scanning
from dedup.api.schemas import (
    REFUSALS,
    OptionsOut,
    PairOut,
    PairPage,
    PreviewIn,
    PreviewOut,
    ScanIn,
    ScanOut,
    ScanPage,
    photo_ref,
    reasons_out,
)
from dedup.core.values import Options
from dedup.models import Scan, Scope
from gallery import access as gallery_access
from gallery.api.schemas import Cursor, PageSize, ProgressOut, RowId
from gallery.web.paging import page_of
from gallery.web.requests import SignedInRequest
from gallery.work import jobs

router = Router(tags=["scans"])


@router.get("/", response={200: ScanPage, **REFUSALS}, summary="List scans, newest first")
def scans(request: HttpRequest, cursor: Cursor | None = None, size: PageSize = 50) -> Any:
    rows = Scan.objects.owned_by(_user(request)).select_related("job")
    page = page_of(rows, order=("-started_at", "-id"), cursor=cursor, size=size)
    return {"scans": [scan_out(scan) for scan in page.rows], "next_cursor": page.next_cursor}


@router.post("/", response={201: ScanOut, **REFUSALS}, summary="Start a scan")
def start(request: HttpRequest, wanted: ScanIn) -> Any:
    """409 while another scan of yours runs."""
    user = _user(request)
    scope = Scope(
        camera=gallery_access.camera_for(user, wanted.camera) if wanted.camera else None,
        album=gallery_access.album_for(user, wanted.album) if wanted.album else None,
        first_day=wanted.first_day,
        last_day=wanted.last_day,
    )
    options = Options(
        window_seconds=wanted.window_seconds,
        mode=wanted.mode,
        threshold_percent=wanted.threshold_percent,
        across_cameras=wanted.across_cameras,
    )
    try:
        scanning.refuse_another_name(user, wanted.name)
        scan = scanning.start(user, options, scope, name=wanted.name)
    except (scanning.AlreadyScanning, scanning.TooManyNames) as refused:
        raise HttpError(409, str(refused)) from refused
    return Status(201, scan_out(scan))


@router.get("/{scan_id}", response={200: ScanOut, **REFUSALS}, summary="Follow a scan")
def scan(request: HttpRequest, scan_id: RowId) -> Any:
    return scan_out(access.scan_for(_user(request), scan_id))


@router.post("/{scan_id}/cancel", response={200: ScanOut, **REFUSALS}, summary="Cancel a scan")
def cancel(request: HttpRequest, scan_id: RowId) -> Any:
    user = _user(request)
    scanning.cancel(access.scan_for(user, scan_id), by=user)
    return scan_out(access.scan_for(user, scan_id))


@router.get("/{scan_id}/preview", response={200: PreviewOut, **REFUSALS}, summary="Count ahead")
def preview(request: HttpRequest, scan_id: RowId, wanted: Query[PreviewIn]) -> Any:
    """What a scan with these options would find among the photos of this one.

    Counted from stored scores: nothing is measured or decided. 409 where the scan left none.
    """
    scan = access.scan_for(_user(request), scan_id)
    chosen = scan.chosen
    given = {name: value for name, value in wanted.dict().items() if value is not None}
    found = previews.counts(scan, replace(chosen, **given))
    if found is None:
        raise HttpError(409, "This scan left no scores to count from. Start another one.")
    return asdict(found)


@router.get("/{scan_id}/pairs", response={200: PairPage, **REFUSALS}, summary="List pairs")
def scan_pairs(
    request: HttpRequest, scan_id: RowId, cursor: Cursor | None = None, size: PageSize = 100
) -> Any:
    """Every two neighbours inside the window, in the order of time, with their percentage."""
    page = pairs.report(access.scan_for(_user(request), scan_id), cursor=cursor, size=size)
    return {"pairs": [pair_out(pair) for pair in page.pairs], "next_cursor": page.next_cursor}


def scan_out(scan: Scan) -> ScanOut:
    now = jobs.progress(scan.job)
    chosen = scan.chosen
    return ScanOut(
        id=scan.pk,
        started_at=scan.started_at,
        options=OptionsOut(
            window_seconds=chosen.window_seconds,
            mode=chosen.mode.value,
            threshold_percent=chosen.threshold_percent,
            across_cameras=chosen.across_cameras,
        ),
        name=scan.name,
        camera=scan.camera_id,
        album=scan.album_id,
        first_day=scan.first_day,
        last_day=scan.last_day,
        progress=ProgressOut(
            status=now.status,
            stage=now.stage_name,
            done=now.done,
            total=now.total,
            fraction=now.fraction,
            rate_per_second=now.rate_per_second,
            seconds_left=now.seconds_left,
        ),
        photo_count=scan.photo_count,
        imprecise_count=scan.imprecise_count,
        doubtful_count=scan.doubtful_count,
        unmeasured_count=scan.unmeasured_count,
        pair_count=scan.pair_count,
        group_count=scan.group_count,
    )


def pair_out(pair: pairs.PairView) -> PairOut:
    return PairOut(
        first=photo_ref(pair.first),
        second=photo_ref(pair.second),
        seconds_apart=pair.seconds_apart,
        percent=pair.percent,
        passes=pair.passes,
        kind=pair.kind,
        reasons=reasons_out(pair.reasons),
    )


def _user(request: HttpRequest) -> Any:
    return cast(SignedInRequest, request).user
