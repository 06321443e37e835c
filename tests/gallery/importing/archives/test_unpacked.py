"""A Takeout that was unpacked gives what its zip gives: albums, stars, archive, trash."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gallery.importing import folders, library_folders, uploads
from gallery.models import Album, ImportRun, LibraryFolder, Photo, User
from gallery.work import runner
from tests.zips import album_file, as_bytes, picture, side_file, zip_file

pytestmark = pytest.mark.django_db(transaction=True)

Import = Callable[..., ImportRun]
ROOT = "Takeout/Google Photos"
FILES: dict[str, Any] = {
    f"{ROOT}/Photos from 2019/a.jpg": picture(1),
    f"{ROOT}/Photos from 2019/a.jpg.json": side_file(1577880000, favorited=True),
    f"{ROOT}/Photos from 2019/metadata.json": album_file("Photos from 2019"),
    f"{ROOT}/Paris, spring/a.jpg": picture(1),
    f"{ROOT}/Paris, spring/a.jpg.json": side_file(1577880000, favorited=True),
    f"{ROOT}/Paris, spring/métadonnées.json": album_file("Paris / spring"),
    f"{ROOT}/Untitled(3)/b.jpg": picture(2),
    f"{ROOT}/Untitled(3)/b.jpg.supplemental-metadata.json": side_file(1577880060, archived=True),
    f"{ROOT}/Bin/c.jpg": picture(3),
    f"{ROOT}/Bin/c.jpg.json": side_file(1577880120, trashed=True),
}


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    return written(tmp_path / "unpacked", FILES)


def written(root: Path, files: dict[str, Any]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_bytes(content))
    return root


def import_folder(root: Path, owner: User) -> ImportRun:
    run = folders.begin(root, owner)
    return drained(run)


def drained(run: ImportRun) -> ImportRun:
    runner.drain(run.job, processes=0)
    run.job.refresh_from_db()
    assert run.job.status == "done"
    return run


def library(owner: User) -> dict[str, Any]:
    photos = Photo.objects.filter(owner=owner)
    return {
        "photos": {
            (each.checksum, each.state, each.favourite_at is not None, each.taken_at)
            for each in photos
        },
        "albums": {
            (
                album.title,
                album.imported_as,
                frozenset(album.members.values_list("photo__checksum")),
            )
            for album in Album.objects.filter(owner=owner)
        },
    }


@pytest.mark.parametrize("part", ["", "Takeout", ROOT])
def test_unpacked_export_gives_what_its_zip_gives(
    tmp_path: Path, unpacked: Path, import_zips: Import, alice: User, bob: User, part: str
) -> None:
    import_zips(zip_file(tmp_path / "takeout.zip", FILES))
    import_folder(unpacked / part, bob)
    assert len(library(alice)["photos"]) == 3
    assert {title for title, *_ in library(alice)["albums"]} == {"Paris / spring", "Untitled(3)"}
    assert library(bob) == library(alice)


def test_list_of_files_says_what_the_description_was_read_for(unpacked: Path, alice: User) -> None:
    run = import_folder(unpacked, alice)
    rows = run.files.filter(path__endswith=".json").values_list("path", "outcome", "reason")
    assert sorted(rows) == [
        (f"{ROOT}/Paris, spring/métadonnées.json", "side_file",
         "It names the album “Paris / spring”."),
        (f"{ROOT}/Photos from 2019/metadata.json", "side_file",
         "It describes a folder that is no album."),
    ]  # fmt: skip


def test_album_folder_alone_is_an_album(unpacked: Path, alice: User) -> None:
    import_folder(unpacked / ROOT / "Paris, spring", alice)
    assert [album.title for album in Album.objects.all()] == ["Paris / spring"]


def test_folders_of_no_export_are_no_albums(tmp_path: Path, alice: User) -> None:
    files = {"Google Drive/Holiday/a.jpg": picture(1), "Holiday/b.jpg": picture(2)}
    import_folder(written(tmp_path / "plain", files), alice)
    assert Photo.objects.count() == 2
    assert not Album.objects.exists()


def test_album_of_a_library_folder_grows_with_it(unpacked: Path, alice: User) -> None:
    copy = LibraryFolder.Mode.COPY
    folder = library_folders.add(unpacked, alice, mode=copy, is_watched=False, by=None)
    look(folder)
    paris = unpacked / ROOT / "Paris, spring"
    (paris / "d.jpg").write_bytes(picture(4))
    look(folder)
    album = Album.objects.get(title="Paris / spring")
    names = album.members.values_list("photo__file_name", flat=True)
    assert sorted(names) == ["a.jpg", "d.jpg"]


def look(folder: LibraryFolder) -> None:
    runner.drain(library_folders.look_later(folder), processes=0)
    for run in ImportRun.objects.filter(job__finished_at=None):
        drained(run)


def test_unpacked_export_sent_by_the_browser_makes_its_albums(alice: User) -> None:
    run = uploads.begin(alice)
    for name, content in sorted(FILES.items(), key=lambda each: not each[0].endswith(".json")):
        stream = io.BytesIO(as_bytes(content))
        uploads.receive(run, name=name, size_bytes=None, modified_at=None, stream=stream)
    uploads.close(run)
    drained(run)
    titles = {album.title: album.members.count() for album in Album.objects.all()}
    assert titles == {"Paris / spring": 1, "Untitled(3)": 1}
    reason = run.files.get(path__endswith="métadonnées.json").reason
    assert reason == "It names the album “Paris / spring”."
