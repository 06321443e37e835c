"""Begin an import of one or several zips, and open one of them to read."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from gallery.core.zip_directory import UnreadableArchive
from gallery.importing.folders import shown
from gallery.models import ImportedArchive, ImportRun, User
from gallery.work import jobs

KIND = "archive"
SUFFIX = ".zip"


class ArchiveRefused(Exception):
    """What was named is no file that could be an archive; the text says why."""


def begin(paths: Sequence[Path], owner: User) -> ImportRun:
    """Import zips of this machine as one run. They are read where they lie, never changed.

    All parts of one export belong into one run: a photo's date may be in another part. Raises
    ArchiveRefused.
    """
    checked = [_checked(path) for path in dict.fromkeys(path.expanduser() for path in paths)]
    if not checked:
        raise ArchiveRefused("Name at least one archive.")
    return _begin([(path, shown(Path(path.name)), False) for path in checked], owner)


def begin_uploaded(arrived: Sequence[tuple[Path, str]], owner: User) -> ImportRun:
    """Import zips that have arrived in the incoming folder (path, name) as one run.

    They are removed when the run has ended.
    """
    return _begin([(path, name, True) for path, name in arrived], owner)


def begin_again(run: ImportRun) -> ImportRun:
    """Import the archives of an ended run once more: what failed may succeed now."""
    archives = [(Path(each.path), each.name, each.is_ours) for each in run.archives.all()]
    again = _begin(archives, run.owner)
    again.retry_of = run
    again.save(update_fields=["retry_of"])
    return again


def are_there(run: ImportRun) -> bool:
    """Whether the archives of a run can still be read."""
    return all(Path(archive.path).is_file() for archive in run.archives.all())


@contextlib.contextmanager
def opened(archive: ImportedArchive) -> Iterator[BinaryIO]:
    """The archive as it was when its run began. Raises UnreadableArchive or OSError."""
    with Path(archive.path).open("rb") as file:
        found = Path(archive.path).stat()
        if (found.st_size, found.st_mtime_ns) != (archive.size_bytes, archive.modified_ns):
            raise UnreadableArchive("The archive was changed while it was being imported.")
        yield file


def _begin(archives: Sequence[tuple[Path, str, bool]], owner: User) -> ImportRun:
    names = ", ".join(name for _, name, _ in archives)
    with transaction.atomic():
        job = jobs.create(KIND, owner=owner, title=f"Import of {names}"[:200])
        run = ImportRun.objects.create(
            owner=owner,
            door=ImportRun.Door.ARCHIVE,
            root=names[:1024],
            job=job,
            started_at=timezone.now(),
        )
        rows = [_row(run, path, name, is_ours=is_ours) for path, name, is_ours in archives]
        ImportedArchive.objects.bulk_create(rows)
        jobs.add_chunks(job, [{"archive": row.pk, "from": 0} for row in rows])
        jobs.ring_later(job)
    return run


def _row(run: ImportRun, path: Path, name: str, *, is_ours: bool) -> ImportedArchive:
    found = path.stat()
    return ImportedArchive(
        run=run,
        name=name[-1024:],
        path=str(path),
        is_ours=is_ours,
        size_bytes=found.st_size,
        modified_ns=found.st_mtime_ns,
    )


def _checked(path: Path) -> Path:
    if path.is_dir():
        raise ArchiveRefused(f"{path} is a folder: use import_folder for it.")
    try:
        with path.open("rb"):
            return path.resolve()
    except FileNotFoundError:
        raise ArchiveRefused(f"{path} does not exist.") from None
    except OSError as error:
        raise ArchiveRefused(f"{path} cannot be read: {error.strerror or error}.") from error
