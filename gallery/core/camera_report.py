"""The overview of cameras as rows, JSON and Markdown: the table that analysts write by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from gallery.core.camera_overview import NIGHT_BELOW, CameraOverview, Named
from gallery.core.camera_times import OddInterval, in_words

HOW_DAY_IS_TOLD = (
    f"A frame counts as night when its average brightness is below {NIGHT_BELOW:.0f} of 255."
)
NAMES_IN_MARKDOWN = 40
COLUMNS = (
    *("camera", "frames", "bytes", "first", "last", "zone", "sizes", "interval_median_s"),
    *("interval_mean_s", "odd_intervals", "unreadable", "tiny", "name_forms", "clock_doubts"),
    *("day", "night", "suggested_window_s"),
)


def to_json(found: CameraOverview) -> dict[str, Any]:
    """Plain values: times as ISO 8601 with their offset, seconds as numbers."""
    told = asdict(found)
    told["first"], told["last"] = _iso(found.first), _iso(found.last)
    for odd, shown in zip(told["intervals"]["odd"], found.intervals.odd, strict=True):
        odd["kind"] = str(shown.kind)
        odd["in_words"] = in_words(shown.seconds)
        odd["before_taken"] = _iso(shown.before_taken)
        odd["after_taken"] = _iso(shown.after_taken)
    told["forms"] = dict(found.forms)
    told["hours"] = {day.isoformat(): list(counts) for day, counts in found.hours}
    told["bars"] = [
        {**bar, "until_s": None if bar["until_s"] == float("inf") else bar["until_s"]}
        for bar in told["bars"]
    ]
    told["night_percent"] = round(found.daylight.night_percent, 1)
    told["how_day_is_told"] = HOW_DAY_IS_TOLD
    return told


def rows(overviews: Sequence[CameraOverview]) -> Iterator[Sequence[Any]]:
    """For a spreadsheet: a head, and one row for each camera."""
    yield COLUMNS
    for found in overviews:
        times = found.intervals
        yield (
            found.camera,
            found.frames,
            found.size_bytes,
            _iso(found.first) or "",
            _iso(found.last) or "",
            found.zone,
            "; ".join(f"{each.width}x{each.height}: {each.count}" for each in found.sizes),
            "" if times.median_s is None else round(times.median_s, 3),
            "" if times.mean_s is None else round(times.mean_s, 3),
            "; ".join(odd_in_words(odd) for odd in times.odd),
            _names(found.unreadable),
            _names(found.tiny),
            "; ".join(f"{form}: {count}" for form, count in found.forms),
            _names(found.doubts),
            found.daylight.day,
            found.daylight.night,
            times.suggested_window_s or "",
        )


def markdown(overviews: Sequence[CameraOverview]) -> str:
    total = sum(found.frames for found in overviews)
    lines = [
        f"{total:,} frames of {len(overviews)} camera{'' if len(overviews) == 1 else 's'}.",
        "",
        "| camera | frames | first | last | sizes | interval, median | mean | day | night |",
        "| --- | ---: | --- | --- | --- | --- | --- | ---: | ---: |",
        *(_table_row(found) for found in overviews),
        "",
    ]
    for found in overviews:
        lines += [f"## {_cell(found.camera)}", "", *(f"- {line}" for line in remarks(found)), ""]
    return "\n".join(lines)


def remarks(found: CameraOverview) -> Iterator[str]:
    """What there is to say of one camera, a sentence or two each."""
    yield f"All times in {found.zone}. {HOW_DAY_IS_TOLD}"
    yield from (f"{count:,} with {form}." for form, count in found.forms)
    times = found.intervals
    if times.median_s is not None and times.suggested_window_s:
        window = in_words(times.suggested_window_s)
        yield f"Half of the intervals are {in_words(times.median_s)} or less: scan with {window}."
    yield from (f"Interval {odd_in_words(odd)}." for odd in times.odd[:NAMES_IN_MARKDOWN])
    if (more := times.odd_count - NAMES_IN_MARKDOWN) > 0:
        yield f"And {more:,} more intervals out of step."
    yield from _listed("Cannot be read", found.unreadable)
    yield from _listed("Tiny", found.tiny)
    yield from _listed("Doubtful time", found.doubts)


def odd_in_words(odd: OddInterval) -> str:
    return f"{in_words(odd.seconds)} between {odd.before} and {odd.after}"


def _table_row(found: CameraOverview) -> str:
    times = found.intervals
    cells = (
        _cell(found.camera),
        f"{found.frames:,}",
        f"{found.first:%Y-%m-%d %H:%M:%S}" if found.first else "",
        f"{found.last:%Y-%m-%d %H:%M:%S}" if found.last else "",
        ", ".join(f"{each.width}x{each.height} ({each.count:,})" for each in found.sizes),
        "" if times.median_s is None else in_words(times.median_s),
        "" if times.mean_s is None else in_words(times.mean_s),
        f"{found.daylight.day:,}",
        f"{found.daylight.night:,}",
    )
    return "| " + " | ".join(cells) + " |"


def _listed(title: str, named: Sequence[Named]) -> Iterator[str]:
    yield from (f"{title}: {_cell(each.name)}. {each.reason}" for each in named[:NAMES_IN_MARKDOWN])
    if (more := len(named) - NAMES_IN_MARKDOWN) > 0:
        yield f"{title}: {more:,} more."


def _names(named: Sequence[Named]) -> str:
    return "; ".join(each.name for each in named)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
