"""Last stage: the albums of a Takeout, made from its folders.

What its owner has settled here stays: a photo that was taken out of an album does not come back
into it, and a deleted album stays deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils import timezone

from gallery.core import takeout_folders
from gallery.core.zip_directory import UnreadableArchive
from gallery.core.zip_entries import BadEntry
from gallery.importing.archives import pairing, unpacking
from gallery.importing.archives.opening import opened
from gallery.models import Album, AlbumPhoto, ImportedFile, ImportRun, Outcome
from gallery.work import claims
from gallery.work.claims import Claim

ROWS_PER_QUERY = 2000
LARGEST_DESCRIPTION = 1024 * 1024


def album_folders(run: ImportRun) -> set[str]:
    """Folders of photos that may be albums; which ones are is known when they are read."""
    described = {pairing.folder_of(row.path) for row in _descriptions(run)}
    paths = run.files.exclude(photo=None).values_list("path", flat=True)
    folders = {pairing.folder_of(path) for path in paths.iterator()}
    return {
        folder
        for folder in folders
        if takeout_folders.is_album(folder, has_description=folder in described)
    }


def make(claim: Claim) -> None:
    """Make or fill the albums of some folders."""
    run = ImportRun.objects.select_related("owner").get(job=claim.job_id)
    folders = claim.payload["folders"]
    titles = _titles(run, set(folders))
    found = pairing.files_by_folder(run, folders)

    def effects() -> None:
        for folder, files in found.items():
            if folder in titles:
                _fill(run, folder, titles[folder], [pk for pk, _, _ in files])

    claims.finish(claim, effects, done=claim.payload["size"])


def _descriptions(run: ImportRun) -> Iterator[ImportedFile]:
    """Side files that belong to no photo: one of them may describe the album."""
    rows = run.files.filter(outcome=Outcome.SIDE_FILE, reason=pairing.UNUSED)
    return rows.select_related("archive").order_by("id").iterator(chunk_size=500)


def _titles(run: ImportRun, folders: set[str]) -> dict[str, str]:
    """The title of each folder that is an album."""
    told: dict[str, str] = {}
    for row in _descriptions(run):
        folder = pairing.folder_of(row.path)
        if folder in folders and folder not in told:
            facts = _described(row)
            if facts is not None:
                told[folder] = facts.title
    titles = {}
    for folder in folders:
        title = told.get(folder, "")
        is_album = takeout_folders.is_album(folder, has_description=folder in told)
        if is_album and not takeout_folders.is_year(title):
            name = folder.rpartition("/")[2]
            titles[folder] = title or takeout_folders.title_of(name) or "Untitled"
    return titles


def _described(row: ImportedFile) -> takeout_folders.AlbumFacts | None:
    if row.archive is None or row.size_bytes > LARGEST_DESCRIPTION:
        return None
    try:
        with opened(row.archive) as file:
            return takeout_folders.read(b"".join(unpacking.read(file, row)))
    except (BadEntry, UnreadableArchive, OSError):
        return None  # then the folder's name is the title


def _fill(run: ImportRun, folder: str, title: str, file_ids: list[int]) -> None:
    photo_ids = list(dict.fromkeys(_photo_ids(run, file_ids)))
    if not photo_ids:
        return
    now = timezone.now()
    album, _ = Album.objects.get_or_create(
        owner=run.owner,
        imported_as=_key(folder),
        defaults={"title": title, "created_at": now},
    )
    # Those that are there keep their row, and with it whether they were taken out.
    AlbumPhoto.objects.bulk_create(
        (AlbumPhoto(album=album, photo_id=pk, added_at=now) for pk in photo_ids),
        ignore_conflicts=True,
        batch_size=ROWS_PER_QUERY,
    )


def _key(folder: str) -> str:
    """What the folder is called, wherever in an export it lies: its owner's name for the album."""
    return folder.rpartition("/")[2][-200:]


def _photo_ids(run: ImportRun, file_ids: list[int]) -> Iterable[int]:
    for start in range(0, len(file_ids), ROWS_PER_QUERY):
        rows = run.files.filter(pk__in=file_ids[start : start + ROWS_PER_QUERY])
        yield from rows.exclude(photo=None).order_by("id").values_list("photo", flat=True)
