from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection, transaction
from django.forms.models import model_to_dict

from dedup import groups, reviewing
from dedup.models import DecidedPair, Decision, SimilarGroup
from gallery import changes
from gallery.models import Change, Photo, User
from tests.dedup.library import contents, groups_of, make_measured, options, scanned
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def photos(alice: User) -> list[Photo]:
    """Four shots of one view; the third is the largest."""
    return [
        make_measured(alice, 1, after=shot, shot=shot, width=4000 if shot == 2 else 2000)
        for shot in range(4)
    ]


@pytest.fixture
def group(alice: User, photos: list[Photo]) -> SimilarGroup:
    return scanned(alice).groups.get()


def _state(owner: User) -> dict[int, Any]:
    return {photo.pk: model_to_dict(photo) for photo in Photo.objects.owned_by(owner)}


def _ids(photos: list[Photo]) -> list[int]:
    return [photo.pk for photo in photos]


def _open(user: User) -> list[SimilarGroup]:
    return [view.group for view in groups.open_groups(user).groups]


def test_a_decision_keeps_archives_and_trashes_in_one_change(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    one, two, three, four = _ids(photos)
    decision = reviewing.decide(group, keep=[one], archive=[two], trash=[three, four], by=alice)
    assert set(Photo.objects.on_timeline().values_list("pk", flat=True)) == {one}
    assert set(Photo.objects.archived().values_list("pk", flat=True)) == {two}
    assert set(Photo.objects.in_trash().values_list("pk", flat=True)) == {three, four}
    assert decision.change == Change.objects.get()
    assert decision.change is not None
    assert decision.change.photo_count == 3
    assert _open(alice) == []


def test_photos_that_are_not_named_are_kept(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    reviewing.decide(group, trash=[photos[0].pk], by=alice)
    assert Photo.objects.on_timeline().count() == 3


@pytest.mark.parametrize("undo_by", ["the group's button", "the history of changes"])
def test_undo_puts_every_photo_back_and_opens_the_group(
    alice: User, group: SimilarGroup, photos: list[Photo], undo_by: str
) -> None:
    before = _state(alice)
    one, two, three, four = _ids(photos)
    decision = reviewing.decide(group, keep=[one], archive=[two], trash=[three, four], by=alice)
    if undo_by == "the group's button":
        reviewing.undo(decision, by=alice)
    else:
        assert decision.change is not None
        changes.undo(decision.change, by=alice)
    assert _state(alice) == before
    assert _open(alice) == [group]
    assert not DecidedPair.objects.standing().exists()
    reviewing.undo(decision, by=alice)
    assert _state(alice) == before, "undoing twice is harmless"


def test_accepting_keeps_the_suggested_photo_and_trashes_the_others(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    reviewing.accept_suggestion(group, alice)
    assert Photo.objects.on_timeline().get() == photos[2]
    assert Photo.objects.in_trash().count() == 3


def test_a_double_click_decides_once(alice: User, group: SimilarGroup, photos: list[Photo]) -> None:
    first = reviewing.accept_suggestion(group, alice)
    assert reviewing.accept_suggestion(group, alice) == first
    assert Change.objects.count() == Decision.objects.count() == 1


def test_the_same_choice_sent_twice_decides_once(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    one, *others = _ids(photos)
    first = reviewing.decide(group, keep=[one], trash=others, by=alice)
    assert reviewing.decide(group, keep=[one], trash=others, by=alice) == first
    assert Change.objects.count() == 1


def test_another_choice_for_a_decided_group_is_refused(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    one, *others = _ids(photos)
    reviewing.decide(group, keep=[one], trash=others, by=alice)
    before = _state(alice)
    with pytest.raises(reviewing.AlreadyDecided, match="Undo that first"):
        reviewing.decide(group, keep=others, trash=[one], by=alice)
    with pytest.raises(reviewing.AlreadyDecided):
        reviewing.keep_all(group, alice)
    assert _state(alice) == before


def test_keeping_none_is_refused_unless_asked_for_by_name(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    with pytest.raises(reviewing.WouldKeepNone):
        reviewing.decide(group, trash=_ids(photos), by=alice)
    assert Photo.objects.on_timeline().count() == 4
    reviewing.decide(group, trash=_ids(photos), by=alice, even_if_empty=True)
    assert Photo.objects.in_trash().count() == 4


def test_the_kept_photo_may_not_have_left_meanwhile(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    """The page still shows it, but another window trashed it: trashing the rest is refused."""
    one, *others = photos
    changes.trash(Photo.objects.filter(pk=one.pk), by=alice)
    with pytest.raises(reviewing.WouldKeepNone):
        reviewing.decide(group, keep=[one.pk], trash=_ids(others), by=alice)
    assert Photo.objects.on_timeline().count() == 3


def test_a_photo_of_another_group_is_refused(alice: User, group: SimilarGroup) -> None:
    stranger = make_measured(alice, 7, after=5000)
    with pytest.raises(reviewing.Refused, match="not in this group"):
        reviewing.decide(group, trash=[stranger.pk], by=alice)
    with pytest.raises(reviewing.Refused, match="not in this group"):
        reviewing.not_similar(group, alice, [stranger.pk])
    assert not Photo.objects.in_trash().exists()


def test_a_photo_cannot_be_kept_and_trashed(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    with pytest.raises(reviewing.Refused, match="not two"):
        reviewing.decide(group, keep=[photos[0].pk], trash=[photos[0].pk], by=alice)


@pytest.mark.parametrize("act", [reviewing.keep_all, reviewing.not_similar])
def test_what_was_kept_together_is_never_offered_again(
    alice: User, group: SimilarGroup, act: Any
) -> None:
    before = _state(alice)
    decision = act(group, alice)
    assert _state(alice) == before
    assert _open(alice) == []
    assert act(group, alice) == decision, "a double click"
    for chosen in (options(), options(3600), options(threshold_percent=10)):
        assert groups_of(scanned(alice, chosen)) == []


def test_undoing_keep_all_offers_the_group_again(alice: User, group: SimilarGroup) -> None:
    decision = reviewing.keep_all(group, alice)
    reviewing.undo(decision, by=alice)
    assert _open(alice) == [group]
    assert len(groups_of(scanned(alice))) == 1


def test_decisions_outlive_importing_the_same_originals_again(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    reviewing.keep_all(group, alice)
    checksums = [photo.checksum for photo in photos]
    Photo.objects.all().delete()
    for shot, checksum in enumerate(checksums):
        make_measured(alice, 1, after=shot, shot=shot, checksum=checksum)
    assert groups_of(scanned(alice)) == []


def test_some_photos_are_unlike_the_others_which_stay_together(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    decision = reviewing.not_similar(group, alice, [photos[0].pk])
    view = groups.members(group)
    assert [member.photo for member in view.members] == photos[1:]
    assert groups_of(scanned(alice)) == [set(_ids(photos[1:]))]
    reviewing.undo(decision, by=alice)
    assert groups_of(scanned(alice)) == [set(_ids(photos))]
    assert len(groups.members(group).members) == 4


def test_when_the_cover_is_unlike_the_others_they_get_a_new_one(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    reviewing.not_similar(group, alice, [photos[2].pk])
    view = groups.members(group)
    assert view.cover.photo != photos[2]
    assert view.cover.is_suggested
    assert len(view.members) == 3
    reviewing.accept_suggestion(group, alice)
    assert set(Photo.objects.on_timeline()) == {photos[2], view.cover.photo}


def test_after_a_decision_what_stays_is_not_offered_again(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    reviewing.decide(group, trash=[photos[0].pk], by=alice)
    assert groups_of(scanned(alice)) == []


def test_a_decision_made_while_a_scan_groups_is_respected(
    alice: User, group: SimilarGroup, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dedup.scanning import forming

    compute = forming._found
    decided: list[Decision] = []

    def slow(*args: Any) -> Any:
        found = compute(*args)
        if not decided:
            decided.append(reviewing.keep_all(group, alice))
        return found

    monkeypatch.setattr(forming, "_found", slow)
    assert groups_of(scanned(alice)) == []


def test_undo_is_refused_where_a_photo_was_changed_since(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    decision = reviewing.decide(group, trash=[photos[0].pk], by=alice)
    changes.restore(Photo.objects.filter(pk=photos[0].pk), by=alice)
    with pytest.raises(changes.CannotUndo):
        reviewing.undo(decision, by=alice)
    decision.refresh_from_db()
    assert not decision.is_undone


def test_a_decision_belongs_to_the_owner_and_says_who_made_it(
    alice: User, bob: User, group: SimilarGroup
) -> None:
    decision = reviewing.accept_suggestion(group, bob)  # as an administrator would
    assert (decision.owner, decision.made_by) == (alice, bob)
    assert decision.change is not None
    assert decision.change.owner == alice


def test_a_group_left_with_one_photo_has_no_suggestion_to_accept(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    changes.trash(Photo.objects.filter(pk__in=_ids(photos[:3])), by=alice)
    with pytest.raises(reviewing.Refused, match="Fewer than two"):
        reviewing.accept_suggestion(group, alice)
    assert Photo.objects.on_timeline().get() == photos[3]


def test_nothing_is_half_done_when_a_decision_fails(
    alice: User, group: SimilarGroup, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("the disk is full")

    before = _state(alice)
    monkeypatch.setattr(reviewing, "store_pairs", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        reviewing.accept_suggestion(group, alice)
    assert _state(alice) == before
    assert not Decision.objects.exists()
    assert not Change.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_windows_at_once_never_leave_a_group_empty(alice: User) -> None:
    """One trashes the first photo, the other the second, both of a group of two."""
    pair = [make_measured(alice, 1, after=shot, shot=shot) for shot in (0, 1)]
    group = scanned(alice).groups.get()
    refused: list[reviewing.Refused] = []
    both_ready = threading.Barrier(2)

    def decide(photo: Photo) -> None:
        both_ready.wait()
        try:
            reviewing.decide(group, trash=[photo.pk], by=alice)
        except reviewing.Refused as error:
            refused.append(error)
        finally:
            connection.close()

    windows = [threading.Thread(target=decide, args=(photo,)) for photo in pair]
    for window in windows:
        window.start()
    for window in windows:
        window.join()
    assert len(refused) == 1
    assert Photo.objects.on_timeline().count() == 1
    assert Change.objects.count() == 1


def test_a_scan_after_an_undo_equals_one_without_the_decision(
    alice: User, group: SimilarGroup
) -> None:
    before = contents(group.scan)
    reviewing.undo(reviewing.accept_suggestion(group, alice), by=alice)
    assert contents(scanned(alice)) == before


def test_the_times_of_a_state_are_restored_exactly(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    """Also where a photo of the group was marked as a favourite long ago."""
    long_ago = NOON - dt.timedelta(days=400, microseconds=1)
    Photo.objects.filter(pk=photos[0].pk).update(favourite_at=long_ago)
    before = _state(alice)
    reviewing.undo(reviewing.decide(group, trash=[photos[0].pk], by=alice), by=alice)
    assert _state(alice) == before
