"""Which frames of one camera can go: each is compared with the last one that is kept.

Never with one that goes: else a slow change would walk through a chain of small steps, each of
them "nothing moved", and leave nothing behind. So every frame that goes was itself compared with
one that stays. To keep the last of a still stretch, the frames come in backwards.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from dedup.core.camera_prepared import UnlikeFrames
from dedup.core.camera_stages import StagedComparison
from dedup.core.frames import Box

Key = TypeVar("Key")
Picture = TypeVar("Picture")

LONGEST_EVERY_MINUTES = 7 * 24 * 60
NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


class Keep(enum.StrEnum):
    FIRST = "first"
    LAST = "last"


class Fate(enum.StrEnum):
    KEPT = "kept"
    GOES = "goes"
    LISTED = "listed"  # unreadable or tiny: named, never compared, never moved


class Why(enum.StrEnum):
    START = "start"
    MOVED = "moved"
    STILL = "still"
    EVERY = "every"
    OTHER_SHAPE = "other_shape"
    NO_TIME = "no_time"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Rule:
    keep: Keep = Keep.FIRST
    every_minutes: float | None = None  # keep one in so many minutes even if nothing moves

    def __post_init__(self) -> None:
        if self.every_minutes is not None and not 0 < self.every_minutes <= LONGEST_EVERY_MINUTES:
            raise ValueError("One frame can be kept every minute to every week, not else.")

    @property
    def runs_backwards(self) -> bool:
        return self.keep is Keep.LAST


@dataclass(frozen=True, slots=True)
class Frame(Generic[Key, Picture]):
    key: Key
    taken: dt.datetime | None
    picture: Picture | None
    problem: str = ""  # why there is no picture to compare


@dataclass(frozen=True, slots=True)
class Verdict(Generic[Key]):
    key: Key
    fate: Fate
    why: Why
    reason: str
    beside: Key | None = None  # the kept frame that it was compared with
    percent: float | None = None  # how surely redundant, where that was asked fully
    score: float = 0.0  # percent of the area that moved
    boxes: tuple[Box, ...] = ()


Compare = Callable[[Frame[Key, Picture], Frame[Key, Picture]], StagedComparison]


def plan(
    frames: Iterable[Frame[Key, Picture]],
    compare: Compare[Key, Picture],
    rule: Rule,
    kept: Frame[Key, Picture] | None = None,
) -> Iterator[Verdict[Key]]:
    """A verdict with its reason for each frame, in the order in which they come.

    The frames are of one camera, in the order of time, or against it where the rule runs
    backwards. ``kept`` is the last kept frame of an earlier part that is gone on from.
    """
    for frame in frames:
        verdict = _verdict(frame, kept, compare, rule)
        if verdict.fate is Fate.KEPT and frame.picture is not None:
            kept = frame
        yield verdict


def _verdict(
    frame: Frame[Key, Picture],
    kept: Frame[Key, Picture] | None,
    compare: Compare[Key, Picture],
    rule: Rule,
) -> Verdict[Key]:
    if frame.picture is None:
        return Verdict(frame.key, Fate.LISTED, Why.UNREADABLE, f"Not compared. {frame.problem}")
    if frame.taken is None:
        reason = "Kept: nothing tells when it was taken, so it has no place in the series."
        return Verdict(frame.key, Fate.KEPT, Why.NO_TIME, reason)
    if kept is None:
        end = "last" if rule.runs_backwards else "first"
        return Verdict(frame.key, Fate.KEPT, Why.START, f"Kept: the {end} frame.")
    try:
        found = compare(kept, frame)
    except UnlikeFrames as unlike:
        return Verdict(frame.key, Fate.KEPT, Why.OTHER_SHAPE, f"Kept: {unlike}", kept.key)
    return _told(frame, kept, found, rule)


def _told(
    frame: Frame[Key, Picture],
    kept: Frame[Key, Picture],
    found: StagedComparison,
    rule: Rule,
) -> Verdict[Key]:
    fate, why = Fate.GOES, Why.STILL
    reason = f"Goes: {found.sentence}."
    if not found.is_redundant:
        fate, why, reason = Fate.KEPT, Why.MOVED, f"Kept: {found.sentence}."
    elif _is_due(frame, kept, rule):
        fate, why = Fate.KEPT, Why.EVERY
        reason = f"Kept: one in every {rule.every_minutes:g} minutes."
    return Verdict(frame.key, fate, why, reason, kept.key, found.percent, found.score, found.boxes)


def _is_due(frame: Frame[Key, Picture], kept: Frame[Key, Picture], rule: Rule) -> bool:
    if rule.every_minutes is None or frame.taken is None or kept.taken is None:
        return False
    return abs(frame.taken - kept.taken) >= dt.timedelta(minutes=rule.every_minutes)


def in_order(
    frames: Iterable[tuple[Key, dt.datetime | None]], rule: Rule
) -> list[tuple[Key, dt.datetime | None]]:
    """Frames as ``plan`` wants them: by time, those without one behind."""
    timed = [each for each in frames if each[1] is not None]
    timeless = [each for each in frames if each[1] is None]
    timed.sort(key=lambda each: each[1] or NEVER, reverse=rule.runs_backwards)
    return [*timed, *timeless]
