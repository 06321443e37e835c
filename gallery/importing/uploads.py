"""Door 1: files that a browser sends, one request each, kept aside until a worker reads them."""

from __future__ import annotations

import datetime as dt
import errno
import os
import secrets
import shutil
from pathlib import Path, PurePosixPath
from typing import IO

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from gallery.models import Chunk, ImportedFile, ImportRun, Outcome, User
from gallery.work import jobs

READ_BYTES = 256 * 1024
SIDE_FILES = {".json", ".xmp"}
LARGEST_SIDE_FILE = 1024 * 1024
DISK_FULL = "The server's disk is nearly full. Nothing was changed."


class UploadRefused(Exception):
    """The file is not taken in; ``reason`` says why, ``code`` is the HTTP status for it."""

    def __init__(self, reason: str, code: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


def begin(owner: User) -> ImportRun:
    """Open a run; its job stays open until ``close``, however long the browser takes."""
    with transaction.atomic():
        job = jobs.create("import", owner=owner, title="Upload", is_open=True)
        return ImportRun.objects.create(
            owner=owner, door=ImportRun.Door.UPLOAD, job=job, started_at=timezone.now()
        )


def check_room(size_bytes: int) -> None:
    """Refuse before the bytes travel. Raises UploadRefused."""
    if size_bytes > settings.MAX_FILE_BYTES:
        limit = settings.MAX_FILE_BYTES // 1024**2
        raise UploadRefused(f"It is larger than {limit} MB, the largest file taken in.", 413)
    check_disk(size_bytes)


def check_disk(size_bytes: int) -> None:
    """Refuse what would fill the disk, whatever it is. Raises UploadRefused."""
    free = shutil.disk_usage(settings.INCOMING_FOLDER).free
    # The original and its small copies need room beside the file that is still coming in.
    if free - 2 * size_bytes < settings.FREE_DISK_FLOOR:
        raise UploadRefused(DISK_FULL, 507)


def receive(
    run: ImportRun,
    *,
    name: str,
    size_bytes: int | None,
    modified_at: dt.datetime | None,
    stream: IO[bytes],
) -> ImportedFile:
    """Write one file aside, piece by piece, and hand it to the workers.

    Raises UploadRefused, and keeps nothing, if it is too large or did not arrive whole.
    """
    check_room(size_bytes or 0)
    incoming = f"{run.pk}/{secrets.token_hex(16)}"
    path = settings.INCOMING_FOLDER / incoming
    path.parent.mkdir(exist_ok=True, mode=0o750)
    try:
        received = _write(path, stream, settings.MAX_FILE_BYTES)
        if size_bytes is not None and received != size_bytes:
            raise UploadRefused("It did not arrive whole. Send it again.", 400)
        return _accept(run, clean_name(name), incoming, received, modified_at)
    except BaseException as problem:
        path.unlink(missing_ok=True)
        if isinstance(problem, OSError) and problem.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise UploadRefused(DISK_FULL, 507) from problem
        raise


def note_refusal(
    run: ImportRun, name: str, size_bytes: int, refusal: UploadRefused
) -> ImportedFile:
    """Keep in the run's list that a file was refused before its bytes came."""
    return ImportedFile.objects.create(
        run=run,
        path=clean_name(name),
        size_bytes=size_bytes,
        outcome=Outcome.REFUSED,
        reason=refusal.reason,
        code="too_large_file",
    )


def close(run: ImportRun) -> None:
    """No more files will come. Safe to call twice."""
    jobs.close(run.job)


def close_forgotten() -> int:
    """Close uploads whose browser went away without a word, so that what follows them begins.

    Runs hourly. A browser that comes back is told so and opens another upload by itself.
    """
    limit = timezone.now() - settings.UPLOAD_QUIET_TIME
    alive = Chunk.objects.filter(job=OuterRef("job")).filter(
        Q(status__in=[Chunk.Status.QUEUED, Chunk.Status.RUNNING]) | Q(finished_at__gte=limit)
    )
    quiet = ImportRun.objects.filter(
        ~Exists(alive), door=ImportRun.Door.UPLOAD, started_at__lt=limit, job__is_open=True
    )
    runs = list(quiet.select_related("job"))
    for run in runs:
        close(run)
    return len(runs)


def expire_forgotten() -> int:
    """Close uploads nobody went on with, and remove what they left aside. Runs daily."""
    limit = timezone.now() - settings.UPLOAD_KEEPING_TIME
    forgotten = ImportRun.objects.filter(
        door=ImportRun.Door.UPLOAD, started_at__lt=limit, job__is_open=True
    )
    for run in forgotten:
        close(run)
    ended = ImportRun.objects.filter(started_at__lt=limit, job__finished_at__isnull=False)
    for run in ended.filter(door=ImportRun.Door.UPLOAD).only("pk"):
        shutil.rmtree(settings.INCOMING_FOLDER / str(run.pk), ignore_errors=True)
    return len(forgotten)


def clean_name(name: str) -> str:
    """The name as people know it, with folders, without anything a path could do mischief with."""
    text = "".join(letter for letter in name.replace("\\", "/") if letter.isprintable())
    parts = [part for part in PurePosixPath(text).parts if part not in {"/", "..", "."}]
    return "/".join(parts)[-1024:].lstrip("/") or "unnamed"


def _write(path: Path, stream: IO[bytes], limit: int) -> int:
    received = 0
    with path.open("xb") as file:
        while piece := stream.read(READ_BYTES):
            received += len(piece)
            if received > limit:
                raise UploadRefused(
                    f"It is larger than {limit // 1024**2} MB, the largest file taken in.", 413
                )
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return received


def _accept(
    run: ImportRun, name: str, incoming: str, size_bytes: int, modified_at: dt.datetime | None
) -> ImportedFile:
    suffix = PurePosixPath(name).suffix.lower()
    is_side_file = suffix in SIDE_FILES and size_bytes <= LARGEST_SIDE_FILE
    with transaction.atomic():
        row = ImportedFile.objects.create(
            run=run,
            path=name,
            incoming=incoming,
            size_bytes=size_bytes,
            modified_at=modified_at,
            outcome=Outcome.SIDE_FILE if is_side_file else Outcome.WAITING,
        )
        if not is_side_file:
            jobs.add_chunks(run.job, [[row.pk]])
            jobs.ring_later(run.job)
    return row
