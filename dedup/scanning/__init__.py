"""One scan from start to end in slices: measure what is new, compare, group.

The handler of jobs of kind "scan". Each chunk may be worked on twice without harm: features and
scores replace equal ones, groups are written once under the fence of the last chunk.
"""

from __future__ import annotations

from typing import Any

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from dedup import measuring
from dedup.core.intervals import readable
from dedup.models import Scan
from dedup.neighbours import microseconds, precise
from dedup.scanning.comparing import compare
from dedup.scanning.forming import form_groups
from dedup.scanning.starting import (
    AlreadyScanning,
    StillRunning,
    TooManyNames,
    delete,
    last_options,
    refuse_another_name,
    rename,
    renew_next,
    scan_after_dates,
    scan_after_import,
    scan_soon,
    start,
)
from gallery.models import Job, Photo
from gallery.work import jobs
from gallery.work.claims import Claim, extend, finish

__all__ = [
    "AlreadyScanning",
    "StillRunning",
    "TooManyNames",
    "cancel",
    "delete",
    "last_options",
    "readable",
    "refuse_another_name",
    "rename",
    "scan_after_dates",
    "scan_after_import",
    "scan_soon",
    "start",
]

STAGES = tuple(stage.label for stage in Scan.Stage)

# Left photos of one slice of the second stage: seconds of work with a few neighbours each, and
# half a million pairs where each has as many as may be compared.
PHOTOS_PER_SLICE = 1000


def cancel(scan: Scan, by: Any = None) -> bool:
    """Stop a scan. What is measured and compared stays, and the next scan goes on from there."""
    return jobs.cancel(scan.job, by)


def work_on(claim: Claim) -> None:
    scan = Scan.objects.select_related("owner", "job").get(job=claim.job_id)
    if claim.stage == Scan.Stage.MEASURE:
        _measure(claim)
    elif claim.stage == Scan.Stage.COMPARE:
        compare(claim, scan)
    else:
        form_groups(claim, scan)


def next_stage(job: Job) -> list[Any] | None:
    """The payloads of the stage that follows; decided when the one before is over."""
    if job.stage == Scan.Stage.MEASURE:
        return _slices(Scan.objects.get(job=job))
    if job.stage == Scan.Stage.COMPARE:
        return [{"size": 1}]
    return None


def ended(job: Job) -> None:
    """What arrived while the scan ran gets scans of its own; else the kept scans go on."""
    scan = Scan.objects.select_related("owner").get(job=job)
    if job.status == Job.Status.CANCELLED:
        return
    if scan.again:
        Scan.objects.filter(pk=scan.pk).update(again=False)
        scan_soon(scan.owner)
    elif scan.renews_before:
        renew_next(scan, scan.renews_before)


def _measure(claim: Claim) -> None:
    """Measure the photos that the chunk lists; those that cannot be are noted with the reason."""
    photos = measuring.unmeasured(Photo.objects.filter(pk__in=claim.payload)).order_by("pk")
    results = []
    for result in measuring.measure_all(photos):
        extend(claim)
        results.append(result)
    failed = sum(1 for result in results if result.light is None)
    finish(claim, lambda: measuring.store_all(results), failed=failed)


def _slices(scan: Scan) -> list[dict[str, Any]]:
    """Slices of the precise photos in the order of time, bounded by the first of each."""
    photos = precise(scan.photos())
    number = Window(RowNumber(), order_by=["taken_at", "pk"])
    firsts = (
        photos.annotate(number=number)
        .annotate(place_in_slice=(F("number") - 1) % PHOTOS_PER_SLICE)
        .filter(place_in_slice=0)
        .order_by("number")
        .values_list("taken_at", "pk")
    )
    keys = [[microseconds(taken_at), pk] for taken_at, pk in firsts]
    count = photos.count()
    ends = [*keys[1:], None]
    return [
        {
            "first": key,
            "end": end,
            "size": min(PHOTOS_PER_SLICE, count - place * PHOTOS_PER_SLICE),
        }
        for place, (key, end) in enumerate(zip(keys, ends, strict=False))
    ]
