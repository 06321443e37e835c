"""Where two frames of a fixed camera differ most, and what each such place looks like.

A place is a point of the frame with measures taken from its surroundings in both frames. The
measures tell light (a sign, a lamp, a cloud) from something that came, went or moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from dedup.core.values import Floats, Gray, Indices

# Every frame is compared at this many pixels, so that a score does not depend on resolution and
# a window is about the same part of the view for every camera. The size the model was fitted at.
WORK_AREA_PX = 640 * 480
WORK_SHORTEST_EDGE_PX, WORK_LONGEST_EDGE_PX = 32, 2048

FINE_WINDOW_PX, COARSE_WINDOW_PX = 15, 31
NOISE_LEVELS = 6.0
PLACE_WINDOW_PX = 7
PLACE_DISTANCE_PX = 10
MOST_PLACES = 40
LEAST_DIFFERENCE = 0.15  # below this the sensor's noise makes places everywhere

# Sky: what can be reached from the top edge without crossing a contrast of so many levels. The
# skyline stops it; clouds, the moon and aeroplanes are islands in it.
SKY_EDGE_LEVELS = 2.5
SKY_LOWEST_SHARE = 0.6

CLEAR_DIFFERENCE = 0.4
SKY_DISCOUNT = 0.85  # of the difference, when choosing places: clouds must not crowd out things
HALO_RADIUS_PX, HALO_HOLE_PX = 25, 10  # the ring is ten pixels wide
DARK_LEVELS = 8.0  # added before a logarithm, so that noise in the dark counts little

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

Map: TypeAlias = NDArray[np.float32]  # (height, width)


@dataclass(frozen=True, slots=True)
class FrameMaps:
    """What one frame is compared by; made once per frame."""

    gray: Map
    fine: Map  # light taken out, in a small and a large surrounding
    coarse: Map
    gradient_x: Map
    gradient_y: Map
    sky: Gray  # 1 where sky

    def cropped(self, rows: slice, columns: slice) -> FrameMaps:
        part = (rows, columns)
        return FrameMaps(
            self.gray[part],
            self.fine[part],
            self.coarse[part],
            self.gradient_x[part],
            self.gradient_y[part],
            self.sky[part],
        )


@dataclass(frozen=True, slots=True)
class Places:
    """The places of one pair, the most different first."""

    points: Indices  # (n, 2) x, y
    measures: Floats  # (n, len(MEASURES))


def work_size(width: int, height: int) -> tuple[int, int]:
    """Width and height at which a frame is compared."""
    scale = (WORK_AREA_PX / (width * height)) ** 0.5
    across, down = (
        min(max(round(edge * scale), WORK_SHORTEST_EDGE_PX), WORK_LONGEST_EDGE_PX)
        for edge in (width, height)
    )
    return across, down


def resized(gray: Gray, size: tuple[int, int]) -> Map:
    """The frame at the size of the comparison; averaged when it gets smaller."""
    shrinks = gray.shape[1] > size[0] or gray.shape[0] > size[1]
    interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(gray, size, interpolation=interpolation), np.float32)


def frame_maps(gray: Map) -> FrameMaps:
    return FrameMaps(
        gray=gray,
        fine=without_light(gray, FINE_WINDOW_PX),
        coarse=without_light(gray, COARSE_WINDOW_PX),
        gradient_x=np.asarray(cv2.Sobel(gray, cv2.CV_32F, 1, 0, scale=1 / 8), np.float32),
        gradient_y=np.asarray(cv2.Sobel(gray, cv2.CV_32F, 0, 1, scale=1 / 8), np.float32),
        sky=_sky(gray),
    )


def without_light(gray: Map, window_px: int) -> Map:
    """Every pixel in standard deviations from its surroundings; noise is not amplified."""
    apart = gray - mean_around(gray, window_px)
    variance = mean_around(apart * apart, window_px)
    return np.asarray(apart / np.sqrt(variance + np.float32(NOISE_LEVELS**2)), np.float32)


def mean_around(values: Map, window_px: int) -> Map:
    window = (window_px, window_px)
    return np.asarray(cv2.blur(values, window, borderType=cv2.BORDER_REFLECT), np.float32)


def _sky(gray: Map) -> Gray:
    height, width = gray.shape
    half = (max(1, width // 2), max(1, height // 2))
    small = cv2.GaussianBlur(cv2.resize(gray, half, interpolation=cv2.INTER_AREA), (0, 0), 0.8)
    across = cv2.Sobel(small, cv2.CV_32F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(small, cv2.CV_32F, 0, 1, scale=1 / 8)
    edges = (cv2.magnitude(across, down) > SKY_EDGE_LEVELS).astype(np.uint8)
    free = 1 - cv2.morphologyEx(edges, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    free[0] = 1
    reached = _component_of(np.asarray(free, np.uint8), (0, 0))
    ground = 1 - reached
    ground[int(SKY_LOWEST_SHARE * half[1]) :] = 1
    ground = _component_of(ground, (half[1] - 1, 0))
    full = cv2.resize(ground, (width, height), interpolation=cv2.INTER_NEAREST)
    grown = cv2.dilate(full, np.ones((3, 3), np.uint8))
    return np.asarray(1 - grown, np.uint8)


def _component_of(flags: Gray, at: tuple[int, int]) -> Gray:
    """The connected part of the ones that holds the pixel at (row, column)."""
    _, labels = cv2.connectedComponents(flags, connectivity=4)
    return np.asarray(labels == labels[at], np.uint8)


def difference_map(a: FrameMaps, b: FrameMaps, counts: Gray) -> Map:
    """Light-normalised difference, larger of two scales, zero where it does not count."""
    fine = mean_around(outside_range(a.fine, b.fine), PLACE_WINDOW_PX)
    coarse = mean_around(outside_range(a.coarse, b.coarse), PLACE_WINDOW_PX)
    return np.asarray(np.maximum(fine, coarse) * counts, np.float32)


def outside_range(a: Map, b: Map) -> Map:
    """How far each pixel lies outside the other frame's range within one pixel around it.

    An edge that jitters by a pixel is inside that range; a new thing is not. Symmetric.
    """
    around = np.ones((3, 3), np.uint8)
    above = cv2.max(cv2.subtract(a, cv2.dilate(b, around)), cv2.subtract(b, cv2.dilate(a, around)))
    below = cv2.max(cv2.subtract(cv2.erode(b, around), a), cv2.subtract(cv2.erode(a, around), b))
    return np.asarray(np.maximum(cv2.max(above, below), 0), np.float32)


def find_places(a: FrameMaps, b: FrameMaps, difference: Map) -> Places:
    sky = np.minimum(a.sky, b.sky)
    points = _peaks(np.asarray(difference * (1 - np.float32(SKY_DISCOUNT) * sky), np.float32))
    return Places(points, _measures(a, b, difference, points))


def _peaks(difference: Map) -> Indices:
    """Local maxima as (x, y), the highest first; ties from the top left."""
    side = 2 * PLACE_DISTANCE_PX + 1
    highest = cv2.dilate(difference, np.ones((side, side), np.uint8))
    rows, columns = np.nonzero((difference == highest) & (difference >= LEAST_DIFFERENCE))
    order = np.argsort(-difference[rows, columns], kind="stable")[:MOST_PLACES]
    return np.stack([columns[order], rows[order]], axis=1).astype(np.int64)


def _measures(a: FrameMaps, b: FrameMaps, difference: Map, points: Indices) -> Floats:
    if len(points) == 0:
        return np.zeros((0, len(MEASURES)), np.float32)
    x, y = points[:, 0], points[:, 1]
    size = np.log(difference[y, x] + 0.1)
    levels = [_windows(each.gray, points, PLACE_WINDOW_PX).mean((1, 2)) for each in (a, b)]
    contrasts = [_windows(each.coarse, points, PLACE_WINDOW_PX).mean((1, 2)) for each in (a, b)]
    correlation = _correlation(_windows(a.gray, points, 21), _windows(b.gray, points, 21))
    around = _windows(difference, points, 31)
    columns = {
        "difference": size,
        "decorrelated": correlation * size,
        "edges_apart": np.log(_edges_apart(a, b, points) + 0.5),
        "extent": np.log((around > CLEAR_DIFFERENCE).mean((1, 2)) + 0.005),
        "bright_spot": np.maximum(np.maximum(*contrasts), 0),
        "halo": _halo(a, b, points),
        "darker_level": np.minimum(*levels) / 255,
        "sky": _windows(np.minimum(a.sky, b.sky), points, 31).mean((1, 2)),
        "height": np.minimum(2 * y / a.gray.shape[0], 1),
    }
    return np.stack([columns[name] for name in MEASURES], axis=1).astype(np.float32)


def _windows(values: NDArray[np.generic], points: Indices, side: int) -> Floats:
    """(n, side, side): the surroundings of every point, mirrored at the frame's edge."""
    around = np.arange(side) - side // 2
    rows = _mirrored(points[:, 1, None] + around, values.shape[0])
    columns = _mirrored(points[:, 0, None] + around, values.shape[1])
    return values[rows[:, :, None], columns[:, None, :]].astype(np.float32)


