"""Which shots are close enough in time to be compared at all.

Times are microseconds in an increasing array. The window slides: it never depends on a clock
boundary, so two shots share a window exactly when they are at most one window apart.
"""

from __future__ import annotations

import itertools

import numpy as np

from dedup.core.values import Indices, WindowMode

# So many shots further on a run is still followed. A fixed camera's run never ends: with 500 a
# year of 10-minute frames would be 26 million pairs, of which hardly one has a cover in common.
GAP_REACH = 100


def candidate_pairs(
    taken_us: Indices,
    window_us: int,
    *,
    camera_ids: Indices | None = None,
    max_neighbours: int = 500,
    mode: WindowMode = WindowMode.SPAN,
) -> tuple[Indices, Indices]:
    """All pairs (left, right), left before right, that share a window.

    SPAN pairs shots at most a window apart. GAP pairs the shots of one run, in which neighbours
    are at most a window apart: those inside one window, and beyond it as far as GAP_REACH shots.
    Each shot meets at most max_neighbours later ones, nearest first.
    """
    return pairs_of_slice(
        taken_us,
        window_us,
        slice(0, len(taken_us)),
        camera_ids=camera_ids,
        max_neighbours=max_neighbours,
        mode=mode,
    )


def pairs_of_slice(
    taken_us: Indices,
    window_us: int,
    part: slice,
    *,
    camera_ids: Indices | None = None,
    max_neighbours: int = 500,
    mode: WindowMode = WindowMode.SPAN,
) -> tuple[Indices, Indices]:
    """The candidate pairs whose left shot lies in the slice.

    Slices that cover all shots give every pair once: a pair belongs to its left shot, and the
    right one may lie beyond the slice.
    """
    order, partners = partner_counts(
        taken_us, window_us, camera_ids=camera_ids, max_neighbours=max_neighbours, mode=mode
    )
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))

    left = np.arange(len(order), dtype=np.int64)[part]
    start = place[left]
    counts = partners[start]
    return np.repeat(left, counts), order[_ranges(start + 1, counts)]


def partner_counts(
    taken_us: Indices,
    window_us: int,
    *,
    camera_ids: Indices | None = None,
    max_neighbours: int = 500,
    mode: WindowMode = WindowMode.SPAN,
) -> tuple[Indices, Indices]:
    """An order of the shots, and of each in it how many of the next ones are its partners."""
    _refuse_unsorted(taken_us)
    order = _by_camera_and_time(taken_us, camera_ids)
    if not len(order):
        return order, order
    last = _last_partner(taken_us[order], _sorted_cameras(camera_ids, order), window_us, mode)
    return order, np.minimum(last - np.arange(len(order)), max_neighbours)


def runs(
    taken_us: Indices,
    window_us: int,
    *,
    camera_ids: Indices | None = None,
    mode: WindowMode = WindowMode.GAP,
) -> Indices:
    """The number of the run each shot belongs to, counted from 0 in the order of time.

    GAP starts a run where the gap to the shot before is longer than the window; SPAN starts one
    where the shot is more than a window after the first of its run. With camera_ids each camera
    has its own runs.
    """
    return _renumbered_by_first_use(
        run_numbers(taken_us, window_us, camera_ids=camera_ids, mode=mode)
    )


def run_numbers(
    taken_us: Indices,
    window_us: int,
    *,
    camera_ids: Indices | None = None,
    mode: WindowMode = WindowMode.GAP,
) -> Indices:
    """As ``runs``, with numbers in no order: equal ones are one run. Much faster."""
    _refuse_unsorted(taken_us)
    order = _by_camera_and_time(taken_us, camera_ids)
    cameras = _sorted_cameras(camera_ids, order)
    if mode is WindowMode.GAP:
        starts = _starts_by_gap(taken_us[order], cameras, window_us)
    else:
        starts = _starts_by_span(taken_us[order], cameras, window_us)
    numbers = np.empty(len(order), dtype=np.int64)
    numbers[order] = np.cumsum(starts) - 1
    return numbers


def gaps_between(taken_us: Indices, camera_ids: Indices | None = None) -> Indices:
    """The time from each shot to the next in microseconds; with camera_ids to its camera's next."""
    _refuse_unsorted(taken_us)
    order = _by_camera_and_time(taken_us, camera_ids)
    gaps = np.diff(taken_us[order])
    same: Indices = gaps[np.diff(_sorted_cameras(camera_ids, order)) == 0]
    return same


def _refuse_unsorted(taken_us: Indices) -> None:
    if np.any(np.diff(taken_us) < 0):
        raise ValueError("The shots must be sorted by the time they were taken.")


def _by_camera_and_time(taken_us: Indices, camera_ids: Indices | None) -> Indices:
    if camera_ids is None:
        return np.arange(len(taken_us), dtype=np.int64)
    return np.argsort(camera_ids, kind="stable").astype(np.int64)


def _sorted_cameras(camera_ids: Indices | None, order: Indices) -> Indices:
    return np.zeros(len(order), dtype=np.int64) if camera_ids is None else camera_ids[order]


def _last_partner(taken_us: Indices, cameras: Indices, window_us: int, mode: WindowMode) -> Indices:
    """For each shot in camera order, the place of the last shot it may be paired with."""
    last = np.empty(len(taken_us), dtype=np.int64)
    for begin, end in _camera_stretches(cameras):
        times = taken_us[begin:end]
        last[begin:end] = begin + np.searchsorted(times, times + window_us, side="right") - 1
    if mode is WindowMode.GAP:
        starts = np.flatnonzero(_starts_by_gap(taken_us, cameras, window_us))
        ends = np.append(starts[1:], len(taken_us))
        of_run = np.repeat(ends - 1, ends - starts)
        last = np.minimum(of_run, np.maximum(last, np.arange(len(last)) + GAP_REACH))
    return last


def _starts_by_gap(taken_us: Indices, cameras: Indices, window_us: int) -> Indices:
    starts = np.ones(len(taken_us), dtype=np.int64)
    starts[1:] = (np.diff(taken_us) > window_us) | (np.diff(cameras) != 0)
    return starts


def _starts_by_span(taken_us: Indices, cameras: Indices, window_us: int) -> Indices:
    starts = np.zeros(len(taken_us), dtype=np.int64)
    for begin, end in _camera_stretches(cameras):
        place = begin
        while place < end:
            starts[place] = 1
            limit = taken_us[place] + window_us
            place = begin + int(np.searchsorted(taken_us[begin:end], limit, side="right"))
    return starts


def _camera_stretches(cameras: Indices) -> list[tuple[int, int]]:
    borders = np.flatnonzero(np.diff(cameras)) + 1
    edges = [0, *borders.tolist(), len(cameras)]
    return list(itertools.pairwise(edges))


def _ranges(starts: Indices, counts: Indices) -> Indices:
    """starts[0], starts[0] + 1, ... counts[0] of them, then the same for the next start."""
    before = np.cumsum(counts) - counts
    return np.repeat(starts - before, counts) + np.arange(int(counts.sum()), dtype=np.int64)


def _renumbered_by_first_use(numbers: Indices) -> Indices:
    _, first, inverse = np.unique(numbers, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse]
