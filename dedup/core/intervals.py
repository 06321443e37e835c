"""The time between a photo and the next, in a whole library: what window would suit it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dedup.core.values import (
    LONGEST_WINDOW_SECONDS,
    SHORTEST_WINDOW_SECONDS,
    Floats,
    Indices,
)
from dedup.core.windows import gaps_between

# The windows that a slider stops at; any other can be typed.
STOPS = (
    *(0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0),
    *(60.0, 120.0, 300.0, 600.0, 900.0, 1200.0, 1800.0),
    *(3600.0, 7200.0, 14400.0, 28800.0, 43200.0, 86400.0),
)

# Bars of the drawing: five for each factor of ten from 0.1 s to about 28 h.
_BARS_PER_TENFOLD = 5
_BARS = 30

# Of a camera that takes a photo every 300 s a window must hold some of these to compare anything.
_FRAMES_IN_WINDOW = 2.5
_HARDLY_ANY = 0.02
_NEARLY_ALL = 0.95
_SUGGESTED_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Bar:
    """How many photos follow the one before after so many seconds."""

    from_seconds: float
    until_seconds: float
    count: int


@dataclass(frozen=True, slots=True)
class Intervals:
    """``seconds`` in increasing order; the last bar holds all longer intervals too."""

    seconds: Floats
    bars: tuple[Bar, ...]

    @property
    def count(self) -> int:
        return len(self.seconds)

    @property
    def median_seconds(self) -> float:
        return float(np.median(self.seconds)) if len(self.seconds) else 0.0

    def share_within(self, window_seconds: float) -> float:
        """How many of the photos follow the one before inside such a window; 0 to 1."""
        if not len(self.seconds):
            return 0.0
        inside = np.searchsorted(self.seconds, window_seconds, side="right")
        return float(inside) / len(self.seconds)


def intervals_of(taken_us: Indices, camera_ids: Indices | None = None) -> Intervals:
    """The intervals between neighbours; with camera_ids between neighbours of one camera.

    taken_us must be sorted. A hundred thousand photos take some milliseconds.
    """
    gaps_us = gaps_between(taken_us, camera_ids)
    seconds = np.sort(gaps_us / 1_000_000).astype(np.float32)
    edges = SHORTEST_WINDOW_SECONDS * 10 ** (np.arange(_BARS + 1) / _BARS_PER_TENFOLD)
    shown = np.clip(seconds, edges[0], edges[-1])
    counts, _ = np.histogram(shown, bins=edges)
    bars = zip(edges[:-1].tolist(), edges[1:].tolist(), counts.tolist(), strict=True)
    return Intervals(seconds, tuple(Bar(*bar) for bar in bars))


def place_of(seconds: float) -> float:
    """Where a window lies along the bars; 0 is the left end, 1 the right one."""
    tenfolds = np.log10(max(seconds, SHORTEST_WINDOW_SECONDS) / SHORTEST_WINDOW_SECONDS)
    return min(1.0, float(tenfolds) * _BARS_PER_TENFOLD / _BARS)


def suggested_window(found: Intervals, window_seconds: float) -> float | None:
    """A better window than this one in seconds; None where this one serves, or none would.

    Too narrow is one that nearly no photo shares with the next; too wide one that nearly all do.
    """
    if not found.count:
        return None
    share = found.share_within(window_seconds)
    if share < _HARDLY_ANY:
        return _wide_enough(found, window_seconds)
    if share > _NEARLY_ALL and window_seconds > found.median_seconds * _FRAMES_IN_WINDOW * 2:
        narrower = next((each for each in STOPS if each >= _usual(found)), None)
        return narrower if narrower is not None and narrower < window_seconds else None
    return None


def readable(seconds: float) -> str:
    """A window as a person would say it: 0.1 s, 1 min, 2.5 h; longer ones in days."""
    for name, size in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size and (name != "days" or seconds > LONGEST_WINDOW_SECONDS):
            return f"{seconds / size:g} {name}"
    return f"{seconds:g} s"


def rounded(seconds: float) -> str:
    """The same of a measured time, with two digits that say something."""
    size = next((size for size in (86400.0, 3600.0, 60.0) if seconds >= 2 * size), 1.0)
    value = seconds / size
    return readable((round(value) if value >= 10 else round(value, 1)) * size)


def advice(found: Intervals, window_seconds: float) -> str:
    """What this window means for these photos, and a better one if there is."""
    if not found.count:
        return ""
    window, median = readable(window_seconds), rounded(found.median_seconds)
    better = suggested_window(found, window_seconds)
    share = found.share_within(window_seconds)
    if share < _HARDLY_ANY:
        few = "no groups" if share == 0 else "hardly any groups"
        try_ = f"Try {readable(better)}." if better else "The photos lie too far apart in time."
        return f"Median interval {median}: a window of {window} gives {few}. {try_}"
    if better:
        return (
            f"Nearly every photo is within {window} of the one before (median interval {median}): "
            f"long stretches hang together. {readable(better)} would do."
        )
    of_100 = _of_100(share)
    return (
        f"{of_100} of 100 photos follow the one before within {window}; median interval {median}."
    )


def _of_100(share: float) -> int:
    return min(99, max(1, round(share * 100))) if 0 < share < 1 else round(share * 100)


def _wide_enough(found: Intervals, window_seconds: float) -> float | None:
    """The first stop that holds some frames of a steady camera, or the closest photos at least."""
    usual = _usual(found)
    nearest = float(found.seconds[int(len(found.seconds) * _HARDLY_ANY)]) * _FRAMES_IN_WINDOW
    wanted = usual if usual <= LONGEST_WINDOW_SECONDS else nearest
    return next((each for each in STOPS if each >= wanted and each > window_seconds), None)


def _usual(found: Intervals) -> float:
    return float(np.quantile(found.seconds, _SUGGESTED_SHARE)) * _FRAMES_IN_WINDOW
