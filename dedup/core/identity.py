"""Which two pictures may have the same pixels, so that only these are decoded in full.

Features come from small copies, and two originals that differ in one pixel have equal ones.
Equal pixels are proved on the originals; here is found out cheaply where that is worth the time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from dedup.core.measures import FeatureBlock, column
from dedup.core.values import Flags, Floats, Indices

# The same pixels reach the small copy by several ways: another decoder at a quarter of the size,
# turned after shrinking instead of before. On the worst patterns that could be drawn (a chirp, thin
# stripes) the small frames then differ by 5 levels at most and 1.6 on average; on photos by 1.
_EXPOSURE_EV = 0.1
_COLOUR = 2.0
_LARGEST_LEVELS, _MEAN_LEVELS = 12, 3.0

# What encodes only what it sees fit: equal pixels come of equal content, and that content gives
# equal small copies. So the frames of a burst need no second look.
LOSSY_FORMATS = frozenset({"JPEG", "HEIC", "AVIF"})


class SamePixels(Protocol):
    """Asked about two rows of a block: are the pixels of their originals equal?"""

    def __call__(self, one: int, other: int, *, copies_are_equal: bool) -> bool: ...


@dataclass(frozen=True, slots=True)
class Original:
    """What is known of an original without decoding it."""

    width: int  # as it is looked at
    height: int
    format: str
    orientation: int  # 1..8, how its stored pixels are turned

    def may_equal(self, other: Original, *, copies_are_equal: bool) -> bool:
        if (self.width, self.height) != (other.width, other.height):
            return False
        if copies_are_equal or self.orientation != other.orientation:
            return True
        return self.format != other.format or self.format not in LOSSY_FORMATS


def identical(
    block: FeatureBlock,
    left: Indices,
    right: Indices,
    measures: Floats,
    same_pixels: SamePixels | None,
) -> Flags:
    """Which pairs are of the same pixels.

    Without same_pixels the pictures measured count as the originals themselves.
    """
    equal: Flags = block.records["pixels"][left] == block.records["pixels"][right]
    if same_pixels is None:
        return equal
    found = np.zeros(len(left), dtype=bool)
    for index in np.flatnonzero(equal | _nearly_equal(block, left, right, measures)).tolist():
        one, other = int(left[index]), int(right[index])
        found[index] = one == other or same_pixels(one, other, copies_are_equal=bool(equal[index]))
    return found


def _nearly_equal(block: FeatureBlock, left: Indices, right: Indices, measures: Floats) -> Flags:
    near: Flags = (np.abs(column(measures, "exposure_ev")) <= _EXPOSURE_EV) & (
        column(measures, "colour") <= _COLOUR
    )
    chosen = np.flatnonzero(near)
    grays = block.records["gray"]
    apart = np.abs(grays[left[chosen]].astype(np.int16) - grays[right[chosen]])
    near[chosen] = (apart.max(axis=(1, 2), initial=0) <= _LARGEST_LEVELS) & (
        apart.mean(axis=(1, 2)) <= _MEAN_LEVELS
    )
    return near
