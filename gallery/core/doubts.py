"""Which dates are hardly true, and why: clocks that were reset, and photos out of their series.

A doubtful date is shown to its owner, who settles it; until then the photo shares no window.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from gallery.core.taken_at import MACHINE_SOURCES, Candidate, Precision, Source, TakenAt


class Doubt(StrEnum):
    FUTURE = "future"
    RESET = "reset"
    SERIES = "series"
    NO_DATE = "no_date"
    FILE_TIME = "file_time"


@dataclass(frozen=True, slots=True)
class Finding:
    doubt: Doubt
    reason: str  # a sentence


@dataclass(frozen=True, slots=True)
class Numbered:
    """A photo in the order in which its camera counted: all of one series."""

    number: int
    taken_us: int


# Where clocks start again after the battery was out: the zero of Unix, of DOS, and the makers'
# own defaults. Later New Year's days are only doubted at their first second (`taken_at`).
RESET_DAYS = frozenset({(1970, 1, 1), (1980, 1, 1), (2000, 1, 1), (2002, 1, 1)})

# A counter goes up with time. Two days are more than any two time zones or a long night differ.
TOLERANCE = timedelta(days=2)
TOLERANCE_US = TOLERANCE // timedelta(microseconds=1)
NEIGHBOURS = 5  # on each side
FEWEST_NEIGHBOURS = 3
WIDEST_GAP = 50  # in numbers: beyond, a neighbour tells nothing
ORDERLY = 0.75  # this share of the neighbours must be in order among themselves


def of_date(taken: TakenAt) -> Finding | None:
    """What is doubtful about a date by itself."""
    if taken.source in (Source.FILE, Source.IMPORT, Source.EXIF_MODIFIED):
        told = next((each for each in taken.candidates if _is_future(each)), None)
        if told is not None:
            return Finding(Doubt.FUTURE, f"“{told.text or told.source}” {_said(told)}.")
    if taken.source is Source.IMPORT:
        return Finding(Doubt.NO_DATE, "No date was found: it stands at the time of its import.")
    if taken.source is Source.FILE:
        return Finding(
            Doubt.FILE_TIME,
            "Only the file's own time is known: when it was last written or copied.",
        )
    return _reset(taken)


def _is_future(candidate: Candidate) -> bool:
    refusal = candidate.refusal or ""
    return "in the future" in refusal or refusal.startswith("has the year 2")


def _said(candidate: Candidate) -> str:
    refusal = candidate.refusal or ""
    return "lies in the future" if "in the future" in refusal else refusal


def _reset(taken: TakenAt) -> Finding | None:
    local = taken.local
    if taken.source not in MACHINE_SOURCES or taken.precision is Precision.DAY:
        return None
    is_first_moment = (local.month, local.day, local.hour, local.minute, local.second) == (
        *(1, 1),
        *(0, 0, 0),
    )
    if is_first_moment or (local.year, local.month, local.day) in RESET_DAYS:
        day = f"{local.day} {local:%B %Y}"
        return Finding(Doubt.RESET, f"Cameras whose clock was reset start again on {day}.")
    return None


def out_of_order(series: Sequence[Numbered]) -> Iterator[tuple[int, int | None, int | None]]:
    """Photos whose time contradicts the photos counted just before and after them.

    The series must be sorted by number. Yields the place, and the places of the nearest believed
    neighbours before and after. A jump that later photos go on from is no contradiction.
    """
    times = np.fromiter((each.taken_us for each in series), np.int64, len(series))
    for place in _suspects(times):
        before = _near(series, place, range(place - 1, place - 1 - NEIGHBOURS, -1))
        after = _near(series, place, range(place + 1, place + 1 + NEIGHBOURS))
        if _contradicts(series, place, before, after):
            yield place, _agreeing(series, before), _agreeing(series, after)


def _suspects(times: NDArray[np.int64]) -> list[int]:
    """Places with at least one neighbour on the wrong side; most photos have none."""
    wrong = np.zeros(len(times), dtype=bool)
    for step in range(1, min(NEIGHBOURS, len(times) - 1) + 1):
        inverted = times[:-step] - times[step:] > TOLERANCE_US
        wrong[:-step] |= inverted
        wrong[step:] |= inverted
    return [int(place) for place in np.flatnonzero(wrong)]


def _near(series: Sequence[Numbered], place: int, others: Iterable[int]) -> list[int]:
    number = series[place].number
    return [
        other
        for other in others
        if 0 <= other < len(series) and abs(series[other].number - number) <= WIDEST_GAP
    ]


def _contradicts(
    series: Sequence[Numbered], place: int, before: list[int], after: list[int]
) -> bool:
    if len(before) + len(after) < FEWEST_NEIGHBOURS:
        return False
    moment = series[place].taken_us
    earlier = [_median(series, side) - moment > TOLERANCE_US for side in (before, after) if side]
    later = [moment - _median(series, side) > TOLERANCE_US for side in (before, after) if side]
    # At an end of the series only going back, or being overtaken, is a contradiction.
    is_early = all(earlier) and bool(before)
    is_late = all(later) and bool(after)
    return (is_early or is_late) and _is_orderly(series, [*reversed(before), *after])


def _median(series: Sequence[Numbered], places: list[int]) -> float:
    return statistics.median(series[place].taken_us for place in places)


def _is_orderly(series: Sequence[Numbered], places: list[int]) -> bool:
    """Whether the neighbours agree: two series under the same names prove nothing."""
    times = [series[place].taken_us for place in places]
    longest: list[int] = []
    for at, moment in enumerate(times):
        fits = [longest[i] for i in range(at) if times[i] <= moment + TOLERANCE_US]
        longest.append(1 + max(fits, default=0))
    return max(longest, default=0) >= ORDERLY * len(times)


def _agreeing(series: Sequence[Numbered], side: list[int]) -> int | None:
    """The nearest neighbour that is not an outlier itself."""
    if not side:
        return None
    middle = _median(series, side)
    near = [place for place in side if abs(series[place].taken_us - middle) <= 30 * TOLERANCE_US]
    return (near or side)[0]
