from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.forms import model_to_dict

from gallery import changes, clearing, stacks, timeline
from gallery.changes import NotInTrash
from gallery.files import checking, deleting, originals
from gallery.models import Companion, Job, Photo, Stack, User
from gallery.stacks import Parts
from gallery.work import runner
from tests.factories import NOON, make_camera, make_photo, make_stored_photo, store_original

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_groups(settings: Any) -> None:
    settings.TRASH_GUARDS = []


def joined(owner: User, *photos: Photo) -> list[Photo]:
    with transaction.atomic():
        stacks.join(owner, photos)
    return [Photo.objects.get(pk=photo.pk) for photo in photos]


def shot(owner: User, stem: str = "IMG_1234", **fields: Any) -> list[Photo]:
    """A picture and its RAW, stacked."""
    picture = make_photo(owner, file_name=f"{stem}.JPG", **fields)
    raw = make_photo(owner, file_name=f"{stem}.CR3", format="RAW", **fields)
    return joined(owner, picture, raw)


def of(*photos: Photo) -> Any:
    return Photo.objects.filter(pk__in=[photo.pk for photo in photos])


def states(*photos: Photo) -> list[str]:
    return [Photo.objects.get(pk=photo.pk).state for photo in photos]


def shown(owner: User) -> list[str]:
    page = timeline.page(Photo.objects.owned_by(owner).on_timeline().one_of_each_stack())
    return sorted(photo.file_name for day in page.days for photo in day.photos)


def test_raw_and_picture_of_one_moment_are_shown_as_one(alice: User) -> None:
    picture, raw = shot(alice)
    assert picture.stack_id is not None and picture.stack_id == raw.stack_id
    assert shown(alice) == ["IMG_1234.JPG"]


@pytest.mark.parametrize("source", ["file", "import"])
def test_a_time_of_the_file_alone_joins_nothing(alice: User, source: str) -> None:
    """All files of a folder that was copied without its times share a second."""
    assert [photo.stack_id for photo in shot(alice, taken_source=source)] == [None, None]


@pytest.mark.parametrize("first", ["raw", "picture"])
def test_the_order_in_which_the_parts_arrive_does_not_matter(alice: User, first: str) -> None:
    names = {"raw": ("IMG_1.CR3", "RAW"), "picture": ("IMG_1.JPG", "JPEG")}
    order = ["raw", "picture"] if first == "raw" else ["picture", "raw"]
    for part in order:
        name, form = names[part]
        joined(alice, make_photo(alice, file_name=name, format=form))
    assert Stack.objects.count() == 1
    assert shown(alice) == ["IMG_1.JPG"]


def test_joining_again_changes_nothing(alice: User) -> None:
    photos = shot(alice)
    before = [model_to_dict(photo) for photo in photos]
    assert [model_to_dict(photo) for photo in joined(alice, *photos)] == before
    assert Stack.objects.count() == 1


def test_edited_version_is_shown_for_its_shot(alice: User) -> None:
    picture, raw = shot(alice)
    edited = make_photo(alice, file_name="IMG_E1234.JPG")
    found = joined(alice, edited)[0]
    assert found.stack_id == picture.stack_id == raw.stack_id
    assert shown(alice) == ["IMG_E1234.JPG"]
    assert [part.file_name for part in stacks.parts_of(raw)] == [
        "IMG_E1234.JPG",
        "IMG_1234.JPG",
        "IMG_1234.CR3",
    ]


SECOND = dt.timedelta(seconds=1)


@pytest.mark.parametrize(
    "other",
    [
        {"taken_at": NOON + SECOND},
        {"taken_at": NOON + dt.timedelta(days=400)},
        {"source_path": "another/IMG_1.CR3"},
        {"file_name": "IMG_2.CR3"},
        {"taken_precision": "day"},
        {"format": "JPEG"},
    ],
    ids=["a second later", "the counter began again", "folder", "name", "only a day", "a copy"],
)
def test_photos_of_different_moments_or_folders_are_never_joined(
    alice: User, other: dict[str, Any]
) -> None:
    picture = make_photo(alice, file_name="IMG_1.JPG", source_path="here/IMG_1.JPG")
    fields = {"file_name": "IMG_1.CR3", "format": "RAW", "source_path": "here/IMG_1.CR3"}
    raw = make_photo(alice, **(fields | other))
    joined(alice, picture, raw)
    assert not Stack.objects.exists()


def test_photos_of_two_cameras_or_two_owners_are_never_joined(alice: User, bob: User) -> None:
    one = make_photo(alice, file_name="IMG_1.JPG", camera=make_camera(alice, "One"))
    other = make_photo(
        alice, file_name="IMG_1.CR3", format="RAW", camera=make_camera(alice, "Other")
    )
    strangers = make_photo(bob, file_name="IMG_1.CR3", format="RAW")
    joined(alice, one, other)
    joined(bob, strangers)
    assert not Stack.objects.exists()


