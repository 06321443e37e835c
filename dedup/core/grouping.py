"""Scored pairs to groups in which every member passes the threshold to the cover.

No chains: a photo joins a group only by its own percent to the cover, so a slow pan never becomes
one mega-group. The cover is the photo that ranks best of its group. The result depends only on the
set of shots, pairs and the ranking, never on the order they come in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dedup.core.values import Flags, Floats, Group, Indices, Member, Options, Shot, WindowMode
from dedup.core.windows import runs


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
    are left out.
    """
    field = _Field.of(shots, rank)
    edges = field.edges(left, right, percent, options)
    groups: list[Group] = []
    while len(edges.better):
        found, edges = _settled(field, edges, options)
        groups += found
    return sorted(groups, key=lambda found: (field.time_of(found.cover), found.cover))


def _settled(field: _Field, edges: _Edges, options: Options) -> tuple[list[Group], _Edges]:
    """The groups of one round, and the pairs between photos that are still free.

    A cover whose members all lie beyond a gap stays free, without those pairs; so every round
    takes pairs away.
    """
    count = len(field.photo_ids)
    taken = np.zeros(count, dtype=bool)
    beyond: list[Indices] = []
    groups = []
    for cover, members, scores in _stars(edges, count):
        keep = field.inside_window(cover, members, options)
        if keep.any():
            taken[cover] = taken[members[keep]] = True
            groups.append(field.as_group(cover, members[keep], scores[keep]))
        else:
            beyond.append(cover * count + members)
    free = ~taken[edges.better] & ~taken[edges.worse]
    if beyond:
        free &= ~np.isin(edges.better * count + edges.worse, np.concatenate(beyond))
    return groups, edges.where(free)


@dataclass(frozen=True, slots=True)
class _Edges:
    """Pairs as places in the ranking; the better of the two comes first."""

    better: Indices
    worse: Indices
    percent: Floats

    def where(self, chosen: Flags | Indices) -> _Edges:
        return _Edges(self.better[chosen], self.worse[chosen], self.percent[chosen])


@dataclass(frozen=True, slots=True)
class _Field:
    """The shots in the order of the ranking: place 0 is the best to keep."""

    photo_ids: Indices
    taken_us: Indices
    cameras: Indices
    precise: Flags
    places: dict[int, int]

    @classmethod
    def of(cls, shots: Sequence[Shot], rank: Sequence[int]) -> _Field:
        standing = {photo_id: place for place, photo_id in enumerate(rank)}
        unranked = len(standing)
        ordered = sorted(
            shots, key=lambda shot: (standing.get(shot.photo_id, unranked), shot.photo_id)
        )
        return cls(
            photo_ids=np.array([shot.photo_id for shot in ordered], dtype=np.int64),
            taken_us=np.array([shot.taken_us for shot in ordered], dtype=np.int64),
            cameras=np.array(
                [-1 if shot.camera_id is None else shot.camera_id for shot in ordered],
                dtype=np.int64,
            ),
            precise=np.array([shot.precise for shot in ordered], dtype=bool),
            places={shot.photo_id: place for place, shot in enumerate(ordered)},
        )

    def edges(self, left: Indices, right: Indices, percent: Floats, options: Options) -> _Edges:
        """The pairs that may share a group: known, inside the window, above the threshold."""
        first = self._places_of(left)
        second = self._places_of(right)
        usable = (first >= 0) & (second >= 0) & (first != second)
        usable &= np.asarray(percent) >= options.threshold_percent
        first, second = first[usable], second[usable]
        allowed = self._share_window(first, second, options)
        first, second = first[allowed], second[allowed]
        return _Edges(
            np.minimum(first, second),
            np.maximum(first, second),
            np.asarray(percent, dtype=np.float32)[usable][allowed],
        )

    def _places_of(self, photo_ids: Indices) -> Indices:
        order = np.argsort(self.photo_ids, kind="stable")
        known = self.photo_ids[order]
        if not len(known):
            return np.full(len(photo_ids), -1, dtype=np.int64)
        spot = np.minimum(np.searchsorted(known, photo_ids), len(known) - 1)
        return np.where(known[spot] == photo_ids, order[spot], -1)

    def _share_window(self, first: Indices, second: Indices, options: Options) -> Flags:
        allowed: Flags = self.precise[first] & self.precise[second]
        if not options.across_cameras:
            allowed &= self.cameras[first] == self.cameras[second]
        if options.mode is WindowMode.SPAN:
            apart = np.abs(self.taken_us[first] - self.taken_us[second])
            allowed &= apart <= options.window_us
        else:
            run = self._runs(options)
            allowed &= run[first] == run[second]
        return allowed

    def _runs(self, options: Options) -> Indices:
        """Runs of the precise shots; the others are never asked for theirs."""
        chosen = np.flatnonzero(self.precise)
        chosen = chosen[np.argsort(self.taken_us[chosen], kind="stable")]
        cameras = None if options.across_cameras else self.cameras[chosen]
        run = np.full(len(self.photo_ids), -1, dtype=np.int64)
        run[chosen] = runs(self.taken_us[chosen], options.window_us, camera_ids=cameras)
        return run

    def inside_window(self, cover: int, members: Indices, options: Options) -> Flags:
        """Which members may stay when the whole group must keep to the window."""
        times = self.taken_us[np.append(members, cover)]
        if options.mode is WindowMode.GAP:
            kept = _stretch_around(times, options.window_us)
        else:
            kept = _fullest_span_around(times, options.window_us)
        return kept[:-1]

    def as_group(self, cover: int, members: Indices, scores: Floats) -> Group:
        found = [
            Member(int(self.photo_ids[place]), float(score))
            for place, score in zip(members, scores, strict=True)
        ]
        found.sort(key=lambda member: (-member.percent, member.photo_id))
        return Group(
            cover=int(self.photo_ids[cover]),
            members=tuple(found),
            lowest=found[-1].percent,
            highest=found[0].percent,
        )

    def time_of(self, photo_id: int) -> int:
        return int(self.taken_us[self.places[photo_id]])


