"""The work of an import of archives: the handler of jobs of kind "archive".

Nothing is unpacked as a whole. A killed worker loses at most the entries of one chunk, which are
read again; what is in the library already is recognised by its content.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from gallery.importing import runs
from gallery.importing.archives import albums, contents, pairing, unpacking
from gallery.models import ImportRun, Job, Outcome
from gallery.work.claims import Claim

STAGES = (
    "Listing",
    "Pairing photos with their side files",
    "Importing",
    "Finding the photos of videos",
    "Making albums",
)
WORK: tuple[Callable[[Claim], None], ...] = (
    contents.list_entries,
    pairing.pair,
    unpacking.import_files,
    unpacking.import_videos,
    albums.make,
)


def work_on(claim: Claim) -> None:
    WORK[claim.stage](claim)


def next_stage(job: Job) -> list[Any] | None:
    run = ImportRun.objects.get(job=job)
    if job.stage == 0:
        return pairing.folder_chunks(run, pairing.folders_with_side_files(run).__contains__)
    if job.stage == 1:
        return unpacking.file_chunks(run)
    if job.stage == 2:
        return unpacking.video_chunks(run)
    if job.stage == 3:
        return albums.chunks(run)
    return None


def ended(job: Job) -> None:
    """What every import does at its end; then the archives that were uploaded are removed.

    Where a file failed they stay, until it was tried again or nobody asked for it in time.
    """
    runs.ended(job)
    run = ImportRun.objects.get(job=job)
    shutil.rmtree(unpacking.folder_for(run), ignore_errors=True)
    if not run.files.filter(outcome=Outcome.FAILED).exists():
        _remove_uploaded(run)


def expire_forgotten() -> int:
    """Remove uploaded archives of which a file failed and nobody tried again. Runs daily."""
    limit = timezone.now() - settings.UPLOAD_KEEPING_TIME
    ended = ImportRun.objects.filter(job__finished_at__lt=limit, archives__is_ours=True)
    # The next try needs them, and removes them itself.
    removed = sum(_remove_uploaded(run) for run in ended.filter(retry=None).distinct())
    for folder in Path(settings.INCOMING_FOLDER).glob(f"{unpacking.PREFIX}*"):
        number = folder.name.removeprefix(unpacking.PREFIX)
        if number.isdecimal() and not _is_going_on(int(number)):
            shutil.rmtree(folder, ignore_errors=True)
    return removed


def _is_going_on(run_id: int) -> bool:
    return ImportRun.objects.filter(pk=run_id, job__finished_at=None).exists()


def _remove_uploaded(run: ImportRun) -> int:
    removed = 0
    for archive in run.archives.filter(is_ours=True):
        with contextlib.suppress(FileNotFoundError):
            Path(archive.path).unlink()
            removed += 1
    return removed
