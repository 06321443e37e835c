from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dedup.models import Decision, Scan, SimilarGroup
from gallery.models import Photo, User
from tests.dedup.library import make_measured, scanned

pytestmark = pytest.mark.django_db

ACTS = ["decide", "accept", "keep-all", "not-similar"]


def states(photos: list[Photo]) -> list[str]:
    return [Photo.objects.get(pk=photo.pk).state for photo in photos]


def act(client: Client, name: str, group: SimilarGroup, **fields: Any) -> Any:
    return client.post(reverse(f"dedup:{name}", args=[group.pk]), fields)


def undo_address_of(decision: Decision) -> str:
    return reverse("dedup:undo-decision", args=[decision.pk])


def test_the_list_shows_every_open_group_with_its_numbers(alice_client: Client, scan: Scan) -> None:
    page = alice_client.get(reverse("dedup:groups")).content.decode()
    assert page.count('class="group-row"') == 2
    assert "Keep 1, trash 2" in page
    assert '<strong class="num">5</strong> photos' in page


@pytest.mark.parametrize("sort", ["space", "likeness", "date", "count", "nonsense"])
def test_the_list_can_be_sorted(alice_client: Client, scan: Scan, sort: str) -> None:
    assert alice_client.get(reverse("dedup:groups"), {"sort": sort}).status_code == 200


def test_before_the_first_scan_the_list_leads_to_one(alice_client: Client) -> None:
    page = alice_client.get(reverse("dedup:groups")).content.decode()
    assert "Nothing compared yet" in page
    assert reverse("dedup:scans") in page


def test_a_group_shows_percentages_reasons_and_the_suggestion(
    alice_client: Client, group: SimilarGroup
) -> None:
    page = alice_client.get(group.get_absolute_url()).content.decode()
    assert page.count("data-candidate") == 3
    assert page.count(">Cover</a>") == 1
    assert "Suggested: the largest picture, 4000×300" in page  # noqa: RUF001
    assert page.count('value="keep" autocomplete="off" checked') == 1
    assert page.count('value="trash" autocomplete="off" checked') == 2


def test_the_answers_are_applied_and_the_next_group_is_shown(
    alice_client: Client, group: SimilarGroup, photos: list[Photo]
) -> None:
    fields = {
        f"photo-{photos[0].pk}": "keep",
        f"photo-{photos[1].pk}": "archive",
        f"photo-{photos[2].pk}": "trash",
    }
    answer = act(alice_client, "decide", group, list="sort=count", **fields)
    other = SimilarGroup.objects.exclude(pk=group.pk).get()
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("dedup:group", args=[other.pk]))
    assert states(photos[:3]) == ["timeline", "archive", "trash"]


def test_what_was_decided_is_undone_from_the_next_page(
    alice_client: Client, group: SimilarGroup, photos: list[Photo]
) -> None:
    answer = act(alice_client, "accept", group)
    page = alice_client.get(answer["Location"]).content.decode()
    decision = Decision.objects.get()
    assert undo_address_of(decision) in page
    assert states(photos[:3]) == ["trash", "timeline", "trash"]
    alice_client.post(undo_address_of(decision))
    assert states(photos[:3]) == ["timeline"] * 3
    assert "group-row" in alice_client.get(reverse("dedup:groups")).content.decode()


def test_after_the_last_group_the_list_says_that_all_is_decided(
    alice_client: Client, scan: Scan
) -> None:
    for group in scan.groups.all():
        act(alice_client, "keep-all", group)
    page = alice_client.get(reverse("dedup:groups")).content.decode()
    assert "All groups are decided" in page


def test_to_keep_none_is_a_question_first(
    alice_client: Client, group: SimilarGroup, photos: list[Photo]
) -> None:
    fields = {f"photo-{photo.pk}": "trash" for photo in photos[:3]}
    answer = act(alice_client, "decide", group, **fields)
    assert answer.status_code == 422
    assert "Trash all 3" in answer.content.decode()
    assert states(photos[:3]) == ["timeline"] * 3
    act(alice_client, "decide", group, even_if_empty="1", **fields)
    assert states(photos[:3]) == ["trash"] * 3


def test_one_photo_may_be_set_apart_as_not_similar(
    alice_client: Client, group: SimilarGroup, photos: list[Photo]
) -> None:
    act(alice_client, "not-similar", group, photo=[photos[2].pk])
    page = alice_client.get(group.get_absolute_url()).content.decode()
    assert page.count("data-candidate") == 2
    assert states(photos[:3]) == ["timeline"] * 3


def test_not_similar_is_remembered_by_the_next_scan(
    alice: User, alice_client: Client, group: SimilarGroup
) -> None:
    act(alice_client, "not-similar", group)
    assert scanned(alice).groups.count() == 1


def test_a_second_decision_on_a_group_is_refused_in_words(
    alice_client: Client, group: SimilarGroup
) -> None:
    act(alice_client, "accept", group)
    answer = alice_client.post(reverse("dedup:keep-all", args=[group.pk]), follow=True)
    assert "decided already" in answer.content.decode()
    assert Decision.objects.count() == 1


def test_a_decided_group_shows_its_decision_instead_of_the_answers(
    alice_client: Client, group: SimilarGroup
) -> None:
    act(alice_client, "accept", group)
    page = alice_client.get(group.get_absolute_url()).content.decode()
    assert "Decided:" in page
    assert 'type="radio"' not in page


def test_photos_of_others_in_the_form_change_nothing(
    alice_client: Client, bob: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    theirs = make_measured(bob, 1)
    act(alice_client, "decide", group, **{f"photo-{theirs.pk}": "trash", "photo-x": "trash"})
    assert Photo.objects.get(pk=theirs.pk).state == "timeline"


@pytest.mark.parametrize("name", ACTS)
def test_a_stranger_decides_nothing(
    bob_client: Client, group: SimilarGroup, photos: list[Photo], name: str
) -> None:
    assert act(bob_client, name, group).status_code == 404
    assert bob_client.get(group.get_absolute_url()).status_code == 404
    assert states(photos) == ["timeline"] * 5
    assert not Decision.objects.exists()


def test_a_stranger_undoes_nothing(
    alice_client: Client, bob_client: Client, group: SimilarGroup, photos: list[Photo]
) -> None:
    act(alice_client, "accept", group)
    assert bob_client.post(undo_address_of(Decision.objects.get())).status_code == 404
    assert "trash" in states(photos)


def test_a_stranger_sees_no_groups_of_a_scan_of_mine(bob_client: Client, scan: Scan) -> None:
    assert bob_client.get(reverse("dedup:groups"), {"scan": scan.pk}).status_code == 404
    assert bob_client.get(reverse("dedup:groups"), {"scan": "x"}).status_code == 404
    assert "Nothing compared yet" in bob_client.get(reverse("dedup:groups")).content.decode()


def test_acts_are_done_by_post_alone(alice_client: Client, group: SimilarGroup) -> None:
    for name in ACTS:
        assert alice_client.get(reverse(f"dedup:{name}", args=[group.pk])).status_code == 405


def test_the_number_of_queries_does_not_grow_with_groups(
    alice: User, alice_client: Client, scan: Scan
) -> None:
    address = reverse("dedup:groups")
    alice_client.get(address)
    few = queries_of(alice_client, address)
    for view in range(3, 9):
        for shot in range(3):
            make_measured(alice, view, after=1000 * view + shot, shot=shot)
    scanned(alice)
    assert queries_of(alice_client, address) == few
    assert few <= 10


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)
