"""Folders that are offline, unreadable, linked in circles, or overlap with another."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from gallery.files import originals, reaching
from gallery.files.in_place import OriginalNotHere
from gallery.files.reaching import FolderRefused
from gallery.importing import folders, library_folders, offline
from gallery.models import FolderFile, ImportRun, LibraryFolder, Photo, User
from gallery.work import runner
from tests.factories import write_picture
from tests.library import (
    COPY,
    IN_PLACE,
    add,
    drawn_folder,
    last_outcomes,
    look,
    photo_of,
)
from tests.pictures import scene

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return drawn_folder(tmp_path / "photos")


@pytest.mark.parametrize("how", ["gone", "empty mount point", "another disk"])
def test_a_folder_that_is_not_mounted_is_offline_and_changes_no_photo(
    root: Path, alice: User, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = add(root, alice)
    before = list(Photo.objects.order_by("pk").values())
    files = list(FolderFile.objects.order_by("pk").values())
    away = root.rename(root.parent / "away")
    if how != "gone":
        root.mkdir()
    if how == "another disk":
        (root / "lost").mkdir()
        monkeypatch.setattr(offline, "file_system_of", lambda _: "another")
    folder = look(folder)
    assert folder.offline_since is not None
    assert {"gone": "no such folder", "empty mount point": "not mounted"}.get(
        how, "Another disk"
    ) in folder.offline_reason
    assert list(Photo.objects.order_by("pk").values()) == before
    assert list(FolderFile.objects.order_by("pk").values()) == files
    with pytest.raises(OriginalNotHere, match="offline"):
        originals.open_original(photo_of("a.jpg"))
    first = folder.offline_since
    assert look(folder).offline_since == first
    if root.exists():
        shutil.rmtree(root)
    away.rename(root)
    monkeypatch.undo()
    assert look(folder).offline_since is None
    assert list(FolderFile.objects.order_by("pk").values()) == files
    assert ImportRun.objects.count() == 1


def test_a_disk_mounted_anew_under_another_number_is_the_same_by_its_files(
    root: Path, alice: User
) -> None:
    folder = add(root, alice)
    LibraryFolder.objects.update(file_system="of before the restart")
    folder = look(folder)
    assert folder.offline_since is None
    assert folder.file_system != "of before the restart"


def test_a_folder_that_goes_while_it_is_looked_at_makes_nothing_missing(
    root: Path, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = add(root, alice)
    checks = iter([None, reaching.FolderOffline("It has gone.")])

    def check(_: LibraryFolder) -> None:
        if problem := next(checks):
            raise problem
        shutil.move(root / "a.jpg", root.parent)

    monkeypatch.setattr(offline, "check", check)
    assert look(folder).offline_reason == "It has gone."
    assert not folder.files.filter(missing_since__isnull=False).exists()


def test_a_directory_that_cannot_be_entered_is_named_and_its_photos_are_not_missing(
    root: Path, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = add(root, alice)
    scandir = os.scandir

    def refuse(path: Any) -> Any:
        if os.fspath(path).endswith("/deep"):
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    folder = look(folder)
    assert folder.problems == ["deep: Permission denied"]
    assert not folder.files.filter(missing_since__isnull=False).exists()
    monkeypatch.undo()
    assert look(folder).problems == []


def test_a_directory_that_can_be_listed_but_not_entered_stops_nothing(
    root: Path, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Unenterable:
        """What ``os.scandir`` gives for a folder without the right to enter it."""

        def __init__(self, entry: os.DirEntry[str]) -> None:
            self.name, self.path = entry.name, entry.path
            self.is_symlink = entry.is_symlink

        def refuse(self, *_: Any, **__: Any) -> bool:
            raise PermissionError(13, "Permission denied", self.path)

        is_dir = is_file = stat = refuse

    class Entries(list[Any]):
        def __enter__(self) -> Entries:
            return self

        def __exit__(self, *_: Any) -> None: ...

    scandir = os.scandir

    def listable(path: Any) -> Any:
        entries = scandir(path)
        return Entries(map(Unenterable, entries)) if str(path).endswith("/deep") else entries

    folder = add(root, alice)
    monkeypatch.setattr(os, "scandir", listable)
    folder = look(folder)
    assert folder.problems == ["deep: Permission denied"]
    assert not folder.files.filter(missing_since__isnull=False).exists()
    once = folders.begin(root, alice)  # the other door stopped here
    runner.drain(once.job, processes=0)
    assert last_outcomes() == {
        "a.jpg": "already_here",
        "deep": "failed",
        "notes.txt": "refused",
    }


@pytest.mark.parametrize("where", ["itself", "below", "above", "link", "dots"])
def test_overlapping_folders_are_refused_with_a_reason(
    root: Path, alice: User, bob: User, where: str
) -> None:
    add(root / "deep", alice)
    link = root.parent / "link"
    link.symlink_to(root)
    (root / "deep" / "below").mkdir()
    path = {
        "itself": root / "deep",
        "below": root / "deep" / "below",
        "above": root,
        "link": link / "deep",
        "dots": root / "deep" / ".." / "deep",
    }[where]
    with pytest.raises(FolderRefused, match="library folder"):
        library_folders.add(path, bob, mode=COPY, is_watched=False, by=bob)
    assert LibraryFolder.objects.count() == 1


def test_a_folder_mounted_at_a_second_place_is_known_by_its_number(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a bind mount: another path, but the same folder of the same disk."""
    other = tmp_path / "other"
    (other / "below").mkdir(parents=True)
    stat = Path.stat
    monkeypatch.setattr(
        Path, "stat", lambda path, **more: stat(root if path == other else path, **more)
    )
    for path in (other, other / "below"):
        with pytest.raises(FolderRefused):
            reaching.check_no_overlap(path, [root])
    with pytest.raises(FolderRefused, match="holds"):
        reaching.check_no_overlap(other, [root / "deep"])


def test_the_data_folder_is_refused_from_both_sides(data_folder: Path, alice: User) -> None:
    for path in (data_folder, data_folder / "incoming", data_folder.parent):
        with pytest.raises(FolderRefused, match="overlaps with the data folder"):
            library_folders.add(path, alice, mode=IN_PLACE, is_watched=False, by=alice)


def test_links_are_not_followed_out_of_the_folder_nor_round_in_circles(
    root: Path, tmp_path: Path, alice: User
) -> None:
    secret = write_picture(tmp_path / "secret" / "s.jpg", scene(7))
    (root / "out.jpg").symlink_to(secret)
    (root / "round").symlink_to(root)
    (root / "itself.jpg").symlink_to(root / "itself.jpg")
    (root / "inside.jpg").symlink_to(root / "a.jpg")
    folder = add(root, alice)
    outcomes = last_outcomes()
    assert outcomes["out.jpg"] == "failed"
    assert outcomes["inside.jpg"] == "already_here"
    assert "itself.jpg" not in outcomes
    assert Photo.objects.count() == 2
    assert folder.problems == [
        "itself.jpg: Too many levels of symbolic links",
        "round: it is a link to another folder, which is not followed",
    ]
