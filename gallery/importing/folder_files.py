"""Files of a library folder on their way in, and what is remembered of them afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from gallery.files.originals import ChangedMeanwhile
from gallery.importing import folders
from gallery.importing.pipeline import Offered, Prepared
from gallery.models import FolderFile, ImportedFile, ImportRun, LibraryFolder, Outcome, Photo

# A file that failed so often is offered again only if it changes, or if a person asks.
MOST_TRIES = 3
LINK_OUT = "It is a link that leads out of the folder, which is not followed."


def offered(folder: LibraryFolder, row: ImportedFile) -> Offered:
    """The file as the pipeline takes it.

    Raises OSError for one that is gone, changed since it was listed, or leads elsewhere.
    """
    known = row.folder_file
    if known is None:
        raise FileNotFoundError(row.path)
    root = Path(folder.path)
    path = folders.find(root, known.path)
    if path.is_symlink() and root not in path.resolve().parents:
        raise PermissionError(LINK_OUT)
    status = path.stat()
    if (status.st_size, status.st_mtime_ns // 1000) != (known.size_bytes, known.modified_us):
        raise ChangedMeanwhile(f"{path} changed since it was listed")
    return replace(folders.offered(root, path), stays=folder.is_in_place)


def note(folder: LibraryFolder, results: Sequence[tuple[Prepared, ImportedFile]]) -> None:
    """Remember what became of the files. Inside the transaction that decides it."""
    ids = [row.folder_file_id for _, row in results if row.folder_file_id]
    known = FolderFile.objects.in_bulk(ids)
    moved = _moved(folder, [result.checksum for result, _ in results if result.checksum])
    for result, row in results:
        file = known.get(row.folder_file_id or 0)
        if file is None:  # the folder was taken out of the library meanwhile
            continue
        file.checksum, file.outcome, file.photo = result.checksum, row.outcome, row.photo
        file.tries = file.tries + 1 if result.failed else 0
        file.missing_since = None
        if row.photo and (before := moved.pop(result.checksum, None)):
            _follow(row, row.photo, before, file)
    FolderFile.objects.bulk_update(
        known.values(), ["checksum", "outcome", "photo", "tries", "missing_since"]
    )


def note_left(run: ImportRun) -> None:
    """Files that an ended run did not come to are not offered again by themselves."""
    left = FolderFile.objects.filter(
        outcome=Outcome.WAITING, pk__in=run.files.values("folder_file")
    )
    left.update(outcome=Outcome.FAILED, tries=MOST_TRIES)


def _moved(folder: LibraryFolder, checksums: Sequence[str]) -> dict[str, FolderFile]:
    """Missing files of the same bytes: what is offered now is them, at another place."""
    missing = folder.files.filter(checksum__in=checksums, missing_since__isnull=False)
    return {file.checksum: file for file in missing}


def _follow(row: ImportedFile, photo: Photo, before: FolderFile, now: FolderFile) -> None:
    """The photo keeps everything but its path."""
    row.reason = f"It was moved or renamed: before, it was {before.path}. {row.reason}".strip()
    row.save(update_fields=["reason"])
    photos = Photo.objects.filter(pk=photo.pk, source_path=before.path[-1024:])
    photos.update(source_path=now.path[-1024:], file_name=Path(now.path).name[-255:])
    before.delete()
