"""How the light of two lined-up frames differs, and their difference without it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dedup.core.camera_alignment import FramePair
from dedup.core.camera_places import (
    COARSE_WINDOW_PX,
    FINE_WINDOW_PX,
    PLACE_WINDOW_PX,
    FrameMaps,
    Map,
    difference_map,
    mean_around,
    outside_range,
    without_light,
)

GAMMA = 2.2  # of the usual picture encoding, to turn a ratio of codes into stops
BLACK_LEVEL, CLIPPED_LEVEL = 8, 247
# From here on the brighter frame may have clipped what the darker one still shows.
MATCHED_FROM_EV = 0.25


def light_change_ev(pair: FramePair) -> float:
    """How much brighter the second frame is, in stops.

    Median over the pixels that neither frame clips nor loses in the dark.
    """
    counted = pair.counts[::4, ::4] > 0
    a, b = pair.a.gray[::4, ::4][counted], pair.b.gray[::4, ::4][counted]
    usable = (np.minimum(a, b) > BLACK_LEVEL) & (np.maximum(a, b) < CLIPPED_LEVEL)
    if not usable.any():
        return 0.0
    return GAMMA * float(np.median(np.log2(b[usable] / a[usable])))


def difference_without_light(pair: FramePair) -> Map:
    """Where the frames differ by more than their exposure explains.

    Contrast that only the brighter frame has clipped is no change: the darker frame is brought
    to the same tones, clipping included, and the smaller difference counts.
    """
    difference = difference_map(pair.a, pair.b, pair.counts)
    stops = light_change_ev(pair)
    if abs(stops) < MATCHED_FROM_EV:
        return difference
    darker, brighter = (pair.a, pair.b) if stops > 0 else (pair.b, pair.a)
    matched = _with_tones_of(brighter, darker, pair.counts[::4, ::4] > 0)
    return np.minimum(difference, difference_map(matched, brighter, pair.counts))


def difference_in_levels(pair: FramePair) -> Map:
    """Where the frames differ, light and all, in gray levels; zero where it does not count."""
    apart = outside_range(pair.a.gray, pair.b.gray)
    return np.asarray(mean_around(apart, PLACE_WINDOW_PX) * pair.counts, np.float32)


def _with_tones_of(model: FrameMaps, frame: FrameMaps, counted: NDArray[np.bool_]) -> FrameMaps:
    """The frame with every tone replaced by the tone of the same rank in the model."""
    ranks = np.linspace(0, 100, 65)
    have = np.percentile(frame.gray[::4, ::4][counted], ranks)
    want = np.percentile(model.gray[::4, ::4][counted], ranks)
    gray = np.interp(frame.gray, have, want).astype(np.float32)
    return replace(
        frame,
        gray=gray,
        fine=without_light(gray, FINE_WINDOW_PX),
        coarse=without_light(gray, COARSE_WINDOW_PX),
    )
