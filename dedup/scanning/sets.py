"""Exposure series, panoramas and focus series among the groups of a scan: to be kept whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from dedup.core import series
from dedup.core.features import FEATURES_VERSION
from dedup.core.series import Frame, SeriesSet
from dedup.core.values import Floats, Group, Member, Shot
from dedup.measuring import SCORE_VERSION
from dedup.models import PairScore, PhotoFeatures

# Photos of so many groups are read at once: some megabytes of features.
GROUPS_AT_ONCE = 300


def among(groups: Iterable[Group], shots: Mapping[int, Shot]) -> Iterator[SeriesSet]:
    """The sets in these groups, looked for where photos follow each other closely."""
    ids_of = map(_photo_ids, groups)
    likely = [ids for ids in ids_of if series.may_hold_a_set([shots[each] for each in ids])]
    for start in range(0, len(likely), GROUPS_AT_ONCE):
        some = likely[start : start + GROUPS_AT_ONCE]
        frames = _frames([photo_id for ids in some for photo_id in ids], shots)
        moves = _moves(some)
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


def _moves(groups: Sequence[Sequence[int]]) -> dict[tuple[int, int], Floats]:
    """The stored measures of the pairs inside each group."""
    group_of = {photo_id: number for number, ids in enumerate(groups) for photo_id in ids}
    # Not photo_b as well: SQLite would look up every combination of the two lists.
    rows = PairScore.objects.filter(version=SCORE_VERSION, photo_a__in=group_of).values_list(
        "photo_a", "photo_b", "measures"
    )
    return {
        (photo_a, photo_b): np.frombuffer(bytes(measures), "<f4")
        for photo_a, photo_b, measures in rows.iterator(chunk_size=5000)
        if group_of[photo_a] == group_of.get(photo_b)
    }
