"""What one frame of a fixed camera is compared by, and how two of them differ spot by spot.

Made once per frame: a frame that is kept is compared with many that come after it, so all that
needs only one frame is remembered with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from dedup.core import frames
from dedup.core.camera_parts import Part
from dedup.core.frames import Normalised
from dedup.core.values import Gray

# Every frame is compared at this many pixels, so that a score does not depend on resolution and
# a window is about the same part of the view for every camera. The size the model was fitted at.
WORK_AREA_PX = 640 * 480
WORK_SHORTEST_EDGE_PX, WORK_LONGEST_EDGE_PX = 32, 2048

# A frame that shrinks by no more is taken between its pixels; by so much it is halved.
BETWEEN_UP_TO, ABOUT_HALF = 1.5, 1.9
ALIGN_LONG_EDGE_PX = 160
SOLID_AREA_PX = WORK_AREA_PX / 16  # at which solid things are looked for
FINE_WINDOW_PX, COARSE_WINDOW_PX = 15, 31
NOISE_LEVELS = 6.0
PLACE_WINDOW_PX = 7
# How far the edge of a part is felt in its map of differences: through the mean, the spread and
# the range of the coarse map, and the mean over a place.
EDGE_PX = 2 * (COARSE_WINDOW_PX // 2) + 1 + PLACE_WINDOW_PX // 2
DARK_LEVELS = 8.0  # added before a logarithm, so that noise in the dark counts little

# Sky: what can be reached from the top edge without crossing a contrast of so many levels. The
# skyline stops it; clouds, the moon and aeroplanes are islands in it.
SKY_EDGE_LEVELS = 2.5
SKY_LOWEST_SHARE = 0.6

Map: TypeAlias = NDArray[np.float32]  # (height, width)
AROUND = np.ones((3, 3), np.uint8)
# Enough pixels to tell what is true of a whole frame.
SAMPLE = (slice(None, None, 4), slice(None, None, 4))


@dataclass(frozen=True, slots=True)
class RangedMap:
    """A map with the greatest and the least within one pixel around every pixel."""

    values: Map
    above: Map
    below: Map

    def cropped(self, part: Part) -> RangedMap:
        return RangedMap(self.values[part], self.above[part], self.below[part])


@dataclass(frozen=True)
class FrameMaps:
    """One frame at the size of the comparison; the rest is made when it is first asked for."""

    gray: Map

    @cached_property
    def small(self) -> Normalised:
        """For lining up."""
        scale = ALIGN_LONG_EDGE_PX / max(self.gray.shape)
        height, width = (max(8, round(edge * scale)) for edge in self.gray.shape)
        return frames.normalise(np.asarray(resized(self.gray, (width, height)), np.uint8))

    @cached_property
    def solid(self) -> Map:
        """For finding solid things in dim light."""
        return resized(self.gray, solid_size(self.gray.shape))

    @cached_property
    def fine(self) -> RangedMap:
        """Light taken out, in a small surrounding."""
        return ranged(without_light(self.gray, FINE_WINDOW_PX))

    @cached_property
    def coarse(self) -> RangedMap:
        """The same in a large surrounding."""
        return ranged(without_light(self.gray, COARSE_WINDOW_PX))

    @cached_property
    def sky(self) -> Gray:
        """1 where sky."""
        return _sky(self.gray)

    @cached_property
    def gradients(self) -> tuple[Map, Map]:
        """Across and down, in levels per pixel."""
        across = cv2.Sobel(self.gray, cv2.CV_32F, 1, 0, scale=1 / 8)
        down = cv2.Sobel(self.gray, cv2.CV_32F, 0, 1, scale=1 / 8)
        return np.asarray(across, np.float32), np.asarray(down, np.float32)

    @cached_property
    def softened(self) -> Map:
        """The coarse map at half the size, for finding a shift of pixels."""
        return soft_half(self.coarse.values, 5)

    @cached_property
    def softened_less(self) -> Map:
        """The same with more of its detail, for telling whether two frames show one view."""
        return soft_half(self.coarse.values, 3)

    def cropped(self, rows: slice, columns: slice) -> FrameMaps:
        """The same maps of a part; what was made for the whole frame is cut, not made again."""
        part = (rows, columns)
        if self.gray[part].shape == self.gray.shape:
            return self
        cut = FrameMaps(self.gray[part])
        across, down = self.gradients
        made = {
            "fine": self.fine.cropped(part),
            "coarse": self.coarse.cropped(part),
            "sky": self.sky[part],
            "gradients": (across[part], down[part]),
        }
        cut.__dict__.update(made)  # where cached_property looks first
        return cut

    def part(self, part: Part) -> FrameMaps:
        """A part of the frame whose maps are made for it alone, so they may differ at its edges.

        What was made for the whole frame already is cut from it.
        """
        if self.gray[part].shape == self.gray.shape:
            return self
        cut = FrameMaps(self.gray[part])
        cut.__dict__["sky"] = self.sky[part]  # which is told by the whole frame only
        for name in {"fine", "coarse"} & self.__dict__.keys():
            cut.__dict__[name] = getattr(self, name).cropped(part)
        return cut


def solid_size(shape: tuple[int, ...]) -> tuple[int, int]:
    """Width and height at which solid things are looked for; a frame that is smaller stays."""
    height, width = shape
    scale = min(1.0, (SOLID_AREA_PX / (width * height)) ** 0.5)
    return max(1, round(width * scale)), max(1, round(height * scale))


def work_size(width: int, height: int) -> tuple[int, int]:
    """Width and height at which a frame is compared."""
    scale = (WORK_AREA_PX / (width * height)) ** 0.5
    across, down = (
        min(max(round(edge * scale), WORK_SHORTEST_EDGE_PX), WORK_LONGEST_EDGE_PX)
        for edge in (width, height)
    )
    return across, down


def resized(values: NDArray[Any], size: tuple[int, int]) -> NDArray[Any]:
    """A frame or a map at another width and height; averaged when it gets smaller.

    Halved while it can be, then taken between its pixels where all of them still have a say:
    an eighth of the time that OpenCV takes to weigh parts of pixels.
    """
    width, height = size
    while min(values.shape[1] / width, values.shape[0] / height) >= ABOUT_HALF:
        halves = (max(width, values.shape[1] // 2), max(height, values.shape[0] // 2))
        values = cv2.resize(values, halves, interpolation=cv2.INTER_LINEAR)
    by = max(values.shape[1] / width, values.shape[0] / height)
    interpolation = cv2.INTER_LINEAR if by <= BETWEEN_UP_TO else cv2.INTER_AREA
    return cv2.resize(values, size, interpolation=interpolation)


def without_light(gray: Map, window_px: int) -> Map:
    """Every pixel in standard deviations from its surroundings; noise is not amplified."""
    apart = gray - mean_around(gray, window_px)
    spread = mean_around(apart * apart, window_px)
    spread += np.float32(NOISE_LEVELS**2)
    cv2.sqrt(spread, spread)
    apart /= spread
    return apart


def log_ratio(a: Map, b: Map) -> Map:
    """How much brighter the first is, pixel by pixel, as a natural logarithm; calm in the dark."""
    ratio = light_ratio(a, b)
    return np.log(ratio, out=ratio)


def light_ratio(a: Map, b: Map) -> Map:
    """The same before the logarithm."""
    ratio, below = a + np.float32(DARK_LEVELS), b + np.float32(DARK_LEVELS)
    ratio /= below
    return ratio


def middle_of(values: Map) -> Map:
    """The upper median along the last axis, in a third of np.median's time; reorders the values."""
    middle = values.shape[-1] // 2
    values.partition(middle, axis=-1)
    return values[..., middle]


