"""Last stage: the albums of a Takeout, made from its folders, whether in zips or unpacked.

What its owner has settled here stays: a photo that was taken out of an album does not come back
into it, and a deleted album stays deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from gallery.core import takeout_folders
from gallery.importing.archives import descriptions, pairing
from gallery.importing.archives.descriptions import Description
from gallery.models import Album, AlbumPhoto, ImportedFile, ImportRun, Outcome
from gallery.work import claims
from gallery.work.claims import Claim

ROWS_PER_QUERY = 2000
NO_ALBUM = "It describes a folder that is no album."


def chunks(run: ImportRun) -> list[dict[str, Any]]:
    """The folders that may be albums, in portions; which ones are is known when they are read."""
    paths = run.files.exclude(photo=None).values_list("path", flat=True)
    folders = {pairing.folder_of(path) for path in paths.iterator()}
    is_archive = run.door == ImportRun.Door.ARCHIVE
    told = descriptions.of_zips(run) if is_archive else descriptions.of_others(run)
    wanted = {
        each for each in folders if each in told or _is_album(run, each, has_description=False)
    }
    return pairing.folder_chunks(run, wanted.__contains__) if wanted else []


def make(claim: Claim) -> None:
    """Make or fill the albums of some folders."""
    run = ImportRun.objects.select_related("owner", "folder").get(job=claim.job_id)
    files = pairing.files_by_folder(run, claim.payload["folders"])
    described = descriptions.read(run, files)
    titles = _titles(run, described)

    def effects() -> None:
        for folder, title in titles.items():
            _fill(run, folder, title, [pk for pk, _, _ in files[folder]])
        _name_descriptions(described, titles)

    claims.finish(claim, effects, done=claim.payload["size"])


def _is_album(run: ImportRun, folder: str, *, has_description: bool) -> bool:
    return takeout_folders.is_album(_place(run, folder), has_description=has_description)


def _place(run: ImportRun, folder: str) -> str:
    """The folder with what is above it, also if only a part of an export was chosen."""
    return f"{run.root}/{folder}".rstrip("/") if run.is_of_folder else folder


def _titles(run: ImportRun, described: Mapping[str, Description | None]) -> dict[str, str]:
    """The title of each folder that is an album."""
    titles = {}
    for folder, description in described.items():
        title = description.title if description else ""
        is_album = _is_album(run, folder, has_description=description is not None)
        if is_album and not takeout_folders.is_year(title):
            name = _place(run, folder).rpartition("/")[2]
            titles[folder] = title or takeout_folders.title_of(name) or "Untitled"
    return titles


def _name_descriptions(
    described: Mapping[str, Description | None], titles: Mapping[str, str]
) -> None:
    """Say in the list of files what became of those that were read."""
    for folder, description in described.items():
        if description and description.row:
            title = titles.get(folder)
            reason = f"It names the album “{title}”." if title else NO_ALBUM
            ImportedFile.objects.filter(pk=description.row).update(
                outcome=Outcome.SIDE_FILE, reason=reason, code=""
            )


def _fill(run: ImportRun, folder: str, title: str, file_ids: list[int]) -> None:
    photo_ids = list(dict.fromkeys(_photo_ids(run, file_ids)))
    if not photo_ids:
        return
    now = timezone.now()
    album, _ = Album.objects.get_or_create(
        owner=run.owner,
        imported_as=_key(_place(run, folder)),
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
