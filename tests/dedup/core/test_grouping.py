"""Groups: every member passes to its cover, nobody twice, whatever the order of the input."""

from collections.abc import Sequence
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core import grouping
from dedup.core.grouping import APART, group
from dedup.core.values import Group, Options, Shot, WindowMode

SECOND = 1_000_000
Scored = dict[tuple[int, int], float]


def shots_at(*seconds: float, camera_id: int | None = 1) -> list[Shot]:
    return [
        Shot(number + 1, round(at * SECOND), camera_id, precise=True)
        for number, at in enumerate(seconds)
    ]


def grouped(
    shots: Sequence[Shot],
    scores: Scored,
    options: Options | None = None,
    rank: Sequence[int] | None = None,
) -> list[Group]:
    left = np.array([pair[0] for pair in scores], dtype=np.int64)
    right = np.array([pair[1] for pair in scores], dtype=np.int64)
    percent = np.array(list(scores.values()), dtype=np.float32)
    order = [shot.photo_id for shot in shots] if rank is None else rank
    return group(shots, left, right, percent, options or Options(), rank=order)


def as_sets(groups: Sequence[Group]) -> list[tuple[int, set[int]]]:
    return [(found.cover, {member.photo_id for member in found.members}) for found in groups]


def test_the_best_ranked_photo_is_the_cover() -> None:
    shots = shots_at(0, 1, 2)
    scores = {(1, 2): 90.0, (1, 3): 90.0, (2, 3): 90.0}
    assert as_sets(grouped(shots, scores, rank=[2, 3, 1])) == [(2, {1, 3})]


def test_a_member_that_resembles_only_another_member_stays_out() -> None:
    shots = shots_at(0, 1, 2)
    assert as_sets(grouped(shots, {(1, 2): 90.0, (2, 3): 90.0})) == [(1, {2})]


def test_a_slow_pan_does_not_become_one_group() -> None:
    count = 60
    scores = {(n, n + 1): 80.0 for n in range(1, count)}
    groups = grouped(shots_at(*range(count)), scores)
    assert max(len(found.members) for found in groups) == 1


def test_a_photo_joins_the_cover_it_is_most_like() -> None:
    shots = shots_at(0, 1, 2)
    scores = {(1, 3): 75.0, (2, 3): 95.0}
    assert as_sets(grouped(shots, scores)) == [(2, {3})]


def test_members_come_with_their_percent_most_similar_first() -> None:
    (found,) = grouped(shots_at(0, 1, 2), {(1, 2): 75.0, (1, 3): 95.0})
    assert [(member.photo_id, member.percent) for member in found.members] == [(3, 95), (2, 75)]
    assert (found.lowest, found.highest) == (75, 95)


def test_photos_without_a_precise_time_are_in_no_group() -> None:
    shots = [Shot(1, 0, 1, precise=True), Shot(2, 0, 1, precise=False)]
    assert grouped(shots, {(1, 2): 100.0}) == []


def test_other_cameras_are_left_out_on_request() -> None:
    shots = [Shot(1, 0, 1, precise=True), Shot(2, 0, 2, precise=True)]
    assert len(grouped(shots, {(1, 2): 99.0})) == 1
    assert grouped(shots, {(1, 2): 99.0}, Options(across_cameras=False)) == []


def test_pairs_of_unknown_photos_are_passed_over() -> None:
    assert as_sets(grouped(shots_at(0, 1), {(1, 2): 90.0, (1, 77): 99.0})) == [(1, {2})]


@pytest.mark.parametrize("mode", WindowMode)
def test_exactly_a_window_apart_is_a_group_and_more_is_not(mode: WindowMode) -> None:
    options = Options(mode=mode)
    assert len(grouped(shots_at(59.9, 60.1), {(1, 2): 90.0}, options)) == 1
    assert len(grouped(shots_at(0, 60.0), {(1, 2): 90.0}, options)) == 1
    assert grouped(shots_at(0, 60.1), {(1, 2): 90.0}, options) == []


def test_a_gap_group_may_last_longer_than_a_window_but_has_no_longer_gap() -> None:
    every = {(1, 2): 90.0, (1, 3): 90.0, (2, 3): 90.0}
    assert as_sets(grouped(shots_at(0, 50, 100), every)) == [(1, {2, 3})]
    # The middle photo is another scene, so it is no neighbour inside the group.
    assert grouped(shots_at(0, 50, 100), {(1, 3): 90.0}) == []


def test_a_span_group_fits_in_one_window_and_the_rest_form_their_own() -> None:
    shots = shots_at(0, 50, 100, 101)
    every = {(a, b): 90.0 for a in range(1, 5) for b in range(a + 1, 5)}
    groups = grouped(shots, every, Options(mode=WindowMode.SPAN), rank=[2, 1, 3, 4])
    assert as_sets(groups) == [(2, {3, 4})]


@st.composite
def libraries(draw: st.DrawFn) -> tuple[list[Shot], Scored, Options, list[int]]:
    count = draw(st.integers(2, 12))
    seconds = draw(st.lists(st.integers(0, 200), min_size=count, max_size=count))
    shots = [
        Shot(number, at * SECOND, draw(st.sampled_from([None, 1, 2])), precise=True)
        for number, at in enumerate(seconds, start=1)
    ]
    ids = [shot.photo_id for shot in shots]
    pairs = [(a, b) for a in ids for b in ids if a < b]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True))
    scores = {pair: float(draw(st.integers(40, 100))) for pair in chosen}
    options = Options(
        mode=draw(st.sampled_from(WindowMode)),
        threshold_percent=float(draw(st.integers(45, 95))),
        across_cameras=draw(st.booleans()),
    )
    return shots, scores, options, draw(st.permutations(ids))


