"""Decisions on thousands of groups as a job: each group gets a result, the whole gets one undo.

What a decision does is in ``reviewing``, as for a single group. The job's result has the shape
that ``gallery.bulk`` reads, so the same page shows and undoes it.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from dedup import choices, group_states, groups, reviewing
from dedup.choices import Choice
from dedup.groups import GroupView
from dedup.models import Decision, SimilarGroup
from gallery import changes, stacks
from gallery.merging import Fates
from gallery.models import Change, Job, Photo, User
from gallery.work import jobs
from gallery.work.claims import Claim, finish

KIND = "review"
STAGES = ("Deciding groups",)

# Decided in one transaction, as one change of each owner.
GROUPS_AT_ONCE = 1000


class Act(StrEnum):
    ACCEPT = "accept"
    KEEP_ALL = "keep_all"
    NOT_SIMILAR = "not_similar"


TITLES = {
    Act.ACCEPT: "Accept suggestions",
    Act.KEEP_ALL: "Keep all",
    Act.NOT_SIMILAR: "Not similar",
}


class Result(StrEnum):
    """What became of one group."""

    DONE = "done"
    NOTHING_TO_DO = "nothing_to_do"  # decided already, or fewer than two photos left
    REFUSED = "refused"
    GONE = "gone"  # no longer there, or not this person's to decide


@dataclass(frozen=True, slots=True)
class _Settled:
    """One group that is about to be decided."""

    group: SimilarGroup
    view: GroupView
    choice: Choice


@dataclass(frozen=True, slots=True)
class Left:
    """A group that is not decided, and why."""

    group_id: int
    result: Result
    why: str
    empties: bool = False  # every photo of a group, perhaps of another scan, would be gone


@dataclass(frozen=True, slots=True)
class Looked:
    settled: list[_Settled]
    left: list[Left]

    def counts(self) -> Counter[Result]:
        return Counter(each.result for each in self.left) + Counter(
            {Result.DONE: len(self.settled)}
        )


def accept_suggestions_later(rows: Iterable[SimilarGroup | int], by: User) -> Job:
    return later(Act.ACCEPT, rows, by)


def later(act: Act, rows: Iterable[SimilarGroup | int], by: User) -> Job:
    """Let a worker decide all of the groups. Returns at once, whatever their number.

    Staff decide anybody's groups, others their own.
    """
    ids = list(dict.fromkeys(row if isinstance(row, int) else row.pk for row in rows))
    pieces = [ids[at : at + GROUPS_AT_ONCE] for at in range(0, len(ids), GROUPS_AT_ONCE)]
    options = {"act": act, "by": by.pk}
    return jobs.start(KIND, by, f"{TITLES[act]}: {_groups(len(ids))}", pieces, options)


def work_on(claim: Claim) -> None:
    """Decide one piece of the list. Doing it again changes nothing: they are decided."""
    by = User.objects.get(pk=claim.options["by"])
    act = Act(claim.options["act"])
    # The decisions and the end of the chunk are one transaction: neither without the other.
    with transaction.atomic():
        looked = look(claim.payload, act, by)
        made = [_decide(act, owned, by) for owned in _by_owner(looked.settled)]
        results = looked.counts()
        _note(claim.job_id, made, looked)
        finish(
            claim,
            done=results[Result.DONE],
            skipped=results[Result.NOTHING_TO_DO] + results[Result.GONE],
            failed=results[Result.REFUSED],
        )


def look(group_ids: Sequence[int], act: Act, by: User) -> Looked:
    """Which groups can be decided now, under their lock; the others with what stands in the way.

    Call it inside a transaction.
    """
    held = reviewing.locked(group_ids)
    if not by.is_staff:
        held = [group for group in held if group.scan.owner_id == by.pk]
    found = {group.pk for group in held}
    looked = Looked([], [Left(pk, Result.GONE, "") for pk in group_ids if pk not in found])
    decided = set(
        Decision.objects.standing().filter(group__in=held).values_list("group", flat=True)
    )
    views = {view.id: view for view in groups.views_of(held)}
    touched: set[int] = set()
    for group in held:
        view = views.get(group.pk)
        if group.pk in decided or view is None:
            why = "Decided already." if group.pk in decided else "Fewer than two photos are left."
            looked.left.append(Left(group.pk, Result.NOTHING_TO_DO, why))
            continue
        photo_ids = {member.photo.pk for member in view.members}
        if photo_ids & touched:
            looked.left.append(Left(group.pk, Result.REFUSED, _shares(view)))
            continue
        touched |= photo_ids
        looked.settled.append(_Settled(group, view, _choice(act, view)))
    return _without_last_photos(looked)


def _without_last_photos(looked: Looked) -> Looked:
    """Leave out what would empty a group of another scan; say which."""
    lost: set[int] = set()
    for owned in _by_owner(looked.settled):
        going = {photo_id for each in owned for photo_id in each.choice.trash}
        all_parts = stacks.expanded(sorted(going))
        for _, left in reviewing.emptied_by(owned[0].group.scan.owner, all_parts):
            lost |= left
    kept = [each for each in looked.settled if not each.choice.trash & lost]
    refused = [
        Left(each.group.pk, Result.REFUSED, _empties_other(each.view), empties=True)
        for each in looked.settled
        if each.choice.trash & lost
    ]
    return Looked(kept, looked.left + refused)


def _choice(act: Act, view: GroupView) -> Choice:
    if act == Act.ACCEPT:
        return choices.suggested(view)
    return Choice(keep=frozenset(member.photo.pk for member in view.members))


def _shares(view: GroupView) -> str:
    return (
        f"The group around {view.cover.photo.file_name} shares photos with another group of this "
        "list, which was decided first. Look at it again."
    )


def _empties_other(view: GroupView) -> str:
    return (
        f"The group around {view.cover.photo.file_name} was left: a group of another scan would "
        "keep none of its photos. Decide it on its own page."
    )


def _by_owner(settled: Iterable[_Settled]) -> list[list[_Settled]]:
    owners: dict[int, list[_Settled]] = defaultdict(list)
    for each in settled:
        owners[each.group.scan.owner_id].append(each)
    return list(owners.values())


def _decide(act: Act, settled: Sequence[_Settled], by: User) -> Change:
    """One change of one owner, and a decision for each of the groups."""
    owner = settled[0].group.scan.owner
    title = f"{TITLES[act]} in {_groups(len(settled))}"
    trash = [photo_id for each in settled for photo_id in sorted(each.choice.trash)]
    if trash:
        photos = Photo.objects.filter(pk__in=trash)
        summary = f"{title}: {len(trash):,} to the trash"
        usual = choices.usual_merge(owner)
        merges = [
            merge
            for each in settled
            for merge in choices.merges_of(each.choice, choices.first_to_stay(each.view), usual)
        ]
        fates = Fates(trash=photos, merges=merges)
        change = changes.decide(owner, fates, by=by, summary=summary)
    else:
        change = reviewing.empty_change(owner, by, title)
    decisions = Decision.objects.bulk_create(
        Decision.of(change, _kind(act, each.choice), group=each.group, summary=_summary(act, each))
        for each in settled
    )
    group_states.refresh(owner, [each.group.pk for each in settled])
    for decision, each in zip(decisions, settled, strict=True):
        kept = [m.photo.checksum for m in each.view.members if m.photo.pk in each.choice.keep]
        reviewing.store_pairs(decision, itertools.combinations(kept, 2))
    return change


def _kind(act: Act, choice: Choice) -> Decision.Kind:
    if act == Act.NOT_SIMILAR:
        return Decision.Kind.NOT_SIMILAR
    return Decision.Kind.KEEP if choice.trash else Decision.Kind.KEEP_ALL


def _summary(act: Act, settled: _Settled) -> str:
    if act == Act.NOT_SIMILAR:
        return f"{len(settled.view.members)} photos are not similar"
    return settled.choice.summary()


def _note(job_id: int, made: Sequence[Change], looked: Looked) -> None:
    """Add to what the job's page tells. Groups that were decided are found by their decisions."""
    job = Job.objects.select_for_update().get(pk=job_id)
    told = Counter(job.result.get("counts", {}))
    told.update({result.value: count for result, count in looked.counts().items() if count})
    refused = [each.why for each in looked.left if each.result == Result.REFUSED]
    job.result = {
        "changes": [*job.result.get("changes", []), *(change.pk for change in made)],
        "counts": dict(told),
        "left": [],
        "left_groups": [
            *job.result.get("left_groups", []),
            *([each.group_id, each.result, each.why] for each in looked.left),
        ],
        "problems": [*job.result.get("problems", []), *refused],
    }
    job.save(update_fields=["result"])


def _groups(count: int) -> str:
    return f"{count:,} group" if count == 1 else f"{count:,} groups"