def mean_around(values: Map, window_px: int) -> Map:
    window = (window_px, window_px)
    return np.asarray(cv2.blur(values, window, borderType=cv2.BORDER_REFLECT), np.float32)


def soft_half(values: Map, window_px: int) -> Map:
    return np.ascontiguousarray(mean_around(values, window_px)[::2, ::2])


def ranged(values: Map) -> RangedMap:
    above, below = cv2.dilate(values, AROUND), cv2.erode(values, AROUND)
    return RangedMap(values, np.asarray(above, np.float32), np.asarray(below, np.float32))


def _sky(gray: Map) -> Gray:
    height, width = gray.shape
    half = (max(1, width // 2), max(1, height // 2))
    small = cv2.GaussianBlur(resized(gray, half), (0, 0), 0.8)
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
    """The connected part of the ones that holds the one at (row, column)."""
    reached = flags.copy()
    cv2.floodFill(reached, None, (at[1], at[0]), 2, flags=4)
    return np.asarray(reached == 2, np.uint8)


def difference_map(a: FrameMaps, b: FrameMaps, counts: Gray) -> Map:
    """Light-normalised difference, larger of two scales, zero where it does not count."""
    fine = mean_around(outside_range(a.fine, b.fine), PLACE_WINDOW_PX)
    coarse = mean_around(outside_range(a.coarse, b.coarse), PLACE_WINDOW_PX)
    return np.asarray(cv2.max(fine, coarse, fine) * counts, np.float32)


def outside_range(a: RangedMap, b: RangedMap) -> Map:
    """How far each pixel lies outside the other frame's range within one pixel around it.

    An edge that jitters by a pixel is inside that range; a new thing is not. Symmetric.
    """
    apart = cv2.subtract(a.values, b.above)
    other = cv2.subtract(b.values, a.above)
    cv2.max(apart, other, apart)
    cv2.subtract(b.below, a.values, other)
    cv2.max(apart, other, apart)
    cv2.subtract(a.below, b.values, other)
    cv2.max(apart, other, apart)
    cv2.max(apart, 0.0, apart)  # type: ignore[call-overload]  # a third of the time of numpy
    return np.asarray(apart, np.float32)
