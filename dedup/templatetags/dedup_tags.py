"""Percentages, spans of time and windows as people read them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from django import template
from django.urls import reverse

from dedup.core.fusion import coefficients
from dedup.core.intervals import STOPS, readable
from dedup.core.keepers import Rule
from dedup.core.thresholds import SENTENCE, Promise, describe_threshold, promise_at
from dedup.group_filters import Shown, Sort, Wanted
from dedup.models import Scan
from gallery.models import Photo

register = template.Library()

# Shorter than this a span is shown as none.
SMALLEST_SHOWN_SECONDS = 0.05

# A rule as a heading, and what it looks for.
RULES = {
    Rule.FAVOURITE: ("A favourite", "what you marked with a star"),
    Rule.RATING: ("More stars", "your rating, or the one that came with the file"),
    Rule.ALBUM: ("In an album", "in any of your albums"),
    Rule.EDITED: ("The edited one", "an editor's name in the file, or a name like -edited"),
    Rule.FOLDER: ("A folder you prefer", "named below; without one this rule does nothing"),
    Rule.CAMERA: ("A camera you prefer", "named below; without one this rule does nothing"),
    Rule.RESOLUTION: ("The larger picture", "more pixels"),
    Rule.RAW: ("With a RAW", "a RAW, or a picture with its RAW beside it"),
    Rule.SHARPNESS: ("The sharper one", "a hint: measured, not looked at"),
    Rule.EXPOSURE: ("Better exposed", "a hint: less of it without detail"),
    Rule.EYES: ("Eyes open", "a hint, where it is known"),
    Rule.SIZE: ("The larger file", "less was thrown away when it was stored"),
    Rule.NAME: ("The original name", "no “(1)”, “copy” or “~2” in its name"),
    Rule.AGE: ("First or last taken", "chosen below"),
}

SORT_NAMES = {
    Sort.EASE: "Smallest and surest first",
    Sort.SPACE: "Most space first",
    Sort.LIKENESS: "Most alike first",
    Sort.COUNT: "Most photos first",
    Sort.DATE: "Newest first",
    Sort.OLDEST: "Oldest first",
    Sort.CAMERA: "By camera",
}
SHOWN_NAMES = {
    Shown.OPEN: "Waiting for a decision",
    Shown.DECIDED: "Decided",
    Shown.BOTH: "Both",
}


@register.filter
def rule_title(rule: Rule) -> str:
    return RULES[rule][0]


@register.filter
def rule_hint(rule: Rule) -> str:
    return RULES[rule][1]


@register.filter
def percent(value: float | None) -> str:
    """A whole number; never 100 for what is not identical, which only 100 itself says."""
    if value is None:
        return "–"  # noqa: RUF001
    return f"{100 if value >= 100 else min(99, math.floor(value + 0.5))} %"


@register.filter
def percent_to_a_tenth(value: float) -> str:
    """Rounded down, so that nothing below a line is said to lie on it."""
    return f"{math.floor(value * 10) / 10:.1f} %"


@register.filter
def after_cover(seconds: float) -> str:
    """ "+1.4 s", "+2 min 5 s": when a photo was taken, seen from the cover."""
    if abs(seconds) < SMALLEST_SHOWN_SECONDS:
        return "same time"
    sign = "+" if seconds > 0 else "−"  # noqa: RUF001
    return sign + duration(abs(seconds))


@register.filter
def taken_after(second: Photo, first: Photo) -> str:
    """ "taken 47 s after it", "taken 2 h before it"."""
    seconds = (second.taken_at - first.taken_at).total_seconds()
    if abs(seconds) < SMALLEST_SHOWN_SECONDS:
        return "taken at the same moment"
    return f"taken {duration(abs(seconds))} {'after' if seconds > 0 else 'before'} it"


@register.filter
def span(seconds: float) -> str:
    """ "at the same moment", "within 47 s"."""
    if seconds < SMALLEST_SHOWN_SECONDS:
        return "at the same moment"
    return f"within {duration(seconds)}"


@register.filter
def duration(seconds: float) -> str:
    """ "0.4 s", "47 s", "3 min 20 s", "2 h 5 min"."""
    if seconds < 10:
        return f"{seconds:.1f} s".replace(".0 s", " s")
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return _two(whole // 60, "min", whole % 60, "s")
    if whole < 86400:
        return _two(whole // 3600, "h", whole % 3600 // 60, "min")
    days = whole // 86400
    return _two(days, "day" if days == 1 else "days", whole % 86400 // 3600, "h")


@register.simple_tag
def compare_address(photos: Sequence[Photo]) -> str:
    """Of the page that shows two to four photos side by side, in this order."""
    return reverse("dedup:compare", args=[photo.pk for photo in photos])


@register.filter
def window(scan: Scan) -> str:
    return readable(scan.chosen.window_seconds)


@register.filter
def seconds(value: float) -> str:
    """A window that is no scan's: "15 min"."""
    return readable(value)


@register.simple_tag
def window_stops() -> str:
    """Where the slider of a window stops: "0.1=0.1 s;0.2=0.2 s"."""
    return ";".join(f"{stop:g}={readable(stop)}" for stop in STOPS)


@register.simple_tag
def window_presets() -> list[tuple[int, str, str]]:
    """Seconds, what they are for, and in words how long they are."""
    return [(2, "A burst", "2 s"), (60, "One moment", "1 min"), (3600, "One place", "1 h")]


@register.filter
def threshold(scan: Scan) -> str:
    return f"{scan.chosen.threshold_percent:g} %"


@register.filter
def sort_name(sort: Sort) -> str:
    return SORT_NAMES[sort]


@register.filter
def shown_name(shown: Shown) -> str:
    return SHOWN_NAMES[shown]


@register.filter
def trust(scan: Scan) -> str:
    """How many of the pairs that a scan calls alike are one scene, as far as was measured."""
    return describe_threshold(scan.chosen.threshold_percent)


@register.filter
def promise(percent: str | float | None) -> str:
    """The same of a percentage in a form, as somebody typed it; empty where it is none."""
    try:
        value = float(percent if percent is not None else "")
    except ValueError:
        return ""
    return describe_threshold(value) if 0 <= value <= 100 else ""


@register.simple_tag
def kind_query(wanted: Wanted, kind: str) -> str:
    """The address of another tab under the same filters."""
    return wanted.of_kind(kind).query()


@register.simple_tag
def promises() -> str:
    """ "right,found" of 100 for each whole percentage, for a page that says them live."""
    each = (promise_at(percent) for percent in range(100))
    return " ".join(f"{one.right},{one.found}" for one in each)


@register.simple_tag
def promise_sentence() -> str:
    return SENTENCE


@register.simple_tag
def shown_promises() -> list[tuple[int, Promise]]:
    """Enough of them to choose by."""
    return [(percent, promise_at(percent)) for percent in range(30, 100, 5)]


@register.simple_tag
def judged_pairs() -> str:
    return f"{coefficients().pairs:,}"


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    text = f"{large} {large_unit}"
    return f"{text} {small} {small_unit}" if small else text
