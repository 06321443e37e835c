"""Scored pairs to groups in which every member passes the threshold to the cover.

No chains: a photo joins a group only by its own percent to the cover, so a slow pan never becomes
one mega-group. The cover is the photo that ranks best of its group. The result depends only on the
set of shots, pairs and the ranking, never on the order they come in.

Everything works on whole arrays, so that a page can group a library anew while a slider moves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dedup.core.values import Flags, Floats, Group, Indices, Member, Options, Shot, WindowMode
from dedup.core.windows import run_numbers

# Photos whose better neighbours are settled are settled at once. Where each waits for the one
# before (a fixed camera, ranked by time), going down the ranking one by one is faster after these.
ROUNDS_AT_ONCE = 24

# The percent of a pair that a person does not want to see in one group.
APART = -1.0


@dataclass(frozen=True, slots=True)
class Edges:
    """Pairs as places in the ranking, the better first; in the order of ``sorted_edges``."""

    better: Indices
    worse: Indices
    percent: Floats

    def __len__(self) -> int:
        return len(self.better)

    def where(self, chosen: Flags | Indices) -> Edges:
        return Edges(self.better[chosen], self.worse[chosen], self.percent[chosen])


@dataclass(frozen=True, slots=True)
class Field:
    """The shots in the order of the ranking: place 0 is the best to keep."""

    taken_us: Indices
    cameras: Indices  # negative where none is known
    precise: Flags  # the others share a window with nobody
    in_time: Indices  # places by time

    def __len__(self) -> int:
        return len(self.taken_us)

    def usable(self, edges: Edges, options: Options) -> Edges:
        """The pairs that may share a group: inside the window and above the threshold."""
        passing = edges.where(edges.percent >= options.threshold_percent)
        return passing.where(self.sharing(options)(passing.better, passing.worse))

    def sharing(self, options: Options) -> Callable[[Indices, Indices], Flags]:
        """A question to many pairs of places: do the two share a window?"""
        run = self._runs(options) if options.mode is WindowMode.GAP else None

        def share(first: Indices, second: Indices) -> Flags:
            allowed: Flags = self.precise[first] & self.precise[second]
            if not options.across_cameras:
                allowed &= self.cameras[first] == self.cameras[second]
            if run is None:
                apart = np.abs(self.taken_us[first] - self.taken_us[second])
                allowed &= apart <= options.window_us
            else:
                allowed &= run[first] == run[second]
            return allowed

        return share

    def _runs(self, options: Options) -> Indices:
        """Runs of the precise shots; the others are never asked for theirs."""
        chosen = self.in_time[self.precise[self.in_time]]
        cameras = None if options.across_cameras else self.cameras[chosen]
        run = np.full(len(self), -1, dtype=np.int64)
        run[chosen] = run_numbers(self.taken_us[chosen], options.window_us, camera_ids=cameras)
        return run


def group(
    shots: Sequence[Shot],
    left: Indices,
    right: Indices,
    percent: Floats,
    options: Options,
    *,
    rank: Sequence[int],
) -> list[Group]:
    """Groups of at least two photos, in the order of their covers' times.

    left, right and rank hold photo ids; rank lists the best to keep first (keepers.rank), and
    photos that it does not name come last. Pairs of unknown photos and pairs outside the window
    are left out. The two photos of a pair with a percent of APART are never in one group.
    """
    standing = {photo_id: place for place, photo_id in enumerate(rank)}
    last = len(standing)
    ordered = sorted(shots, key=lambda shot: (standing.get(shot.photo_id, last), shot.photo_id))
    photo_ids = np.array([shot.photo_id for shot in ordered], dtype=np.int64)
    taken_us = np.array([shot.taken_us for shot in ordered], dtype=np.int64)
    field = Field(
        taken_us=taken_us,
        cameras=np.array(
            [-1 if shot.camera_id is None else shot.camera_id for shot in ordered], dtype=np.int64
        ),
        precise=np.array([shot.precise for shot in ordered], dtype=bool),
        in_time=np.argsort(taken_us, kind="stable"),
    )
    edges = sorted_edges(places_of(left, photo_ids), places_of(right, photo_ids), percent)
    apart = edges.where(edges.percent <= APART)
    found = stars(field, field.usable(edges, options), options, apart=apart)
    return _as_groups(found, field, photo_ids)


def places_of(wanted: Indices, photo_ids: Indices) -> Indices:
    """Where each wanted id is among the ids; -1 where it is not."""
    order = np.argsort(photo_ids, kind="stable")
    known = photo_ids[order]
    if not len(known):
        return np.full(len(wanted), -1, dtype=np.int64)
    spot = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[spot] == wanted, order[spot], -1)


def sorted_edges(first: Indices, second: Indices, percent: Floats) -> Edges:
    """Pairs of places as edges; those with an unknown photo (-1) are left out.

    By the worse photo, and of its pairs the most similar first, of equal ones the best partner.
    """
    known = (first >= 0) & (second >= 0) & (first != second)
    better = np.minimum(first, second)[known]
    worse = np.maximum(first, second)[known]
    scores = np.asarray(percent, dtype=np.float32)[known]
    return Edges(better, worse, scores).where(np.lexsort((better, -scores, worse)))


def stars(field: Field, edges: Edges, options: Options, *, apart: Edges | None = None) -> Edges:
    """Every member of a group with its cover, as one edge each.

    Covers are picked down the ranking; each photo joins the one it is most like. A cover whose
    members all lie beyond a gap stays free, without those pairs; so every round takes pairs away.
    Of two photos that are to be ``apart``, the one that is less like the cover stays out; the
    edges themselves must not hold such a pair.
    """
    found: list[Edges] = []
    while len(edges):
        joined = _joined(edges, len(field))
        members = edges.where(joined)
        keep = _inside_window(field, members, options)
        if apart is not None and len(apart) and _part(members, keep, apart, len(field)):
            # Without them the others may no longer be linked.
            keep[keep] = _inside_window(field, members.where(keep), options)
        taken = np.zeros(len(field), dtype=bool)
        taken[members.better[keep]] = taken[members.worse[keep]] = True
        found.append(members.where(keep))
        free = ~taken[edges.better] & ~taken[edges.worse]
        free[joined[~taken[members.better]]] = False
        edges = edges.where(free)
    return _one_after_the_other(found)


def _one_after_the_other(parts: Sequence[Edges]) -> Edges:
    if not parts:
        nothing = np.empty(0, dtype=np.int64)
        return Edges(nothing, nothing, np.empty(0, dtype=np.float32))
    return Edges(
        np.concatenate([part.better for part in parts]),
        np.concatenate([part.worse for part in parts]),
        np.concatenate([part.percent for part in parts]),
    )


def _joined(edges: Edges, count: int) -> Indices:
    """The edge by which each covered photo joins the cover that it is most like."""
    covers = _covers(edges, count)
    from_cover = np.flatnonzero(covers[edges.better])
    worse = edges.worse[from_cover]
    first = np.ones(len(worse), dtype=bool)
    first[1:] = worse[1:] != worse[:-1]
    return from_cover[first]


def _covers(edges: Edges, count: int) -> Flags:
    """Down the ranking, a photo is a cover unless a better one already covers it."""
    covered = np.zeros(count, dtype=bool)
    better, worse = edges.better, edges.worse
    for _ in range(ROUNDS_AT_ONCE):
        if not len(better):
            break
        is_cover = np.ones(count, dtype=bool)
        is_cover[worse] = False  # a better photo of its own is not settled yet
        covered[worse[is_cover[better]]] = True
        unsettled = ~(covered[worse] | covered[better] | is_cover[better])
        better, worse = better[unsettled], worse[unsettled]
    if len(better):
        _cover_one_by_one(better, worse, covered)
    covers = np.zeros(count, dtype=bool)
    covers[edges.better] = True
    covers &= ~covered
    return covers


def _cover_one_by_one(better: Indices, worse: Indices, covered: Flags) -> None:
    """The same for what is left; adds to ``covered``."""
    order = np.argsort(better, kind="stable")
    worse = worse[order]
    places, starts = np.unique(better[order], return_index=True)
    ends = np.append(starts[1:], len(worse)).tolist()
    for place, start, end in zip(places.tolist(), starts.tolist(), ends, strict=True):
        if not covered[place]:
            covered[worse[start:end]] = True


def _part(members: Edges, keep: Flags, apart: Edges, count: int) -> bool:
    """Take members out of ``keep`` that are to be apart from a more similar one of their group."""
    spot = np.full(count, -1, dtype=np.int64)
    spot[members.worse[keep]] = np.flatnonzero(keep)
    one, other = spot[apart.better], spot[apart.worse]
    both = (one >= 0) & (other >= 0)
    one, other = one[both], other[both]
    same = members.better[one] == members.better[other]
    rivals: dict[int, set[int]] = {}
    for each, rival in zip(one[same].tolist(), other[same].tolist(), strict=True):
        rivals.setdefault(each, set()).add(rival)
        rivals.setdefault(rival, set()).add(each)
    stay: set[int] = set()
    for each in sorted(rivals, key=lambda at: (-members.percent[at], members.worse[at])):
        if rivals[each] & stay:
            keep[each] = False
        else:
            stay.add(each)
    return bool(rivals)


def _inside_window(field: Field, members: Edges, options: Options) -> Flags:
    """Which members may stay when each whole group must keep to the window."""
    apart = field.taken_us[members.worse] - field.taken_us[members.better]
    wide = np.zeros(len(field), dtype=bool)
    if options.mode is WindowMode.GAP:
        # Where everyone is within a window of the cover, no gap on the way is longer.
        wide[members.better[np.abs(apart) > options.window_us]] = True
    else:
        earliest = np.zeros(len(field), dtype=np.int64)
        latest = np.zeros(len(field), dtype=np.int64)
        np.minimum.at(earliest, members.better, apart)
        np.maximum.at(latest, members.better, apart)
        wide = latest - earliest > options.window_us
    chosen = np.flatnonzero(wide[members.better])
    keep = np.ones(len(members), dtype=bool)
    if len(chosen):
        within = _in_stretch if options.mode is WindowMode.GAP else _in_fullest_span
        keep[chosen] = within(members.better[chosen], apart[chosen], options.window_us)
    return keep


def _in_stretch(covers: Indices, apart_us: Indices, window_us: int) -> Flags:
    """Those chained to their cover by gaps of at most a window; ``apart_us`` from the cover."""
    star, times, order = _with_covers(covers, apart_us)
    number = np.cumsum(np.append(0, (np.diff(times) > window_us) | (np.diff(star) != 0)))
    of_cover = np.empty(int(star.max()) + 1, dtype=np.int64)
    is_cover = order >= len(covers)
    of_cover[star[is_cover]] = number[is_cover]
    kept = np.empty(len(order), dtype=bool)
    kept[order] = number == of_cover[star]
    return kept[: len(covers)]


def _in_fullest_span(covers: Indices, apart_us: Indices, window_us: int) -> Flags:
    """Those in the window that holds their cover and most others; the earliest of equals."""
    star, times, order = _with_covers(covers, apart_us)
    # Members are at most a window from their cover: in one row the stars cannot overlap.
    line = star * (4 * window_us) + times
    starts = np.flatnonzero((times <= 0) & (times >= -window_us))
    ends = np.searchsorted(line, line[starts] + window_us, side="right")
    held = ends - starts
    best = np.lexsort((starts, -held, star[starts]))
    first = np.ones(len(best), dtype=bool)
    first[1:] = np.diff(star[starts[best]]) != 0
    begin = times[starts[best[first]]]  # of each star, in their order
    kept = np.empty(len(order), dtype=bool)
    kept[order] = (times >= begin[star]) & (times <= begin[star] + window_us)
    return kept[: len(covers)]


def _with_covers(covers: Indices, apart_us: Indices) -> tuple[Indices, Indices, Indices]:
    """Members and their covers (at 0) by star and time; ``order`` names members, then covers."""
    is_cover = np.zeros(int(covers.max()) + 1, dtype=bool)
    is_cover[covers] = True
    number = np.cumsum(is_cover) - 1  # much faster than numpy.unique
    count = int(number[-1]) + 1
    stars_ = np.append(number[covers], np.arange(count))
    times = np.append(apart_us, np.zeros(count, dtype=np.int64))
    order = np.lexsort((times, stars_))
    return stars_[order], times[order], order


def _as_groups(found: Edges, field: Field, photo_ids: Indices) -> list[Group]:
    order = np.lexsort((photo_ids[found.worse], -found.percent, found.better))
    found = found.where(order)
    borders = np.flatnonzero(np.diff(found.better)) + 1
    covers = found.better[np.append(0, borders)] if len(found) else found.better
    groups = [
        _group(int(photo_ids[cover]), photo_ids[found.worse[part]], found.percent[part])
        for cover, part in zip(
            covers.tolist(), np.split(np.arange(len(found)), borders), strict=False
        )
    ]
    by_time = np.lexsort((photo_ids[covers], field.taken_us[covers]))
    return [groups[place] for place in by_time.tolist()]


def _group(cover: int, members: Indices, scores: Floats) -> Group:
    """Members come with the most similar first."""
    both = zip(members.tolist(), scores.tolist(), strict=True)
    found = tuple(Member(photo_id, percent) for photo_id, percent in both)
    return Group(cover, found, lowest=found[-1].percent, highest=found[0].percent)
