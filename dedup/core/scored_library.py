"""What a scan left behind, as arrays: its shots, their ranking and the score of every pair.

From it follows at once what another window or threshold would give: nothing is measured, compared
or written. The groups are those of ``grouping``, so a scan with the same options finds the same.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from dedup.core.grouping import Edges, Field, stars
from dedup.core.values import Flags, Floats, Indices, Options
from dedup.core.windows import partner_counts

# Pairs looked at in one go for an example beside the threshold.
_LOOKED_AT = 512
_PERCENT_STEPS = 100  # hundredths: a stored percent has two decimals


@dataclass(frozen=True, slots=True)
class ScoredLibrary:
    """Arrays by place in the ranking of keepers (place 0 is the best to keep), unless said."""

    ids: Indices
    taken_us: Indices
    cameras: Indices  # negative where none is known
    size_bytes: Indices  # of the shot, with all its parts
    measured: Flags  # the others have no pair and never will
    fixed: Flags  # frames of a fixed camera: a scan looks whether something moved
    in_time: Indices  # places by time

    better: Indices  # of each pair, in the order of grouping.sorted_edges
    worse: Indices
    hundredths: NDArray[np.uint16]  # percent times 100
    decided: Flags  # the two were not to be offered together when this was made

    # Frames of a fixed camera that were compared with a cover, and whether they show more.
    seen_cover: Indices
    seen_frame: Indices
    seen_stays: Flags

    # Sets to keep: number and place of each of their photos; of each set the highest threshold
    # at which it still has a photo that all others are alike to.
    set_number: Indices
    set_place: Indices
    set_percent: Floats

    def __len__(self) -> int:
        return len(self.ids)

    def edges(self) -> Edges:
        percent = (self.hundredths / _PERCENT_STEPS).astype(np.float32)
        return Edges(self.better, self.worse, percent)

    def to_bytes(self) -> bytes:
        target = io.BytesIO()
        np.savez(target, **{each.name: getattr(self, each.name) for each in fields(self)})
        return zlib.compress(target.getbuffer(), 1)  # nearly as small as with more effort

    @classmethod
    def from_bytes(cls, stored: bytes) -> ScoredLibrary:
        """Raises ValueError, KeyError or zlib.error if the bytes are of another version."""
        with np.load(io.BytesIO(zlib.decompress(stored)), allow_pickle=False) as arrays:
            return cls(**{each.name: arrays[each.name] for each in fields(cls)})


@dataclass(frozen=True, slots=True)
class State:
    """What holds now of a scored library."""

    there: Flags  # by place: still on the timeline
    apart: Flags  # by pair: not to be offered together


@dataclass(frozen=True, slots=True)
class Counts:
    """What a scan with some options would find; ``missing_pairs`` nobody has compared yet."""

    groups: int
    photos: int
    spare_bytes: int
    missing_pairs: int
    unseen_frames: int  # counted as if they could go: only a scan looks whether something moved


@dataclass(frozen=True, slots=True)
class Example:
    """Two photos with a percent near the threshold."""

    better_id: int
    worse_id: int
    percent: float


def count(library: ScoredLibrary, options: Options, state: State) -> Counts:
    """The groups that a scan with these options would find, in numbers."""
    field = _field(library, state)
    edges = library.edges()
    apart = edges.where(state.apart)
    if len(apart):
        edges = edges.where(~state.apart)
    usable = field.usable(edges, options)
    found = stars(field, usable, options, apart=apart)
    kept = _sets_within(library, found, options)
    if kept.any():
        # A photo of a set is in no group of duplicates; the others are grouped without it.
        others = ~(kept[usable.better] | kept[usable.worse])
        found = stars(field, usable.where(others), options, apart=apart)
    seen, stays = _seen(library, found)
    spare = library.size_bytes[found.worse[~stays]].sum()
    in_sets = library.set_number[kept[library.set_place]]
    covers = np.zeros(len(library), dtype=bool)
    covers[found.better] = True
    cover_count = int(covers.sum())
    return Counts(
        groups=cover_count + len(np.unique(in_sets)),
        photos=len(found) + cover_count + int(kept.sum()),
        spare_bytes=int(spare),
        missing_pairs=missing_pairs(library, options, state),
        unseen_frames=int((~seen).sum()),
    )


def missing_pairs(library: ScoredLibrary, options: Options, state: State) -> int:
    """How many pairs inside the window have no score: no scan looked so far yet."""
    chosen = library.in_time[state.there[library.in_time]]
    cameras = None if options.across_cameras else library.cameras[chosen]
    order, partners = partner_counts(
        library.taken_us[chosen],
        options.window_us,
        camera_ids=cameras,
        max_neighbours=options.max_neighbours,
        mode=options.mode,
    )
    chosen = chosen[order]
    measured = library.measured[chosen]
    until = np.append(0, np.cumsum(measured))
    here = np.arange(len(chosen))
    wanted = until[here + partners + 1] - until[here + 1]
    spot = np.full(len(library), -1, dtype=np.int64)
    spot[chosen] = here
    one, other = spot[library.better], spot[library.worse]
    first, apart = np.minimum(one, other), np.abs(one - other)
    stored = (first >= 0) & (apart <= partners[first]) if len(chosen) else np.zeros(0, dtype=bool)
    return max(0, int(wanted[measured].sum()) - int(stored.sum()))


def examples(
    library: ScoredLibrary, options: Options, state: State, *, most: int
) -> tuple[list[Example], list[Example]]:
    """Pairs inside the window just above the threshold, and just below it; the nearest first.

    A photo is shown once, so that a long burst does not speak for the whole library.
    """
    field = _field(library, state)
    by_percent = np.argsort(library.hundredths, kind="stable")
    wanted = round(options.threshold_percent * _PERCENT_STEPS)
    border = int(np.searchsorted(library.hundredths[by_percent], wanted))
    shares = field.sharing(options)
    shown: set[int] = set()

    def pick(order: Indices) -> list[Example]:
        found: list[Example] = []
        for start in range(0, len(order), _LOOKED_AT):
            some = order[start : start + _LOOKED_AT]
            some = some[~state.apart[some]]
            some = some[shares(library.better[some], library.worse[some])]
            for pair in some.tolist():
                both = {int(library.better[pair]), int(library.worse[pair])}
                if both & shown:
                    continue
                shown.update(both)
                found.append(_example(library, pair))
                if len(found) == most:
                    return found
        return found

    return pick(by_percent[border:]), pick(by_percent[:border][::-1])


def _example(library: ScoredLibrary, pair: int) -> Example:
    return Example(
        int(library.ids[library.better[pair]]),
        int(library.ids[library.worse[pair]]),
        int(library.hundredths[pair]) / _PERCENT_STEPS,
    )


def set_threshold(photos: Sequence[int], percents: dict[tuple[int, int], float]) -> float:
    """The highest threshold at which one of a set is alike to all others; -1 if there is none.

    ``percents`` holds pairs of photo ids, the smaller first.
    """
    best = -1.0
    for cover in photos:
        scores = [
            percents.get((min(cover, other), max(cover, other)), -1.0)
            for other in photos
            if other != cover
        ]
        best = max(best, min(scores))
    return best


def _field(library: ScoredLibrary, state: State) -> Field:
    return Field(library.taken_us, library.cameras, state.there, library.in_time)


def _sets_within(library: ScoredLibrary, found: Edges, options: Options) -> Flags:
    """The photos of the sets that lie whole in one of these groups, by place."""
    kept = np.zeros(len(library), dtype=bool)
    if not len(library.set_percent):
        return kept
    cover = np.full(len(library), -1, dtype=np.int64)
    cover[found.worse] = found.better
    cover[found.better] = found.better
    covers = cover[library.set_place]
    starts = np.flatnonzero(np.diff(library.set_number, prepend=-1))
    lowest, highest = np.minimum.reduceat(covers, starts), np.maximum.reduceat(covers, starts)
    whole = (lowest >= 0) & (lowest == highest)
    whole &= library.set_percent >= options.threshold_percent
    kept[library.set_place[whole[library.set_number]]] = True
    return kept


def _seen(library: ScoredLibrary, found: Edges) -> tuple[Flags, Flags]:
    """Of each member: is it known whether it should stay beside its cover, and should it?

    Known are all but frames of a fixed camera whose groups hold no other photo.
    """
    asked = library.fixed[found.better].copy()
    strange = library.cameras[found.worse] != library.cameras[found.better]
    mixed = np.zeros(len(library), dtype=bool)
    mixed[found.better[strange]] = True
    asked &= ~mixed[found.better]
    seen, stays = ~asked, np.zeros(len(found), dtype=bool)
    chosen = np.flatnonzero(asked)
    if len(chosen) and len(library.seen_cover):
        known = library.seen_cover * len(library) + library.seen_frame
        order = np.argsort(known)
        wanted = found.better[chosen] * len(library) + found.worse[chosen]
        spot = np.minimum(np.searchsorted(known[order], wanted), len(known) - 1)
        hit = known[order][spot] == wanted
        seen[chosen] = hit
        stays[chosen] = hit & library.seen_stays[order[spot]]
    return seen, stays