@given(libraries())
def test_no_member_is_below_the_threshold_to_its_cover(library: tuple[Any, ...]) -> None:
    shots, scores, options, rank = library
    for found in grouped(shots, scores, options, rank):
        for member in found.members:
            pair = (min(found.cover, member.photo_id), max(found.cover, member.photo_id))
            assert member.percent == scores[pair] >= options.threshold_percent


@given(libraries())
def test_nobody_is_in_two_groups_and_the_cover_ranks_best(library: tuple[Any, ...]) -> None:
    shots, scores, options, rank = library
    seen: list[int] = []
    for found in grouped(shots, scores, options, rank):
        ids = [found.cover, *(member.photo_id for member in found.members)]
        assert min(ids, key=rank.index) == found.cover
        seen += ids
    assert len(seen) == len(set(seen))


@given(libraries(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(library: tuple[Any, ...], random: Random) -> None:
    shots, scores, options, rank = library
    mixed_shots, mixed_pairs = list(shots), list(scores.items())
    random.shuffle(mixed_shots)
    random.shuffle(mixed_pairs)
    turned = {
        (pair[::-1] if random.random() < 0.5 else pair): percent for pair, percent in mixed_pairs
    }
    assert grouped(mixed_shots, turned, options, rank) == grouped(shots, scores, options, rank)


@given(libraries())
def test_no_pair_above_the_threshold_is_left_with_both_photos_free(
    library: tuple[Any, ...],
) -> None:
    shots, scores, options, rank = library
    groups = grouped(shots, scores, options, rank)
    taken = {
        photo_id
        for found in groups
        for photo_id in (found.cover, *(member.photo_id for member in found.members))
    }
    alone = [shot for shot in shots if shot.photo_id not in taken]
    assert grouped(alone, scores, options, rank) == []


@given(libraries(), st.sampled_from([0, 1, 24]))
def test_covers_are_those_that_one_finds_going_down_the_ranking(
    library: tuple[Any, ...], rounds: int
) -> None:
    shots, scores, _, rank = library
    options = Options(window_seconds=86_400, threshold_percent=60)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grouping, "ROUNDS_AT_ONCE", rounds)
        found = as_sets(grouped(shots, scores, options, rank))
    alike = {pair for pair, percent in scores.items() if percent >= 60}
    assert {cover for cover, _ in found} <= _covers_one_by_one(rank, alike)
    assert {one for cover, others in found for one in (cover, *others)} == {
        photo_id for pair in alike for photo_id in pair
    } - _covers_without_members(found, rank, alike)


def _covers_one_by_one(rank: list[int], alike: set[tuple[int, int]]) -> set[int]:
    covers: set[int] = set()
    for photo_id in rank:
        if not any((min(pair), max(pair)) in alike for pair in ((photo_id, c) for c in covers)):
            covers.add(photo_id)
    return covers


def _covers_without_members(
    found: list[tuple[int, set[int]]], rank: list[int], alike: set[tuple[int, int]]
) -> set[int]:
    """Each of their look-alikes is more like another cover."""
    return _covers_one_by_one(rank, alike) - {cover for cover, _ in found}


@given(libraries())
def test_every_group_keeps_to_the_window(library: tuple[Any, ...]) -> None:
    shots, scores, options, rank = library
    times = {shot.photo_id: shot.taken_us for shot in shots}
    for found in grouped(shots, scores, options, rank):
        ids = [found.cover, *(member.photo_id for member in found.members)]
        taken = np.sort([times[photo_id] for photo_id in ids])
        longest = np.ptp(taken) if options.mode is WindowMode.SPAN else np.diff(taken).max()
        assert longest <= options.window_us


def test_of_two_photos_that_are_apart_the_one_more_like_the_cover_stays_with_it() -> None:
    shots = shots_at(0, 1, 2, 3)
    scores = {(1, 2): 80.0, (1, 3): 90.0, (1, 4): 85.0, (2, 3): APART, (2, 4): 85.0}
    assert as_sets(grouped(shots, scores)) == [(1, {3, 4})]
    assert as_sets(grouped(shots, scores | {(3, 4): APART})) == [(1, {3}), (2, {4})]


@given(libraries(), st.data())
def test_photos_that_are_apart_are_never_in_one_group(
    library: tuple[Any, ...], data: st.DataObject
) -> None:
    shots, scores, options, rank = library
    times = {shot.photo_id: shot.taken_us for shot in shots}
    chosen = data.draw(st.lists(st.sampled_from(sorted(scores)), unique=True)) if scores else []
    for found in grouped(shots, scores | dict.fromkeys(chosen, APART), options, rank):
        ids = {found.cover, *(member.photo_id for member in found.members)}
        assert not [pair for pair in chosen if set(pair) <= ids]
        taken = np.sort([times[photo_id] for photo_id in ids])
        longest = np.ptp(taken) if options.mode is WindowMode.SPAN else np.diff(taken).max()
        assert longest <= options.window_us


def test_a_burst_of_500_frames_is_grouped_at_once() -> None:
    count = 500
    ids = np.arange(1, count + 1)
    left, right = np.triu_indices(count, 1)
    percent = np.full(len(left), 90, dtype=np.float32)
    (found,) = group(
        shots_at(*np.arange(count) / 10),
        ids[left],
        ids[right],
        percent,
        Options(),
        rank=ids.tolist(),
    )
    assert len(found.members) == count - 1
