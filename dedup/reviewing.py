"""Settling groups: keep, archive, trash, keep all, not similar, and undo.

Pages, API, admin and commands call these functions and no others. Each is one transaction that
looks at the group again before it acts, so that two windows on one group cannot empty it.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from dedup import choices, group_states, groups
from dedup.choices import Choice, MergeTo
from dedup.models import DecidedPair, Decision, GroupMember, SimilarGroup
from gallery import changes, stacks
from gallery.core.batches import ROWS_PER_STATEMENT, batches
from gallery.merging import Fates, Merge
from gallery.models import Change, ChangedPhoto, Photo, PhotoQuerySet, User
from gallery.stacks import Parts


class Refused(Exception):
    """The decision was not made, and nothing was touched. The text says why."""


class WouldKeepNone(Refused):
    """Not one photo of the group would be left; has to be asked for by name."""


class AlreadyDecided(Refused):
    """Somebody, or another window, was faster with another decision."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(f"This group is decided already: {decision.summary}. Undo that first.")
        self.decision = decision


def decide(
    group: SimilarGroup,
    *,
    keep: Iterable[int] = (),
    archive: Iterable[int] = (),
    trash: Iterable[int] = (),
    by: User,
    even_if_empty: bool = False,
) -> Decision:
    """Keep, archive and trash photos of a group, and all parts of their shots, as one act."""
    wanted = Choice(frozenset(keep), frozenset(archive), frozenset(trash))
    return make(group, wanted, by=by, even_if_empty=even_if_empty)


def make(group: SimilarGroup, wanted: Choice, *, by: User, even_if_empty: bool = False) -> Decision:
    """Do with the photos of a group what was chosen, as one undoable act.

    Photos of the group that are not named are kept; those that left the timeline meanwhile stay
    where they are. Making the same decision twice is harmless.
    """
    _refuse_contradiction(wanted)
    with transaction.atomic():
        group = _locked(group)
        _refuse_strangers(group, wanted)
        if same := _standing(group, wanted):
            return same
        choice = _for_those_left(group, wanted)
        if not even_if_empty:
            _refuse_to_keep_none(group, choice)
        return _made(group, choice, by=by)


def accept_suggestion(group: SimilarGroup, by: User, *, merge: MergeTo | None = None) -> Decision:
    """Keep what is suggested and trash the rest."""
    with transaction.atomic():
        group = _locked(group)
        if standing := _standing_of(group):
            return _unless_other(standing, Decision.Kind.KEEP)
        found = groups.views_of([group])
        if not found:
            raise Refused("Fewer than two photos of this group are left.")
        choice = replace(choices.suggested(found[0]), merge=merge)
        if others := _others_emptied(group, choice):
            raise Refused(f"{others} Choose for each photo what is to become of it.")
        return _made(group, choice, by=by)


def keep_all(group: SimilarGroup, by: User) -> Decision:
    """Keep every photo, and never offer these together again."""
    with transaction.atomic():
        group = _locked(group)
        if standing := _standing_of(group):
            return _unless_other(standing, Decision.Kind.KEEP_ALL)
        return _made(group, _for_those_left(group, Choice(frozenset())), by=by)


def not_similar(group: SimilarGroup, by: User, photo_ids: Iterable[int] | None = None) -> Decision:
    """Say that no two photos of the group are alike, or that some are unlike all the others.

    In the second case the others stay together in the open group.
    """
    apart = frozenset(photo_ids or ())
    with transaction.atomic():
        group = _locked(group)
        _refuse_strangers(group, Choice(apart))
        if standing := _standing_of(group):
            return _unless_other(standing, Decision.Kind.NOT_SIMILAR)
        left = _photos_left(group)
        others = left.keys() - apart
        if not apart or len(others) < 2:
            return _set_apart_all(group, left, by=by)
        return _set_apart(group, left, apart & left.keys(), by=by)


def undo(decision: Decision, by: User) -> Decision:
    """Open the group again and put every photo back exactly as it was.

    Decisions made in one act are undone together. Raises changes.CannotUndo if something stands
    in the way. Undoing twice is harmless.
    """
    decision.change = changes.undo(decision.change, by=by)
    return decision


def groups_left_empty(owner: User, photo_ids: Sequence[int]) -> list[str]:
    """Groups of which not one photo would be left outside the trash, in words.

    The gallery asks this before it moves photos to the trash. The groups stay held until the end
    of the transaction, so that two windows cannot each trash what the other one counts on.
    """
    return [_named_as_lost(group, left) for group, left in emptied_by(owner, photo_ids, hold=True)]


