"""Photos taken as a set, to be kept whole: exposure series, panoramas, focus series.

A set is not a row of duplicates: each of its pictures holds what the others do not. What is asked
of a set is strict, for a burst that is taken for one would offer nothing to clear away.
"""

from __future__ import annotations

import enum
import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from dedup.core.features import light_records
from dedup.core.values import Shot


class SetKind(enum.StrEnum):
    EXPOSURE = "exposure series"
    PANORAMA = "panorama"
    FOCUS = "focus series"


@dataclass(frozen=True, slots=True)
class Frame:
    """One photo of a group, as far as a set can be recognised by it."""

    photo_id: int
    taken_us: int
    camera_id: int | None
    exposure_ev: float  # mean light in steps
    focus: tuple[int, ...]  # fine detail of the parts of the picture; 16 more is twice as much
    exposure_bias: float | None = None  # EXIF ExposureBiasValue, in steps


@dataclass(frozen=True, slots=True)
class SeriesSet:
    kind: SetKind
    photo_ids: tuple[int, ...]  # in the order they were taken
    sentence: str


Taken = TypeVar("Taken", Frame, Shot)

# How far what is seen moved, right and down, in shares of the picture.
Move = tuple[float, float]
# Of pairs of photo ids, in either order.
Moves = Mapping[tuple[int, int], Move]

# A camera takes a bracket at once; a person turns and shoots again.
_BRACKET_GAP_US = 1_500_000
_FOCUS_GAP_US = 2_000_000
_PANORAMA_GAP_US = 15_000_000
_FEWEST = 3
_MOST_IN_BRACKET = 9
# A third of a step is the automatic exposure at work; brackets start at two thirds.
_SMALLEST_STEP_EV = 0.5
# Each picture of a panorama shows this much new, and this much again.
_SMALLEST_TURN, _SMALLEST_OVERLAP = 0.15, 0.15
# Of a focus series each picture is the sharpest in some part, by so much more detail.
_CLEARLY_SHARPER = 8
_FEWEST_SHARPEST_PARTS = 2
_STEADY_SHIFT = 0.05
_STEADY_EV = 0.4


def may_hold_a_set(shots: Sequence[Shot]) -> bool:
    """Whether three of them follow each other so closely that it is worth to look closer."""
    longest_gap_us = max(gap_us for _, gap_us, _ in _SEARCHES)
    in_time = sorted(shots, key=lambda shot: (shot.taken_us, shot.photo_id))
    return any(True for _ in _runs(in_time, longest_gap_us))


def frames_of(
    shots: Sequence[Shot], light: Sequence[bytes], exposure_biases: Sequence[float | None]
) -> list[Frame]:
    """Photos, their stored light features and what their cameras set, as frames."""
    records = light_records(light)
    steps = records["exposure_ev"].ravel().tolist()
    details = records["focus"].reshape(len(records), -1).tolist()
    return [
        Frame(shot.photo_id, shot.taken_us, shot.camera_id, step, tuple(detail), bias)
        for shot, step, detail, bias in zip(shots, steps, details, exposure_biases, strict=True)
    ]


def find_sets(frames: Sequence[Frame], moves: Moves) -> list[SeriesSet]:
    """The sets among the photos of one group; a photo belongs to at most one."""
    rest = sorted(frames, key=lambda frame: (frame.taken_us, frame.photo_id))
    found: list[SeriesSet] = []
    for kind, gap_us, describe in _SEARCHES:
        for run in _runs(rest, gap_us):
            sentence = describe(run, moves)
            if sentence:
                ids = tuple(frame.photo_id for frame in run)
                found.append(SeriesSet(kind, ids, sentence))
        taken = {photo_id for each in found for photo_id in each.photo_ids}
        rest = [frame for frame in rest if frame.photo_id not in taken]
    return found