def _mirrored(index: Indices, length: int) -> Indices:
    index = np.where(index < 0, -index, index)
    index = np.where(index >= length, 2 * (length - 1) - index, index)
    return np.clip(index, 0, length - 1)


def _correlation(a: Floats, b: Floats) -> Floats:
    noise = 9.0
    a, b = a - a.mean((1, 2), keepdims=True), b - b.mean((1, 2), keepdims=True)
    power = ((a * a).mean((1, 2)) + noise) * ((b * b).mean((1, 2)) + noise)
    return np.asarray(((a * b).mean((1, 2)) + noise) / np.sqrt(power), np.float32)


def _edges_apart(a: FrameMaps, b: FrameMaps, points: Indices) -> Floats:
    """Mean over the place of how far each gradient lies outside the other frame's range."""
    side = PLACE_WINDOW_PX + 2  # one pixel more on each side for the range
    apart = np.zeros(len(points), np.float32)
    for here, there in ((a.gradient_x, b.gradient_x), (a.gradient_y, b.gradient_y)):
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
    near = np.lib.stride_tricks.sliding_window_view(windows, (3, 3), axis=(1, 2))
    return near.min((-1, -2)), near.max((-1, -2))


def _halo(a: FrameMaps, b: FrameMaps, points: Indices) -> Floats:
    """A lamp lights its surroundings too; a thing that came does not.

    Root of the product of the log light ratios at the place and in a ring around it, where
    both have one sign. The ring's median, so that a thing that reaches into it has no say.
    """
    side = 2 * HALO_RADIUS_PX + 1
    ratio = np.log(
        (_windows(a.gray, points, side) + DARK_LEVELS)
        / (_windows(b.gray, points, side) + DARK_LEVELS)
    ) - _light_ratio(a, b)
    middle = slice(HALO_RADIUS_PX - 3, HALO_RADIUS_PX + 4)
    place = ratio[:, middle, middle].mean((1, 2))
    outside = np.ones((side, side), bool)
    outside[HALO_HOLE_PX:-HALO_HOLE_PX, HALO_HOLE_PX:-HALO_HOLE_PX] = False
    ring = np.median(ratio[:, outside], axis=1)
    return np.asarray(np.sqrt(np.maximum(place * ring, 0)), np.float32)


def _light_ratio(a: FrameMaps, b: FrameMaps) -> float:
    """The whole frame's log ratio of brightness, from every fourth pixel."""
    return float(
        np.median(np.log((a.gray[::4, ::4] + DARK_LEVELS) / (b.gray[::4, ::4] + DARK_LEVELS)))
    )
