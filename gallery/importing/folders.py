"""Door 2: a folder on the server. Its files are copied, never changed."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gallery.core.sidecars import sidecar_for
from gallery.importing.pipeline import Offered
from gallery.models import ImportedFile, ImportRun, Outcome, User
from gallery.work import jobs

# What systems leave beside photos: not offered, so not refused either.
JUNK = {"thumbs.db", "desktop.ini", ".ds_store", "@eadir", "__macosx"}
SIDE_FILES = {".json", ".xmp"}

# Small enough to show progress every second, large enough that claiming costs nothing.
FILES_PER_CHUNK = 8


class FolderRefused(Exception):
    """The folder cannot be imported; the text says why."""


def begin(root: Path, owner: User, *, door: str = ImportRun.Door.FOLDER) -> ImportRun:
    """List the whole folder, then hand it to the workers in chunks.

    Raises FolderRefused for what is no folder, or lies inside the data folder.
    """
    root = checked(root)
    errors: list[OSError] = []
    files = list(found_in(root, on_error=errors.append))
    with transaction.atomic():
        job = jobs.create("import", owner=owner, title=f"Import of {root}"[:200])
        run = ImportRun.objects.create(
            owner=owner, door=door, root=str(root), job=job, started_at=timezone.now()
        )
        rows = ImportedFile.objects.bulk_create(
            (_row(run, root, path) for path in files), batch_size=1000
        )
        ImportedFile.objects.bulk_create(_unread_row(run, root, error) for error in errors)
        starts = range(0, len(rows), FILES_PER_CHUNK)
        chunks = [[row.pk for row in rows[start : start + FILES_PER_CHUNK]] for start in starts]
        jobs.add_chunks(job, chunks)
        jobs.ring_later(job)
    return run


def checked(root: Path) -> Path:
    root = root.expanduser().resolve()
    if not root.is_dir():
        raise FolderRefused(f"{root} is not a folder.")
    data = Path(settings.DATA_FOLDER).resolve()
    if root == data or data in root.parents or root in data.parents:
        raise FolderRefused(f"{root} overlaps with the data folder {data} of Contact Sheet itself.")
    return root


def found_in(root: Path, *, on_error: Callable[[OSError], None] | None = None) -> Iterator[Path]:
    """Every file that is offered, in order: no junk, no hidden files, no side files of photos.

    ``on_error`` is told of each folder that cannot be listed.
    """
    for folder, subfolders, names in os.walk(root, onerror=on_error):
        subfolders[:] = sorted(name for name in subfolders if not _is_junk(name))
        side_files = {name for name in names if Path(name).suffix.lower() in SIDE_FILES}
        used = _used(side_files, names)
        for name in sorted(names):
            path = Path(folder) / name
            if not _is_junk(name) and name not in used and path.is_file():
                yield path


def offered(root: Path, path: Path) -> Offered:
    """The file with its side file, as the pipeline takes it."""
    side_files = _side_files(path.parent, path.parent.stat().st_mtime_ns)
    side_file = sidecar_for(path.name, side_files) if side_files else None
    return Offered(
        path=path,
        name=shown(path.relative_to(root)),
        modified_at=_modified_at(path),
        sidecar=path.parent / side_file if side_file else None,
    )


def shown(path: Path) -> str:
    """A path as text that can be stored: names that are no UTF-8 are written with escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def find(root: Path, text: str) -> Path:
    """The path that ``shown`` wrote. Raises FileNotFoundError."""
    path = root / text
    if path.exists() or "\\x" not in text:
        return path
    for beside in path.parent.iterdir():
        if shown(Path(beside.name)) == path.name:
            return beside
    raise FileNotFoundError(text)


@lru_cache(maxsize=16)
def _side_files(folder: Path, _changed_at: int) -> frozenset[str]:
    """Names of side files in a folder, read again when the folder has changed."""
    names = [path.name for path in folder.iterdir()]
    return frozenset(name for name in names if Path(name).suffix.lower() in SIDE_FILES)


def _used(side_files: set[str], names: list[str]) -> set[str]:
    """Side files that belong to a file beside them; others are offered, and refused by name."""
    if not side_files:
        return set()
    photos = (name for name in names if name not in side_files)
    beside = frozenset(side_files)  # the same one for every photo: it is prepared only once
    return {found for name in photos if (found := sidecar_for(name, beside))}


def _row(run: ImportRun, root: Path, path: Path) -> ImportedFile:
    return ImportedFile(
        run=run,
        path=shown(path.relative_to(root))[-1024:],
        size_bytes=path.stat().st_size,
        modified_at=_modified_at(path),
    )


def _unread_row(run: ImportRun, root: Path, error: OSError) -> ImportedFile:
    """A folder whose photos were not even seen: nobody may think that they are all here."""
    return ImportedFile(
        run=run,
        path=unread_name(root, error)[-1024:],
        outcome=Outcome.FAILED,
        reason=unread(error),
    )


def unread_name(root: Path, error: OSError) -> str:
    return shown(Path(error.filename).relative_to(root))


def unread(error: OSError) -> str:
    return f"This folder could not be read, nor any photo in it: {error.strerror or error}."


def _modified_at(path: Path) -> dt.datetime:
    return dt.datetime.fromtimestamp(path.stat().st_mtime, tz=dt.UTC)


def is_junk_path(path: str) -> bool:
    """The same of a file in an archive: whether it or a folder above it is junk."""
    return any(_is_junk(part) for part in path.split("/") if part.strip("."))


def _is_junk(name: str) -> bool:
    return name.startswith(".") or name.lower() in JUNK