def _runs(frames: Sequence[Taken], gap_us: int) -> Iterator[list[Taken]]:
    """Photos of one camera, each shortly after the one before; at least three."""
    run: list[Taken] = []
    for frame in frames:
        if run and not _follows(frame, run[-1], gap_us):
            if len(run) >= _FEWEST:
                yield run
            run = []
        run.append(frame)
    if len(run) >= _FEWEST:
        yield run


def _follows(frame: Frame | Shot, before: Frame | Shot, gap_us: int) -> bool:
    soon = frame.taken_us - before.taken_us <= gap_us
    return soon and frame.camera_id == before.camera_id


def _exposure_series(run: Sequence[Frame], moves: Moves) -> str:
    """Every picture with a light of its own, set by the camera or seen in the pictures."""
    if len(run) > _MOST_IN_BRACKET:
        return ""
    biases = [frame.exposure_bias for frame in run if frame.exposure_bias is not None]
    told = len(biases) == len(run) and _all_apart(biases)
    seen = _all_apart([frame.exposure_ev for frame in run])
    # Where the camera tells of no bias at all, the pictures must differ as much as a bracket's.
    if not (told or (seen and len(set(biases)) != 1)):
        return ""
    steps = sorted(biases if told else [frame.exposure_ev for frame in run])
    return f"Exposure series of {len(run)} over {steps[-1] - steps[0]:.1f} EV"


def _all_apart(steps: Sequence[float]) -> bool:
    return bool(np.all(np.diff(sorted(steps)) >= _SMALLEST_STEP_EV))


def _panorama(run: Sequence[Frame], moves: Moves) -> str:
    """Every picture turned on from the one before, always the same way."""
    steps = [_step(before, frame, moves) for before, frame in _neighbours(run)]
    for axis, words in ((0, ("left", "right")), (1, ("up", "down"))):
        along = [step[axis] for step in steps]
        overlaps = [1 - abs(step) for step in along]
        one_way = all(step > 0 for step in along) or all(step < 0 for step in along)
        new = all(abs(step) >= _SMALLEST_TURN for step in along)
        if one_way and new and min(overlaps) >= _SMALLEST_OVERLAP:
            # What is seen moves left while the camera turns right.
            return f"Panorama of {len(run)}, turning {words[int(along[0] < 0)]}"
    return ""


def _focus_series(run: Sequence[Frame], moves: Moves) -> str:
    """One view and one light, and each picture the sharpest somewhere else."""
    steady = all(
        abs(part) <= _STEADY_SHIFT
        for before, frame in _neighbours(run)
        for part in _step(before, frame, moves)
    )
    light = [frame.exposure_ev for frame in run]
    if not steady or max(light) - min(light) > _STEADY_EV:
        return ""
    detail = np.array([frame.focus for frame in run], dtype=np.int64)
    best = np.sort(detail, axis=0)
    clear = best[-1] - np.median(detail, axis=0) >= _CLEARLY_SHARPER
    sharpest = np.bincount(detail.argmax(axis=0)[clear], minlength=len(run))
    if np.any(sharpest < _FEWEST_SHARPEST_PARTS):
        return ""
    return f"Focus series of {len(run)}: each is sharp somewhere else"


def _neighbours(run: Sequence[Frame]) -> Iterator[tuple[Frame, Frame]]:
    return itertools.pairwise(run)


def _step(before: Frame, frame: Frame, moves: Moves) -> Move:
    """What moved from one to the next; unknown moves fit no set."""
    ahead = moves.get((before.photo_id, frame.photo_id))
    if ahead is not None:
        return ahead
    right, down = moves.get((frame.photo_id, before.photo_id), (math.nan, math.nan))
    return -right, -down


_SEARCHES: tuple[tuple[SetKind, int, Callable[[Sequence[Frame], Moves], str]], ...] = (
    (SetKind.EXPOSURE, _BRACKET_GAP_US, _exposure_series),
    (SetKind.PANORAMA, _PANORAMA_GAP_US, _panorama),
    (SetKind.FOCUS, _FOCUS_GAP_US, _focus_series),
)
