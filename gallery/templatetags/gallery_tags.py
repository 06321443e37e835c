"""What templates need to show photos: icons, widths, dates as people read them."""

from __future__ import annotations

import datetime as dt
import math
from functools import cache
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.templatetags.static import static
from django.urls import get_script_prefix
from django.utils import dateformat, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gallery.core import sizes
from gallery.core.pictures import LARGE, PREVIEW
from gallery.core.taken_at import Candidate, Precision, Source
from gallery.models import Change, Photo
from gallery.timeline import Day
from gallery.web import media_urls
from gallery.web.answers import undo_address, undoable_change_id

register = template.Library()

THEMES = ("light", "dark")

# The classes of aspects.css. Wider and taller pictures are cropped in the grid, and only there.
NARROWEST, WIDEST = 50, 300
WIDEST_SHORT_DAY = 450

SOURCE_NAMES = {
    Source.EXIF: "the camera, at the shot",
    Source.EXIF_DIGITIZED: "the camera, when it stored the picture",
    Source.EXIF_MODIFIED: "the picture's last edit",
    Source.GPS: "the satellites' clock",
    Source.NAME: "the file name",
    Source.SIDECAR: "the file beside it",
    Source.FILE: "the file's own time",
    Source.IMPORT: "nothing but the import",
    Source.PERSON: "a person",
}

# The same as headings, each with an example of what is read.
SOURCE_TITLES = {
    Source.EXIF: ("The camera, at the shot", "EXIF DateTimeOriginal"),
    Source.EXIF_DIGITIZED: ("The camera, when it stored the picture", "EXIF DateTimeDigitized"),
    Source.EXIF_MODIFIED: ("The last edit", "EXIF DateTime"),
    Source.GPS: ("The satellites' clock", "GPS date and time"),
    Source.NAME: ("The file name", "IMG_20190509_154733.jpg"),
    Source.SIDECAR: ("The file beside it", "Takeout JSON, XMP"),
    Source.FILE: ("The file's own time", "when it was last written or copied"),
}

# Sources that a copy, an edit or a download moves.
WEAK_SOURCES = (Source.FILE, Source.EXIF_MODIFIED, Source.IMPORT)


@register.filter
def size(count: float | None) -> str:
    """Bytes as people read them."""
    return sizes.in_words(count or 0)


@register.simple_tag
def icon(name: str, extra_class: str = "") -> SafeString:
    """A drawing from the sprite. Decoration only: the text beside it says what it means."""
    return _icon(get_script_prefix(), name, extra_class)


@cache
def _icon(_prefix: str, name: str, extra_class: str) -> SafeString:
    """Pages have hundreds of them; below each ``_prefix`` at which the site is mounted once."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        extra_class,
        static("icons/sprite.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def theme(context: dict[str, Any]) -> str:
    """The colours that were chosen, sent with the page so that it never flashes in others."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme") if request else None
    return chosen if chosen in THEMES else "system"


@register.simple_tag(takes_context=True)
def current(context: dict[str, Any], *names: str) -> SafeString | str:
    """Mark the link to the page that is shown. A name that ends with ":" means its whole app."""
    request = context.get("request")
    match = request.resolver_match if request else None
    here = match.view_name if match else ""
    is_here = any(here == name or (name.endswith(":") and here.startswith(name)) for name in names)
    return SafeString('aria-current="page"') if is_here else ""


@register.simple_tag
def media_url(photo: Photo, size: str) -> str:
    return media_urls.media_url(photo, size)


@register.simple_tag
def original_url(photo: Photo, *, download: bool = False) -> str:
    return media_urls.original_url(photo, download=download)


@register.filter
def aspect_class(photo: Photo) -> str:
    return f"ar-{_aspect(photo)}"


@register.filter
def short_day_class(day: Day) -> str:
    """For a day whose photos fill less than a row: how wide they are together. Else nothing."""
    width = sum(_aspect(photo) for photo in day.photos)
    if width > WIDEST_SHORT_DAY or len(day.photos) < day.count:
        return ""
    return f"ar-{width if width <= WIDEST else math.ceil(width / 10) * 10}"


@register.filter
def grid_height(photo: Photo) -> int:
    """Of a picture 480 pixels wide, for the attributes that reserve its place."""
    return max(1, round(480 * photo.height / photo.width))


@register.filter
def preview_width(photo: Photo) -> int:
    return _drawn_width(photo, PREVIEW.long_edge_px)


@register.filter
def large_width(photo: Photo) -> int:
    return _drawn_width(photo, LARGE.long_edge_px)


@register.filter
def exposure(photo: Photo) -> str:
    """1/250 s · f/2.8 · ISO 100 · 35 mm: what of it is known."""
    seconds, f_number = photo.fact("exposure_seconds"), photo.fact("f_number")
    iso, focal_length = photo.fact("iso"), photo.fact("focal_length_mm")
    parts = [
        shutter(seconds) if seconds else "",
        f"f/{f_number:g}" if f_number else "",
        f"ISO {iso}" if iso else "",
        f"{focal_length:g} mm" if focal_length else "",
        "flash" if photo.fact("flash") else "",
    ]
    return " · ".join(part for part in parts if part)


@register.filter
def day_title(day: dt.date) -> str:
    return dateformat.format(day, "l, j F Y")


@register.filter
def short_day_title(day: dt.date) -> str:
    return dateformat.format(day, "D, j M Y")


@register.filter
def taken_day(photo: Photo) -> str:
    return day_title(photo.taken_day)


