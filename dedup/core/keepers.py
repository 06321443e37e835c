"""Which photo of a group to keep, and why, as an ordered list of reasons.

The first reason that tells two photos apart decides; the later ones only break ties.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dedup.core.values import Suggestion
from gallery.core import sizes


@dataclass(frozen=True, slots=True)
class KeeperFacts:
    """What is known of a photo when the best of its group is looked for."""

    photo_id: int
    width: int  # of the original, in pixels
    height: int
    size_bytes: int
    taken_us: int  # microseconds since the epoch
    favourite: bool = False
    edited: bool = False
    sharpness: float = 0.0  # quality.sharpness: higher is sharper
    exposure_clipping: float = 0.0  # share of pixels without detail, 0..1: lower is better
    eyes_open: float | None = None  # 0..1 where a face was found


@dataclass(frozen=True, slots=True)
class _Criterion:
    """One reason: a value to prefer the higher of, and how to say that it decided."""

    value: Callable[[KeeperFacts], float]
    sentence: Callable[[KeeperFacts, KeeperFacts], str]


def rank(facts: Sequence[KeeperFacts]) -> list[int]:
    """Photo ids, the best to keep first; independent of the order they come in."""
    return [each.photo_id for each in sorted(facts, key=preference)]


def preference(facts: KeeperFacts) -> tuple[float, ...]:
    """Sorts the better photo first; the photo id settles what nothing else does."""
    return (*(-each.value(facts) for each in _CRITERIA), facts.photo_id)


def choose(facts: Sequence[KeeperFacts]) -> Suggestion:
    """The photo to keep, with the reasons that set it before the others."""
    if not facts:
        raise ValueError("There is no photo to choose from.")
    best, *others = sorted(facts, key=preference)
    decided = sorted((_deciding_reason(best, other) for other in others), key=lambda each: each[0])
    reasons = dict.fromkeys(f"Suggested: {sentence}" for _, sentence in decided)
    return Suggestion(best.photo_id, tuple(reasons) or ("Suggested: the only picture.",))


def _deciding_reason(best: KeeperFacts, other: KeeperFacts) -> tuple[int, str]:
    """The place of the criterion that sets the best before the other, and its sentence."""
    for place, criterion in enumerate(_CRITERIA):
        if criterion.value(best) > criterion.value(other):
            return place, criterion.sentence(best, other)
    return len(_CRITERIA), "equal in everything, added first."


def _sharpness_step(facts: KeeperFacts) -> float:
    """Steps of about a tenth: a smaller difference of sharpness is not seen and not a reason."""
    return float(round(facts.sharpness * 10))


def _clipping_step(facts: KeeperFacts) -> float:
    """Steps of 2 % of the picture, for the same reason."""
    return -float(round(facts.exposure_clipping * 50))


def _resolution(facts: KeeperFacts) -> float:
    return float(facts.width * facts.height)


def _eyes_step(facts: KeeperFacts) -> float:
    return float(round((facts.eyes_open or 0.0) * 4))


def _larger(best: KeeperFacts, other: KeeperFacts) -> str:
    return (
        f"the largest picture, {best.width}×{best.height} "  # noqa: RUF001
        f"against {other.width}×{other.height}."  # noqa: RUF001
    )


def _better_exposed(best: KeeperFacts, other: KeeperFacts) -> str:
    return (
        f"better exposed, {best.exposure_clipping:.0%} of it without detail "
        f"against {other.exposure_clipping:.0%}."
    )


def _heavier(best: KeeperFacts, other: KeeperFacts) -> str:
    sizes = [sizes.in_words(each.size_bytes) for each in (best, other)]
    if sizes[0] == sizes[1]:
        return "the largest file, by a little."
    return f"the largest file, {sizes[0]} against {sizes[1]}."


def _older(best: KeeperFacts, other: KeeperFacts) -> str:
    seconds = (other.taken_us - best.taken_us) / 1e6
    taken = dt.timedelta(seconds=round(seconds)) if seconds >= 1 else f"{seconds:.2g} s"
    return f"the first one taken, {taken} before."


_CRITERIA = (
    _Criterion(lambda facts: facts.favourite, lambda best, other: "a favourite."),
    _Criterion(lambda facts: facts.edited, lambda best, other: "the edited one."),
    _Criterion(_resolution, _larger),
    _Criterion(_sharpness_step, lambda best, other: "the sharpest picture."),
    _Criterion(_clipping_step, _better_exposed),
    _Criterion(_eyes_step, lambda best, other: "eyes open."),
    _Criterion(lambda facts: facts.size_bytes, _heavier),
    _Criterion(lambda facts: -facts.taken_us, _older),
)
