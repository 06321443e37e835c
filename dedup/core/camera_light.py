"""How the light of two lined-up frames differs, and their difference without it."""

from __future__ import annotations

from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from dedup.core.camera_alignment import FramePair
from dedup.core.camera_maps import (
    PLACE_WINDOW_PX,
    FrameMaps,
    Map,
    difference_map,
    mean_around,
    outside_range,
    ranged,
)

Floats64: TypeAlias = NDArray[np.float64]

GAMMA = 2.2  # of the usual picture encoding, to turn a ratio of codes into stops
BLACK_LEVEL, CLIPPED_LEVEL = 8, 247
# From here on the brighter frame may have clipped what the darker one still shows.
MATCHED_FROM_EV = 0.25
TONES = 65


def light_change_ev(pair: FramePair) -> float:
    """How much brighter the second frame is, in stops.

    Median over the pixels that neither frame clips nor loses in the dark.
    """
    counted = pair.counts[::4, ::4] > 0
    return stops_between(pair.a.gray[::4, ::4][counted], pair.b.gray[::4, ::4][counted])


def stops_between(a: NDArray[Any], b: NDArray[Any]) -> float:
    """The same of the levels of pixels that show the same places."""
    usable = (np.minimum(a, b) > BLACK_LEVEL) & (np.maximum(a, b) < CLIPPED_LEVEL)
    if not usable.any():
        return 0.0
    return GAMMA * float(np.median(np.log2(np.divide(b[usable], a[usable], dtype=np.float32))))


def difference_without_light(pair: FramePair, stops: float) -> Map:
    """Where the frames differ by more than their exposure explains.

    Contrast that only the brighter frame has clipped is no change: the darker frame is brought
    to the same tones, clipping included, and the smaller difference counts. ``stops`` is what
    ``light_change_ev`` says of the pair.
    """
    difference = difference_map(pair.a, pair.b, pair.counts)
    if abs(stops) < MATCHED_FROM_EV:
        return difference
    darker, brighter = (pair.a, pair.b) if stops > 0 else (pair.b, pair.a)
    matched = _with_tones_of(brighter, darker, pair.counts[::4, ::4] > 0)
    return np.asarray(cv2.min(difference, difference_map(matched, brighter, pair.counts)))


def difference_in_levels(pair: FramePair) -> Map:
    """Where the frames differ, light and all, in gray levels; zero where it does not count."""
    apart = outside_range(ranged(pair.a.gray), ranged(pair.b.gray))
    return np.asarray(mean_around(apart, PLACE_WINDOW_PX) * pair.counts, np.float32)


def _with_tones_of(model: FrameMaps, frame: FrameMaps, counted: NDArray[np.bool_]) -> FrameMaps:
    """The frame with every tone replaced by the tone of the same rank in the model."""
    sample = (slice(None, None, 4), slice(None, None, 4))
    have, want = matching_tones(frame.gray[sample][counted], model.gray[sample][counted])
    levels = frame.gray.astype(np.uint8)
    if np.array_equal(levels, frame.gray):  # a table takes a fifteenth of the time
        table = np.interp(np.arange(256), have, want).astype(np.float32)
        return FrameMaps(np.asarray(cv2.LUT(levels, table), np.float32))
    return FrameMaps(np.interp(frame.gray, have, want).astype(np.float32))


def matching_tones(frame: NDArray[Any], model: NDArray[Any]) -> tuple[Floats64, Floats64]:
    """Levels of a frame, and which levels of the same rank its model has instead."""
    return _ranked(frame), _ranked(model)


def _ranked(levels: NDArray[Any]) -> Floats64:
    """As np.percentile, which takes three times as long for so many ranks."""
    at = np.linspace(0, len(levels) - 1, TONES)
    before = at.astype(np.int64)
    ordered = np.append(np.sort(levels), levels.max()).astype(np.float64)
    return ordered[before] + (at - before) * (ordered[before + 1] - ordered[before])
