"""How a scan begins: by a person, by a command, or by itself after an import."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from dedup import measuring
from dedup.core.intervals import readable
from dedup.core.values import Options
from dedup.models import EVERYTHING, GroupMember, Scan, ScanSettings, Scope
from dedup.neighbours import precise
from gallery.core.batches import tapering
from gallery.models import ImportRun, Job, Photo, User
from gallery.work import jobs

# One chunk of the first stage: some seconds of measuring.
PHOTOS_PER_CHUNK = 32

# Every named scan keeps its groups and is renewed by each import.
MOST_NAMES = 12
# Among so many newest ones those to renew are looked for.
SCANS_LOOKED_AT = 500

# Whether any of some photos is on the timeline is asked of so many of them.
PHOTOS_ASKED = 1000


class AlreadyScanning(Exception):
    """One scan at a time for each owner; ``scan`` is the one that runs."""

    def __init__(self, scan: Scan) -> None:
        super().__init__("A scan is running already. Wait for its end, or cancel it.")
        self.scan = scan


class StillRunning(Exception):
    """A scan that runs is cancelled first, and deleted then."""

    def __init__(self) -> None:
        super().__init__("This scan is running. Cancel it first.")


class TooManyNames(Exception):
    def __init__(self) -> None:
        super().__init__(
            f"You keep {MOST_NAMES} scans by name already. Take the name of one away first."
        )


def start(
    owner: User,
    options: Options,
    scope: Scope = EVERYTHING,
    *,
    name: str = "",
    renews_before: dt.datetime | None = None,
) -> Scan:
    """Begin a scan; workers take it up when the transaction is committed.

    What a person asks for is remembered for these photos; ``renews_before`` says that nobody
    did. Raises AlreadyScanning while another scan of this owner runs.
    """
    with transaction.atomic():
        _refuse_second(owner)
        title = f"Scan, window {readable(options.window_seconds)}"
        scan = Scan(
            owner=owner,
            job=jobs.create("scan", owner, title),
            name=name,
            options=options.to_json(),
            camera=scope.camera,
            album=scope.album,
            first_day=scope.first_day,
            last_day=scope.last_day,
            started_at=timezone.now(),
            renews_before=renews_before,
        )
        scan.save()
        jobs.add_chunks(scan.job, list(_chunks(scan)))
        jobs.ring_later(scan.job)
        if renews_before is None:
            _remember(owner, options, scope)
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
    """Scan again what is kept up to date: now, or when the scan that runs is done.

    These are the newest scan of the whole library, the newest of each name, and the one started
    last. The oldest goes first and the others follow, so the one looked at stays the newest.
    """
    with transaction.atomic():
        before = timezone.now()
        try:
            if not _renew_oldest(owner, before):
                start(owner, last_options(owner), renews_before=before)
        except AlreadyScanning as already:
            _again_after(already.scan)


def renew_next(scan: Scan, before: dt.datetime) -> None:
    """Go on with the kept scans that are older than this, if there is one left."""
    with transaction.atomic():
        try:
            _renew_oldest(scan.owner, before)
        except AlreadyScanning as already:
            _again_after(already.scan)


def _renew_oldest(owner: User, before: dt.datetime) -> bool:
    done = Scan.objects.owned_by(owner).finished().select_related("camera", "album")
    scans = list(done[:SCANS_LOOKED_AT])
    newest: dict[str | Scope, Scan] = {}
    for scan in scans:
        newest.setdefault(scan.name or scan.scope, scan)
    looked_at = next((scan for scan in scans if scan.started_at < before), None)
    older = [
        scan
        for key, scan in newest.items()
        if scan.started_at < before and (scan.name or key == EVERYTHING or scan == looked_at)
    ]
    if not older:
        return False
    oldest = min(older, key=lambda scan: (scan.started_at, scan.pk))
    start(owner, oldest.chosen, oldest.scope, name=oldest.name, renews_before=before)
    return True


def _again_after(scan: Scan) -> None:
    # A job ends under this lock: the wish is noted before the end, or the end is seen here.
    job = Job.objects.select_for_update().get(pk=scan.job_id)
    if job.has_ended:
        scan_soon(scan.owner)
    else:
        Scan.objects.filter(pk=scan.pk).update(again=True)


def last_options(owner: User, scope: Scope = EVERYTHING) -> Options:
    """What this person chose last for these photos, else for all of them."""
    settings = ScanSettings.objects.filter(owner=owner)
    chosen = settings.filter(**_key(scope)).first() or settings.filter(**_key(EVERYTHING)).first()
    newest = chosen or Scan.objects.owned_by(owner).filter(camera=None, album=None).first()
    return newest.chosen if newest else Options()


def _remember(owner: User, options: Options, scope: Scope) -> None:
    ScanSettings.objects.update_or_create(
        owner=owner,
        **_key(scope),
        defaults={"options": options.to_json(), "changed_at": timezone.now()},
    )


def _key(scope: Scope) -> dict[str, Any]:
    """Of an album's photos of one camera, the settings are the album's."""
    return {"camera": None if scope.album else scope.camera, "album": scope.album}


def rename(scan: Scan, name: str) -> None:
    """Raises TooManyNames where no further scan can be kept by name."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=scan.owner_id)
        refuse_another_name(scan.owner, name)
        Scan.objects.filter(pk=scan.pk).update(name=name)
    scan.name = name


def refuse_another_name(owner: User, name: str) -> None:
    names = Scan.objects.owned_by(owner).exclude(name="").order_by().values_list("name").distinct()
    if name and not names.filter(name=name).exists() and names.count() >= MOST_NAMES:
        raise TooManyNames


def delete(scan: Scan) -> None:
    """Its groups go with it; decisions made in them stay, and no photo is touched.

    Raises StillRunning before its job has ended.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=scan.job_id)
        if not job.has_ended:
            raise StillRunning
        GroupMember.objects.filter(group__scan=scan).delete()
        scan.delete()
        job.delete()


def _refuse_second(owner: User) -> None:
    User.objects.select_for_update().get(pk=owner.pk)  # two starts at once: one waits here
    if running := Scan.objects.owned_by(owner).running().first():
        raise AlreadyScanning(running)


def _chunks(scan: Scan) -> list[Any]:
    """Photos without features of the current version, oldest first, so that files lie together."""
    photos = measuring.unmeasured(precise(scan.photos()))
    ids = list(photos.oldest_first().values_list("pk", flat=True))
    return [list(some) for some in tapering(ids, PHOTOS_PER_CHUNK)]
