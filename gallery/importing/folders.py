"""Door 2: a folder on the server. Its files are copied, never changed."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from gallery.core.batches import tapering
from gallery.core.sidecars import sidecar_for
from gallery.files.paths import find, shown
from gallery.files.reaching import FolderRefused, check_folder
from gallery.importing.pipeline import Offered
from gallery.importing.walking import every_folder, is_junk_path
from gallery.models import ImportedFile, ImportRun, Outcome, User
from gallery.work import jobs

SIDE_FILES = {".json", ".xmp"}

__all__ = [
    "FolderRefused",
    "begin",
    "checked",
    "find",
    "found_in",
    "in_chunks",
    "is_junk_path",
    "names_offered",
    "offered",
    "shown",
    "unread",
    "unread_name",
]

# Small enough to show progress every second, large enough that claiming costs next to nothing:
# a chunk takes two dozen statements, however many files it has.
FILES_PER_CHUNK = 32


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
        rows = ImportedFile.objects.bulk_create(_rows(run, root, files), batch_size=1000)
        ImportedFile.objects.bulk_create(_unread_row(run, root, error) for error in errors)
        jobs.add_chunks(job, in_chunks([row.pk for row in rows]))
        jobs.ring_later(job)
    return run


def in_chunks(ids: Sequence[int]) -> list[list[int]]:
    """Rows of an import as the workers take them."""
    return [list(some) for some in tapering(ids, FILES_PER_CHUNK)]


def checked(root: Path) -> Path:
    """The real path of a folder to import. Raises FolderRefused."""
    return check_folder(root)


def found_in(root: Path, *, on_error: Callable[[OSError], None] | None = None) -> Iterator[Path]:
    """Every file that is offered, in order: no junk, no hidden files, no side files of photos.

    ``on_error`` is told of each folder that cannot be read.
    """
    for folder, found in every_folder(root):
        if on_error:
            for problem in found.problems:
                on_error(problem)
        for name in names_offered([entry.name for entry in found.files]):
            yield folder / name


def names_offered(names: Sequence[str]) -> list[str]:
    """The files of one folder that are offered: not the side files of others among them."""
    side_files = {name for name in names if Path(name).suffix.lower() in SIDE_FILES}
    used = _used(side_files, names)
    return [name for name in names if name not in used]


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


@lru_cache(maxsize=16)
def _side_files(folder: Path, _changed_at: int) -> frozenset[str]:
    """Names of side files in a folder, read again when the folder has changed."""
    names = [path.name for path in folder.iterdir()]
    return frozenset(name for name in names if Path(name).suffix.lower() in SIDE_FILES)


def _used(side_files: set[str], names: Sequence[str]) -> set[str]:
    """Side files that belong to a file beside them; others are offered, and refused by name."""
    if not side_files:
        return set()
    photos = (name for name in names if name not in side_files)
    beside = frozenset(side_files)  # the same one for every photo: it is prepared only once
    return {found for name in photos if (found := sidecar_for(name, beside))}


def _rows(run: ImportRun, root: Path, files: Iterable[Path]) -> Iterator[ImportedFile]:
    for path in files:
        with contextlib.suppress(FileNotFoundError):  # gone since its folder was listed
            yield _row(run, root, path)


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
