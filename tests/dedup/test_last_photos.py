"""Whatever is done, one photo of a group stays out of the trash, unless asked for by name."""

from __future__ import annotations

import pytest

from dedup import reviewing
from dedup.core.values import WindowMode
from dedup.models import SimilarGroup
from gallery import changes
from gallery.models import Photo, User
from tests.dedup.library import make_measured, options, scanned

pytestmark = pytest.mark.django_db


@pytest.fixture
def photos(alice: User) -> list[Photo]:
    """Four shots of one view."""
    return [make_measured(alice, 1, after=shot, shot=shot) for shot in range(4)]


@pytest.fixture
def group(alice: User, photos: list[Photo]) -> SimilarGroup:
    return scanned(alice).groups.get()


def _ids(photos: list[Photo]) -> list[int]:
    return [photo.pk for photo in photos]


def test_the_gallery_asks_before_it_trashes_a_whole_group(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    with pytest.raises(changes.WouldEmptyGroups, match="4 similar photos"):
        changes.trash(Photo.objects.filter(pk__in=_ids(photos)), by=alice)
    assert not Photo.objects.in_trash().exists()
    changes.trash(Photo.objects.filter(pk__in=_ids(photos[1:])), by=alice)
    assert Photo.objects.on_timeline().get() == photos[0]


def test_the_gallery_asks_before_it_trashes_the_last_photo_of_a_group(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    """Whenever and however the others went: one by one, or by a decision."""
    for photo in photos[:3]:
        changes.trash(Photo.objects.filter(pk=photo.pk), by=alice)
    last = Photo.objects.filter(pk=photos[3].pk)
    with pytest.raises(changes.WouldEmptyGroups, match="last one left of 4 similar photos"):
        changes.trash(last, by=alice)
    assert Photo.objects.on_timeline().get() == photos[3]
    changes.trash(last, by=alice, even_if_groups_empty=True)
    assert Photo.objects.in_trash().count() == 4


def test_the_kept_photo_of_a_decision_is_not_trashed_unasked(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    reviewing.accept_suggestion(group, alice)
    scanned(alice)  # knows the kept photo alone
    with pytest.raises(changes.WouldEmptyGroups, match="last one left"):
        changes.trash(Photo.objects.on_timeline(), by=alice)
    assert Photo.objects.on_timeline().count() == 1


def test_an_archived_photo_counts_as_kept(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    changes.archive(Photo.objects.filter(pk=photos[0].pk), by=alice)
    changes.trash(Photo.objects.filter(pk__in=_ids(photos[1:])), by=alice)
    assert Photo.objects.in_trash().count() == 3


def test_undoing_a_restore_does_not_empty_a_group(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    changes.trash(Photo.objects.filter(pk=photos[0].pk), by=alice)
    restored = changes.restore(Photo.objects.filter(pk=photos[0].pk), by=alice)
    changes.trash(Photo.objects.filter(pk__in=_ids(photos[1:])), by=alice)
    with pytest.raises(changes.CannotUndo, match="last one left"):
        changes.undo(restored, by=alice)
    assert Photo.objects.on_timeline().get() == photos[0]


def test_a_decision_does_not_empty_a_group_of_another_scan(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    narrow = scanned(alice, options(window_seconds=1.5, mode=WindowMode.SPAN)).groups.first()
    assert narrow is not None
    inside = [row.photo_id for row in narrow.members.all()]
    outside = [photo.pk for photo in photos if photo.pk not in inside]
    assert outside
    with pytest.raises(reviewing.WouldKeepNone):
        reviewing.decide(group, keep=outside, trash=inside, by=alice)
    assert not Photo.objects.in_trash().exists()
    reviewing.decide(group, keep=outside, trash=inside, by=alice, even_if_empty=True)
    assert Photo.objects.in_trash().count() == len(inside)


def test_photos_that_are_not_similar_are_in_nobody_s_way(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    reviewing.not_similar(group, alice)
    changes.trash(Photo.objects.filter(pk__in=_ids(photos)), by=alice)
    assert Photo.objects.in_trash().count() == 4


def test_the_guard_knows_only_the_owner_s_groups(
    alice: User, bob: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    assert reviewing.groups_left_empty(bob, _ids(photos)) == []
    assert len(reviewing.groups_left_empty(alice, _ids(photos))) == 1
