"""Originals: stored once under their SHA-256, never changed, deleted only when nobody needs them.

Everything goes through Django's storage API, so the folder may be a bucket. What a library folder
keeps in place is not stored: ``in_place`` finds it there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.db import connection

from gallery.files import in_place
from gallery.files.disk import DiskStorage, LinkedFile
from gallery.models import Photo

READ_BYTES = 1024 * 1024


class ChangedMeanwhile(OSError):
    """The file no longer has the checksum that was read of it a moment ago."""


def storage() -> Storage:
    return storages["originals"]


def checksum_of(file: IO[bytes]) -> str:
    """SHA-256 of the whole file in hexadecimal. Leaves the file at its start."""
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(READ_BYTES):
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()


def name_of(checksum: str) -> str:
    """Two levels of folders, so that none grows beyond what file systems like."""
    return f"{checksum[:2]}/{checksum[2:4]}/{checksum}"


def store(path: Path, checksum: str, *, may_link: bool = False) -> None:
    """Put the file into the storage under its checksum; what is there already stays.

    A file of our own that will not be written to again may be linked instead of copied. Any
    other may still be written to: its bytes are read again, and raise ChangedMeanwhile if they
    are not those of the checksum.
    """
    name = name_of(checksum)
    if storage().exists(name):
        if isinstance(disk := storage(), DiskStorage):
            disk.sync_later(name)  # another worker may have stored it a moment ago
        return
    ours = contextlib.nullcontext(path) if may_link else _own_copy(path, checksum)
    with ours as place, place.open("rb") as file:
        storage().save(name, LinkedFile(file, place))


@contextlib.contextmanager
def _own_copy(path: Path, checksum: str) -> Iterator[Path]:
    with tempfile.NamedTemporaryFile(dir=settings.INCOMING_FOLDER) as copy:
        with path.open("rb") as file:
            shutil.copyfileobj(file, copy, READ_BYTES)
        copy.flush()
        if checksum_of(copy) != checksum:
            raise ChangedMeanwhile(f"{path} changed while it was read")
        os.fsync(copy.fileno())
        yield Path(copy.name)


def exists(checksum: str) -> bool:
    return storage().exists(name_of(checksum))


def place_of(photo: Photo) -> tuple[Storage, str]:
    """The storage and the name in it that hold the photo's bytes.

    Raises OriginalNotHere for one that was read from a library folder and is not there now.
    """
    # Asked first, because a bucket takes longer to answer than the database.
    if not photo.folder_files.exists() or exists(photo.checksum):
        return storage(), name_of(photo.checksum)
    return in_place.place_of(photo)


def open_original(photo: Photo) -> File[bytes]:
    where, name = place_of(photo)
    return where.open(name, "rb")


@contextlib.contextmanager
def local_copy(photo: Photo) -> Iterator[Path]:
    """A path whose content is the original, for libraries and processes that need one."""
    where, name = place_of(photo)
    if isinstance(where, FileSystemStorage):
        yield Path(where.path(name))
        return
    with tempfile.NamedTemporaryFile(dir=settings.INCOMING_FOLDER) as copy:
        with where.open(name, "rb") as file:
            shutil.copyfileobj(file, copy, READ_BYTES)
        copy.flush()
        yield Path(copy.name)


def hold(checksum: str) -> None:
    """Inside a transaction: nobody else may store or delete this original until its end.

    SQLite admits one writing transaction at a time (IMMEDIATE), which is that already.
    """
    if connection.vendor == "postgresql":
        key = int(checksum[:15], 16)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
