"""Reads a date as a metadata field writes it: EXIF's colons, XMP's ISO form, and their damage."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from gallery.core.taken_at import EARLIEST_YEAR, Precision

WRITTEN = re.compile(
    r"""\s*(?P<year>\d{4,})[-:/.](?P<month>\d{1,2})[-:/.](?P<day>\d{1,2})
    (?:[T\s]+(?P<hour>\d{1,2})[-:.](?P<minute>\d{1,2})(?:[-:.](?P<second>\d{1,2}))?
       (?:[.,](?P<fraction>\d+))?)?
    \s*(?P<zone>Z|[+-]\d{2}:?\d{2})?""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
ZONE = re.compile(r"\s*([+-])(\d{1,2}):?(\d{2})\s*", re.ASCII)
LARGEST_OFFSET_MINUTES = 14 * 60
BLANK = frozenset(" :-/.\0")


@dataclass(frozen=True, slots=True)
class WrittenDate:
    local: datetime | None
    offset_minutes: int | None = None
    precision: Precision = Precision.SECOND
    refusal: str | None = None  # why this is no date; then `local` is None


def read(text: str, *, fraction: str = "") -> WrittenDate | None:
    """Read a date, or tell why it is none; nothing at all for a field that was left blank.

    `fraction` are the digits behind the decimal point when they stand in a field of their own:
    "5" is half a second, "05" a twentieth.
    """
    text = text.strip("\0 \t\r\n")
    if not set(text) - BLANK:
        return None
    match = WRITTEN.match(text)
    if match is None:
        return _refused("is not a date")
    if len(match["year"]) > 4:
        return _refused("has a year of five digits")
    if text[match.end() :].strip("\0 :."):
        return _refused("has something else behind the date")
    if match["hour"] and match["second"] is None and text.endswith(":"):
        return _refused("is cut off")
    return _from_parts(match, match["fraction"] or fraction)


def _from_parts(match: re.Match[str], fraction: str) -> WrittenDate:
    year, month, day, hour, minute, second = (
        int(match[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")
    )
    if not year and not month and not day:
        return _refused("is all zeros")
    refusal = calendar_refusal(year, month, day, hour, minute, second)
    if refusal:
        return _refused(refusal)
    midnight = datetime(year, month, day)  # noqa: DTZ001
    if match["hour"] is None:
        return WrittenDate(midnight, precision=Precision.DAY)
    microsecond = int(fraction[:6].ljust(6, "0")) if fraction else 0
    return WrittenDate(
        local=midnight.replace(hour=hour, minute=minute, second=second, microsecond=microsecond),
        offset_minutes=read_offset(match["zone"] or ""),
        precision=Precision.SUBSECOND if fraction else Precision.SECOND,
    )


def read_offset(text: str) -> int | None:
    """Minutes east of UTC as in "+05:30", "-0800" or "Z"; None for anything else."""
    if text.strip("\0 ").upper() == "Z":
        return 0
    match = ZONE.fullmatch(text.strip("\0 "))
    if match is None:
        return None
    minutes = int(match[2]) * 60 + int(match[3])
    if int(match[3]) > 59 or minutes > LARGEST_OFFSET_MINUTES:
        return None
    return -minutes if match[1] == "-" else minutes


def calendar_refusal(
    year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0
) -> str | None:
    """Why these numbers are no time; None when they are one."""
    if year < EARLIEST_YEAR:
        return f"has the year {year}"
    if not 1 <= month <= 12:
        return f"has month {month}"
    if hour > 23:
        return f"has hour {hour}"
    if minute > 59 or second > 59:
        return f"has minute {minute} and second {second}"
    try:
        datetime(year, month, day)  # noqa: DTZ001
    except ValueError:
        return f"has day {day} in month {month}"
    return None


def _refused(reason: str) -> WrittenDate:
    return WrittenDate(None, precision=Precision.UNKNOWN, refusal=reason)
