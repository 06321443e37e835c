"""Door 1, the resumable way: begin a file, append what arrives, finish it once.

The rules of the protocol are in views/tus.py; here is what happens to the bytes and the rows.
"""

from __future__ import annotations

import datetime as dt
import errno
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from gallery.core.tus import Checksum
from gallery.importing import parts, uploads
from gallery.importing.parts import Part, Readable
from gallery.importing.room import DISK_FULL, NO_DISK, NO_QUOTA, Room, UploadRefused
from gallery.models import ImportedFile, ImportRun, Outcome, Upload

# Up to this size a file that comes whole in one request gets its row only once it is here: one
# transaction instead of two. What a crash leaves of it is swept.
SMALL = 1024 * 1024


class Changed(Exception):
    """The whole file is not the one that was announced: it begins anew."""


class Gone(Exception):
    """The upload has expired, or was ended by its owner."""


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file as its sender announces it."""

    name: str
    size_bytes: int
    checksum: str = ""
    modified_at: dt.datetime | None = None


def find(run: ImportRun, new: NewFile) -> Upload | None:
    """The upload of the same file that was begun before: its first answer may have been lost.

    Without a checksum nobody can tell whether it is the same file.
    """
    if not new.checksum:
        return None
    same = Upload.objects.filter(
        run=run,
        path=uploads.clean_name(new.name),
        checksum=new.checksum,
        size_bytes=new.size_bytes,
    )
    return same.order_by("-finished_at", "id").first()


def new_upload(run: ImportRun, new: NewFile) -> Upload:
    """A row that is not saved yet. Raises UploadRefused before a byte travels."""
    Room(run.owner).check(new.size_bytes, new.name)
    return Upload(
        owner=run.owner,
        run=run,
        path=uploads.clean_name(new.name),
        size_bytes=new.size_bytes,
        checksum=new.checksum,
        modified_at=new.modified_at,
        created_at=timezone.now(),
    )


def append(
    upload: Upload, part: Part, stream: Readable, length: int, checksum: Checksum | None = None
) -> None:
    """Write the body of a request to the part file, and finish the upload with its last byte.

    Raises parts.Mismatch, Changed, UploadRefused or ClaimLost.
    """
    is_small = upload.size_bytes <= SMALL and length == upload.size_bytes
    if upload.pk is None and not is_small:
        upload.save(force_insert=True)
    try:
        if checksum is None:
            part.append(stream, length)
        else:
            part.append_checked(stream, length, checksum)
    except OSError as problem:
        if problem.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise UploadRefused(DISK_FULL, 507, NO_DISK) from problem
        raise
    finally:
        if upload.pk is None and 0 < part.offset < upload.size_bytes:
            upload.save(force_insert=True)  # cut off: what has arrived need not come again
    if part.offset == upload.size_bytes:
        finish(upload, part)


def finish(upload: Upload, part: Part) -> None:
    """Everything is here: check it as a whole and hand it to the workers, once.

    Safe to call again: an answer may have been lost, or the server killed just before the commit.
    Raises Changed, and begins anew, if it is not what was announced; ClaimLost if the run takes
    nothing in any more.
    """
    if upload.finished_at:
        return
    if upload.checksum and part.sha256() != upload.checksum:
        part.truncate()
        raise Changed
    parts.sync_folder(upload.part.parent)
    with transaction.atomic():
        if upload.pk is None:
            _take_in(upload)
            upload.save(force_insert=True)
            return
        locked = Upload.objects.select_for_update().get(pk=upload.pk)
        if locked.finished_at is None:
            _take_in(upload)
            upload.save(update_fields=["file", "finished_at"])


def terminate(upload: Upload) -> None:
    """Its owner wants it no more. What has become a file of the import stays. Raises Busy."""
    with parts.held(upload):
        if not upload.finished_at:
            parts.remove(upload)
        Upload.objects.filter(pk=upload.pk).delete()


def is_expired(upload: Upload) -> bool:
    return upload.finished_at is None and upload.expires_at < timezone.now()


def _take_in(upload: Upload) -> None:
    """Make the file one of the import; ``upload`` is changed but not saved."""
    row = ImportedFile(
        pk=_refused_before(upload),
        run=upload.run,
        path=upload.path,
        incoming=upload.incoming,
        size_bytes=upload.size_bytes,
        modified_at=upload.modified_at,
    )
    upload.file, upload.finished_at = uploads.accept(upload.run, row), timezone.now()


def _refused_before(upload: Upload) -> int | None:
    """The row of the same file, for which there was no room at another try."""
    if not upload.run.job.skipped:  # refusals are counted there: most imports need not look
        return None
    rows = ImportedFile.objects.filter(
        run=upload.run,
        path=upload.path,
        size_bytes=upload.size_bytes,
        outcome=Outcome.REFUSED,
        code__in=[NO_DISK, NO_QUOTA],
    )
    return rows.values_list("pk", flat=True).first()
