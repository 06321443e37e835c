"""Which part of a fixed camera's frame counts: border in percent, and polygons left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np

from dedup.core.values import Gray

Point: TypeAlias = tuple[float, float]  # shares of width and height, 0..1
Polygon: TypeAlias = tuple[Point, ...]

FEWEST_CORNERS = 3


@dataclass(frozen=True, slots=True)
class BorderMask:
    """Percent of the frame that is left out at each edge; the field's defaults."""

    left: float = 5.0
    top: float = 10.0
    right: float = 5.0
    bottom: float = 0.0

    def __post_init__(self) -> None:
        percents = (self.left, self.top, self.right, self.bottom)
        if not all(0 <= percent < 100 for percent in percents):
            raise ValueError(f"A border must be 0 to 100 % of the frame, not {percents}.")
        if self.left + self.right >= 100 or self.top + self.bottom >= 100:
            raise ValueError(f"The borders {percents} leave nothing of the frame.")


DEFAULT_BORDER = BorderMask()
NO_BORDER = BorderMask(0.0, 0.0, 0.0, 0.0)


def check_polygon(polygon: Polygon) -> None:
    """Refuse a polygon without an area, or with corners outside the frame."""
    if len(polygon) < FEWEST_CORNERS:
        raise ValueError(f"A masked area needs at least three corners, not {len(polygon)}.")
    if not all(0 <= x <= 1 and 0 <= y <= 1 for x, y in polygon):
        raise ValueError("The corners of a masked area must lie between 0 and 1.")


def counted(size: tuple[int, int], border: BorderMask, ignored: tuple[Polygon, ...] = ()) -> Gray:
    """1 where a pixel of a frame of (width, height) counts, 0 where it is masked."""
    width, height = size
    counts = np.zeros((height, width), np.uint8)
    # As in the field's helper: the border's whole pixels, rounded down.
    left, right = int(width * border.left / 100), width - int(width * border.right / 100)
    top, bottom = int(height * border.top / 100), height - int(height * border.bottom / 100)
    counts[top:bottom, left:right] = 1
    for polygon in ignored:
        corners = np.array([[x * width, y * height] for x, y in polygon], np.float32)
        cv2.fillPoly(counts, [np.round(corners).astype(np.int32)], 0)
    return counts
