"""What the page of one group answers to its scripts: parts, covers, pairs, refusals in JSON."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dedup.models import Decision, PairScore, Scan, SimilarGroup
from gallery.models import Photo, User
from tests.dedup.views.test_groups import queries_of

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}


def address(name: str, group: SimilarGroup) -> str:
    return reverse(f"dedup:{name}", args=[group.pk])


def percents(page: str, photos: list[Photo]) -> dict[int, str]:
    """What the page says of each photo of a group."""
    found = {}
    for photo in photos:
        _, _, rest = page.partition(f'data-photo="{photo.pk}"')
        found[photo.pk] = rest.partition('data-percent-said="')[2].partition('"')[0]
    return found


def test_only_the_desk_is_sent_where_a_script_asks_for_it(
    alice_client: Client, group: SimilarGroup
) -> None:
    part = alice_client.get(group.get_absolute_url(), {"part": "desk"}).content.decode()
    assert "<review-desk" in part
    assert "<html" not in part


def test_another_cover_changes_every_percentage_to_the_stored_one(
    alice_client: Client, group: SimilarGroup, photos: list[Photo]
) -> None:
    cover = photos[0] if group.cover_id != photos[0].pk else photos[1]
    page = alice_client.get(group.get_absolute_url(), {"cover": cover.pk}).content.decode()
    said = percents(page, photos[:3])
    assert said[cover.pk] == "Cover"
    for photo in photos[:3]:
        if photo != cover:
            a, b = sorted((photo.pk, cover.pk))
            score = PairScore.objects.get(photo_a=a, photo_b=b)
            assert said[photo.pk] == f"{min(99, round(score.percent))} %"
    assert f'name="cover" value="{cover.pk}"' in page


def test_a_photo_that_cannot_be_compared_with_the_new_cover_says_so(
    alice_client: Client, group: SimilarGroup, photos: list[Photo]
) -> None:
    """Its files are gone in this test, so nothing can be measured anew either."""
    cover = next(photo for photo in photos[:3] if photo.pk != group.cover_id)
    PairScore.objects.all().delete()
    Photo.objects.get(pk=cover.pk).features.delete()
    page = alice_client.get(group.get_absolute_url(), {"cover": cover.pk}).content.decode()
    assert page.count('data-percent-said="not compared"') == 2


def test_the_pairs_of_a_group_come_with_words_and_measures(
    alice_client: Client, group: SimilarGroup
) -> None:
    page = alice_client.get(address("group-pairs", group)).content.decode()
    assert page.count('class="pair-row"') == 3
    assert page.count("Hash bits that differ") == 3
    assert "Very alike" in page
    part = alice_client.get(address("group-pairs", group), {"part": "table"}).content.decode()
    assert "<html" not in part


def test_the_strip_shows_the_groups_around_and_their_facts(
    alice_client: Client, scan: Scan, group: SimilarGroup
) -> None:
    page = alice_client.get(address("beside", group)).content.decode()
    assert page.count('class="beside__row"') == 2
    ways = [
        alice_client.get(address("beside", group), {"way": way}).content.decode().count("<li")
        for way in ("earlier", "later")
    ]
    assert sorted(ways) == [0, 1]


def test_facts_that_are_the_same_for_all_photos_are_not_shown(
    alice_client: Client, group: SimilarGroup
) -> None:
    page = alice_client.get(group.get_absolute_url()).content.decode()
    assert '<th scope="row">Size</th>' in page
    assert '<th scope="row">Format</th>' not in page


def test_a_script_gets_the_undo_of_its_decision_and_uses_it(
    alice_client: Client, group: SimilarGroup
) -> None:
    found = alice_client.post(address("accept", group), headers=JSON).json()
    assert found["undo"] == reverse("dedup:undo-decision", args=[Decision.objects.get().pk])
    answer = alice_client.post(found["undo"], headers=JSON).json()
    assert answer["group"].startswith(group.get_absolute_url())
    assert SimilarGroup.objects.open().count() == 2


def test_refusals_reach_a_script_with_their_reason(
    alice_client: Client, group: SimilarGroup, photos: list[Photo]
) -> None:
    fields: dict[str, Any] = {f"photo-{photo.pk}": "trash" for photo in photos[:3]}
    none_left = alice_client.post(address("decide", group), fields, headers=JSON)
    assert none_left.status_code == 422
    assert none_left.json()["error"]["question"] is True
    alice_client.post(address("accept", group))
    second = alice_client.post(address("keep-all", group), headers=JSON)
    assert second.status_code == 409
    assert "decided already" in second.json()["error"]["message"]


def test_a_set_to_keep_preselects_nothing_for_the_trash(
    alice_client: Client, group: SimilarGroup
) -> None:
    SimilarGroup.objects.filter(pk=group.pk).update(kind=SimilarGroup.Kind.SET)
    page = alice_client.get(group.get_absolute_url()).content.decode()
    assert page.count('value="keep" autocomplete="off" checked') == 3
    assert 'value="trash" autocomplete="off" checked' not in page


def test_a_stranger_sees_neither_pairs_nor_neighbours(
    bob_client: Client, group: SimilarGroup
) -> None:
    for name in ("group-pairs", "beside"):
        assert bob_client.get(address(name, group)).status_code == 404


def test_the_number_of_queries_does_not_grow_with_photos(
    alice: User, alice_client: Client, scan: Scan
) -> None:
    small = queries_of(alice_client, scan.groups.get(photo_count=2).get_absolute_url())
    large = queries_of(alice_client, scan.groups.get(photo_count=3).get_absolute_url())
    assert large == small
    assert small <= 27
