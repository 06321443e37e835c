"""What stays gains from what goes: told before, done with the decision, undone with it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dedup import bulk, reviewing
from dedup.choices import Choice, MergeTo
from dedup.models import Decision, KeeperRules, SimilarGroup
from gallery import albums, changes, tags
from gallery.models import AlbumPhoto, Change, Photo, PhotoTag, User
from gallery.work import runner
from tests.dedup.library import make_measured, scanned

pytestmark = pytest.mark.django_db


@pytest.fixture
def photos(alice: User) -> list[Photo]:
    """Four shots of one view. The largest is suggested; the others know more."""
    found = [
        make_measured(alice, 1, after=shot, shot=shot, width=4000 if shot == 2 else 2000)
        for shot in range(4)
    ]
    KeeperRules.objects.create(owner=alice, order=["resolution"], version=1)
    one, two, _, four = found
    albums.put_in(_these(one), albums.create(alice, "Paris"), by=alice)
    tags.put_on(_these(one, two), ["sea"], by=alice)
    changes.rate(_these(four), by=alice, stars=5)
    return found


@pytest.fixture
def group(alice: User, photos: list[Photo]) -> SimilarGroup:
    return scanned(alice).groups.get()


def _these(*photos: Photo) -> Any:
    return Photo.objects.filter(pk__in=[photo.pk for photo in photos])


def _state() -> list[Any]:
    return [
        list(model._default_manager.order_by("pk").values())
        for model in (Photo, AlbumPhoto, PhotoTag)
    ]


def _knows(photo: Photo) -> tuple[int | None, list[str], list[str]]:
    photo.refresh_from_db()
    titles = [album.title for album in albums.albums_of(photo)]
    return photo.rating, titles, tags.names_of([photo.pk]).get(photo.pk, [])


ALL_OF_IT = (5, ["Paris"], ["sea"])
NOTHING: tuple[int | None, list[str], list[str]] = (None, [], [])


def test_the_page_tells_before_what_the_suggested_photo_gains(
    alice_client: Client, group: SimilarGroup, photos: list[Photo]
) -> None:
    shown = alice_client.get(group.get_absolute_url()).content.decode()
    assert f"{photos[2].file_name} gains" in shown
    assert all(each in shown for each in ("Paris", "5 of 5", "sea"))


def test_the_preview_follows_the_answers_and_changes_nothing(
    alice_client: Client, group: SimilarGroup, photos: list[Photo]
) -> None:
    one, two, three, four = (photo.pk for photo in photos)
    before = _state()

    def told(**sent: str) -> str:
        answers = {f"photo-{pk}": "keep" for pk in (one, two, three, four)}
        answer = alice_client.post(reverse("dedup:gains", args=[group.pk]), answers | sent)
        return answer.content.decode()

    assert "<select" not in told(), "where nothing goes, nothing can be gained"
    shown = told(**{f"photo-{four}": "trash"})
    assert "5 of 5" in shown
    assert "Paris" not in shown
    refused = told(**{f"photo-{four}": "trash", "merge": "none"})
    assert "5 of 5" not in refused
    assert '<option value="none" selected>' in refused, "it can be chosen otherwise again"
    archived = told(**{f"photo-{one}": "archive"})
    assert "Paris" in archived
    assert _state() == before


def test_one_keeper_gains_and_the_others_that_stay_do_not(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    one, two, three, four = photos
    before = _state()
    decision = reviewing.decide(group, trash=[one.pk, four.pk], by=alice)
    assert _knows(three) == ALL_OF_IT
    assert _knows(two) == (None, [], ["sea"])
    assert decision.change == Change.objects.order_by("-pk")[0]
    reviewing.undo(decision, by=alice)
    assert _state() == before


def test_all_that_stay_gain_if_asked_for(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    one, two, three, four = photos
    choice = Choice(frozenset(), trash=frozenset({one.pk, four.pk}), merge=MergeTo.ALL)
    before = _state()
    decision = reviewing.make(group, choice, by=alice)
    assert _knows(two) == _knows(three) == ALL_OF_IT
    reviewing.undo(decision, by=alice)
    assert _state() == before


def test_none_gains_if_asked_for_in_the_form(
    alice_client: Client, group: SimilarGroup, photos: list[Photo]
) -> None:
    one, _, three, _ = photos
    sent = {f"photo-{one.pk}": "trash", "merge": "none"}
    alice_client.post(reverse("dedup:decide", args=[group.pk]), sent)
    assert _knows(three) == NOTHING


def test_accepting_many_suggestions_merges_too_with_one_undo(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    before = _state()
    runner.drain(bulk.accept_suggestions_later([group], alice), processes=0)
    assert _knows(photos[2]) == ALL_OF_IT
    changes.undo(Decision.objects.get().change, by=alice)
    assert _state() == before


def test_the_owner_s_setting_holds_where_nothing_else_is_said(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    KeeperRules.objects.filter(owner=alice).update(merge=MergeTo.NONE)
    reviewing.accept_suggestion(group, alice)
    assert _knows(photos[2]) == NOTHING


def test_the_api_merges_and_can_be_told_not_to(
    alice_client: Client, group: SimilarGroup, photos: list[Photo]
) -> None:
    address = f"/api/v1/groups/{group.pk}/accept"
    answer = alice_client.post(f"{address}?merge=none", content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert _knows(photos[2]) == NOTHING
    alice_client.post(
        f"/api/v1/decisions/{answer.json()['id']}/undo", content_type="application/json"
    )
    sent = {"trash": [photos[0].pk], "merge": "all"}
    answer = alice_client.post(
        f"/api/v1/groups/{group.pk}/decide", sent, content_type="application/json"
    )
    assert answer.status_code == 200, answer.content
    assert _knows(photos[3]) == (5, ["Paris"], ["sea"])
    assert answer.json()["summary"].endswith("; what stays gained 1 album, 1 tag")


def test_what_is_archived_gains_if_nothing_is_kept(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    one, two, three, four = photos
    gone = [one.pk, two.pk, four.pk]
    reviewing.decide(group, archive=[three.pk], trash=gone, by=alice)
    assert _knows(three) == ALL_OF_IT


def test_keeping_all_and_not_similar_hand_nothing_on(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    before = _state()
    reviewing.undo(reviewing.keep_all(group, alice), alice)
    reviewing.not_similar(group, alice)
    assert _state() == before


def test_a_stranger_is_told_nothing(bob_client: Client, group: SimilarGroup) -> None:
    assert bob_client.post(reverse("dedup:gains", args=[group.pk]), {}).status_code == 404
