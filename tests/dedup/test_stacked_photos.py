"""Parts of one shot are never compared with each other, and count as one in every guard."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from dedup import bulk, groups, reviewing, tray
from dedup.choices import Choice
from dedup.models import PhotoFeatures, SimilarGroup
from dedup.reviewing import WouldKeepNone
from gallery import changes, stacks
from gallery.changes import WouldEmptyGroups
from gallery.models import Photo, User
from gallery.stacks import Parts
from gallery.work import runner
from tests.dedup.library import groups_of, make_measured, options, scanned

pytestmark = pytest.mark.django_db


def make_shot(owner: User, stem: str, *, after: float, shot: int) -> tuple[Photo, Photo]:
    """A picture and its RAW, both measured, stacked."""
    fields: dict[str, Any] = {"after": after, "shot": shot}
    picture = make_measured(owner, 1, file_name=f"{stem}.JPG", **fields)
    raw = make_measured(
        owner, 1, file_name=f"{stem}.CR3", format="RAW", width=6000, height=4000, **fields
    )
    with transaction.atomic():
        stacks.join(owner, [picture, raw])
    return picture, raw


def of(*photos: Photo) -> Any:
    return Photo.objects.filter(pk__in=[photo.pk for photo in photos])


def states(*photos: Photo) -> list[str]:
    return [Photo.objects.get(pk=photo.pk).state for photo in photos]


@pytest.fixture
def first(alice: User) -> tuple[Photo, Photo]:
    return make_shot(alice, "IMG_1", after=0, shot=1)


@pytest.fixture
def second(alice: User) -> tuple[Photo, Photo]:
    return make_shot(alice, "IMG_2", after=5, shot=2)


@pytest.fixture
def group(alice: User, first: Any, second: Any) -> SimilarGroup:
    return scanned(alice).groups.get()


def test_a_shot_is_no_group_of_itself(alice: User, first: tuple[Photo, Photo]) -> None:
    scan = scanned(alice)
    assert scan.photo_count == 1
    assert groups_of(scan) == []


def test_shots_are_compared_by_the_part_that_is_shown(
    alice: User, group: SimilarGroup, first: Any, second: Any
) -> None:
    assert groups_of(group.scan) == [{first[0].pk, second[0].pk}]


def test_best_part_speaks_for_the_whole_shot(alice: User, first: Any) -> None:
    # A larger picture than the JPEG of the first shot, but smaller than its RAW.
    alone = make_measured(alice, 1, after=5, shot=2, width=800, height=600)
    group = scanned(alice).groups.get()
    assert group.cover == first[0]
    assert "6000×4000" in group.members.get(suggested=True).reason  # noqa: RUF001
    assert group.spare_bytes == alone.size_bytes


def test_space_that_could_go_is_that_of_all_parts(
    alice: User, group: SimilarGroup, first: Any, second: Any
) -> None:
    gone = second if group.cover == first[0] else first
    assert group.spare_bytes == gone[0].size_bytes + gone[1].size_bytes
    assert groups.summary(group.scan).spare_bytes == group.spare_bytes
    assert groups.members(group).spare_bytes == group.spare_bytes


def test_trashing_in_review_takes_all_parts_and_undo_brings_all_back(
    alice: User, group: SimilarGroup, first: Any, second: Any
) -> None:
    decision = reviewing.decide(group, keep=[first[0].pk], trash=[second[0].pk], by=alice)
    assert states(*first, *second) == ["timeline", "timeline", "trash", "trash"]
    reviewing.undo(decision, alice)
    assert states(*first, *second) == ["timeline"] * 4


def test_accepting_thousands_of_suggestions_takes_all_parts(
    alice: User, group: SimilarGroup, first: Any, second: Any
) -> None:
    job = bulk.accept_suggestions_later([group], alice)
    runner.drain(job, processes=0)
    assert sorted(states(*first, *second)) == ["timeline", "timeline", "trash", "trash"]
    assert states(first[0]) == states(first[1])


def test_review_can_trash_only_one_kind(
    alice: User, group: SimilarGroup, first: Any, second: Any
) -> None:
    wanted = Choice(frozenset(), trash=frozenset([first[0].pk, second[0].pk]))
    with pytest.raises(WouldKeepNone):
        reviewing.make(group, wanted, by=alice)
    only_raw = Choice(frozenset(), trash=wanted.trash, trash_parts=Parts.RAW)
    reviewing.make(group, only_raw, by=alice)
    assert states(*first, *second) == ["timeline", "trash", "timeline", "trash"]


def test_the_tray_can_trash_only_one_kind(
    alice: User, alice_client: Client, group: SimilarGroup, first: Any, second: Any
) -> None:
    going, staying = (second, first) if group.cover_id == first[0].pk else (first, second)
    answers = {going[0].pk: "trash", staying[0].pk: "keep"}
    tray.remember(group, answers, is_ready=True)
    assert 'name="trash_parts"' in alice_client.get(reverse("dedup:tray")).content.decode()
    alice_client.post(reverse("dedup:confirm-tray"), {"trash_parts": "raw"})
    assert states(*going, *staying) == ["timeline", "trash", "timeline", "timeline"]
    assert not tray.contents(alice).groups


def test_a_shot_of_which_one_part_is_left_is_still_there(
    alice: User, group: SimilarGroup, first: Any, second: Any
) -> None:
    changes.trash(of(first[0]), by=alice, parts=Parts.PICTURE)
    # The RAW of the first shot is left, so the second one is not the last of the group.
    changes.trash(of(second[0]), by=alice)
    assert states(*first, *second) == ["trash", "timeline", "trash", "trash"]
    with pytest.raises(WouldEmptyGroups, match=r"IMG_1\.CR3 is the last one left"):
        changes.trash(of(first[1]), by=alice)


@pytest.mark.parametrize("part", [0, 1])
def test_whichever_part_is_named_the_guard_sees_the_whole_shot(
    alice: User, group: SimilarGroup, first: Any, second: Any, part: int
) -> None:
    changes.trash(of(first[part]), by=alice)
    with pytest.raises(WouldEmptyGroups):
        changes.trash(of(second[part]), by=alice)
    assert states(*second) == ["timeline", "timeline"]


def test_what_was_decided_of_the_picture_holds_for_the_raw_that_is_left(
    alice: User, group: SimilarGroup, first: Any, second: Any
) -> None:
    reviewing.keep_all(group, alice)
    changes.trash(of(first[0]), by=alice, parts=Parts.PICTURE)
    assert PhotoFeatures.objects.filter(photo=first[1]).exists()
    assert groups_of(scanned(alice, options(120))) == []
    assert groups_of(scanned(alice)) == []


def test_parts_that_are_stacked_after_a_scan_leave_its_groups(alice: User) -> None:
    picture = make_measured(alice, 1, file_name="IMG_1.JPG", shot=1)
    edited = make_measured(alice, 1, file_name="IMG_E1.JPG", shot=2)
    edited.file_name = "IMG_E0001.JPG"
    Photo.objects.filter(pk=edited.pk).update(file_name="IMG_E0001.JPG")
    Photo.objects.filter(pk=picture.pk).update(file_name="IMG_0001.JPG")
    scan = scanned(alice)
    assert len(groups.open_groups(alice, scan).groups) == 1
    with transaction.atomic():
        stacks.join(alice, Photo.objects.all())
    assert groups.open_groups(alice, scan).groups == []
