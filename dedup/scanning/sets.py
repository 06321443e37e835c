"""Exposure series, panoramas and focus series among the groups of a scan: to be kept whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np

from dedup.core import series
from dedup.core.features import FEATURES_VERSION
from dedup.core.grouping import places_of
from dedup.core.series import Frame, Move, SeriesSet
from dedup.core.values import Group, Member, Shot
from dedup.models import PhotoFeatures
from dedup.scanning.scored import ScoredPairs

# Photos of so many groups are read at once: some megabytes of features.
GROUPS_AT_ONCE = 300


def among(
    groups: Iterable[Group], shots: Mapping[int, Shot], pairs: ScoredPairs
) -> Iterator[SeriesSet]:
    """The sets in these groups, looked for where photos follow each other closely.

    ``pairs`` are all that have a score: two of a group may pass only to their cover.
    """
    ids_of = map(_photo_ids, groups)
    likely = [ids for ids in ids_of if series.may_hold_a_set([shots[each] for each in ids])]
    moves_of = _moves(likely, pairs)
    for start in range(0, len(likely), GROUPS_AT_ONCE):
        some = likely[start : start + GROUPS_AT_ONCE]
        frames = _frames([photo_id for ids in some for photo_id in ids], shots)
        moves = moves_of(start, start + len(some))
        for ids in some:
            known = [frames[photo_id] for photo_id in ids if photo_id in frames]
            yield from series.find_sets(known, moves)


def as_group(found: SeriesSet, percents: Mapping[tuple[int, int], float]) -> Group | None:
    """The set as a group around the photo that all others are alike to, if there is one.

    ``percents`` holds the pairs that pass the threshold, smaller id first.
    """
    for cover in found.photo_ids:
        others = [photo_id for photo_id in found.photo_ids if photo_id != cover]
        scores = [percents.get((min(cover, other), max(cover, other))) for other in others]
        passing = [score for score in scores if score is not None]
        if len(passing) == len(others):
            members = tuple(map(Member, others, passing))
            return Group(cover, members, min(passing), max(passing))
    return None


def _photo_ids(group: Group) -> list[int]:
    return [group.cover, *(member.photo_id for member in group.members)]


def _frames(photo_ids: Sequence[int], shots: Mapping[int, Shot]) -> dict[int, Frame]:
    rows = PhotoFeatures.objects.filter(photo__in=photo_ids, version=FEATURES_VERSION)
    found = list(rows.values_list("photo", "light", "photo__facts__exposure_bias_ev"))
    frames = series.frames_of(
        [shots[photo_id] for photo_id, _, _ in found],
        [bytes(light) for _, light, _ in found],
        [bias for _, _, bias in found],
    )
    return {frame.photo_id: frame for frame in frames}


def _moves(
    groups: Sequence[Sequence[int]], pairs: ScoredPairs
) -> Callable[[int, int], dict[tuple[int, int], Move]]:
    """How far what is seen moved between two photos of one group, for some of the groups."""
    ids = np.array([photo_id for group in groups for photo_id in group], np.int64)
    group_of = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    one, other = places_of(pairs.a, ids), places_of(pairs.b, ids)
    within = np.flatnonzero((one >= 0) & (other >= 0))
    within = within[group_of[one[within]] == group_of[other[within]]]
    number = group_of[one[within]]
    order = np.argsort(number, kind="stable")
    inside, number = pairs.where(within[order]), number[order]

    def of_groups(first: int, end: int) -> dict[tuple[int, int], Move]:
        some = inside.where(np.arange(*np.searchsorted(number, (first, end))))
        both = zip(some.a.tolist(), some.b.tolist(), strict=True)
        moves = zip(some.right.tolist(), some.down.tolist(), strict=True)
        return dict(zip(both, moves, strict=True))

    return of_groups
