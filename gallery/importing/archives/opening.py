"""Begin an import of one or several zips, and open one of them to read."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gallery.core.zip_directory import UnreadableArchive
from gallery.importing.folders import shown
from gallery.models import ImportedArchive, ImportedFile, ImportRun, Outcome, User
from gallery.work import jobs

KIND = "archive"


@dataclass(frozen=True, slots=True)
class Source:
    path: Path
    name: str  # as its owner knows it
    uploaded_as: ImportedFile | None = None


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
    return _begin([Source(path, shown(Path(path.name))) for path in checked], owner)


def begin_uploaded(upload: ImportRun) -> ImportRun | None:
    """Import the zips that came with an upload as one run; they are removed when that has ended.

    Call it in the transaction that ends the upload. None if no zip came with it.
    """
    sources = []
    for row in upload.files.filter(outcome=Outcome.ARCHIVE).order_by("id"):
        try:
            sources.append(Source(_moved(row), row.path, uploaded_as=row))
        except FileNotFoundError:
            row.outcome, row.reason = Outcome.FAILED, "The file is no longer there."
            row.save(update_fields=["outcome", "reason"])
    return _begin(sources, upload.owner) if sources else None


def begin_again(run: ImportRun) -> ImportRun:
    """Import the archives of an ended run once more: what failed may succeed now."""
    archives = run.archives.select_related("uploaded_as")
    sources = [Source(Path(each.path), each.name, each.uploaded_as) for each in archives]
    archives.update(uploaded_as=None)  # the page of the upload leads to the newest try
    again = _begin(sources, run.owner)
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


def _begin(sources: Sequence[Source], owner: User) -> ImportRun:
    names = ", ".join(source.name for source in sources)
    with transaction.atomic():
        job = jobs.create(KIND, owner=owner, title=f"Import of {names}"[:200])
        run = ImportRun.objects.create(
            owner=owner,
            door=ImportRun.Door.ARCHIVE,
            root=names[:1024],
            job=job,
            started_at=timezone.now(),
        )
        rows = ImportedArchive.objects.bulk_create(_row(run, source) for source in sources)
        jobs.add_chunks(job, [{"archive": row.pk, "from": 0} for row in rows])
        jobs.ring_later(job)
    return run


def _row(run: ImportRun, source: Source) -> ImportedArchive:
    found = source.path.stat()
    return ImportedArchive(
        run=run,
        name=source.name[-1024:],
        path=str(source.path),
        is_ours=our_folder() in source.path.parents,
        uploaded_as=source.uploaded_as,
        size_bytes=found.st_size,
        modified_ns=found.st_mtime_ns,
    )


def our_folder() -> Path:
    """Where uploaded archives lie until their import has ended."""
    return Path(settings.INCOMING_FOLDER) / "archives"


def _moved(row: ImportedFile) -> Path:
    """Take an uploaded zip out of the reach of what clears up after uploads. Safe to repeat."""
    target = our_folder() / f"{row.pk}.zip"
    target.parent.mkdir(exist_ok=True, mode=0o750)
    if row.incoming and not target.exists():
        (settings.INCOMING_FOLDER / row.incoming).rename(target)
    return target


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
