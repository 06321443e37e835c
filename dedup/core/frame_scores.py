"""The scores of many neighbouring frames: how they lie around a line, and which to look at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dedup.core.camera_frames import Outcome

BINS = 50
EXAMPLES_ON_A_SIDE = 3
NEAREST_TO_THE_LINE = 4


@dataclass(frozen=True, slots=True)
class FrameScore:
    """One stored comparison, as far as choosing among many needs it."""

    percent: float  # how surely nothing but the light differs
    earlier: int  # photo ids
    later: int
    outcome: str
    light_ev: float
    is_day: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the histogram, in a drawing 100 wide and 100 high."""

    x: float
    y: float
    width: float
    height: float
    count: int
    first: float  # percent at which it begins
    last: float


def histogram(scores: Iterable[FrameScore]) -> list[Bar]:
    """Bars for every two percent. Their heights go by the root, so that rare scores are seen."""
    counts = [0] * BINS
    for score in scores:
        counts[min(BINS - 1, int(score.percent / 100 * BINS))] += 1
    highest = max(counts) or 1
    width = 100 / BINS
    bars = []
    for place, count in enumerate(counts):
        height = round(100 * (count / highest) ** 0.5, 2)
        first = place * width
        bars.append(Bar(first, round(100 - height, 2), width, height, count, first, first + width))
    return bars


@dataclass(frozen=True, slots=True)
class Sides:
    """What a line makes of the scores, and what would be otherwise by another one."""

    changed: int
    redundant: int
    become_changed: int
    become_redundant: int
    examples_changed: tuple[FrameScore, ...]  # the nearest to the line first
    examples_redundant: tuple[FrameScore, ...]


def sides(scores: Sequence[FrameScore], line: float, saved: float) -> Sides:
    """``line`` is tried out against the ``saved`` one; both in percent redundant."""
    changed = sorted((s for s in scores if s.percent < line), key=lambda s: -s.percent)
    redundant = sorted((s for s in scores if s.percent >= line), key=lambda s: s.percent)
    return Sides(
        changed=len(changed),
        redundant=len(redundant),
        become_changed=sum(score.percent >= saved for score in changed),
        become_redundant=sum(score.percent < saved for score in redundant),
        examples_changed=tuple(changed[:EXAMPLES_ON_A_SIDE]),
        examples_redundant=tuple(redundant[:EXAMPLES_ON_A_SIDE]),
    )


def telling(scores: Sequence[FrameScore], line: float) -> list[tuple[str, FrameScore]]:
    """Pairs worth a look, each once, with why: near the line, only light, moved, and by night."""
    found: dict[int, tuple[str, FrameScore]] = {}

    def add(why: str, some: Sequence[FrameScore], count: int = 1) -> None:
        fresh = [score for score in some if score.later not in found]
        for score in fresh[:count]:
            found[score.later] = (why, score)

    by_distance = sorted(scores, key=lambda score: abs(score.percent - line))
    add("near the line", by_distance, NEAREST_TO_THE_LINE)
    only_light = [score for score in scores if score.outcome == Outcome.ONLY_LIGHT]
    add("only light", sorted(only_light, key=lambda score: -abs(score.light_ev)))
    moved = [score for score in scores if score.outcome == Outcome.MOVED]
    add("something moved", sorted(moved, key=lambda score: score.percent))
    add("by night", [score for score in by_distance if not score.is_day])
    add("by day", [score for score in by_distance if score.is_day])
    return list(found.values())
