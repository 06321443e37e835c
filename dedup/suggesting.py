"""Which photo of an open group is suggested to stay, by the rules of its owner as they are now.

A scan writes its suggestions by the rules of its day. When the rules change, every read works out
the groups it shows anew, so that no page ever shows an old suggestion; a job writes the same down
behind it, for counts and sorts. Finished decisions and covers are not touched: percentages stay
percentages to the cover, and the next scan makes covers by the new rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, prefetch_related_objects

from dedup import group_tallies
from dedup.core.keepers import KeeperFacts, Preferences, Ranking
from dedup.models import GroupMember, KeeperRules, PairScore, SimilarGroup
from dedup.shot_facts import facts_of
from gallery.core.batches import batches
from gallery.models import Job, User
from gallery.work import jobs
from gallery.work.claims import Claim, finish

KIND = "suggest"
STAGES = ("Suggesting anew",)

# Worked through while the person waits who changed the rules; more is a job.
GROUPS_AT_ONCE = 200
GROUPS_PER_CHUNK = 500
# Nothing that is said of the pair is thrown away: the others need not be alike to this one.
ALL_ARE_ALIKE_TO_IT = "Suggested: all the others are alike to it."


@dataclass(frozen=True, slots=True)
class _Stale:
    """A group whose suggestion is not of the rules as they are now."""

    group: SimilarGroup
    members: list[GroupMember]  # living ones
    preferences: Preferences
    threshold: float


def renew(
    groups: Sequence[SimilarGroup], members: Mapping[int, list[GroupMember]]
) -> list[GroupMember]:
    """Suggest by the rules of now, in memory only. Returns the members that changed by that.

    ``members`` are the living ones of each group. Sets to keep, and frames of a fixed camera of
    which several are worth keeping, stay as the scan found them. A group whose suggested photo is
    gone gets another one. Where a person chose the cover, that photo stays: see ``chosen_covers``.
    """
    rules = _rules_of_owners(groups)
    stale = [
        _Stale(
            group,
            members[group.pk],
            rules[group.scan.owner_id].preferences,
            group.scan.chosen.threshold_percent,
        )
        for group in groups
        if _needs(group, members[group.pk], rules[group.scan.owner_id].version)
    ]
    if not stale:
        return []
    ids = sorted({row.photo_id for each in stale for row in each.members})
    facts, percents = facts_of(ids), _percents(ids)
    return [row for each in stale for row in _suggest(each, facts, percents)]


def start(owner: User) -> Job | None:
    """After the rules have changed: a few groups at once, many by a job, which is returned."""
    ids = list(_stale_ids(owner))
    if len(ids) <= GROUPS_AT_ONCE:
        with transaction.atomic():
            write(ids)
        return None
    pieces = [list(some) for some in batches(ids, GROUPS_PER_CHUNK)]
    return jobs.start(KIND, owner, f"Suggest anew in {len(ids):,} groups", pieces)


def work_on(claim: Claim) -> None:
    """Write the suggestions of some groups. Doing it again changes nothing."""
    finish(claim, lambda: write(claim.payload), done=len(claim.payload))


def write(group_ids: Sequence[int]) -> None:
    """Store what ``renew`` says of these groups, as far as they are still undecided."""
    held = SimilarGroup.objects.select_for_update(of=("self",)).filter(pk__in=group_ids)
    groups = list(held.exclude(state=SimilarGroup.State.DECIDED).order_by("pk"))
    members: dict[int, list[GroupMember]] = {group.pk: [] for group in groups}
    for row in GroupMember.objects.filter(group__in=groups).on_timeline().order_by("position"):
        members[row.group_id].append(row)
    changed = renew(groups, members)
    GroupMember.objects.bulk_update(changed, ["suggested", "reason"], batch_size=500)
    _write_groups(groups, members, {row.group_id for row in changed})


def _write_groups(
    groups: Sequence[SimilarGroup], members: Mapping[int, list[GroupMember]], moved: set[int]
) -> None:
    rules = _rules_of_owners(groups)
    ids = sorted({row.photo_id for pk in moved for row in members[pk]})
    sizes = {photo_id: facts.size_bytes for photo_id, facts in facts_of(ids).items()}
    for group in groups:
        group.rules_version = rules[group.scan.owner_id].version
        if group.pk in moved:
            could_go = (row.photo_id for row in members[group.pk] if not row.suggested)
            group.spare_bytes = sum(sizes.get(photo_id, 0) for photo_id in could_go)
    with group_tallies.following([group.pk for group in groups]):
        SimilarGroup.objects.bulk_update(groups, ["rules_version", "spare_bytes"], batch_size=500)


def _stale_ids(owner: User) -> Iterable[int]:
    version = KeeperRules.of(owner).version
    groups = SimilarGroup.objects.owned_by(owner).exclude(rules_version=version)
    groups = groups.exclude(state=SimilarGroup.State.DECIDED)
    return groups.order_by("-scan", "-spare_bytes", "pk").values_list("pk", flat=True)


def _rules_of_owners(groups: Sequence[SimilarGroup]) -> dict[int, KeeperRules]:
    """By owner; and every group knows its scan after that."""
    unknown = [group for group in groups if not SimilarGroup.scan.is_cached(group)]
    prefetch_related_objects(unknown, "scan")
    owners = {group.scan.owner_id for group in groups}
    found = {rules.owner_id: rules for rules in KeeperRules.objects.filter(owner__in=owners)}
    return {owner: found.get(owner) or KeeperRules(owner_id=owner) for owner in owners}


def _needs(group: SimilarGroup, members: Sequence[GroupMember], version: int) -> bool:
    if group.kind == SimilarGroup.Kind.SET or len(members) < 2 or group.chosen_cover_id:
        return False
    suggested = sum(row.suggested for row in members)
    return suggested == 0 or (suggested == 1 and group.rules_version != version)


def _percents(photo_ids: Sequence[int]) -> dict[tuple[int, int], float]:
    """How alike these photos are, two by two; only pairs that were compared."""
    known = set(photo_ids)
    return {
        (a, b): percent
        for some in batches(photo_ids)
        for a, b, percent in PairScore.objects.filter(Q(photo_a__in=some)).values_list(
            "photo_a", "photo_b", "percent"
        )
        if b in known
    }


def _suggest(
    stale: _Stale,
    facts: Mapping[int, KeeperFacts],
    percents: Mapping[tuple[int, int], float],
) -> list[GroupMember]:
    known = [facts[row.photo_id] for row in stale.members if row.photo_id in facts]
    ranking = Ranking(known, stale.preferences)
    ids = [row.photo_id for row in stale.members]
    fitting = (pk for pk in ranking.photo_ids if _all_alike(pk, ids, percents, stale.threshold))
    chosen = next(fitting, None)
    if chosen is None and stale.group.cover_id in ids:
        chosen = stale.group.cover_id
    if chosen is None:
        return []
    best = ranking.choose(ranking.photo_ids)
    reason = best.reasons[0] if chosen == best.photo_id else ALL_ARE_ALIKE_TO_IT
    changed = []
    for row in stale.members:
        wanted = (row.photo_id == chosen, reason[:200] if row.photo_id == chosen else "")
        if wanted != (row.suggested, row.reason):
            row.suggested, row.reason = wanted
            changed.append(row)
    return changed


def _all_alike(
    photo_id: int,
    others: Iterable[int],
    percents: Mapping[tuple[int, int], float],
    threshold: float,
) -> bool:
    """Whether all the others pass the threshold to this photo: only then may they go for it."""
    return all(
        percents.get((min(photo_id, other), max(photo_id, other)), -1.0) >= threshold
        for other in others
        if other != photo_id
    )
