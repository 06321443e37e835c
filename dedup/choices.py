"""What a person may choose for the photos of a group, and what what stays would gain by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dedup.groups import GroupView
from dedup.models import KeeperRules
from gallery import merging
from gallery.merging import Merge, Told
from gallery.models import Photo, User
from gallery.stacks import Parts

MergeTo = KeeperRules.Merge


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to become of the photos of a group, by id; disjoint."""

    keep: frozenset[int]
    archive: frozenset[int] = frozenset()
    trash: frozenset[int] = frozenset()
    # Of shots that have a RAW perhaps only that, or only the picture, is to go.
    trash_parts: Parts = Parts.ALL
    merge: MergeTo | None = None  # who gains from what goes; none: as the owner's rules say

    @property
    def survivors(self) -> frozenset[int]:
        return self.keep | self.archive

    def summary(self) -> str:
        parts = [f"kept {len(self.keep)}"]
        parts += [f"archived {len(self.archive)}"] if self.archive else []
        parts += [f"{len(self.trash)} to the trash"] if self.trash else []
        count = len(self.keep) + len(self.archive) + len(self.trash)
        return f"Of {count} similar photos " + ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a choice would hand on, before it is made."""

    merge: MergeTo
    told: Told
    keeper: Photo | None  # the one that gains if only one does
    stay_count: int
    is_possible: bool  # whether any photo that stays could gain anything


def suggested(view: GroupView) -> Choice:
    """What accepting the suggestion of a group means for its photos."""
    return Choice(
        keep=frozenset(member.photo.pk for member in view.members if member.is_suggested),
        trash=frozenset(member.photo.pk for member in view.members if not member.is_suggested),
    )


def first_to_stay(view: GroupView) -> list[int]:
    """The photos in the order in which one of them gains: suggested ones, the cover, by time."""
    ordered = sorted(view.members, key=lambda each: (not each.is_suggested, not each.is_cover))
    return [member.photo.pk for member in ordered]


def merges_of(choice: Choice, order: Sequence[int], usual: MergeTo) -> list[Merge]:
    """Who gains from whom. What is archived gives to what is kept; it gains if nothing is kept."""
    merge = choice.merge or usual
    stays = choice.keep or choice.archive
    going = (choice.archive | choice.trash) - stays
    if merge == MergeTo.NONE or not stays or not going:
        return []
    if merge == MergeTo.ALL:
        return [Merge(stays, going)]
    first = next((photo_id for photo_id in order if photo_id in stays), min(stays))
    return [Merge(frozenset({first}), going)]


def usual_merge(owner: User) -> MergeTo:
    return MergeTo(KeeperRules.of(owner).merge)


def preview(view: GroupView, choice: Choice, owner: User) -> Preview:
    """What the choice would hand on; photos that are not named stay."""
    members = {member.photo.pk: member.photo for member in view.members}
    moving = (choice.archive | choice.trash) & members.keys()
    keep = frozenset(members) - moving
    merge = choice.merge or usual_merge(owner)
    choice = Choice(keep, choice.archive & moving, choice.trash & moving)
    order = first_to_stay(view)
    merges = merges_of(choice, order, merge)
    found = merging.gains(owner, merges)
    stays = choice.keep or choice.archive
    keeper = next((members[photo_id] for photo_id in order if photo_id in stays), None)
    to_all = merges_of(choice, order, MergeTo.ALL)
    return Preview(
        merge=merge,
        told=merging.told(found),
        keeper=keeper,
        stay_count=len(stays),
        # Where one photo stays, giving to all is the same thing: not asked twice.
        is_possible=bool(found) or (to_all != merges and bool(merging.gains(owner, to_all))),
    )
