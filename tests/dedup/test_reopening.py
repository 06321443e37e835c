"""Two photos are parted for good, and what was decided can be asked again on purpose."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from dedup import groups, previews, reopening, reviewing
from dedup.models import Decision, SimilarGroup
from gallery import changes
from gallery.models import Change, Photo, User
from tests.dedup.library import groups_of, make_measured, options, scanned

pytestmark = pytest.mark.django_db


@pytest.fixture
def photos(alice: User) -> list[Photo]:
    return [make_measured(alice, 1, after=shot, shot=shot) for shot in range(3)]


def ids(photos: list[Photo]) -> set[int]:
    return {photo.pk for photo in photos}


def shown(user: User) -> list[set[int]]:
    views = groups.open_groups(user).groups
    return [{member.photo.pk for member in view.members} for view in views]


def test_parted_photos_leave_each_other_in_open_groups_and_in_later_scans(
    alice: User, photos: list[Photo]
) -> None:
    scanned(alice)
    assert shown(alice) == [ids(photos)]
    _, second, third = photos
    reopening.part(second, third, by=alice)
    (left,) = shown(alice)
    assert not {second.pk, third.pk} <= left
    assert len(left) == 2
    (found,) = groups_of(scanned(alice))
    assert not {second.pk, third.pk} <= found


def test_parting_is_undone_exactly(alice: User, photos: list[Photo]) -> None:
    scanned(alice)
    decision = reopening.part(photos[0], photos[1], by=alice)
    assert reopening.part(photos[1], photos[0], by=alice) == decision
    reviewing.undo(decision, alice)
    assert shown(alice) == [ids(photos)]
    assert reopening.decision_about(photos[0], photos[1]) is None


def test_what_was_kept_together_comes_back_when_asked_to_and_not_before(
    alice: User, photos: list[Photo]
) -> None:
    group = scanned(alice).groups.get()
    decision = reviewing.keep_all(group, alice)
    assert groups_of(scanned(alice)) == []
    change = reopening.review_again(decision, by=alice)
    assert change is not None
    assert group in SimilarGroup.objects.open()
    assert groups_of(scanned(alice)) == [ids(photos)]
    changes.undo(change, by=alice)
    assert group not in SimilarGroup.objects.open()
    assert groups_of(scanned(alice)) == []


def test_reviewing_again_moves_no_photo(alice: User, photos: list[Photo]) -> None:
    group = scanned(alice).groups.get()
    one, two, three = photos
    decision = reviewing.decide(group, keep=[one.pk, two.pk], trash=[three.pk], by=alice)
    reopening.review_again(decision, by=alice)
    assert Photo.objects.get(pk=three.pk).trashed_at is not None
    assert shown(alice) == [{one.pk, two.pk}]


def test_reviewing_again_twice_changes_nothing_more(alice: User, photos: list[Photo]) -> None:
    decision = reviewing.keep_all(scanned(alice).groups.get(), alice)
    assert reopening.review_again(decision, by=alice) is not None
    count = Change.objects.count()
    assert reopening.review_again(decision, by=alice) is None
    assert Change.objects.count() == count


def test_the_sliders_count_what_is_reviewed_again(alice: User, photos: list[Photo]) -> None:
    decision = reviewing.keep_all(scanned(alice).groups.get(), alice)
    scan = scanned(alice)
    before = previews.counts(scan, options())
    change = reopening.review_again(decision, by=alice)
    after = previews.counts(scan, options())
    assert before is not None
    assert after is not None
    assert (before.groups, after.groups, after.photos) == (0, 1, 3)
    assert change is not None
    changes.undo(change, by=alice)
    again = previews.counts(scan, options())
    assert again is not None
    assert again.groups == 0


def test_the_page_that_compares_parts_two_photos_and_offers_them_again(
    alice: User, alice_client: Client, photos: list[Photo]
) -> None:
    pair = [photos[0].pk, photos[1].pk]
    compare = reverse("dedup:compare", args=pair)
    answer = alice_client.post(reverse("dedup:pair-not-similar", args=pair), follow=True)
    page = answer.content.decode()
    assert "These two are not offered together" in page
    decision = Decision.objects.get()
    again = reverse("dedup:review-again", args=[decision.pk])
    assert again in page
    page = alice_client.post(again, {"next": compare}, follow=True).content.decode()
    assert "To be reviewed again" in page
    assert reverse("dedup:pair-not-similar", args=pair) in page


def test_strangers_part_nothing_and_reopen_nothing(
    alice: User, bob_client: Client, photos: list[Photo]
) -> None:
    decision = reviewing.keep_all(scanned(alice).groups.get(), alice)
    pair = [photos[0].pk, photos[1].pk]
    assert bob_client.post(reverse("dedup:pair-not-similar", args=pair)).status_code == 404
    assert bob_client.post(reverse("dedup:review-again", args=[decision.pk])).status_code == 404
    assert Decision.objects.standing().get() == decision
