"""What was freed over time, as a small drawing of bars; colours come from the style sheet."""

from __future__ import annotations

from dataclasses import dataclass

from dedup.reports import Freed, Month

WIDTH, HEIGHT = 480, 96
MONTHS_SHOWN = 24
GAP = 2


@dataclass(frozen=True, slots=True)
class Bar:
    """In the units of the drawing, which is WIDTH by HEIGHT."""

    x: float
    y: float
    width: float
    height: float
    month: Month


def freed_chart(freed: Freed) -> list[Bar]:
    """One bar for each of the last months in which something was deleted; the tallest fills it."""
    months = freed.months[-MONTHS_SHOWN:]
    most = max((month.freed_bytes for month in months), default=0)
    if not most:
        return []
    step = min(WIDTH / len(months), 48)
    return [_bar(number, month, step, most) for number, month in enumerate(months)]


def _bar(number: int, month: Month, step: float, most: int) -> Bar:
    height = round(HEIGHT * month.freed_bytes / most, 1)
    return Bar(round(number * step, 1), HEIGHT - height, round(step - GAP, 1), height, month)
