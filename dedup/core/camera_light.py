"""How the light of two lined-up frames differs, and their difference without it."""

from __future__ import annotations

from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from dedup.core.camera_alignment import FramePair
from dedup.core.camera_maps import (
    EDGE_PX,
    PLACE_WINDOW_PX,
    SAMPLE,
    FrameMaps,
    Map,
    difference_map,
    mean_around,
    middle_of,
    outside_range,
    ranged,
)
from dedup.core.camera_parts import around, inside
from dedup.core.camera_places import LEAST_DIFFERENCE

Floats64: TypeAlias = NDArray[np.float64]

GAMMA = 2.2  # of the usual picture encoding, to turn a ratio of codes into stops
BLACK_LEVEL, CLIPPED_LEVEL = 8, 247
# From here on the brighter frame may have clipped what the darker one still shows.
MATCHED_FROM_EV = 0.25
TONES = 65
# Around what differs, for the rest of a thing that differs less.
AROUND_PX = 24


def light_change_ev(pair: FramePair) -> float:
    """How much brighter the second frame is, in stops.

    Median over the pixels that neither frame clips nor loses in the dark.
    """
    return stops_between(*_sampled(pair.view))


def stops_between(a: NDArray[Any], b: NDArray[Any]) -> float:
    """The same of the levels of pixels that show the same places."""
    usable = (np.minimum(a, b) > BLACK_LEVEL) & (np.maximum(a, b) < CLIPPED_LEVEL)
    if not usable.any():
        return 0.0
    ratio = np.divide(b[usable], a[usable], dtype=np.float32)
    return GAMMA * float(np.log2(middle_of(ratio)))


def difference_without_light(pair: FramePair, stops: float) -> Map:
    """Where the frames differ by more than their exposure explains.

    Contrast that only the brighter frame has clipped is no change: the darker frame is brought
    to the same tones, clipping included, and the smaller difference counts. ``stops`` is what
    ``light_change_ev`` says of the pair.
    """
    difference = difference_map(pair.a, pair.b, pair.counts)
    if abs(stops) < MATCHED_FROM_EV:
        return difference
    clear = (difference >= LEAST_DIFFERENCE).view(np.uint8)  # what is less is no place anyway
    if not clear.any():
        return difference
    core, outer = around(clear, AROUND_PX), around(clear, AROUND_PX + EDGE_PX)
    a, b, (tones_a, tones_b) = pair.a.part(outer), pair.b.part(outer), _tones(pair.view)
    if stops > 0:
        a = _with_tones(a, tones_a, tones_b)
    else:
        b = _with_tones(b, tones_b, tones_a)
    matched = difference_map(a, b, pair.counts[outer])[inside(core, outer)]
    difference[core] = np.minimum(difference[core], matched)
    return difference


def difference_in_levels(pair: FramePair) -> Map:
    """Where the frames differ, light and all, in gray levels; zero where it does not count."""
    apart = outside_range(ranged(pair.a.gray), ranged(pair.b.gray))
    return np.asarray(mean_around(apart, PLACE_WINDOW_PX) * pair.counts, np.float32)


def _tones(view: FramePair) -> tuple[Floats64, Floats64]:
    """Levels of the same rank in both frames."""
    return matching_tones(*_sampled(view))


def _sampled(view: FramePair) -> tuple[Map, Map]:
    """What counts of both, as a list of levels."""
    counted = view.counts[SAMPLE] > 0
    return view.a.gray[SAMPLE][counted], view.b.gray[SAMPLE][counted]


def _with_tones(frame: FrameMaps, have: Floats64, want: Floats64) -> FrameMaps:
    """The frame with every tone replaced by the one that is wanted."""
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
