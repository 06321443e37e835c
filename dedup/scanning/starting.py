"""How a scan begins: by a person, by a command, or by itself after an import."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from dedup import measuring
from dedup.core.values import Options
from dedup.models import Scan
from dedup.neighbours import precise
from gallery.models import Camera, ImportRun, Job, Photo, User
from gallery.work import jobs

# One chunk of the first stage: some seconds of measuring.
PHOTOS_PER_CHUNK = 32

# Whether any of some photos is on the timeline is asked of so many of them.
PHOTOS_ASKED = 1000


class AlreadyScanning(Exception):
    """One scan at a time for each owner; ``scan`` is the one that runs."""

    def __init__(self, scan: Scan) -> None:
        super().__init__("A scan is running already. Wait for its end, or cancel it.")
        self.scan = scan


def start(
    owner: User,
    options: Options,
    *,
    camera: Camera | None = None,
    first_day: dt.date | None = None,
    last_day: dt.date | None = None,
) -> Scan:
    """Begin a scan; workers take it up when the transaction is committed.

    Raises AlreadyScanning while another scan of this owner runs.
    """
    with transaction.atomic():
        _refuse_second(owner)
        title = f"Scan, window {readable(options.window_seconds)}"
        scan = Scan(
            owner=owner,
            job=jobs.create("scan", owner, title),
            options=options.to_json(),
            camera=camera,
            first_day=first_day,
            last_day=last_day,
            started_at=timezone.now(),
        )
        scan.save()
        jobs.add_chunks(scan.job, list(_chunks(scan)))
        jobs.ring_later(scan.job)
    return scan


def scan_after_import(run: ImportRun) -> None:
    """Look for groups among what an import brought."""
    scan_soon(run.owner)


def scan_after_dates(owner: User, photo_ids: Sequence[int]) -> None:
    """Look again at the windows that photos left or came into when their dates changed.

    What is measured and compared is kept, so only pairs that are new to a window cost anything.
    """
    scans = Scan.objects.owned_by(owner)
    exact = Photo.objects.filter(pk__in=photo_ids[:PHOTOS_ASKED]).on_timeline()
    if scans.exists() and exact.exists():
        scan_soon(owner)


def scan_soon(owner: User) -> None:
    """Scan with the options used last: now, or again when the scan that runs is done."""
    with transaction.atomic():
        try:
            start(owner, last_options(owner))
        except AlreadyScanning as already:
            _again_after(already.scan)


def _again_after(scan: Scan) -> None:
    # A job ends under this lock: the wish is noted before the end, or the end is seen here.
    job = Job.objects.select_for_update().get(pk=scan.job_id)
    if job.has_ended:
        start(scan.owner, scan.chosen)
    else:
        Scan.objects.filter(pk=scan.pk).update(again=True)


def last_options(owner: User) -> Options:
    scan = Scan.objects.owned_by(owner).first()
    return scan.chosen if scan else Options()


def readable(seconds: float) -> str:
    """A window as a person would say it: 0.1 s, 1 min, 2.5 h."""
    for name, size in (("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:g} {name}"
    return f"{seconds:g} s"


def _refuse_second(owner: User) -> None:
    User.objects.select_for_update().get(pk=owner.pk)  # two starts at once: one waits here
    if running := Scan.objects.owned_by(owner).running().first():
        raise AlreadyScanning(running)


def _chunks(scan: Scan) -> list[Any]:
    """Photos without features of the current version, oldest first, so that files lie together."""
    photos = measuring.unmeasured(precise(scan.photos()))
    ids = iter(photos.oldest_first().values_list("pk", flat=True))
    return list(iter(lambda: list(itertools.islice(ids, PHOTOS_PER_CHUNK)), []))
