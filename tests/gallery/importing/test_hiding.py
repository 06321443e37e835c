"""A photo whose file stays in its folder is hidden instead of deleted, and the way back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gallery import changes
from gallery.files import originals
from gallery.importing import folders, library_folders
from gallery.models import Change, Photo, User
from gallery.work import runner
from tests.factories import write_picture
from tests.library import (
    add,
    drawn_folder,
    last_outcomes,
    look,
    photo_of,
    settled,
    snapshot,
    stored,
)
from tests.pictures import scene

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return drawn_folder(tmp_path / "photos")


def test_deleting_a_photo_read_in_place_hides_it_and_no_look_brings_it_back(
    root: Path, alice: User
) -> None:
    before = snapshot(root)
    folder = add(root, alice)
    photo = Photo.objects.filter(file_name="a.jpg")
    row = photo.values().get()
    changes.trash(photo, by=alice)
    assert changes.empty_trash(alice, by=alice) == changes.Deleted(0, 1)
    assert photo.get().state == "hidden"
    assert not Photo.objects.in_trash().exists()
    assert snapshot(root) == before
    for how in ({}, {"by_hand": True}, {"everything": True}):
        look(folder, **how)
    assert photo.get().state == "hidden"
    assert Photo.objects.on_timeline().count() == 1
    assert changes.empty_trash(alice, by=alice) == changes.Deleted(0, 0)
    changes.restore(photo, by=alice)
    assert photo.values().get() == row
    assert snapshot(root) == before


def test_hiding_is_undone_exactly_and_in_order(root: Path, alice: User) -> None:
    add(root, alice)
    photo = Photo.objects.filter(file_name="a.jpg")
    row = photo.values().get()
    trashed = changes.trash(photo, by=alice)
    in_trash = photo.values().get()
    changes.empty_trash(alice, by=alice)
    hidden = Change.objects.get(act="hide")
    with pytest.raises(changes.CannotUndo, match="undo that first"):
        changes.undo(trashed, by=alice)
    changes.undo(hidden, by=alice)
    assert photo.values().get() == in_trash
    changes.undo(trashed, by=alice)
    assert photo.values().get() == row


def test_photos_of_both_kinds_are_deleted_and_hidden_as_each_must_be(
    root: Path, alice: User, tmp_path: Path
) -> None:
    add(root, alice)
    write_picture(tmp_path / "once" / "c.jpg", scene(4))
    runner.drain(folders.begin(tmp_path / "once", alice).job, processes=0)
    changes.trash(Photo.objects.all(), by=alice)
    assert changes.empty_trash(alice, by=alice) == changes.Deleted(1, 2)
    assert Photo.objects.count() == 2


def test_a_missing_photo_can_be_deleted_forever(root: Path, alice: User) -> None:
    folder = add(root, alice)
    (root / "a.jpg").unlink()
    look(folder)
    photos = Photo.objects.filter(file_name="a.jpg")
    changes.trash(photos, by=alice)
    assert changes.empty_trash(alice, by=alice) == changes.Deleted(1, 0)
    assert not photos.exists()


def test_an_upload_of_a_file_that_is_read_in_place_makes_no_copy(
    root: Path, alice: User, bob: User, tmp_path: Path
) -> None:
    add(root, alice)
    shutil.copytree(root, tmp_path / "again")
    runner.drain(folders.begin(tmp_path / "again", alice).job, processes=0)
    assert set(last_outcomes().values()) == {"already_here", "refused"}
    assert stored() == []
    runner.drain(folders.begin(tmp_path / "again", bob).job, processes=0)
    assert len(stored()) == 2  # another owner's photo needs its own


def test_originals_are_copied_in_when_the_folder_is_to_be_copied_after_all(
    root: Path, alice: User
) -> None:
    folder = add(root, alice)
    library_folders.copy_originals(folder)
    with originals.open_original(photo_of("a.jpg")) as file:  # also before that is done
        assert file.read()
    folder = settled(folder)
    assert len(stored()) == 2
    assert Photo.objects.count() == 2
    photo = Photo.objects.filter(file_name="a.jpg")
    changes.trash(photo, by=alice)
    assert changes.empty_trash(alice, by=alice) == changes.Deleted(1, 0)
    assert (root / "a.jpg").exists()
    look(folder)
    assert not photo.exists()


def test_removing_a_folder_keeps_its_photos_and_adding_it_again_finds_them(
    root: Path, alice: User
) -> None:
    before = snapshot(root)
    folder = add(root, alice)
    rows = list(Photo.objects.order_by("pk").values())
    library_folders.remove(folder, by=alice)
    assert list(Photo.objects.order_by("pk").values()) == rows
    assert snapshot(root) == before
    with pytest.raises(FileNotFoundError):
        originals.open_original(photo_of("a.jpg"))
    add(root, alice)
    assert list(Photo.objects.order_by("pk").values()) == rows
    with originals.open_original(photo_of("a.jpg")) as file:
        assert file.read()
