"""Which groups a list shows and in which order; as text in an address, and as a query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import parse_qsl, urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet

from dedup import group_tallies
from dedup.group_tallies import Tallies
from dedup.models import GroupMember, SimilarGroup
from dedup.models.group import SimilarGroupQuerySet
from gallery.models import AlbumPhoto

Kind = SimilarGroup.Kind
State = SimilarGroup.State


class Sort(StrEnum):
    EASE = "ease"  # the smallest and surest first, the giants last
    SPACE = "space"
    LIKENESS = "likeness"
    COUNT = "count"
    DATE = "date"  # newest first
    OLDEST = "oldest"
    CAMERA = "camera"


# Each is the order of an index or its reverse, and ends with the id.
ORDER = {
    Sort.EASE: ("left_count", "-lowest_percent", "id"),
    Sort.SPACE: ("-spare_bytes", "id"),
    Sort.LIKENESS: ("-highest_percent", "id"),
    Sort.COUNT: ("-left_count", "lowest_percent", "-id"),
    Sort.DATE: ("-first_taken_at", "id"),
    Sort.OLDEST: ("first_taken_at", "-id"),
    Sort.CAMERA: ("camera_name", "-first_taken_at", "id"),
}


class Shown(StrEnum):
    """Whether groups are shown that wait for a decision, that have one, or both."""

    OPEN = "open"
    DECIDED = "decided"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asked a list for. The empty one means all open groups."""

    kind: str = ""  # of SimilarGroup.Kind; empty means any
    shown: Shown = Shown.OPEN
    album: int | None = None
    camera: int | None = None
    folder: str = ""  # with all folders in it
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    sort: Sort = Sort.EASE

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Wanted:
        """What an address asks for. Nonsense in it is left out, as if it was not there."""
        sort, shown = query.get("sort", ""), query.get("shown", "")
        kind = query.get("kind", "")
        return cls(
            kind=kind if kind in Kind.values else "",
            shown=Shown(shown) if shown in set(Shown) else Shown.OPEN,
            album=_number(query.get("album")),
            camera=_number(query.get("camera")),
            folder=query.get("folder", "").strip().strip("/"),
            first_day=_day(query.get("from")),
            last_day=_day(query.get("to")),
            sort=Sort(sort) if sort in set(Sort) else Sort.EASE,
        )

    @classmethod
    def from_text(cls, query: str) -> Wanted:
        return cls.from_query(dict(parse_qsl(query)))

    def query(self) -> str:
        """The address part that asks for this, without what is so anyway."""
        values = {
            "kind": self.kind,
            "shown": "" if self.shown == Shown.OPEN else self.shown,
            "album": self.album,
            "camera": self.camera,
            "folder": self.folder,
            "from": self.first_day,
            "to": self.last_day,
            "sort": self.sort,
        }
        return urlencode({name: str(value) for name, value in values.items() if value})

    @property
    def is_narrowed(self) -> bool:
        """Whether it leaves out groups for another reason than their kind or state."""
        return replace(self, kind="", shown=Shown.OPEN, sort=Sort.EASE) != Wanted()

    @property
    def order(self) -> tuple[str, ...]:
        return ORDER[self.sort]

    def of_kind(self, kind: str) -> Wanted:
        return replace(self, kind=kind)

    def narrow(self, groups: SimilarGroupQuerySet) -> SimilarGroupQuerySet:
        """Groups of any kind and state that pass all the other filters."""
        if self.camera:
            groups = groups.filter(camera=self.camera)
        if self.folder:
            groups = groups.filter(Q(folder=self.folder) | Q(folder__startswith=f"{self.folder}/"))
        if self.first_day:
            groups = groups.filter(last_taken_at__gte=_start_of(self.first_day))
        if self.last_day:
            end = _start_of(self.last_day + dt.timedelta(days=1))
            groups = groups.filter(first_taken_at__lt=end)
        if self.album:
            groups = groups.filter(Exists(_members_in(self.album)))
        return groups

    def tallies(self, scan_id: int) -> Tallies:
        """Of the groups of a scan that pass the filters, by kind and state: stored if all do."""
        if not self.is_narrowed:
            return group_tallies.of_scan(scan_id)
        groups = self.narrow(SimilarGroup.objects.filter(scan=scan_id))
        return group_tallies.counted(groups)

    def among(self, groups: SimilarGroupQuerySet) -> SimilarGroupQuerySet:
        """The groups that are shown, in no order yet."""
        found = self.narrow(groups).filter(state__in=_STATES[self.shown])
        return found.filter(kind=self.kind) if self.kind else found


_STATES = {
    Shown.OPEN: [State.OPEN],
    Shown.DECIDED: [State.DECIDED],
    Shown.BOTH: [State.OPEN, State.DECIDED],
}


def beside(order: tuple[str, ...], group: SimilarGroup, *, earlier: bool = False) -> Q:
    """Rows after a group in an order, or before it."""
    behind, same = Q(), Q()
    for name in order:
        field = name.lstrip("-")
        falls = name.startswith("-") != earlier
        value = getattr(group, field)
        behind |= same & Q(**{f"{field}__{'lt' if falls else 'gt'}": value})
        same &= Q(**{field: value})
    first = order[0].lstrip("-")
    bound = "lte" if order[0].startswith("-") != earlier else "gte"
    # The bound on the first field alone lets the database walk its index from there.
    return Q(**{f"{first}__{bound}": getattr(group, first)}) & behind


def neighbours(
    group: SimilarGroup, wanted: Wanted, *, earlier: bool = False, count: int = 1
) -> list[SimilarGroup]:
    """The wanted groups of the same scan next to this one in the list, the nearest first."""
    rows = wanted.among(SimilarGroup.objects.filter(scan=group.scan_id))
    order = reversed_order(wanted.order) if earlier else wanted.order
    rows = rows.order_by(*order)
    # Most neighbours share the first value: the walk of the index begins at the group itself
    # then, instead of at the first group of that value.
    first = order[0].lstrip("-")
    near = rows.filter(**{first: getattr(group, first)})
    found = list(near.filter(beside(wanted.order[1:], group, earlier=earlier))[:count])
    if len(found) < count:
        found = list(rows.filter(beside(wanted.order, group, earlier=earlier))[:count])
    for row in found:
        row.scan = group.scan
    return found


def count_before(group: SimilarGroup, wanted: Wanted) -> int:
    """How many of the wanted groups come before this one in the list."""
    rows = wanted.among(SimilarGroup.objects.filter(scan=group.scan_id)).order_by()
    if wanted.order[0].lstrip("-") == "left_count":
        rows = rows.counted()
    # Two counts, each of them one walk of an index.
    first, value = wanted.order[0], getattr(group, wanted.order[0].lstrip("-"))
    less = "gt" if first.startswith("-") else "lt"
    same = rows.filter(**{first.lstrip("-"): value})
    before = rows.filter(**{f"{first.lstrip('-')}__{less}": value})
    return before.count() + same.filter(beside(wanted.order[1:], group, earlier=True)).count()


def reversed_order(order: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name[1:] if name.startswith("-") else f"-{name}" for name in order)


def _members_in(album_id: int) -> QuerySet[GroupMember]:
    there = AlbumPhoto.objects.there().filter(album=album_id).values("photo")
    return GroupMember.objects.filter(group=OuterRef("pk"), photo__in=there)


def _start_of(day: dt.date) -> dt.datetime:
    """Days are those of UTC here: half a day more or less is no matter for a filter."""
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 19 else None


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text or "")
    except ValueError:
        return None
