"""The report of a scan: every group with its percentages, reasons and decision; and what was freed.

Nothing is in memory whole: groups are read some hundred at a time.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from dedup.models import Decision, GroupMember, Scan, SimilarGroup
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
class ReportedGroup:
    group: SimilarGroup
    members: list[GroupMember]  # with their photos, by time
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class ReportPage:
    groups: list[ReportedGroup]
    next_cursor: str | None


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
    found = page_of(scan.groups.all(), order=("id",), cursor=cursor, size=GROUPS_ON_A_PAGE)
    return ReportPage(_reported(found.rows), found.next_cursor)


def rows(scan: Scan) -> Iterator[tuple[Any, ...]]:
    """One row for each photo of each group, in the columns of HEAD."""
    last = 0
    while some := list(scan.groups.filter(pk__gt=last).order_by("pk")[:GROUPS_AT_ONCE]):
        last = some[-1].pk
        for each in _reported(some):
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
    standing = Decision.objects.standing().filter(group__in=groups).select_related("made_by")
    decisions = {decision.group_id: decision for decision in standing}
    return [ReportedGroup(group, members[group.pk], decisions.get(group.pk)) for group in groups]


def _row(reported: ReportedGroup, member: GroupMember) -> tuple[Any, ...]:
    group, decision, photo = reported.group, reported.decision, member.photo
    return (
        group.pk,
        group.kind,
        group.state,
        photo.pk,
        photo.file_name,
        photo.taken_local.isoformat(),
        photo.size_bytes,
        round(member.percent, 2),
        "yes" if member.photo_id == group.cover_id else "no",
        "keep" if member.suggested else "let go",
        member.reason,
        photo.state,
        decision.summary if decision else "",
        decision.made_at.isoformat() if decision else "",
        str(decision.made_by or "") if decision else "",
    )
