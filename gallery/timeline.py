"""Days and pages of photos for one user; reads only."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, Q, Sum

from gallery.models import Photo, PhotoQuerySet

PLACES_PER_DAY = 2


@dataclass(frozen=True, slots=True)
class Day:
    day: dt.date
    photos: list[Photo]
    count: int  # on this day in all, also those of other pages
    continues: bool  # its first photos are on the page before

    @property
    def places(self) -> list[str]:
        """Where most of the photos shown were taken, where that is known."""
        names = Counter(photo.place.removeprefix("near ") for photo in self.photos if photo.place)
        return [name for name, _ in names.most_common(PLACES_PER_DAY)]


@dataclass(frozen=True, slots=True)
class Page:
    days: list[Day]
    next_cursor: str | None
    newer_cursor: str | None = None  # none where the page is known to be the first

    @property
    def photo_count(self) -> int:
        return sum(len(day.photos) for day in self.days)


@dataclass(frozen=True, slots=True)
class Month:
    year: int
    month: int
    count: int
    cursor: str  # a page that begins here begins with this month


@dataclass(frozen=True, slots=True)
class Year:
    year: int
    months: list[Month | None]  # January first

    @property
    def count(self) -> int:
        return sum(month.count for month in self.months if month)


@dataclass(frozen=True, slots=True)
class Extent:
    """How much some photos are, told to whoever is about to destroy them."""

    count: int
    size_bytes: int

    @property
    def as_text(self) -> str:
        """Sent back with the confirmation, which counts only if it still is the same."""
        return f"{self.count}-{self.size_bytes}"


class BadCursor(ValueError):
    """A page was asked for by a text that is no cursor."""


def page(photos: PhotoQuerySet, *, cursor: str | None = None, size: int = 200) -> Page:
    """The next photos after the cursor, newest first, in days.

    Keyset paging: page 1,000 costs what page 1 costs. Raises BadCursor.
    """
    after = _parse(cursor) if cursor else None
    rows = photos.newest_first().select_related("camera").with_parts()
    if after:
        rows = rows.filter(_after(*after))
    found = list(rows[: size + 1])
    shown = found[:size]
    next_cursor = _cursor_of(shown[-1]) if len(found) > size else None
    newer_cursor = _cursor_of(shown[0]) if after and shown else None
    return Page(list(_in_days(shown, _day_counts(photos, shown), after)), next_cursor, newer_cursor)


def page_before(photos: PhotoQuerySet, *, cursor: str, size: int = 200) -> Page:
    """The photos just newer than the cursor's place: for going back up after a jump."""
    rows = photos.filter(_before(*_parse(cursor))).select_related("camera").with_parts()
    found = list(rows.order_by("taken_day", "taken_at", "id")[: size + 1])
    shown = found[:size][::-1]
    newer_cursor = _cursor_of(shown[0]) if len(found) > size else None
    days = list(_in_days(shown, _day_counts(photos, shown), None))
    return Page(days, next_cursor=None, newer_cursor=newer_cursor)


def months(photos: PhotoQuerySet) -> list[Month]:
    """Months that have photos, newest first, each with its count: for a scrubber."""
    by_month: dict[tuple[int, int], int] = {}
    for day, count in sorted(_counts_by_day(photos).items(), reverse=True):
        key = (day.year, day.month)
        by_month[key] = by_month.get(key, 0) + count
    return [
        Month(year, month, count, cursor_before(_first_of_next(year, month)))
        for (year, month), count in by_month.items()
    ]


def years(months: Iterable[Month]) -> list[Year]:
    """The months as a sheet of twelve columns. A month without photos is None."""
    by_year: dict[int, list[Month | None]] = {}
    for each in months:
        by_year.setdefault(each.year, [None] * 12)[each.month - 1] = each
    return [Year(year, cells) for year, cells in by_year.items()]


def cursor_before(day: dt.date) -> str:
    """A cursor whose page begins with the last photo before the day: jump to a date."""
    return f"{day.isoformat()}_0001-01-01T00:00:00Z_0"


