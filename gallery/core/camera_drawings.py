"""Drawings of a camera's frames as SVG: hours by days, and how long the intervals are.

Colours come from the style sheet by class: the page's policy forbids styles in the markup.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from gallery.core.camera_times import Bar, in_words

HOURS = 24
MOST_COLUMNS = 92
STEPS = 4  # shades, the empty one left out
CELL, GAP = 12, 2
LEFT, TOP, BELOW = 34, 4, 22
BAR_WIDTH, BAR_GAP, BAR_HEIGHT = 34, 8, 120

Hours = Sequence[tuple[dt.date, Sequence[int]]]


@dataclass(frozen=True, slots=True)
class _Column:
    first: dt.date
    last: dt.date
    counts: tuple[int, ...]


def heat_strip(hours: Hours) -> str:
    """Hours down, days across; of a long time several days share a column. Empty without days."""
    columns = list(_columns(hours))
    if not columns:
        return ""
    most = max(max(column.counts) for column in columns)
    width = LEFT + len(columns) * (CELL + GAP)
    height = TOP + HOURS * (CELL + GAP) + BELOW
    cells = [
        _cell(LEFT + place * (CELL + GAP), hour, column, most)
        for place, column in enumerate(columns)
        for hour in range(HOURS)
    ]
    days = f"{columns[0].first:%Y-%m-%d} to {columns[-1].last:%Y-%m-%d}"
    label = f"Frames by hour of the day, {days}, at most {most:,} in one hour"
    return _svg("heat", width, height, label, [*cells, *_hour_labels(), *_day_labels(columns)])


def _columns(hours: Hours) -> Iterator[_Column]:
    """Every day between the first and the last, empty ones too, or every few days."""
    if not hours:
        return
    counts = dict(hours)
    first, last = hours[0][0], hours[-1][0]
    days = (last - first).days + 1
    step = -(-days // MOST_COLUMNS)
    for start in range(0, days, step):
        these = [first + dt.timedelta(days=start + more) for more in range(step)]
        these = [day for day in these if day <= last]
        summed = [counts.get(day, (0,) * HOURS) for day in these]
        yield _Column(these[0], these[-1], tuple(sum(hour) for hour in zip(*summed, strict=True)))


def _cell(x: int, hour: int, column: _Column, most: int) -> str:
    count = column.counts[hour]
    shade = -(-count * STEPS // most) if count else 0
    days = f"{column.first:%Y-%m-%d}"
    if column.last != column.first:
        days += f" to {column.last:%Y-%m-%d}"
    y = TOP + hour * (CELL + GAP)
    title = f"<title>{days}, {hour:02}:00: {count:,}</title>" if count else ""
    shape = f'<rect class="heat__cell heat__cell--{shade}" x="{x}" y="{y}"'
    return f'{shape} width="{CELL}" height="{CELL}">{title}</rect>'


def _hour_labels() -> Iterator[str]:
    for hour in range(0, HOURS, 6):
        y = TOP + hour * (CELL + GAP) + CELL - 2
        yield _text(LEFT - 6, y, f"{hour:02}", anchor="end")


def _day_labels(columns: Sequence[_Column]) -> Iterator[str]:
    y = TOP + HOURS * (CELL + GAP) + 14
    step = max(1, -(-60 // (CELL + GAP)))
    for place in range(0, len(columns), step):
        x = LEFT + place * (CELL + GAP)
        text = f"{columns[place].first.day} {columns[place].first:%b}"
        yield _text(x, y, text, anchor="start")


def interval_bars(bars: Sequence[Bar]) -> str:
    """A bar for each length of intervals, its count above. Empty without bars."""
    if not bars:
        return ""
    most = max(bar.count for bar in bars)
    width = len(bars) * (BAR_WIDTH + BAR_GAP) + BAR_GAP
    parts = [part for place, bar in enumerate(bars) for part in _bar(place, bar, most)]
    label = "Intervals between frames: " + ", ".join(
        f"{_range(bar)}: {bar.count:,}" for bar in bars if bar.count
    )
    return _svg("bars", width, BAR_HEIGHT + 52, label, parts)


def _bar(place: int, bar: Bar, most: int) -> Iterator[str]:
    x = BAR_GAP + place * (BAR_WIDTH + BAR_GAP)
    height = max(2, round(BAR_HEIGHT * bar.count / most)) if bar.count else 0
    y = 16 + BAR_HEIGHT - height
    middle = x + BAR_WIDTH / 2
    if bar.count:
        shape = f'<rect class="bars__bar" x="{x}" y="{y}"'
        yield f'{shape} width="{BAR_WIDTH}" height="{height}"></rect>'
        yield _text(middle, y - 4, f"{bar.count:,}")
    yield _text(middle, 16 + BAR_HEIGHT + 14, "from")
    yield _text(middle, 16 + BAR_HEIGHT + 28, in_words(bar.from_s))


def _range(bar: Bar) -> str:
    if bar.until_s == float("inf"):
        return f"{in_words(bar.from_s)} or more"
    return f"{in_words(bar.from_s)} to {in_words(bar.until_s)}"


def _text(x: float, y: float, text: str, anchor: str = "middle") -> str:
    where = f'x="{x:g}" y="{y:g}" text-anchor="{anchor}"'
    return f'<text class="drawing__text" {where}>{text}</text>'


def _svg(name: str, width: int, height: int, label: str, parts: Sequence[str]) -> str:
    return (
        f'<svg class="drawing drawing--{name}" role="img" aria-label="{escape(label)}" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}">{"".join(parts)}</svg>'
    )
