"""What was done, newest first, searched and exported; reads only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from gallery.models import Change, ChangedPhoto, Photo, User

PICTURES_PER_CHANGE = 6
ROWS_AT_ONCE = 1000

EXPORT_HEAD = (
    "change",
    "made_at",
    "made_by",
    "act",
    "summary",
    "undone_at",
    "photo",
    "file_name",
    "sha256",
    "before",
    "after",
)


@dataclass(frozen=True, slots=True)
class Search:
    """Which changes to show; what is empty does not narrow anything."""

    text: str = ""  # in the summary, or in the name of a photo it changed
    act: str = ""
    first_day: dt.date | None = None  # of the owner's home zone
    last_day: dt.date | None = None
    standing: bool | None = None  # not undone; undone


@dataclass(frozen=True, slots=True)
class Entry:
    change: Change
    photos: list[Photo]  # the first few of those that still exist

    @property
    def not_shown(self) -> int:
        return self.change.photo_count - len(self.photos)


def changes_of(owner: User, search: Search | None = None) -> QuerySet[Change]:
    search = search or Search()
    rows = Change.objects.filter(owner=owner).select_related("made_by")
    if search.text:
        named = ChangedPhoto.objects.filter(
            change=OuterRef("pk"), photo__file_name__icontains=search.text
        )
        rows = rows.filter(Q(summary__icontains=search.text) | Exists(named))
    if search.act:
        rows = rows.filter(act=search.act)
    if search.first_day:
        rows = rows.filter(made_at__gte=_midnight(search.first_day, owner))
    if search.last_day:
        rows = rows.filter(made_at__lt=_midnight(search.last_day + dt.timedelta(days=1), owner))
    if search.standing is not None:
        rows = rows.filter(undone_at__isnull=search.standing)
    return rows


def acts_of(owner: User) -> list[tuple[str, str]]:
    """The kinds of acts that this owner's history holds, to choose from."""
    found = set(Change.objects.filter(owner=owner).order_by().values_list("act", flat=True))
    return [(act.value, str(act.label)) for act in Change.Act if act.value in found]


def entries(changes: Sequence[Change]) -> list[Entry]:
    """The changes of one page, each with its first photos. One query for all of them."""
    photos = _first_photos(changes)
    return [Entry(change, photos.get(change.pk, [])) for change in changes]


def exported(changes: QuerySet[Change]) -> Iterator[dict[str, Any]]:
    """Every changed photo of these changes with what was replaced, newest change first.

    Of albums and tags that a change gave to photos, or took from them, each has a row as well.

    A change without photos (or whose photos were deleted forever since) has one row by itself.
    Keys are EXPORT_HEAD; times are UTC in ISO 8601.
    """
    newest_first = changes.order_by("-made_at", "-pk")
    for change in newest_first.iterator(chunk_size=ROWS_AT_ONCE):
        photos = change.changed_photos.select_related("photo").order_by("pk")
        is_empty = True
        for row in photos.iterator(chunk_size=ROWS_AT_ONCE):
            is_empty = False
            yield _exported(change) | _exported_photo(row.photo, row.before, row.after)
        members = change.changed_memberships.select_related("photo", "album", "tag").order_by("pk")
        for member in members.iterator(chunk_size=ROWS_AT_ONCE):
            of = {"album": str(member.album)} if member.album else {"tag": str(member.tag)}
            before, after = of | {"membership": member.before}, of | {"membership": member.after}
            yield _exported(change) | _exported_photo(member.photo, before, after)
        if is_empty:
            yield _exported(change)


def _exported_photo(photo: Photo, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {
        "photo": photo.pk,
        "file_name": photo.file_name,
        "sha256": photo.checksum,
        "before": before,
        "after": after,
    }


def _exported(change: Change) -> dict[str, Any]:
    return dict.fromkeys(EXPORT_HEAD) | {
        "change": change.pk,
        "made_at": change.made_at.isoformat(),
        "made_by": change.made_by.get_username() if change.made_by else None,
        "act": change.act,
        "summary": change.summary,
        "undone_at": change.undone_at.isoformat() if change.undone_at else None,
    }


def _midnight(day: dt.date, owner: User) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), owner.home_zone)


def _first_photos(changes: Sequence[Change]) -> dict[int, list[Photo]]:
    rows = (
        ChangedPhoto.objects.filter(change__in=changes)
        .annotate(place=Window(RowNumber(), partition_by=F("change"), order_by=F("pk").asc()))
        .filter(place__lte=PICTURES_PER_CHANGE)
        .select_related("photo")
        .order_by("pk")
    )
    photos: dict[int, list[Photo]] = {}
    for row in rows:
        photos.setdefault(row.change_id, []).append(row.photo)
    return photos
