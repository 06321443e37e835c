"""Where two frames of a fixed camera differ most, and what each such place looks like.

A place is a point of the frame with measures taken from its surroundings in both frames. The
measures tell light (a sign, a lamp, a cloud) from something that came, went or moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from dedup.core.camera_alignment import FramePair
from dedup.core.camera_maps import (
    PLACE_WINDOW_PX,
    SAMPLE,
    FrameMaps,
    Map,
    light_ratio,
    log_ratio,
    middle_of,
)
from dedup.core.values import Floats, Indices

PLACE_DISTANCE_PX = 10
MOST_PLACES = 40
LEAST_DIFFERENCE = 0.15  # below this the sensor's noise makes places everywhere

CLEAR_DIFFERENCE = 0.4
SKY_DISCOUNT = 0.85  # of the difference, when choosing places: clouds must not crowd out things
HALO_RADIUS_PX, HALO_HOLE_PX = 25, 10  # the ring is ten pixels wide


MEASURES = (
    "difference",  # log of the light-normalised difference
    "decorrelated",  # the same, weighted by the correlation after gain and offset
    "edges_apart",  # log of how far the gradients lie apart
    "extent",  # log of the share of the surroundings that differs
    "bright_spot",  # contrast against the surroundings where it is bright, in either frame
    "halo",  # change of light around the place in the same sense as at the place
    "darker_level",  # brightness in the darker frame, 0..1
    "sky",  # share of sky around, in both frames
    "height",  # 0 at the top edge, 1 from the middle down: far signs and clouds are high up
)


@dataclass(frozen=True, slots=True)
class Places:
    """The places of one pair, the most different first."""

    points: Indices  # (n, 2) x, y
    measures: Floats  # (n, len(MEASURES))


def find_places(pair: FramePair, difference: Map) -> Places:
    discounts = np.full(256, 1 - SKY_DISCOUNT, np.float32)
    discounts[0] = 1
    both = np.minimum(pair.a.sky, pair.b.sky)
    points = _peaks(difference * np.asarray(cv2.LUT(both, discounts), np.float32))
    return Places(points, _measures(pair, difference, points))


def _peaks(difference: Map) -> Indices:
    """Local maxima as (x, y), the highest first; ties from the top left."""
    side = 2 * PLACE_DISTANCE_PX + 1
    highest = cv2.dilate(difference, np.ones((side, side), np.uint8))
    clear = (difference >= LEAST_DIFFERENCE).view(np.uint8)
    found = cv2.findNonZero(cv2.bitwise_and(cv2.compare(difference, highest, cv2.CMP_EQ), clear))
    if found is None:
        return np.zeros((0, 2), np.int64)
    points = found.reshape(-1, 2).astype(np.int64)  # row by row
    order = np.argsort(-difference[points[:, 1], points[:, 0]], kind="stable")[:MOST_PLACES]
    return points[order]


def _measures(pair: FramePair, difference: Map, points: Indices) -> Floats:
    if len(points) == 0:
        return np.zeros((0, len(MEASURES)), np.float32)
    a, b, view = pair.a, pair.b, pair.view
    x, y = points[:, 0], points[:, 1]
    below_top = y + pair.corner[1] - view.corner[1]
    size = np.log(difference[y, x] + 0.1)
    levels = [_windows(each.gray, points, PLACE_WINDOW_PX).mean((1, 2)) for each in (a, b)]
    contrasts = [
        _windows(each.coarse.values, points, PLACE_WINDOW_PX).mean((1, 2)) for each in (a, b)
    ]
    correlation = _correlation(_windows(a.gray, points, 21), _windows(b.gray, points, 21))
    around = _windows(difference, points, 31)
    columns = {
        "difference": size,
        "decorrelated": correlation * size,
        "edges_apart": np.log(_edges_apart(a, b, points) + 0.5),
        "extent": np.log((around > CLEAR_DIFFERENCE).mean((1, 2)) + 0.005),
        "bright_spot": np.maximum(np.maximum(*contrasts), 0),
        "halo": _halo(pair, points),
        "darker_level": np.minimum(*levels) / 255,
        "sky": _windows(np.minimum(a.sky, b.sky), points, 31).mean((1, 2)),
        "height": np.minimum(2 * below_top / view.a.gray.shape[0], 1),
    }
    return np.stack([columns[name] for name in MEASURES], axis=1).astype(np.float32)


def _windows(values: NDArray[Any], points: Indices, side: int) -> Floats:
    """(n, side, side): the surroundings of every point, mirrored at the frame's edge."""
    by = side // 2
    lowest, rightmost = values.shape[0] - by, values.shape[1] - by
    # Few places: lists take a third of the time of arrays here, and of sliding_window_view.
    at = points.tolist()
    if any(not (by <= x < rightmost and by <= y < lowest) for x, y in at):
        values = cv2.copyMakeBorder(values, by, by, by, by, cv2.BORDER_REFLECT_101)
        at = [(x + by, y + by) for x, y in at]
    around = [values[y - by : y + by + 1, x - by : x + by + 1] for x, y in at]
    return np.stack(around).astype(np.float32, copy=False)