def test_fraction_of_the_second_may_be_missing_in_one_part(alice: User) -> None:
    taken = NOON + dt.timedelta(milliseconds=250)
    picture = make_photo(alice, file_name="IMG_1.JPG", taken_at=taken, taken_precision="subsecond")
    raw = make_photo(alice, file_name="IMG_1.CR3", format="RAW", taken_at=NOON)
    joined(alice, picture, raw)
    assert shown(alice) == ["IMG_1.JPG"]


@pytest.mark.parametrize(
    "act",
    [changes.archive, changes.trash, lambda photos, by: changes.favourite(photos, by=by, on=True)],
)
def test_an_act_on_one_part_is_one_change_of_all_and_undone_exactly(alice: User, act: Any) -> None:
    picture, raw = shot(alice)
    before = [model_to_dict(photo) for photo in (picture, raw)]
    change = act(of(picture), by=alice)
    assert change.photo_count == 2
    after = [model_to_dict(Photo.objects.get(pk=photo.pk)) for photo in (picture, raw)]
    assert after != before
    assert after[0]["trashed_at"] == after[1]["trashed_at"]
    changes.undo(change, by=alice)
    assert [model_to_dict(Photo.objects.get(pk=photo.pk)) for photo in (picture, raw)] == before


def test_all_parts_come_back_from_the_trash_together(alice: User) -> None:
    picture, raw = shot(alice)
    changes.trash(of(raw), by=alice)
    assert states(picture, raw) == ["trash", "trash"]
    changes.restore(of(picture), by=alice)
    assert states(picture, raw) == ["timeline", "timeline"]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [(Parts.PICTURE, ["trash", "timeline"]), (Parts.RAW, ["timeline", "trash"])],
)
def test_only_the_picture_or_only_the_raw_can_be_trashed(
    alice: User, parts: Parts, expected: list[str]
) -> None:
    picture, raw = shot(alice)
    change = changes.trash(of(picture), by=alice, parts=parts)
    assert states(picture, raw) == expected
    # What is left is shown by itself, and acts by itself.
    left = raw if parts == Parts.PICTURE else picture
    assert shown(alice) == [left.file_name]
    archived = changes.archive(of(left), by=alice)
    assert archived.photo_count == 1
    changes.undo(archived, by=alice)
    changes.undo(change, by=alice)
    assert shown(alice) == ["IMG_1234.JPG"]


def test_choosing_the_raw_spares_photos_that_have_none_beside_them(alice: User) -> None:
    picture, raw = shot(alice)
    alone = make_photo(alice, file_name="IMG_9.JPG")
    changes.trash(of(picture, alone), by=alice, parts=Parts.RAW)
    assert states(picture, raw, alone) == ["timeline", "trash", "trash"]


def test_deleting_forever_takes_all_parts_of_the_trash_and_what_is_kept_with_them(
    alice: User,
) -> None:
    picture, _raw = shot(alice)
    Companion.objects.create(
        photo=picture, kind="video", checksum="ab" * 32, file_name="IMG_1234.MOV", size_bytes=3
    )
    store_original("ab" * 32, b"mov")
    with pytest.raises(NotInTrash):
        changes.delete_forever(of(picture), by=alice)
    changes.trash(of(picture), by=alice)
    with transaction.atomic():
        assert changes.delete_forever(of(picture), by=alice).count == 2
    assert not Photo.objects.exists() and not Stack.objects.exists()
    for job in Job.objects.filter(kind=clearing.KIND):
        runner.drain(job, processes=0)
    assert not originals.exists("ab" * 32)


def test_a_part_that_is_not_in_the_trash_stays_when_the_others_are_deleted(alice: User) -> None:
    picture, raw = shot(alice)
    changes.trash(of(picture), by=alice, parts=Parts.PICTURE)
    assert changes.delete_forever(of(picture), by=alice).count == 1
    assert shown(alice) == [raw.file_name]


def test_a_file_that_another_photo_has_beside_it_is_not_deleted(alice: User) -> None:
    stored = make_stored_photo(alice)
    other = make_photo(alice)
    Companion.objects.create(
        photo=other, kind="video", checksum=stored.checksum, file_name="a.mov", size_bytes=3
    )
    stored.delete()
    assert deleting.delete_unneeded([stored.checksum]) == 0
    assert originals.exists(stored.checksum)
    assert list(checking.unneeded_originals()) == []
    other.delete()
    assert deleting.delete_unneeded([stored.checksum]) == 1


def test_a_companion_whose_bytes_are_missing_is_found(alice: User) -> None:
    photo = make_stored_photo(alice)
    Companion.objects.create(
        photo=photo, kind="video", checksum="cd" * 32, file_name="a.mov", size_bytes=3
    )
    (finding,) = checking.originals_with_trouble()
    assert (finding.kind, finding.photos) == ("missing", ("alice: a.mov",))