def emptied_by(
    owner: User, photo_ids: Iterable[int], *, hold: bool = False
) -> list[tuple[SimilarGroup, frozenset[int]]]:
    """Groups that would lose their last photos, each with those; the newest first.

    It does not matter when the other photos of a group went to the trash, nor whether the group
    is decided: only photos that were called not similar are nobody's last ones. Groups of earlier
    scans count too, because a newer scan no longer groups what is in the trash. Of groups that
    would lose the same photos only one is named.
    """
    going = frozenset(photo_ids)
    concerned = _groups_with(owner, going)
    if hold:
        for some in batches(concerned):
            held = SimilarGroup.objects.select_for_update(of=("self",)).filter(pk__in=some)
            list(held.order_by("pk").values_list("pk"))
    found: list[tuple[SimilarGroup, frozenset[int]]] = []
    for group_id, left in sorted(_not_in_trash(concerned).items(), reverse=True):
        if left <= going and not any(left <= other for _, other in found):
            found.append((SimilarGroup.objects.select_related("cover").get(pk=group_id), left))
    return found


def _groups_with(owner: User, photo_ids: frozenset[int]) -> list[int]:
    """Groups with one of these photos, or with another part of its shot."""
    members = GroupMember.objects.together().filter(group__scan__owner=owner)
    apart = Decision.objects.standing().filter(kind=Decision.Kind.NOT_SIMILAR, group__isnull=False)
    members = members.exclude(group__in=apart.values("group"))
    found: set[int] = set()
    for some in batches(sorted(photo_ids)):
        shots = Photo.objects.filter(pk__in=some, stack__isnull=False).values("stack")
        for chosen in (Q(photo__in=some, photo__trashed_at=None), Q(photo__stack__in=shots)):
            found.update(members.filter(chosen).values_list("group", flat=True))
    return sorted(found)


