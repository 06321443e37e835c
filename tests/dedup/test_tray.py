"""The tray: answers wait for one confirmation, and nothing is moved before it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from dedup import tray
from dedup.models import Decision, PendingChoice, Scan, SimilarGroup
from gallery import changes
from gallery.models import Photo, User
from tests.dedup.library import make_measured, scanned

pytestmark = pytest.mark.django_db


@pytest.fixture
def photos(alice: User) -> list[Photo]:
    """Three shots of one view, then two of another."""
    first = [make_measured(alice, 1, after=shot, shot=shot) for shot in range(3)]
    return first + [make_measured(alice, 2, after=600 + shot, shot=shot) for shot in range(2)]


@pytest.fixture
def scan(alice: User, photos: list[Photo]) -> Scan:
    return scanned(alice)


@pytest.fixture
def three(scan: Scan) -> SimilarGroup:
    return scan.groups.get(photo_count=3)


@pytest.fixture
def two(scan: Scan) -> SimilarGroup:
    return scan.groups.get(photo_count=2)


def states(photos: list[Photo]) -> list[str]:
    return [Photo.objects.get(pk=photo.pk).state for photo in photos]


def answer(group: SimilarGroup, photos: list[Photo], *answers: str, is_ready: bool = True) -> None:
    ids = [photo.pk for photo in photos]
    tray.remember(group, dict(zip(ids, answers, strict=False)), is_ready=is_ready)


def test_what_is_in_the_tray_moves_nothing(
    alice: User, photos: list[Photo], three: SimilarGroup
) -> None:
    answer(three, photos, "keep", "archive", "trash")
    assert tray.waiting(alice) == 1
    assert tray.contents(alice).trash_count == 1
    assert states(photos) == ["timeline"] * 5
    assert not Decision.objects.exists()


def test_the_confirmation_does_all_groups_as_one_act_and_one_undo_takes_it_back(
    alice: User, photos: list[Photo], three: SimilarGroup, two: SimilarGroup
) -> None:
    answer(three, photos, "keep", "archive", "trash")
    answer(two, photos[3:], "trash", "keep")
    confirmed = tray.confirm(alice, by=alice)
    assert confirmed.change is not None
    assert confirmed.refusals == []
    assert states(photos) == ["timeline", "archive", "trash", "trash", "timeline"]
    assert tray.waiting(alice) == 0
    changes.undo(confirmed.change, by=alice)
    assert states(photos) == ["timeline"] * 5
    assert SimilarGroup.objects.open().count() == 2


def test_answers_of_a_group_that_is_not_finished_wait_but_are_not_confirmed(
    alice: User, photos: list[Photo], three: SimilarGroup
) -> None:
    answer(three, photos, "trash", is_ready=False)
    assert tray.confirm(alice, by=alice).change is None
    assert states(photos) == ["timeline"] * 5
    assert PendingChoice.objects.get().photo_id == photos[0].pk


def test_a_group_that_would_keep_nothing_stays_in_the_tray_with_the_reason(
    alice: User, photos: list[Photo], three: SimilarGroup, two: SimilarGroup
) -> None:
    answer(three, photos, "trash", "trash", "trash")
    answer(two, photos[3:], "trash", "keep")
    confirmed = tray.confirm(alice, by=alice)
    assert len(confirmed.refusals) == 1
    assert "not one of its photos would be kept" in confirmed.refusals[0]
    assert states(photos) == ["timeline"] * 3 + ["trash", "timeline"]
    assert tray.waiting(alice) == 1


def test_a_group_decided_elsewhere_meanwhile_is_left_alone(
    alice: User, alice_client: Client, photos: list[Photo], three: SimilarGroup
) -> None:
    answer(three, photos, "keep", "trash", "trash")
    alice_client.post(reverse("dedup:keep-all", args=[three.pk]))
    assert tray.confirm(alice, by=alice).change is None
    assert states(photos) == ["timeline"] * 5


def test_answers_are_known_again_in_the_groups_of_a_later_scan(
    alice: User, alice_client: Client, photos: list[Photo], three: SimilarGroup
) -> None:
    answer(three, photos, "archive", is_ready=False)
    group = scanned(alice).groups.get(photo_count=3)
    page = alice_client.get(group.get_absolute_url()).content.decode()
    assert page.count('value="archive" autocomplete="off" checked') == 1


def test_the_tray_is_kept_by_the_page_and_confirmed_by_it(
    alice_client: Client, photos: list[Photo], three: SimilarGroup
) -> None:
    fields = {f"photo-{photos[0].pk}": "keep", f"photo-{photos[1].pk}": "trash"}
    address = reverse("dedup:tray-group", args=[three.pk])
    assert alice_client.post(address, {**fields, "ready": "1"}).json() == {"waiting": 1}
    page = alice_client.get(reverse("dedup:tray")).content.decode()
    assert "Keep 2, move 1 to the trash" in page
    alice_client.post(reverse("dedup:confirm-tray"))
    assert states(photos)[:3] == ["timeline", "trash", "timeline"]


def test_taking_all_back_leaves_the_groups_undecided(
    alice: User, alice_client: Client, photos: list[Photo], three: SimilarGroup
) -> None:
    answer(three, photos, "keep", "trash", "trash")
    alice_client.post(reverse("dedup:empty-tray"))
    assert tray.waiting(alice) == 0
    assert SimilarGroup.objects.open().count() == 2


def test_a_stranger_puts_nothing_into_my_tray_and_confirms_nothing_of_it(
    alice: User, bob_client: Client, photos: list[Photo], three: SimilarGroup
) -> None:
    answer(three, photos, "keep", "trash", "trash")
    address = reverse("dedup:tray-group", args=[three.pk])
    assert bob_client.post(address, {f"photo-{photos[0].pk}": "trash"}).status_code == 404
    bob_client.post(reverse("dedup:confirm-tray"))
    assert states(photos) == ["timeline"] * 5
    assert tray.waiting(alice) == 1
