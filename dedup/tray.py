"""The tray: answers that wait for one confirmation, kept on the server until then.

A phone that dies loses nothing, and nothing is archived or trashed before ``confirm``.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from dedup import choices, group_states, groups, reviewing
from dedup.choices import Choice
from dedup.groups import GroupView, MemberView
from dedup.models import Decision, GroupMember, PendingChoice, SimilarGroup
from gallery import changes, stacks
from gallery.merging import Fates
from gallery.models import Change, Photo, User
from gallery.stacks import Parts

Answer = PendingChoice.Answer


@dataclass(frozen=True, slots=True)
class TrayGroup:
    """One open group of the tray with what was chosen; photos without an answer are kept."""

    view: GroupView
    choice: Choice

    def _those(self, photo_ids: frozenset[int]) -> list[MemberView]:
        return [member for member in self.view.members if member.photo.pk in photo_ids]

    @property
    def to_trash(self) -> list[MemberView]:
        return self._those(self.choice.trash)

    @property
    def to_archive(self) -> list[MemberView]:
        return self._those(self.choice.archive)

    @property
    def kept_count(self) -> int:
        return len(self.choice.keep)


@dataclass(frozen=True, slots=True)
class Tray:
    groups: list[TrayGroup]

    @property
    def trash_count(self) -> int:
        return sum(len(each.choice.trash) for each in self.groups)

    @property
    def archive_count(self) -> int:
        return sum(len(each.choice.archive) for each in self.groups)

    @property
    def kept_count(self) -> int:
        return sum(each.kept_count for each in self.groups)

    @property
    def trash_bytes(self) -> int:
        return sum(member.photo.shot_bytes for each in self.groups for member in each.to_trash)

    @property
    def has_raw_and_picture(self) -> bool:
        """Whether of some shots that go a part could go alone."""
        return any(member.has_raw_and_picture for each in self.groups for member in each.to_trash)


@dataclass(frozen=True, slots=True)
class Confirmed:
    change: Change | None  # none if every group was refused
    refusals: list[str]  # each names its group and says why; those groups stay in the tray


def remember(group: SimilarGroup, answers: Mapping[int, str], *, is_ready: bool) -> None:
    """Put the answers for photos of a group into the tray, in place of earlier ones."""
    photo_ids = list(group.members.values_list("photo", flat=True))
    owner_id = group.scan.owner_id
    now = timezone.now()
    with transaction.atomic():
        _lock(group)
        PendingChoice.objects.filter(owner=owner_id, photo__in=photo_ids).delete()
        PendingChoice.objects.bulk_create(
            PendingChoice(
                owner_id=owner_id,
                photo_id=photo_id,
                group=group,
                answer=Answer(answers[photo_id]),
                is_ready=is_ready,
                chosen_at=now,
            )
            for photo_id in photo_ids
            if photo_id in answers
        )


def forget(group: SimilarGroup) -> None:
    """The group was decided at once, or the answers are taken back."""
    _forget_all(group.scan.owner, [group])


def _forget_all(owner: User, decided: Sequence[SimilarGroup]) -> None:
    """The same for groups of one owner."""
    members = GroupMember.objects.filter(group__in=decided).values("photo")
    PendingChoice.objects.filter(owner=owner, photo__in=members).delete()


def empty(user: User) -> int:
    """Take everything out of the tray; the groups are undecided as before."""
    count, _ = PendingChoice.objects.owned_by(user).delete()
    return count


def answers_for(view: GroupView) -> dict[int, str]:
    """What was answered so far for the photos of a group."""
    photo_ids = [member.photo.pk for member in view.members]
    rows = PendingChoice.objects.filter(owner=view.group.scan.owner_id, photo__in=photo_ids)
    return dict(rows.values_list("photo", "answer"))


def waiting(user: User) -> int:
    """How many groups wait in the tray for the confirmation."""
    rows = PendingChoice.objects.owned_by(user).ready()
    return rows.order_by().values("group").distinct().count()


def contents(user: User) -> Tray:
    """What would be confirmed now: groups that were decided or dissolved meanwhile drop out."""
    rows = PendingChoice.objects.owned_by(user).ready()
    waiting_groups = SimilarGroup.objects.filter(pk__in=rows.values("group")).open()
    return Tray(_with_choices(user, list(waiting_groups.select_related("scan").order_by("pk"))))


def confirm(user: User, by: User, parts: Parts = Parts.ALL) -> Confirmed:
    """Do what the tray says as one act, which one undo takes back.

    Of shots that go and have both a RAW and a picture only ``parts`` go. A group that would lose
    all its photos, or with photos that another group of the tray answers too, stays in the tray
    with a reason; the others go through.
    """
    with transaction.atomic():
        rows = PendingChoice.objects.owned_by(user).ready()
        held = reviewing.locked(sorted(set(rows.values_list("group", flat=True))))
        is_open = set(
            SimilarGroup.objects.filter(pk__in=[group.pk for group in held])
            .open()
            .values_list("pk", flat=True)
        )
        told = _with_choices(user, [group for group in held if group.pk in is_open])
        settled, refusals = _without_refused(user, told, parts)
        change = _make(user, settled, by, parts) if settled else None
        _forget_all(user, [each.view.group for each in settled])
        rows.exclude(group__in=is_open).delete()
    return Confirmed(change, refusals)


def _with_choices(user: User, rows: Sequence[SimilarGroup]) -> list[TrayGroup]:
    views = groups.views_of(rows)
    pending = PendingChoice.objects.owned_by(user).filter(group__in=rows)
    answers = dict(pending.values_list("photo", "answer"))
    return [TrayGroup(view, _choice(view, answers)) for view in views]


def _choice(view: GroupView, answers: Mapping[int, str]) -> Choice:
    def chosen(answer: Answer) -> frozenset[int]:
        ids = (member.photo.pk for member in view.members)
        return frozenset(pk for pk in ids if answers.get(pk, Answer.KEEP) == answer)

    return Choice(chosen(Answer.KEEP), chosen(Answer.ARCHIVE), chosen(Answer.TRASH))


def _without_refused(
    user: User, told: Sequence[TrayGroup], parts: Parts
) -> tuple[list[TrayGroup], list[str]]:
    settled: list[TrayGroup] = []
    refusals: list[str] = []
    touched: set[int] = set()
    for each in told:
        named = f"The group around {each.view.cover.photo.file_name} was left: "
        photo_ids = {member.photo.pk for member in each.view.members}
        if not each.choice.survivors:
            refusals.append(f"{named}not one of its photos would be kept.")
        elif photo_ids & touched:
            refusals.append(f"{named}it shares photos with another group of the tray.")
        else:
            touched |= photo_ids
            settled.append(each)
    lost = _last_ones(user, settled, parts)
    refusals += [
        f"The group around {each.view.cover.photo.file_name} was left: a group of another scan "
        "would keep none of its photos."
        for each in settled
        if each.choice.trash & lost
    ]
    return [each for each in settled if not each.choice.trash & lost], refusals


def _last_ones(user: User, settled: Sequence[TrayGroup], parts: Parts) -> frozenset[int]:
    going = stacks.expanded(sorted(pk for each in settled for pk in each.choice.trash), parts)
    return frozenset().union(*(left for _, left in reviewing.emptied_by(user, going, hold=True)))


def _make(user: User, settled: Sequence[TrayGroup], by: User, parts: Parts) -> Change:
    total = _total([each.choice for each in settled])
    count = len(settled)
    words = total.summary()
    summary = (
        f"{count:,} group{'' if count == 1 else 's'} of the tray: {words[0].lower()}{words[1:]}"
    )
    if total.archive or total.trash:
        usual = choices.usual_merge(user)
        fates = Fates(
            Photo.objects.filter(pk__in=total.archive),
            Photo.objects.filter(pk__in=total.trash),
            parts,
            merges=[
                merge
                for each in settled
                for merge in choices.merges_of(each.choice, choices.first_to_stay(each.view), usual)
            ],
        )
        change = changes.decide(user, fates, by=by, summary=summary)
    else:
        change = reviewing.empty_change(user, by, summary)
    for each in settled:
        _decision(each, change)
    group_states.refresh(user, [each.view.group.pk for each in settled])
    return change


def _total(made: Sequence[Choice]) -> Choice:
    def together(name: str) -> frozenset[int]:
        return frozenset().union(*(getattr(choice, name) for choice in made))

    return Choice(together("keep"), together("archive"), together("trash"))


def _decision(settled: TrayGroup, change: Change) -> None:
    moves = bool(settled.choice.archive or settled.choice.trash)
    kind = Decision.Kind.KEEP if moves else Decision.Kind.KEEP_ALL
    summary = settled.choice.summary()
    decision = Decision.of(change, kind, group=settled.view.group, summary=summary)
    decision.save()
    survivors = settled.choice.survivors
    kept = [each.photo.checksum for each in settled.view.members if each.photo.pk in survivors]
    reviewing.store_pairs(decision, itertools.combinations(kept, 2))


def _lock(group: SimilarGroup) -> None:
    """Two answers of one group that arrive together are stored one after the other."""
    list(SimilarGroup.objects.select_for_update(of=("self",)).filter(pk=group.pk).values("pk"))