def _correlation(a: Floats, b: Floats) -> Floats:
    noise = 9.0
    a, b = a - a.mean((1, 2), keepdims=True), b - b.mean((1, 2), keepdims=True)
    power = ((a * a).mean((1, 2)) + noise) * ((b * b).mean((1, 2)) + noise)
    return np.asarray(((a * b).mean((1, 2)) + noise) / np.sqrt(power), np.float32)


def _edges_apart(a: FrameMaps, b: FrameMaps, points: Indices) -> Floats:
    """Mean over the place of how far each gradient lies outside the other frame's range."""
    side = PLACE_WINDOW_PX + 2  # one pixel more on each side for the range
    apart = np.zeros(len(points), np.float32)
    for here, there in zip(a.gradients, b.gradients, strict=True):
        apart += _windows_apart(_windows(here, points, side), _windows(there, points, side))
    return apart


def _windows_apart(a: Floats, b: Floats) -> Floats:
    low_a, high_a = _range_around(a)
    low_b, high_b = _range_around(b)
    inner_a, inner_b = a[:, 1:-1, 1:-1], b[:, 1:-1, 1:-1]
    above = np.maximum(inner_a - high_b, inner_b - high_a)
    below = np.maximum(low_b - inner_a, low_a - inner_b)
    return np.asarray(np.maximum(np.maximum(above, below), 0).mean((1, 2)), np.float32)


def _range_around(windows: Floats) -> tuple[Floats, Floats]:
    """Least and greatest of every pixel and its eight neighbours; loses the outer ring."""
    low = np.minimum(np.minimum(windows[:, :-2], windows[:, 1:-1]), windows[:, 2:])
    high = np.maximum(np.maximum(windows[:, :-2], windows[:, 1:-1]), windows[:, 2:])
    low = np.minimum(np.minimum(low[:, :, :-2], low[:, :, 1:-1]), low[:, :, 2:])
    high = np.maximum(np.maximum(high[:, :, :-2], high[:, :, 1:-1]), high[:, :, 2:])
    return low, high


def _halo(pair: FramePair, points: Indices) -> Floats:
    """A lamp lights its surroundings too; a thing that came does not.

    Root of the product of the log light ratios at the place and in a ring around it, where
    both have one sign. The ring's median, so that a thing that reaches into it has no say.
    """
    side = 2 * HALO_RADIUS_PX + 1
    whole = log_ratio(pair.a.gray, pair.b.gray)
    ratio = _windows(whole - np.float32(_log_ratio_of_all(pair.view)), points, side)
    middle = slice(HALO_RADIUS_PX - 3, HALO_RADIUS_PX + 4)
    place = ratio[:, middle, middle].mean((1, 2))
    ring = middle_of(_without_hole(ratio, HALO_HOLE_PX))
    return np.asarray(np.sqrt(np.maximum(place * ring, 0)), np.float32)


def _without_hole(windows: Floats, wide: int) -> Floats:
    """(n, pixels): what is left of every window, a ring so many pixels wide."""
    between = windows[:, wide:-wide]
    sides = (windows[:, :wide], windows[:, -wide:], between[:, :, :wide], between[:, :, -wide:])
    return np.concatenate([side.reshape(len(windows), -1) for side in sides], axis=1)


def _log_ratio_of_all(view: FramePair) -> float:
    """The whole frame's log ratio of brightness."""
    ratio = light_ratio(view.a.gray[SAMPLE], view.b.gray[SAMPLE])
    return float(np.log(middle_of(ratio.ravel())))