def _stars(edges: _Edges, count: int) -> Iterator[tuple[int, Indices, Floats]]:
    """Covers with their members: each photo joins the better-ranked cover it is most like."""
    covers = _covers(edges, count)
    from_cover = edges.where(covers[edges.better] & ~covers[edges.worse])
    order = np.lexsort((from_cover.better, -from_cover.percent, from_cover.worse))
    first = np.ones(len(order), dtype=bool)
    first[1:] = np.diff(from_cover.worse[order]) != 0
    joined = from_cover.where(order[first])
    order = np.lexsort((joined.worse, joined.better))
    joined = joined.where(order)
    borders = np.flatnonzero(np.diff(joined.better)) + 1
    for part in np.split(np.arange(len(order)), borders):
        yield int(joined.better[part[0]]), joined.worse[part], joined.percent[part]


def _covers(edges: _Edges, count: int) -> Flags:
    """Down the ranking, a photo is a cover unless a better one already covers it."""
    order = np.argsort(edges.better, kind="stable")
    worse = edges.worse[order]
    bounds = np.searchsorted(edges.better[order], np.arange(count + 1)).tolist()
    covered = np.zeros(count, dtype=bool)
    is_cover = np.zeros(count, dtype=bool)
    for place in np.unique(edges.better).tolist():
        if not covered[place]:
            is_cover[place] = True
            covered[worse[bounds[place] : bounds[place + 1]]] = True
    return is_cover


def _stretch_around(times: Indices, window_us: int) -> Flags:
    """Those chained to the last entry by gaps of at most a window."""
    order = np.argsort(times, kind="stable")
    number = np.empty(len(times), dtype=np.int64)
    number[order] = np.cumsum(np.append(0, np.diff(times[order]) > window_us))
    chained: Flags = number == number[-1]
    return chained


def _fullest_span_around(times: Indices, window_us: int) -> Flags:
    """Those in the window that holds the last entry and most others; the earliest of equals."""
    starts = np.sort(times[times <= times[-1]])
    starts = starts[starts + window_us >= times[-1]]
    inside = (times >= starts[:, None]) & (times <= starts[:, None] + window_us)
    fullest: Flags = inside[int(np.argmax(inside.sum(axis=1)))]
    return fullest
