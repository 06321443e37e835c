"""Groups seen from the cover that a person chose, instead of the one that the scan found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q

from dedup.models import GroupMember, PairScore, SimilarGroup
from dedup.pairs import pairs_with

REASON = "You made it the cover."
# Of a pair that has no stored score: pages say "not compared".
NOT_COMPARED = -1.0


def look_from_them(
    groups: Iterable[SimilarGroup], members: Mapping[int, Sequence[GroupMember]]
) -> dict[int, int]:
    """Turn the members to the chosen covers, in memory only. Returns the covers, by group.

    Percentages become those to the chosen cover, which is suggested to stay. What was suggested
    may go for it only where the two are known to be alike; nothing else is newly let go.
    """
    chosen = [
        (group, group.chosen_cover_id)
        for group in groups
        if group.chosen_cover_id in {row.photo_id for row in members[group.pk]}
    ]
    percents = _percents(
        {cover_id: [row.photo_id for row in members[group.pk]] for group, cover_id in chosen}
    )
    for group, cover_id in chosen:
        _turn(group, members[group.pk], cover_id, percents)
    return {group.pk: cover_id for group, cover_id in chosen}


def _turn(
    group: SimilarGroup,
    rows: Sequence[GroupMember],
    cover_id: int,
    percents: Mapping[tuple[int, int], float],
) -> None:
    if cover_id != group.cover_id:
        for row in rows:
            pair = (min(cover_id, row.photo_id), max(cover_id, row.photo_id))
            row.percent = 100.0 if row.photo_id == cover_id else percents.get(pair, NOT_COMPARED)
    if group.kind == SimilarGroup.Kind.SET:
        return
    threshold = group.scan.chosen.threshold_percent
    is_one = sum(row.suggested for row in rows) <= 1
    for row in rows:
        if row.photo_id == cover_id:
            row.suggested, row.reason = True, REASON
        elif is_one and row.percent >= threshold:
            row.suggested, row.reason = False, ""
        elif is_one:
            row.suggested, row.reason = True, "Not known to be alike to the cover you chose."


def _percents(wanted: Mapping[int, Sequence[int]]) -> dict[tuple[int, int], float]:
    if not wanted:
        return {}
    pairs = Q()
    for cover_id, photo_ids in wanted.items():
        pairs |= pairs_with(cover_id, photo_ids)
    found = PairScore.objects.filter(pairs).values_list("photo_a", "photo_b", "percent")
    return {(a, b): percent for a, b, percent in found}
