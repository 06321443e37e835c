"""Covers that people chose stick by content: groups of a new scan take them over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from dedup import chosen_covers, group_states
from dedup.measuring import SCORE_VERSION
from dedup.models import ChosenCover, Decision, GroupMember, PairScore, Scan
from gallery.core.batches import batches


def take_over(scan: Scan) -> None:
    """A choice counts in the new groups too, and its undo undoes it there.

    Where some member is not known to pass the threshold to that photo, the cover stays the one
    that the scan found; a later scan asks again.
    """
    decisions = _standing(scan)
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)  # by group: decision, photo
    for some in batches(sorted(decisions)):
        rows = GroupMember.objects.filter(group__scan=scan, photo__checksum__in=some)
        for group_id, photo_id, checksum in rows.values_list("group", "photo", "photo__checksum"):
            found[group_id] += [(decision, photo_id) for decision in decisions[checksum]]
    for groups in batches(sorted(found)):
        fitting = _fitting(scan, {group_id: found[group_id] for group_id in groups})
        # In the order in which they were made: the last one that stands counts.
        ChosenCover.objects.bulk_create(
            ChosenCover(decision_id=decision, group_id=group_id, photo_id=photo_id)
            for decision, group_id, photo_id in sorted(fitting)
        )
    group_states.refresh(scan.owner, found)


def _standing(scan: Scan) -> dict[str, list[int]]:
    """Choices of the owner, by the content that was made the cover."""
    rows = Decision.objects.standing().filter(owner=scan.owner_id, kind=Decision.Kind.COVER)
    decisions: dict[str, list[int]] = defaultdict(list)
    for pk, checksum in rows.order_by("pk").values_list("pk", "cover_checksum"):
        decisions[checksum].append(pk)
    return decisions


def _fitting(scan: Scan, found: Mapping[int, list[tuple[int, int]]]) -> list[tuple[int, int, int]]:
    """Decision, group and photo, where all others of the group pass the threshold to the photo."""
    members: dict[int, list[int]] = defaultdict(list)
    rows = GroupMember.objects.filter(group__in=list(found)).values_list("group", "photo")
    for group_id, photo_id in rows:
        members[group_id].append(photo_id)
    covers = {photo: members[group] for group, made in found.items() for _, photo in made}
    scores = PairScore.objects.filter(version=SCORE_VERSION)
    percents = chosen_covers.percents(scores, covers)
    threshold = scan.chosen.threshold_percent
    return [
        (decision, group_id, photo_id)
        for group_id, made in found.items()
        for decision, photo_id in made
        if all(
            percents.get((min(photo_id, other), max(photo_id, other)), -1.0) >= threshold
            for other in members[group_id]
            if other != photo_id
        )
    ]
