"""Intervals of a camera: what is usual between two frames, and what falls out of it."""

from __future__ import annotations

import datetime as dt
import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

# Between a third and three times the usual interval frames are in step; the known sets have
# jitter far below that, and cameras that write by movement have none to be out of.
ODD_FACTOR = 3.0
GAP = dt.timedelta(days=1)
MOST_ODD = 200
# A window should hold a frame's neighbours on both sides although some frames are late.
WINDOW_FACTOR = 3.0
WINDOWS_S = (1, 2, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)


class Oddity(StrEnum):
    SHORT = "short"
    LONG = "long"
    GAP = "gap"  # a day or more


@dataclass(frozen=True, slots=True)
class OddInterval:
    kind: Oddity
    seconds: float
    before: str  # name of the frame before it
    after: str
    before_taken: dt.datetime
    after_taken: dt.datetime


@dataclass(frozen=True, slots=True)
class Intervals:
    median_s: float | None  # None of fewer than two frames
    mean_s: float | None
    odd: tuple[OddInterval, ...]  # in the order of time, at most MOST_ODD: the oddest
    odd_count: int
    suggested_window_s: int | None  # for a scan to find neighbours at all


@dataclass(frozen=True, slots=True)
class Bar:
    from_s: float
    until_s: float
    count: int


def intervals(frames: Sequence[tuple[str, dt.datetime]]) -> Intervals:
    """Of frames (name, time) in the order of time."""
    apart = [(b[1] - a[1]).total_seconds() for a, b in itertools.pairwise(frames)]
    if not apart:
        return Intervals(None, None, (), 0, None)
    median = statistics.median(apart)
    odd = [
        OddInterval(kind, seconds, a[0], b[0], a[1], b[1])
        for seconds, a, b in zip(apart, frames, frames[1:], strict=False)
        if (kind := _oddity(seconds, median))
    ]
    shown = sorted(odd, key=lambda each: -_how_odd(each.seconds, median))[:MOST_ODD]
    return Intervals(
        median_s=median,
        mean_s=statistics.fmean(apart),
        odd=tuple(sorted(shown, key=lambda each: each.before_taken)),
        odd_count=len(odd),
        suggested_window_s=_window(median),
    )


def _oddity(seconds: float, median: float) -> Oddity | None:
    if seconds > ODD_FACTOR * median:
        return Oddity.GAP if seconds >= GAP.total_seconds() else Oddity.LONG
    return Oddity.SHORT if seconds * ODD_FACTOR < median else None


def _how_odd(seconds: float, median: float) -> float:
    low, high = sorted((max(seconds, 0.001), max(median, 0.001)))
    return high / low


def _window(median: float) -> int:
    wanted = WINDOW_FACTOR * median
    return next((window for window in WINDOWS_S if window >= wanted), WINDOWS_S[-1])


# Upper ends in seconds, so that a bar says something in words.
ENDS_S = (1, 5, 10, 30, 60, 120, 240, 360, 600, 900, 1800, 3600, 10800, 43200, 86400, float("inf"))


def histogram(times: Sequence[dt.datetime]) -> tuple[Bar, ...]:
    """How many intervals are how long: bars of growing width, without the empty ends."""
    apart = [(b - a).total_seconds() for a, b in itertools.pairwise(times)]
    bars = [
        Bar(start, end, sum(start <= seconds < end for seconds in apart))
        for start, end in zip((0.0, *ENDS_S), ENDS_S, strict=False)
    ]
    filled = [place for place, bar in enumerate(bars) if bar.count]
    return tuple(bars[filled[0] : filled[-1] + 1]) if filled else ()


def in_words(seconds: float) -> str:
    """18 min 49 s; 2 d 9 h. The two largest units, as people say it."""
    if seconds < 1:
        return f"{seconds:.2g} s" if seconds else "0 s"
    rest = round(seconds)
    units = []
    for size, name in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        if rest >= size:
            units.append(f"{rest // size} {name}")
            rest %= size
        elif units:
            units.append("")
    return " ".join(filter(None, units[:2]))