def cursor_at(photo: Photo) -> str:
    """A cursor whose page begins with this photo: back to where one came from."""
    return _cursor(photo.taken_day, photo.taken_at, photo.pk + 1)


def extent_of(photos: PhotoQuerySet) -> Extent:
    sums = photos.order_by().aggregate(count=Count("id"), size_bytes=Sum("size_bytes"))
    return Extent(sums["count"], sums["size_bytes"] or 0)


def neighbours(photo: Photo) -> tuple[Photo | None, Photo | None]:
    """The next newer and next older photo beside this one, in the same place (timeline, ...)."""
    beside = _beside(photo)
    position = (photo.taken_day, photo.taken_at, photo.pk)
    newer = beside.filter(_before(*position)).order_by("taken_day", "taken_at", "id").first()
    older = beside.filter(_after(*position)).newest_first().first()
    return newer, older


def _beside(photo: Photo) -> PhotoQuerySet:
    photos = Photo.objects.filter(owner=photo.owner_id).one_of_each_stack()
    if photo.stack_id:  # the part that is shown for its shot is no neighbour of the others
        photos = photos.exclude(stack=photo.stack_id)
    if photo.hidden_at:
        return photos.hidden()
    if photo.trashed_at:
        return photos.in_trash()
    return photos.archived() if photo.archived_at else photos.on_timeline()


def _after(day: dt.date, moment: dt.datetime, photo_id: int) -> Q:
    # The first condition says nothing new; it lets the database use the index as a range.
    return Q(taken_day__lte=day) & (
        Q(taken_day__lt=day)
        | Q(taken_day=day, taken_at__lt=moment)
        | Q(taken_day=day, taken_at=moment, id__lt=photo_id)
    )


def _before(day: dt.date, moment: dt.datetime, photo_id: int) -> Q:
    return Q(taken_day__gte=day) & (
        Q(taken_day__gt=day)
        | Q(taken_day=day, taken_at__gt=moment)
        | Q(taken_day=day, taken_at=moment, id__gt=photo_id)
    )


def _day_counts(photos: PhotoQuerySet, shown: Iterable[Photo]) -> dict[dt.date, int]:
    return _counts_by_day(photos.filter(taken_day__in={photo.taken_day for photo in shown}))


def _counts_by_day(photos: PhotoQuerySet) -> dict[dt.date, int]:
    rows = photos.order_by().values("taken_day").annotate(count=Count("id"))
    return {row["taken_day"]: row["count"] for row in rows}


def _in_days(
    photos: Iterable[Photo],
    counts: dict[dt.date, int],
    after: tuple[dt.date, dt.datetime, int] | None,
) -> Iterable[Day]:
    for day, of_day in groupby(photos, key=lambda photo: photo.taken_day):
        yield Day(day, list(of_day), counts[day], continues=bool(after and after[0] == day))


def _cursor_of(photo: Photo) -> str:
    return _cursor(photo.taken_day, photo.taken_at, photo.pk)


def _cursor(day: dt.date, moment: dt.datetime, photo_id: int) -> str:
    # Z instead of +00:00: a plus sign in an address means a space.
    instant = moment.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    return f"{day.isoformat()}_{instant}_{photo_id}"


def _parse(cursor: str) -> tuple[dt.date, dt.datetime, int]:
    try:
        day, moment, photo_id = cursor.split("_")
        parsed = dt.datetime.fromisoformat(moment)
        aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=dt.UTC)
        if not 0 <= int(photo_id) < 2**63:
            raise ValueError("no row has this number")
        return dt.date.fromisoformat(day), aware, int(photo_id)
    except (ValueError, OverflowError):
        raise BadCursor(f"“{cursor[:80]}” is no place in the timeline.") from None


def _first_of_next(year: int, month: int) -> dt.date:
    if (year, month) == (dt.MAXYEAR, 12):
        return dt.date.max
    return dt.date(year + month // 12, month % 12 + 1, 1)
