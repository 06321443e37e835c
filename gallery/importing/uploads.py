"""Door 1: files that a browser sends, one request each, kept aside until a worker reads them."""

from __future__ import annotations

import datetime as dt
import errno
import os
import secrets
from pathlib import Path, PurePosixPath
from typing import IO

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gallery.importing.room import (
    DISK_FULL,
    NO_DISK,
    Room,
    UploadRefused,
    check_size,
    is_archive,
)
from gallery.models import ImportedFile, ImportRun, Outcome, User
from gallery.work import jobs

READ_BYTES = 256 * 1024
SIDE_FILES = {".json", ".xmp"}
LARGEST_SIDE_FILE = 1024 * 1024
# Files that come while all workers are busy wait together: each chunk has its price.
FILES_IN_A_CHUNK = 16
OPENED_LATER = "It is opened once everything has arrived. Its files have an import of their own."


def begin(owner: User, expected: int | None = None) -> ImportRun:
    """Open a run; its job stays open until ``close``, however long the browser takes.

    ``expected`` says how many files are going to come, if that is known.
    """
    options = {} if expected is None else {"expected": expected}
    with transaction.atomic():
        job = jobs.create("import", owner=owner, title="Upload", options=options, is_open=True)
        return ImportRun.objects.create(
            owner=owner, door=ImportRun.Door.UPLOAD, job=job, started_at=timezone.now()
        )


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
    Room(run.owner).check(size_bytes or 0, name)
    incoming = f"{run.pk}/{secrets.token_hex(16)}"
    path = settings.INCOMING_FOLDER / incoming
    path.parent.mkdir(exist_ok=True, mode=0o750)
    try:
        received = _write(path, stream, name)
        if size_bytes is not None and received != size_bytes:
            raise UploadRefused("It did not arrive whole. Send it again.", 400)
        row = ImportedFile(
            run=run,
            path=clean_name(name),
            incoming=incoming,
            size_bytes=received,
            modified_at=modified_at,
        )
        return accept(run, row)
    except BaseException as problem:
        path.unlink(missing_ok=True)
        if isinstance(problem, OSError) and problem.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise UploadRefused(DISK_FULL, 507, NO_DISK) from problem
        raise


def note_refusal(
    run: ImportRun, name: str, size_bytes: int, refusal: UploadRefused
) -> ImportedFile:
    """Keep in the run's list that a file was refused before its bytes came."""
    row = refused(run, clean_name(name), size_bytes, refusal)
    with transaction.atomic():
        row.save()
        jobs.count_settled(run.job, skipped=1)
    return row


def refused(run: ImportRun, path: str, size_bytes: int, refusal: UploadRefused) -> ImportedFile:
    """The row of a refused file, not saved yet."""
    return ImportedFile(
        run=run,
        path=path,
        size_bytes=size_bytes,
        outcome=Outcome.REFUSED,
        reason=refusal.reason,
        code=refusal.kind,
    )


def close(run: ImportRun) -> None:
    """No more files will come. Safe to call twice."""
    jobs.close(run.job)


def clean_name(name: str) -> str:
    """The name as people know it, with folders, without anything a path could do mischief with."""
    text = "".join(letter for letter in name.replace("\\", "/") if letter.isprintable())
    parts = [part for part in PurePosixPath(text).parts if part not in {"/", "..", "."}]
    return "/".join(parts)[-1024:].lstrip("/") or "unnamed"


def _write(path: Path, stream: IO[bytes], name: str) -> int:
    received = 0
    with path.open("xb") as file:
        while piece := stream.read(READ_BYTES):
            received += len(piece)
            check_size(received, name)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return received


def accept(run: ImportRun, row: ImportedFile) -> ImportedFile:
    """Write the row of a file that is here completely, and hand it to the workers.

    Raises ClaimLost if the run takes nothing in any more.
    """
    suffix = PurePosixPath(row.path).suffix.lower()
    if suffix in SIDE_FILES and row.size_bytes <= LARGEST_SIDE_FILE:
        row.outcome = Outcome.SIDE_FILE
    elif is_archive(row.path):
        # Opened when all have arrived: the parts of a Takeout belong together.
        row.outcome, row.reason = Outcome.ARCHIVE, OPENED_LATER
    with transaction.atomic():
        row.save()
        if row.outcome != Outcome.WAITING:
            jobs.count_settled(run.job, done=1)
        else:
            jobs.add_item(run.job, row.pk, most=FILES_IN_A_CHUNK)
    return row
