"""The pair report of a scan: every two neighbours inside its window, with their percentage.

Nothing is stored for it: the pairs follow from the times, the percentages from the stored scores.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Q

from dedup.core.measures import swapped
from dedup.core.scoring import reasons
from dedup.core.values import Kind, Reason
from dedup.measuring import SCORE_VERSION
from dedup.models import PairScore, Scan
from dedup.neighbours import Key, slices_from
from gallery.models import Photo
from gallery.web.paging import BadCursor, decode, encode

PAGE_SIZE = 100
# Pairs read at once for a file of all of them.
ROWS_AT_ONCE = 1000
# Python's dates end about here, both ways from 1970.
FARTHEST_US = 62_000_000_000_000_000

KIND_WORDS = {
    Kind.IDENTICAL: "Identical picture",
    Kind.SAME_PICTURE: "Same picture",
    Kind.SHIFTED: "Same scene, framed a little differently",
    Kind.EXPOSURE: "Same scene, other exposure",
    Kind.LIGHT: "Same frame, other light",
    Kind.MOVED: "Same frame, something moved",
    Kind.SCENE: "Same scene",
    Kind.DIFFERENT: "Different",
}


@dataclass(frozen=True, slots=True)
class PairView:
    first: Photo  # taken before, or at the same moment
    second: Photo
    percent: float | None  # none where one of the two could not be measured
    passes: bool  # the scan's threshold
    kind: str
    reasons: tuple[Reason, ...]

    @property
    def seconds_apart(self) -> float:
        return (self.second.taken_at - self.first.taken_at).total_seconds()


@dataclass(frozen=True, slots=True)
class PairPage:
    pairs: list[PairView]
    next_cursor: str | None


def report(scan: Scan, *, cursor: str | None = None, size: int = PAGE_SIZE) -> PairPage:
    """One page of the pairs, in the order of time."""
    after = _position(cursor) if cursor else None
    found = list(itertools.islice(_positions(scan, after), size + 1))
    shown = found[:size]
    is_last = len(found) <= size
    next_cursor = None if is_last else encode([*shown[-1][0], *shown[-1][1]])
    return PairPage(_views(scan, shown), next_cursor)


def all_pairs(scan: Scan) -> Iterator[PairView]:
    """Every pair, a thousand in memory at a time."""
    positions = _positions(scan, None)
    while some := list(itertools.islice(positions, ROWS_AT_ONCE)):
        yield from _views(scan, some)


def pairs_with(photo_id: int, others: Collection[int]) -> Q:
    """Scores of one photo with these, whichever of the two comes first."""
    return Q(photo_a=photo_id, photo_b__in=others) | Q(photo_b=photo_id, photo_a__in=others)


def reasons_of(score: PairScore, *, seen_from: int) -> tuple[Reason, ...]:
    """How the other photo of the pair differs from the one with this id."""
    row = np.frombuffer(score.measures, "<f4")
    return reasons(row if seen_from == score.photo_a_id else swapped(row), score.percent)


def kind_of(score: PairScore) -> str:
    return KIND_WORDS[Kind(score.kind)]


def _positions(scan: Scan, after: tuple[Key, Key] | None) -> Iterator[tuple[Key, Key]]:
    """The pairs as the places of their photos in time, behind the given one."""
    options = scan.chosen
    for part in slices_from(scan, after[0] if after else None, count=PAGE_SIZE):
        lefts, rights = part.pairs(options)
        for left, right in zip(lefts.tolist(), rights.tolist(), strict=True):
            position = part.shots.key(left), part.shots.key(right)
            if after is None or position > after:
                yield position


def _position(cursor: str) -> tuple[Key, Key]:
    values = decode(cursor)
    if len(values) != 4 or not all(isinstance(value, int) for value in values):
        raise BadCursor("This cursor belongs to another list.")
    if max(map(abs, values[::2])) > FARTHEST_US or max(map(abs, values)) >= 2**63:
        raise BadCursor("This cursor belongs to another list.")
    return (values[0], values[1]), (values[2], values[3])


def _views(scan: Scan, positions: Sequence[tuple[Key, Key]]) -> list[PairView]:
    pairs = [(first[1], second[1]) for first, second in positions]
    ids = {photo_id for pair in pairs for photo_id in pair}
    photos = Photo.objects.defer("taken_candidates", "facts").in_bulk(list(ids))
    scores = _scores(pairs)
    threshold = scan.chosen.threshold_percent
    return [
        _view(photos[first], photos[second], scores.get((first, second)), threshold)
        for first, second in pairs
        if first in photos and second in photos
    ]


def _view(first: Photo, second: Photo, score: PairScore | None, threshold: float) -> PairView:
    if score is None:
        return PairView(first, second, None, passes=False, kind="Not measured", reasons=())
    return PairView(
        first,
        second,
        percent=score.percent,
        passes=score.percent >= threshold,
        kind=kind_of(score),
        reasons=reasons_of(score, seen_from=first.pk),
    )


def _scores(pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], PairScore]:
    """The stored scores of pairs, under the pair as it was asked for."""
    by_stored = {(min(pair), max(pair)): pair for pair in pairs}
    found = PairScore.objects.filter(
        version=SCORE_VERSION,
        photo_a__in={pair[0] for pair in by_stored},
        photo_b__in={pair[1] for pair in by_stored},
    )
    return {
        by_stored[score.photo_a_id, score.photo_b_id]: score
        for score in found
        if (score.photo_a_id, score.photo_b_id) in by_stored
    }
