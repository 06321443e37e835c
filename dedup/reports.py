"""The report of a scan: every group with its percentages, reasons and decision; and what was freed.

Nothing is in memory whole: groups are read some hundred at a time.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from dedup import chosen_covers, group_tallies
from dedup.groups import views_of
from dedup.models import Decision, GroupMember, PairScore, Scan, SimilarGroup
from gallery.models import Change, Photo, User
from gallery.web.paging import page_of

GROUPS_AT_ONCE = 500
GROUPS_ON_A_PAGE = 200
HEAD = (
    "group",
    "kind",
    "state",
    "photo",
    "file",
    "taken at",
    "bytes",
    "percent",
    "cover",
    "suggested",
    "reason",
    "is now",
    "decision",
    "decided at",
    "decided by",
)


@dataclass(frozen=True, slots=True)
class ReportedMember:
    photo: Photo
    percent: float | None  # to the cover in force; none where the two were not compared
    is_cover: bool
    is_suggested: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ReportedGroup:
    group: SimilarGroup
    members: list[ReportedMember]  # by time, wherever they are now
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class ReportPage:
    groups: list[ReportedGroup]
    first_number: int  # of the groups on it, among all
    total: int  # groups of the scan
    next_cursor: str | None

    @property
    def last_number(self) -> int:
        return self.first_number + len(self.groups) - 1


@dataclass(frozen=True, slots=True)
class Month:
    first_day: dt.date
    freed_bytes: int  # until its end


@dataclass(frozen=True, slots=True)
class Freed:
    """What left the disk for good, and what only waits for that."""

    bytes: int
    photos: int
    waiting_bytes: int
    waiting_photos: int
    months: list[Month]


def page(scan: Scan, *, cursor: str | None = None) -> ReportPage:
    """Groups by id, as they were found."""
    groups = scan.groups.select_related("scan")
    found = page_of(groups, order=("id",), cursor=cursor, size=GROUPS_ON_A_PAGE)
    before = scan.groups.filter(pk__lt=found.rows[0].pk).count() if found.rows else 0
    return ReportPage(_reported(found.rows), before + 1, count(scan), found.next_cursor)


def count(scan: Scan) -> int:
    """Groups that a report of the scan tells of, whatever their state."""
    return sum(tally.groups for tally in group_tallies.of_scan(scan.pk).values())


def all_groups(scan: Scan) -> Iterator[ReportedGroup]:
    """As they were found."""
    last = 0
    groups = scan.groups.select_related("scan").order_by("pk")
    while some := list(groups.filter(pk__gt=last)[:GROUPS_AT_ONCE]):
        last = some[-1].pk
        yield from _reported(some)


def rows(scan: Scan) -> Iterator[tuple[Any, ...]]:
    """One row for each photo of each group, in the columns of HEAD."""
    for each in all_groups(scan):
        for member in each.members:
            yield _row(each, member)


def freed(user: User) -> Freed:
    """Only what was deleted forever left the disk; the trash still holds its photos."""
    deleted = Change.objects.filter(owner=user, act=Change.Act.DELETE_FOREVER)
    by_month = (
        deleted.order_by()
        .annotate(month=TruncMonth("made_at"))
        .values("month")
        .annotate(size=Sum("freed_bytes"), photos=Sum("photo_count"))
        .order_by("month")
    )
    months: list[Month] = []
    size = photos = 0
    for row in by_month:
        size += row["size"]
        photos += row["photos"]
        months.append(Month(row["month"].date(), size))
    trash = Photo.objects.owned_by(user).in_trash()
    waiting = trash.aggregate(size=Sum("size_bytes"))["size"] or 0
    return Freed(size, photos, waiting, trash.count(), months)


def _reported(groups: Sequence[SimilarGroup]) -> list[ReportedGroup]:
    members: dict[int, list[GroupMember]] = defaultdict(list)
    found = GroupMember.objects.filter(group__in=groups).select_related("photo")
    for member in found.order_by("group", "position").defer("photo__taken_candidates"):
        members[member.group_id].append(member)
    covers = _turn_to_covers_in_force(groups, members)
    standing = Decision.objects.standing().filter(group__in=groups).select_related("made_by")
    decisions = {decision.group_id: decision for decision in standing}
    return [
        ReportedGroup(
            group,
            [_reported_member(row, covers[group.pk]) for row in members[group.pk]],
            decisions.get(group.pk),
        )
        for group in groups
    ]


def _turn_to_covers_in_force(
    groups: Sequence[SimilarGroup], members: Mapping[int, Sequence[GroupMember]]
) -> dict[int, int]:
    """Covers as the lists show them, by group. Percentages become those to them, in memory only."""
    is_open = [group for group in groups if group.state == SimilarGroup.State.OPEN]
    views = {view.id: view for view in views_of(is_open, with_facts=False)}
    settled = [group for group in groups if group.pk not in views]
    covers = {group.pk: group.cover_id for group in groups}
    covers |= chosen_covers.look_from_them(settled, members)
    gone: dict[int, list[int]] = {}  # from open groups, by the cover that they were not found with
    for pk, view in views.items():
        covers[pk] = view.cover.photo.pk
        left = {member.photo.pk: member for member in view.members}
        for row in members[pk]:
            if member := left.get(row.photo_id):
                row.percent, row.suggested = member.percent, member.is_suggested
                row.reason = member.reason
            elif covers[pk] != view.group.cover_id:
                gone.setdefault(covers[pk], []).append(row.photo_id)
    known = chosen_covers.percents(PairScore.objects.all(), gone)
    for pk in views:
        for row in members[pk]:
            if row.photo_id in gone.get(covers[pk], ()):
                pair = (min(covers[pk], row.photo_id), max(covers[pk], row.photo_id))
                row.percent = known.get(pair, chosen_covers.NOT_COMPARED)
    return covers


def _reported_member(row: GroupMember, cover_id: int) -> ReportedMember:
    return ReportedMember(
        photo=row.photo,
        percent=row.percent if row.percent >= 0 else None,
        is_cover=row.photo_id == cover_id,
        is_suggested=row.suggested,
        reason=row.reason,
    )


def _row(reported: ReportedGroup, member: ReportedMember) -> tuple[Any, ...]:
    group, decision, photo = reported.group, reported.decision, member.photo
    return (
        group.pk,
        group.kind,
        group.state,
        photo.pk,
        photo.file_name,
        photo.taken_local.isoformat(),
        photo.size_bytes,
        None if member.percent is None else round(member.percent, 2),
        "yes" if member.is_cover else "no",
        "keep" if member.is_suggested else "let go",
        member.reason,
        photo.state,
        decision.summary if decision else "",
        decision.made_at.isoformat() if decision else "",
        str(decision.made_by or "") if decision else "",
    )
