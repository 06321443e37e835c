"""Rating and tagging: what the acts do, that strangers are left alone, and their exact undo."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gallery import changes, tags
from gallery.models import Photo, PhotoTag, Stack, Tag, User
from tests.factories import NOON, make_photo, make_photos

pytestmark = pytest.mark.django_db


def _these(*photos: Photo) -> Any:
    return Photo.objects.filter(pk__in=[photo.pk for photo in photos])


def _names(photo: Photo) -> list[str]:
    return tags.names_of([photo.pk]).get(photo.pk, [])


def _rows() -> list[Any]:
    return list(PhotoTag.objects.order_by("pk").values())


def test_photos_are_rated_in_one_change_that_is_undone_exactly(alice: User) -> None:
    one, two = make_photo(alice, rating=2), make_photo(alice)
    change = changes.rate(_these(one, two), by=alice, stars=4)
    assert list(Photo.objects.order_by("pk").values_list("rating", flat=True)) == [4, 4]
    assert change.photo_count == 2
    changes.undo(change, by=alice)
    assert list(Photo.objects.order_by("pk").values_list("rating", flat=True)) == [2, None]


def test_rating_again_with_the_same_stars_is_no_change(alice: User) -> None:
    photo = make_photo(alice, rating=3)
    assert changes.rate(_these(photo), by=alice, stars=3).pk is None
    assert changes.rate(_these(photo), by=alice, stars=0).pk


def test_a_tag_is_one_word_however_it_is_written(alice: User) -> None:
    one, two = make_photos(alice, 2)
    tags.put_on(_these(one), ["Straße", " Paris "], by=alice)
    tags.put_on(_these(two), ["STRASSE", "paris", "PARIS"], by=alice)
    assert Tag.objects.count() == 2
    assert _names(one) == _names(two) == ["Paris", "Straße"]


def test_tags_put_on_and_taken_off_are_undone_to_the_very_rows(alice: User) -> None:
    one, two = make_photos(alice, 2)
    tags.put_on(_these(one), ["sea"], by=alice)
    before = _rows()
    change = tags.put_on(_these(one, two), ["sea", "beach"], by=alice)
    assert _names(one) == _names(two) == ["beach", "sea"]
    off = tags.take_off(_these(one, two), ["SEA"], by=alice)
    assert _names(one) == ["beach"]
    changes.undo(off, by=alice)
    changes.undo(change, by=alice)
    assert _rows() == before


def test_an_undo_says_which_later_act_stands_in_the_way(alice: User) -> None:
    photo = make_photo(alice)
    change = tags.put_on(_these(photo), ["sea"], by=alice)
    tags.take_off(_these(photo), ["sea"], by=alice)
    before = _rows()
    with pytest.raises(changes.CannotUndo, match=f"{photo.file_name} was given the tag “sea”"):
        changes.undo(change, by=alice)
    assert _rows() == before


def test_all_parts_of_a_shot_are_tagged_and_it_counts_once(alice: User) -> None:
    stack = Stack.objects.create(owner=alice)
    raw = make_photo(alice, stack=stack, stack_place=2, format="RAW")
    picture = make_photo(alice, stack=stack, stack_place=1)
    tags.put_on(_these(picture), ["sea"], by=alice)
    assert _names(raw) == ["sea"]
    assert [(each.tag.name, each.count) for each in tags.with_counts(alice)] == [("sea", 1)]
    assert list(tags.photos_of(Tag.objects.get())) == [picture]


def test_a_tag_whose_photos_are_all_in_the_trash_is_not_listed(alice: User) -> None:
    photo = make_photo(alice)
    tags.put_on(_these(photo), ["sea"], by=alice)
    changes.trash(_these(photo), by=alice)
    assert tags.with_counts(alice) == []
    assert not tags.photos_of(Tag.objects.get()).exists()


def test_taking_off_a_tag_nobody_has_is_no_change(alice: User) -> None:
    assert tags.take_off(_these(make_photo(alice)), ["sea"], by=alice).pk is None
    assert not Tag.objects.exists()


def test_the_page_of_a_photo_rates_and_tags_it(alice: User, alice_client: Client) -> None:
    photo = make_photo(alice)
    address = photo.get_absolute_url()
    sent = {"photo": photo.pk, "next": address}
    alice_client.post(reverse("gallery:act-rate"), {**sent, "stars": "4"})
    answer = alice_client.post(
        reverse("gallery:act-tag"), {**sent, "tags": "sea, Paris; sea"}, follow=True
    )
    shown = answer.content.decode()
    assert "4 of 5" in shown
    assert "Tagged 1 photo: “sea”, “Paris”" in shown
    tag = Tag.objects.get(name="sea")
    assert tag.get_absolute_url() in shown
    alice_client.post(reverse("gallery:act-untag"), {**sent, "tag": tag.pk})
    alice_client.post(reverse("gallery:act-rate"), {**sent, "stars": ""})
    photo.refresh_from_db()
    assert photo.rating is None
    assert _names(photo) == ["Paris"]


def test_a_selection_is_asked_what_it_is_to_be_called(alice: User, alice_client: Client) -> None:
    photos = make_photos(alice, 3, rating=2)
    tags.put_on(_these(photos[0]), ["sea"], by=alice)
    ids = [photo.pk for photo in photos]
    shown = alice_client.post(reverse("gallery:choose-labels"), {"photo": ids}).content.decode()
    assert "Rate and tag 3 photos" in shown
    assert "2 of 5" in shown
    assert "Take the tag sea off" in shown
    answer = alice_client.post(reverse("gallery:act-tag"), {"photo": ids, "tags": " , "})
    assert answer.status_code == 422
    assert "Write at least one tag." in answer.content.decode()


def test_the_page_of_a_tag_shows_its_photos_by_days(alice: User, alice_client: Client) -> None:
    one, other = make_photos(alice, 2)
    tags.put_on(_these(one), ["sea"], by=alice)
    assert "sea" in alice_client.get(reverse("gallery:tags")).content.decode()
    shown = alice_client.get(Tag.objects.get().get_absolute_url()).content.decode()
    assert one.get_absolute_url() in shown
    assert other.get_absolute_url() not in shown


def test_a_stranger_neither_sees_nor_changes_tags(alice: User, bob: User) -> None:
    from tests.conftest import signed_in

    photo = make_photo(alice, archived_at=NOON)
    tags.put_on(_these(photo), ["sea"], by=alice)
    tag = Tag.objects.get()
    client = signed_in(bob)
    assert client.get(tag.get_absolute_url()).status_code == 404
    assert "sea" not in client.get(reverse("gallery:tags")).content.decode()
    bobs = make_photo(bob)
    sent = {"photo": bobs.pk, "tag": tag.pk}
    assert client.post(reverse("gallery:act-untag"), sent).status_code == 404
    for name in ("act-rate", "act-tag", "choose-labels"):
        theirs = {"photo": str(photo.pk), "tags": "x", "stars": "1"}
        assert client.post(reverse(f"gallery:{name}"), theirs).status_code == 404
    assert _names(photo) == ["sea"]
