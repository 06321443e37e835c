"""A person's word on what is one shot."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from gallery import changes, stacking, stacks, timeline
from gallery.models import Photo, Stack, User
from tests.factories import NOON, make_photo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_groups(settings: Any) -> None:
    settings.TRASH_GUARDS = []


def joined(owner: User, *photos: Photo) -> list[Photo]:
    """As at the end of an import."""
    with transaction.atomic():
        stacks.join(owner, photos)
    return fresh(*photos)


def fresh(*photos: Photo) -> list[Photo]:
    return [Photo.objects.get(pk=photo.pk) for photo in photos]


def shot(owner: User) -> list[Photo]:
    picture = make_photo(owner, file_name="IMG_0001.JPG")
    raw = make_photo(owner, file_name="IMG_0001.CR3", format="RAW")
    edited = make_photo(owner, file_name="IMG_E0001.JPG")
    return joined(owner, picture, raw, edited)


def of(*photos: Photo) -> Any:
    return Photo.objects.filter(pk__in=[photo.pk for photo in photos])


def shown(owner: User) -> list[str]:
    page = timeline.page(Photo.objects.owned_by(owner).on_timeline().one_of_each_stack())
    return sorted(photo.file_name for day in page.days for photo in day.photos)


def state(*photos: Photo) -> list[tuple[int | None, int]]:
    return [(photo.stack_id, photo.stack_place) for photo in fresh(*photos)]


def pair(owner: User) -> list[Photo]:
    return joined(
        owner,
        make_photo(owner, file_name="IMG_1.JPG"),
        make_photo(owner, file_name="IMG_1.CR3", format="RAW"),
    )


def test_shot_taken_apart_is_shown_file_by_file_and_comes_back_by_undo(alice: User) -> None:
    photos = pair(alice)
    before = state(*photos)
    change = stacking.split(of(*photos), by=alice)
    assert shown(alice) == ["IMG_1.CR3", "IMG_1.JPG"]
    assert change.summary == "Taken apart: IMG_1.JPG, IMG_1.CR3"
    changes.undo(change, by=alice)
    assert state(*photos) == before
    assert shown(alice) == ["IMG_1.JPG"]


def test_what_was_taken_apart_is_not_joined_again_by_an_import(alice: User) -> None:
    photos = pair(alice)
    change = stacking.split(of(*photos), by=alice)
    joined(alice, *photos)
    assert state(*photos) == [(None, 0), (None, 0)]
    changes.undo(change, by=alice)
    stack_id = photos[0].stack_id
    assert [each for each, _ in state(*joined(alice, *photos))] == [stack_id, stack_id]


def test_one_file_can_leave_and_the_others_stay_together(alice: User) -> None:
    picture, raw, edited = shot(alice)
    stacking.split(of(edited), by=alice)
    left, stayed, alone = fresh(picture, raw, edited)
    assert left.stack_id == stayed.stack_id is not None
    assert alone.stack_id is None
    assert [photo.stack_id for photo in joined(alice, edited)] == [None]


def test_last_file_of_a_shot_is_a_photo_of_its_own(alice: User) -> None:
    picture, raw = pair(alice)
    change = stacking.split(of(raw), by=alice)
    assert state(picture, raw) == [(None, 0), (None, 0)]
    assert change.photo_count == 2


def test_two_photos_of_a_moment_are_joined_and_act_as_one(alice: User) -> None:
    one = make_photo(alice, file_name="a.jpg")
    other = make_photo(alice, file_name="b.png", taken_at=NOON + dt.timedelta(seconds=3))
    assert stacking.offered(one) == [other]
    change = stacking.join(of(one, other), by=alice)
    assert shown(alice) == ["a.jpg"]
    assert stacking.offered(Photo.objects.get(pk=one.pk)) == []
    changes.archive(of(one), by=alice)
    assert shown(alice) == []
    changes.undo(change, by=alice)
    assert state(one, other) == [(None, 0), (None, 0)]


def test_joining_brings_the_other_parts_of_both_shots_along(alice: User) -> None:
    parts = pair(alice)
    other = make_photo(alice, file_name="b.jpg")
    stacking.join(of(parts[0], other), by=alice)
    assert len({photo.stack_id for photo in fresh(*parts, other)}) == 1


def test_joined_by_hand_after_it_was_taken_apart(alice: User) -> None:
    photos = pair(alice)
    stacking.split(of(*photos), by=alice)
    stacking.join(of(*photos), by=alice)
    assert len({photo.stack_id for photo in fresh(*photos)} - {None}) == 1
    assert shown(alice) == ["IMG_1.JPG"]


def test_photos_of_two_moments_are_not_joined(alice: User) -> None:
    one = make_photo(alice)
    later = make_photo(alice, taken_at=NOON + dt.timedelta(seconds=11))
    with pytest.raises(stacking.NotOneShot, match="two shots"):
        stacking.join(of(one, later), by=alice)
    assert stacking.offered(one) == []


def test_nothing_to_do_leaves_no_trace(alice: User) -> None:
    photos = pair(alice)
    assert stacking.join(of(*photos), by=alice).pk is None
    assert stacking.split(of(make_photo(alice)), by=alice).pk is None


def test_undo_says_that_the_other_files_are_gone(alice: User) -> None:
    picture, raw, edited = shot(alice)
    change = stacking.split(of(edited), by=alice)
    changes.trash(of(picture, raw), by=alice)
    changes.delete_forever(of(picture, raw), by=alice)
    assert not Stack.objects.exists()
    with pytest.raises(changes.CannotUndo, match="deleted forever"):
        changes.undo(change, by=alice)


def test_page_takes_apart_and_joins(alice: User, alice_client: Client) -> None:
    picture, raw = pair(alice)
    page = alice_client.get(picture.get_absolute_url()).content.decode()
    assert "These are not one shot" in page
    here = picture.get_absolute_url()
    answer = alice_client.post(
        reverse("gallery:act-split"), {"photo": [picture.pk, raw.pk], "next": here}
    )
    assert answer.url == here  # type: ignore[attr-defined]
    page = alice_client.get(here).content.decode()
    assert "1 more of this moment" in page
    alice_client.post(reverse("gallery:act-join"), {"photo": [picture.pk, raw.pk], "next": here})
    assert fresh(picture)[0].stack_id is not None


def test_strangers_neither_join_nor_take_apart(alice: User, bob_client: Client) -> None:
    photos = pair(alice)
    before = state(*photos)
    for act in ("gallery:act-split", "gallery:act-join"):
        data = {"photo": [photo.pk for photo in photos]}
        assert bob_client.post(reverse(act), data).status_code == 404
    assert state(*photos) == before
