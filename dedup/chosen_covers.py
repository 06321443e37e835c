"""Groups seen from the cover that a person chose, instead of the one that the scan found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db.models import Q, QuerySet

from dedup.models import GroupMember, PairScore, SimilarGroup
from dedup.pairs import pairs_with
from gallery.core.batches import batches

REASON = "You made it the cover."
# Of a pair that has no stored score: pages say "not compared".
NOT_COMPARED = -1.0
# Conditions in one query; SQLite takes a thousand.
COVERS_AT_ONCE = 100


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
    others: dict[int, set[int]] = defaultdict(set)  # groups of two scans may have one cover
    for group, cover_id in chosen:
        others[cover_id].update(row.photo_id for row in members[group.pk])
    known = percents(PairScore.objects.all(), others)
    for group, cover_id in chosen:
        _turn(group, members[group.pk], cover_id, known)
    return {group.pk: cover_id for group, cover_id in chosen}


def _turn(
    group: SimilarGroup,
    rows: Sequence[GroupMember],
    cover_id: int,
    known: Mapping[tuple[int, int], float],
) -> None:
    if cover_id != group.cover_id:
        for row in rows:
            pair = (min(cover_id, row.photo_id), max(cover_id, row.photo_id))
            row.percent = 100.0 if row.photo_id == cover_id else known.get(pair, NOT_COMPARED)
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


def percents(
    scores: QuerySet[PairScore], wanted: Mapping[int, Collection[int]]
) -> dict[tuple[int, int], float]:
    """How alike each of the wanted photos is to its others, the smaller number first."""
    found: dict[tuple[int, int], float] = {}
    for some in batches(sorted(wanted), COVERS_AT_ONCE):
        pairs = Q()
        for cover_id in some:
            pairs |= pairs_with(cover_id, wanted[cover_id])
        rows = scores.filter(pairs).values_list("photo_a", "photo_b", "percent")
        found |= {(a, b): percent for a, b, percent in rows}
    return found
