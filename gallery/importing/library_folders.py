"""What can be done with a library folder: add, look, watch, copy its originals, remove."""

from __future__ import annotations

import datetime as dt
import logging
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gallery.files.paths import shown
from gallery.files.reaching import (
    FolderRefused,
    check_folder,
    check_no_overlap,
    file_system_of,
)
from gallery.importing.looking import KIND, Look
from gallery.models import Job, LibraryFolder, User
from gallery.work import jobs

log = logging.getLogger(__name__)

# Looking may take this part of the time: one of twenty seconds is repeated after seven minutes.
LONGEST_SHARE = 0.05
LONGEST_PATH = 1024


class StillImporting(Exception):
    """What the last look found is still being imported."""


def add(path: Path, owner: User, *, mode: str, is_watched: bool, by: User | None) -> LibraryFolder:
    """Add a folder and look at it for the first time. Raises FolderRefused."""
    root = check_folder(path)
    if shown(root) != str(root) or len(str(root)) > LONGEST_PATH:
        raise FolderRefused(f"{shown(root)} has a name that cannot be stored. Rename it first.")
    with transaction.atomic():
        others = LibraryFolder.objects.select_for_update().order_by("pk")
        check_no_overlap(root, [Path(other.path) for other in others])
        folder = LibraryFolder.objects.create(
            owner=owner,
            path=str(root),
            mode=mode,
            is_watched=is_watched,
            file_system=file_system_of(root),
            added_at=timezone.now(),
        )
        log.info("library folder %s of %s added by %s", root, owner, by or "the system")
        look_later(folder, by_hand=True)
    return folder


def look_later(folder: LibraryFolder, *, by_hand: bool = False, everything: bool = False) -> Job:
    """Leave a look to a worker; the one that is going on already, if there is one.

    ``by_hand`` also offers files again that failed too often, ``everything`` all files. Raises
    StillImporting.
    """
    with transaction.atomic():
        locked = LibraryFolder.objects.select_for_update(of=("self",)).get(pk=folder.pk)
        if locked.look_job and not locked.look_job.has_ended:
            return locked.look_job
        if locked.import_runs.filter(job__finished_at=None).exists():
            raise StillImporting("What was found last time is still being imported.")
        look = Look(folder=folder.pk, by_hand=by_hand, everything=everything)
        job = jobs.start(KIND, locked.owner, f"Look at {folder.path}"[:200], [look.as_payload()])
        before, locked.look_job = locked.look_job, job
        locked.save(update_fields=["look_job"])
        if before:  # looks come every few minutes; only the last one is worth a row
            before.delete()
    folder.look_job = job
    return job


def watch(folder: LibraryFolder, *, on: bool) -> None:
    folder.is_watched = on
    folder.save(update_fields=["is_watched"])


def copy_originals(folder: LibraryFolder) -> Job:
    """Turn a folder that is read in place into one whose files are copied into the library.

    Until a file is copied, it is read from its place as before. Raises StillImporting.
    """
    with transaction.atomic():
        job = look_later(folder, by_hand=True, everything=True)
        if not job.chunks.first().payload["everything"]:  # type: ignore[union-attr]
            raise StillImporting("The folder is just being looked at.")
        folder.mode = LibraryFolder.Mode.COPY
        folder.save(update_fields=["mode"])
    return job


def remove(folder: LibraryFolder, *, by: User | None) -> None:
    """Forget the folder; never a photo, nor a file.

    Photos whose originals are only there stay, without them, until the folder is added again.
    """
    with transaction.atomic():
        for run in folder.import_runs.filter(job__finished_at=None).select_related("job"):
            jobs.cancel(run.job, by=by)
        if folder.look_job:
            jobs.cancel(folder.look_job, by=by)
        log.info("library folder %s removed by %s", folder.path, by or "the system")
        folder.delete()


def look_at_watched() -> int:
    """Look at the watched folders whose time has come. Runs every few minutes."""
    count = 0
    for folder in LibraryFolder.objects.filter(is_watched=True).select_related("look_job"):
        if _is_due(folder, timezone.now()):
            try:
                look_later(folder)
                count += 1
            except StillImporting:
                continue
    return count


def _is_due(folder: LibraryFolder, now: dt.datetime) -> bool:
    if folder.is_being_looked_at:
        return False
    last = folder.look_job.finished_at if folder.look_job else folder.looked_at
    if last is None:
        return True
    pause = settings.WATCH_INTERVAL
    if not folder.unsettled_count:
        pause = max(pause, dt.timedelta(seconds=folder.look_seconds / LONGEST_SHARE))
    return now - last >= pause