@register.filter
def taken_time(photo: Photo) -> str:
    """The clock where the photo was taken, as exact as it is known; empty if only the day is."""
    if photo.taken_precision in (Precision.DAY, Precision.UNKNOWN):
        return ""
    return _clock(photo.taken_local, exact=photo.taken_precision == Precision.SUBSECOND)


@register.filter
def taken_short(photo: Photo) -> str:
    return f"{photo.taken_day:%Y-%m-%d} {taken_time(photo)}".strip()


@register.filter
def taken_words(photo: Photo) -> str:
    """Day, time and zone in one line, for comparing two dates."""
    zone = taken_zone(photo) if photo.utc_offset_known else ""
    return f"{photo.taken_day:%-d %b %Y} {taken_time(photo)} {zone}".strip()


@register.filter
def taken_zone(photo: Photo) -> str:
    if photo.taken_precision in (Precision.DAY, Precision.UNKNOWN):
        return ""
    if not photo.utc_offset_known:
        return "zone unknown"
    return _offset(photo.utc_offset_minutes)


@register.filter
def taken_precision(photo: Photo) -> str:
    return {
        Precision.DAY: "only the day is known",
        Precision.SECOND: "to the second",
        Precision.SUBSECOND: "to a part of a second",
        Precision.UNKNOWN: "unknown: this is when it was imported",
    }[Precision(photo.taken_precision)]


@register.filter
def source_name(source: str) -> str:
    return SOURCE_NAMES[Source(source)]


@register.filter
def source_title(source: str) -> str:
    return SOURCE_TITLES[Source(source)][0]


@register.filter
def source_example(source: str) -> str:
    return SOURCE_TITLES[Source(source)][1]


@register.filter
def is_weak_source(source: str) -> bool:
    return Source(source) in WEAK_SOURCES


@register.filter
def candidate_time(candidate: Candidate) -> str:
    """What one source said, as it can be compared with the others."""
    if candidate.local is not None:
        shown, zone = candidate.local, _offset(candidate.offset_minutes)
    elif candidate.instant is not None:
        shown, zone = candidate.instant.replace(tzinfo=None), "UTC"
    else:
        return candidate.text or "nothing readable"
    if candidate.precision == Precision.DAY:
        return f"{shown:%Y-%m-%d}"
    clock = _clock(shown, exact=candidate.precision == Precision.SUBSECOND)
    return f"{shown:%Y-%m-%d} {clock} {zone}".strip()


@register.filter
def days_left(photo: Photo, keeping_days: int) -> int:
    """Whole days until the trash deletes the photo."""
    if photo.trashed_at is None:
        return keeping_days
    left = photo.trashed_at + dt.timedelta(days=keeping_days) - timezone.now()
    return max(0, -(-left // dt.timedelta(days=1)))


@register.filter
def days_left_text(photo: Photo, keeping_days: int) -> str:
    left = days_left(photo, keeping_days)
    if left == 0:
        return "goes today"
    return f"{left} day{'' if left == 1 else 's'} left"


@register.filter
def thousands(number: int) -> str:
    return f"{number:,}"


@register.filter
def month_name(month: int) -> str:
    return dateformat.format(dt.date(2000, month, 1), "M")


@register.filter
def offered_undo(message: Message) -> int | None:
    return undoable_change_id(message)


@register.filter
def act_icon(change: Change) -> str:
    return {
        Change.Act.ARCHIVE: "archive",
        Change.Act.UNARCHIVE: "unarchive",
        Change.Act.TRASH: "trash",
        Change.Act.RESTORE: "undo",
        Change.Act.DECIDE: "similar",
        Change.Act.SETTINGS: "camera",
        Change.Act.CAMERA_NAME: "camera",
        Change.Act.CAMERA_MERGE: "camera",
        Change.Act.FAVOURITE: "star",
        Change.Act.SET_DATE: "calendar",
        Change.Act.SHIFT_CLOCK: "clock",
        Change.Act.REDATE: "calendar",
        Change.Act.KEEP_DATE: "check",
        Change.Act.HIDE: "hide",
        Change.Act.ALBUM_ADD: "photos",
        Change.Act.ALBUM_REMOVE: "photos",
        Change.Act.ALBUM_RENAME: "photos",
        Change.Act.ALBUM_DELETE: "photos",
        Change.Act.SPLIT_SHOT: "photos",
        Change.Act.JOIN_SHOT: "photos",
        Change.Act.DELETE_FOREVER: "close",
    }[Change.Act(change.act)]


def _aspect(photo: Photo) -> int:
    """Width in hundredths of the height, as aspects.css has a class for."""
    return min(max(round(photo.width * 100 / photo.height), NARROWEST), WIDEST)


def _drawn_width(photo: Photo, long_edge_px: int) -> int:
    """Small copies are never larger than the original."""
    return max(1, round(photo.width * min(1, long_edge_px / max(photo.width, photo.height))))


def shutter(seconds: float) -> str:
    return f"1/{round(1 / seconds)} s" if seconds < 0.4 else f"{seconds:g} s"


def _clock(moment: dt.datetime, *, exact: bool) -> str:
    text = f"{moment:%H:%M:%S}"
    return f"{text}.{moment.microsecond // 1000:03d}" if exact else text


def _offset(minutes: int | None) -> str:
    if minutes is None:
        return ""
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


@register.filter
def offered_undo_at(message: Message) -> str:
    return undo_address(message)