def _not_in_trash(group_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """What is left of each group outside the trash; of a shot, all parts that are. Groups with
    something."""
    left: dict[int, set[int]] = defaultdict(set)
    members = GroupMember.objects.together()
    for some in batches(group_ids):
        of_groups = members.filter(group__in=some)
        stacked = Photo.objects.filter(memberships__in=of_groups)
        parts = stacks.living_parts(stacked)
        for group_id, photo_id, trashed_at in of_groups.values_list(
            "group", "photo", "photo__trashed_at"
        ):
            alone = set() if trashed_at else {photo_id}
            left[group_id] |= parts.get(photo_id, alone)
    return {group_id: frozenset(photo_ids) for group_id, photo_ids in left.items() if photo_ids}


def _named_as_lost(group: SimilarGroup, left: frozenset[int]) -> str:
    shots = Photo.objects.filter(pk__in=left).one_of_each_stack()
    names = list(shots.order_by("pk").values_list("file_name", flat=True))
    if len(names) > 1:
        return (
            f"Not one of the {len(names)} similar photos around {group.cover.file_name} "
            "would be left."
        )
    return f"{names[0]} is the last one left of {group.photo_count} similar photos."


def _refuse_to_keep_none(group: SimilarGroup, choice: Choice) -> None:
    if not choice.survivors:
        emptied = _emptied(group, choice)
        if choice.trash_parts == Parts.ALL or any(row.pk == group.pk for row, _ in emptied):
            raise WouldKeepNone("This would leave not one photo of the group.")
    if others := _others_emptied(group, choice):
        raise WouldKeepNone(others)


def _others_emptied(group: SimilarGroup, choice: Choice) -> str:
    """A photo may be in groups of several scans; in each of them one has to stay."""
    emptied = _emptied(group, choice)
    return " ".join(_named_as_lost(row, left) for row, left in emptied if row.pk != group.pk)


def _emptied(group: SimilarGroup, choice: Choice) -> list[tuple[SimilarGroup, frozenset[int]]]:
    going = stacks.expanded(sorted(choice.trash), choice.trash_parts)
    return emptied_by(group.scan.owner, going)


def _locked(group: SimilarGroup) -> SimilarGroup:
    """The group as it is now, held with its photos until the end of the transaction."""
    return locked([group.pk])[0]


def locked(group_ids: Sequence[int]) -> list[SimilarGroup]:
    """Groups and their photos, held until the end of the transaction; in the order of ids."""
    rows = SimilarGroup.objects.select_for_update(of=("self",)).select_related("scan__owner")
    held = list(rows.filter(pk__in=group_ids).order_by("pk"))
    members = GroupMember.objects.filter(group__in=group_ids)
    photos = Photo.objects.select_for_update(of=("self",)).filter(pk__in=members.values("photo"))
    list(photos.order_by("pk").values_list("pk"))
    return held


def _refuse_contradiction(wanted: Choice) -> None:
    named = len(wanted.keep) + len(wanted.archive) + len(wanted.trash)
    if named > len(wanted.keep | wanted.archive | wanted.trash):
        raise Refused("A photo can only be kept, archived or put in the trash, not two of these.")


def _refuse_strangers(group: SimilarGroup, wanted: Choice) -> None:
    members = set(group.members.values_list("photo", flat=True))
    if strangers := (wanted.survivors | wanted.trash) - members:
        raise Refused(f"Photo {min(strangers)} is not in this group.")


def _standing_of(group: SimilarGroup) -> Decision | None:
    return Decision.objects.standing().filter(group=group).select_related("change").first()


def _standing(group: SimilarGroup, wanted: Choice) -> Decision | None:
    """The decision on the group if it says the same; refuses if it says something else."""
    decision = _standing_of(group)
    if decision is None:
        return None
    moved = ChangedPhoto.objects.filter(
        change=decision.change_id, photo__memberships__group=group
    ).values_list("photo", "after")
    trashed = {photo for photo, after in moved if "trashed_at" in after}
    archived = {photo for photo, after in moved if "archived_at" in after}
    named = decision.kind != Decision.Kind.NOT_SIMILAR and not wanted.keep & (trashed | archived)
    if named and trashed == wanted.trash and archived == wanted.archive:
        return decision
    raise AlreadyDecided(decision)


def _unless_other(standing: Decision, kind: Decision.Kind) -> Decision:
    if standing.kind != kind:
        raise AlreadyDecided(standing)
    return standing


def _photos_left(group: SimilarGroup) -> dict[int, str]:
    """Checksums of the members that are still on the timeline."""
    members = GroupMember.objects.filter(group=group).on_timeline()
    return dict(members.values_list("photo", "photo__checksum"))


def _for_those_left(group: SimilarGroup, wanted: Choice) -> Choice:
    left = frozenset(_photos_left(group))
    archive, trash = wanted.archive & left, wanted.trash & left
    return replace(wanted, keep=left - archive - trash, archive=archive, trash=trash)


def _made(group: SimilarGroup, choice: Choice, *, by: User) -> Decision:
    moves = bool(choice.archive or choice.trash)
    owner = group.scan.owner
    summary = choice.summary()
    if moves:
        archive, trash = _photos(choice.archive), _photos(choice.trash)
        fates = Fates(archive, trash, choice.trash_parts, _merges(group, choice))
        change = changes.decide(owner, fates, by=by, summary=summary)
    else:
        change = empty_change(owner, by, summary)
    kind = Decision.Kind.KEEP if moves else Decision.Kind.KEEP_ALL
    decision = _decision(group, kind, change)
    checksums = dict(_photos(choice.survivors).values_list("pk", "checksum"))
    store_pairs(decision, itertools.combinations(checksums.values(), 2))
    return decision


def _merges(group: SimilarGroup, choice: Choice) -> list[Merge]:
    views = groups.views_of([group])
    order = choices.first_to_stay(views[0]) if views else []
    return choices.merges_of(choice, order, choices.usual_merge(group.scan.owner))


def _set_apart_all(group: SimilarGroup, left: dict[int, str], *, by: User) -> Decision:
    change = empty_change(group.scan.owner, by, f"{len(left)} photos are not similar")
    decision = _decision(group, Decision.Kind.NOT_SIMILAR, change)
    store_pairs(decision, itertools.combinations(left.values(), 2))
    return decision


def _set_apart(
    group: SimilarGroup, left: dict[int, str], apart: frozenset[int], *, by: User
) -> Decision:
    summary = f"{len(apart)} of {len(left)} photos are not similar to the others"
    change = empty_change(group.scan.owner, by, summary)
    decision = _decision(None, Decision.Kind.NOT_SIMILAR, change)
    others = left.keys() - apart
    store_pairs(decision, ((left[a], left[b]) for a in sorted(apart) for b in sorted(others)))
    group.members.filter(photo__in=apart).update(set_apart_by=decision)
    group_states.refresh(group.scan.owner, [group.pk])
    return decision


def empty_change(owner: User, by: User, summary: str) -> Change:
    """The entry in the history of a decision that moves no photo; undone like any other."""
    return Change.objects.create(
        owner=owner,
        made_by=by,
        act=Change.Act.DECIDE,
        summary=summary,
        photo_count=0,
        made_at=timezone.now(),
    )


def _decision(group: SimilarGroup | None, kind: Decision.Kind, change: Change) -> Decision:
    decision = Decision.of(change, kind, group=group)
    decision.save()
    if group is not None:
        group_states.refresh(change.owner, [group.pk])
    return decision


def store_pairs(decision: Decision, pairs: Iterable[tuple[str, str]]) -> None:
    """Remember that these originals need not be offered together again."""
    rows = (
        DecidedPair(
            decision=decision,
            owner_id=decision.owner_id,
            checksum_a=min(pair),
            checksum_b=max(pair),
        )
        for pair in pairs
    )
    while some := list(itertools.islice(rows, ROWS_PER_STATEMENT)):
        DecidedPair.objects.bulk_create(some)


def _photos(photo_ids: Iterable[int]) -> PhotoQuerySet:
    return Photo.objects.filter(pk__in=photo_ids)
