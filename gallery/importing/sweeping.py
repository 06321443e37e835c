"""What uploads leave behind when nobody goes on with them. Everything here runs once an hour."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from gallery.importing import parts, resumable, uploads
from gallery.models import Chunk, ImportedFile, ImportRun, Upload
from gallery.models.upload import FOLDER


def close_forgotten() -> int:
    """Close uploads whose browser went away without a word, so that what follows them begins.

    A browser that comes back is told so and opens another upload by itself.
    """
    limit = timezone.now() - settings.UPLOAD_QUIET_TIME
    alive = Chunk.objects.filter(job=OuterRef("job")).filter(
        Q(status__in=[Chunk.Status.QUEUED, Chunk.Status.RUNNING]) | Q(finished_at__gte=limit)
    )
    quiet = ImportRun.objects.filter(
        ~Exists(alive), door=ImportRun.Door.UPLOAD, started_at__lt=limit, job__is_open=True
    )
    runs = [run for run in quiet.select_related("job") if not _is_receiving(run, limit)]
    for run in runs:
        uploads.close(run)
    return len(runs)


def sweep() -> int:
    """Remove what is older than its keeping time and belongs to nothing; tell how many files."""
    limit = timezone.now() - settings.UPLOAD_KEEPING_TIME
    _forget_finished(limit)
    return _remove_expired(limit) + _remove_run_folders(limit) + _remove_strays(limit)


def _is_receiving(run: ImportRun, limit: dt.datetime) -> bool:
    """One large file over a slow line ends no chunk for hours, but its part file grows."""
    coming = run.uploads.filter(finished_at=None)
    return any(_changed_at(upload.part) >= limit for upload in coming)


def _remove_expired(limit: dt.datetime) -> int:
    removed = 0
    for upload in Upload.objects.filter(finished_at=None, created_at__lt=limit):
        if resumable.is_expired(upload):
            with suppress(parts.Busy):
                resumable.terminate(upload)
                removed += 1
    return removed


def _forget_finished(limit: dt.datetime) -> None:
    """The rows of uploads whose import has ended; their files go with the strays."""
    Upload.objects.filter(finished_at__lt=limit, run__job__finished_at__lt=limit).delete()


def _remove_run_folders(limit: dt.datetime) -> int:
    """What the plain form and the API left aside, side files for the most part."""
    removed = 0
    for folder in settings.INCOMING_FOLDER.iterdir():
        if not (folder.name.isdecimal() and folder.is_dir()) or _changed_at(folder) >= limit:
            continue
        run = ImportRun.objects.select_related("job").filter(pk=folder.name).first()
        if run is None or run.job.has_ended:
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed


def _remove_strays(limit: dt.datetime) -> int:
    """Files that no row tells of: what a killed process had not named yet, or not removed yet."""
    folder = settings.INCOMING_FOLDER / FOLDER
    places = [settings.INCOMING_FOLDER, *([folder] if folder.is_dir() else [])]
    old = [path for place in places for path in place.iterdir() if _is_old_file(path, limit)]
    wanted = _wanted(path.stem for path in old if path.parent == folder)
    strays = [path for path in old if path.parent != folder or path.stem not in wanted]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)


def _wanted(tokens: Iterable[str]) -> set[str]:
    """Those that have a row, or hold dates for an import that has not ended."""
    names = list(tokens)
    wanted = set(
        ImportedFile.objects.filter(run__job__finished_at=None)
        .filter(incoming__startswith=f"{FOLDER}/")
        .values_list("incoming", flat=True)
    )
    known = {name for name in names if f"{FOLDER}/{name}" in wanted}
    for start in range(0, len(names), 500):
        some = Upload.objects.filter(token__in=names[start : start + 500])
        known.update(some.values_list("token", flat=True))
    return known


def _is_old_file(path: Path, limit: dt.datetime) -> bool:
    return path.is_file() and not path.is_symlink() and _changed_at(path) < limit


def _changed_at(path: Path) -> dt.datetime:
    try:
        return dt.datetime.fromtimestamp(path.lstat().st_mtime, tz=dt.UTC)
    except OSError:
        return dt.datetime.min.replace(tzinfo=dt.UTC)
