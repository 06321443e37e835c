"""A picture, for people, of what differs between two photos of one scene."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from dedup.core import frames
from dedup.core.frames import Alignment, Box, Normalised
from dedup.core.geometry import Matrix
from dedup.core.values import Gray, Rgb

Heat: TypeAlias = NDArray[np.float32]  # (height, width), 0..1

LONG_EDGE_PX = 800  # of the picture returned, at most
MEASURE_LONG_EDGE_PX = 480
DIMMED = 0.45  # of the second photo's brightness, so that colours stand out
LEAST_ALIGNED = 0.3  # below this the best shift is a coincidence
LEAST_SEEN = 0.25  # of the frame; a view with less in common explains nothing
FULL_HEAT_DEVIATIONS = 2.0
MOST_BOXES = 12
BOX_COLOUR = (255, 255, 255)
SMALLEST_BOX_SHARE = 0.0005


def difference_picture(
    first: Gray | Rgb,
    second: Gray | Rgb,
    boxes: Sequence[Box] | None = None,
    *,
    view: Matrix | None = None,
) -> Rgb:
    """Heat where the photos differ, over the second photo in dimmed gray, with boxes.

    Light is taken out and the photos are lined up first: by the view if one is given and explains
    more than a shift does. The picture has the shape of the second photo; a first photo of another
    shape is stretched to it. Boxes of one's own, such as those of a FrameComparison, are drawn
    instead of those found here.
    """
    if first.size == 0 or second.size == 0:
        raise ValueError("A photo without pixels cannot be compared.")
    size = _fitted(second.shape[1], second.shape[0], LONG_EDGE_PX)
    gray = _gray(second, size)
    heat, found = _heat(first, gray, view)
    picture = _painted(gray, heat)
    for box in (found if boxes is None else tuple(boxes))[:MOST_BOXES]:
        _outline(picture, box)
    return picture


def _fitted(width: int, height: int, long_edge_px: int) -> tuple[int, int]:
    scale = min(1.0, long_edge_px / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _gray(photo: Gray | Rgb, size: tuple[int, int]) -> Gray:
    gray = photo if photo.ndim == 2 else cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)
    shrinks = gray.shape[1] > size[0] or gray.shape[0] > size[1]
    interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(gray, size, interpolation=interpolation), np.uint8)


def _heat(first: Gray | Rgb, second: Gray, view: Matrix | None) -> tuple[Heat, tuple[Box, ...]]:
    """Heat 0..1 at the size of the second photo, and boxes around the hot parts."""
    height, width = second.shape
    size = _fitted(width, height, MEASURE_LONG_EDGE_PX)
    here, there = _gray(first, size), _gray(second, size)
    laid = [_apart(here, there, np.ones_like(there))]
    if view is not None:
        laid.append(_apart(*_laid_over(here, there, view)))
    seen = [each for each in laid if each.share >= LEAST_SEEN]
    apart = min(seen or laid[:1], key=lambda each: each.mean).levels
    hot = np.asarray(apart > frames.CHANGED_DEVIATIONS, np.uint8)
    heat = cv2.resize(np.clip(apart / FULL_HEAT_DEVIATIONS, 0, 1), (width, height))
    return np.asarray(heat, np.float32), frames.boxes_of(hot, SMALLEST_BOX_SHARE)


@dataclass(frozen=True, slots=True)
class _Apart:
    """How much two photos differ, where both show something."""

    levels: Normalised  # in local standard deviations; 0 where nothing is known
    share: float  # of the frame that is known
    mean: float  # of the levels, where they are known


def _apart(first: Gray, second: Gray, seen: Gray) -> _Apart:
    a, b = frames.normalise(first), frames.normalise(second)
    alignment = frames.align(a, b)
    if alignment.score < LEAST_ALIGNED:
        alignment = Alignment(0.0, 0.0, alignment.score)
    moved = frames.shifted(a, -alignment.dx, -alignment.dy)
    known = _known(a.shape, alignment) * seen
    levels = cv2.blur(np.abs(moved - b), (5, 5)) * known
    share = float(known.mean())
    mean = float(levels.mean()) / share if share else 0.0
    return _Apart(np.asarray(levels, np.float32), share, mean)


def _laid_over(first: Gray, second: Gray, view: Matrix) -> tuple[Gray, Gray, Gray]:
    """The first as the second sees it, the second, and 1 where the first shows anything."""
    height, width = second.shape
    scale = np.diag([float(width), float(height), 1.0])
    matrix = scale @ view @ np.linalg.inv(scale)
    whole = np.full_like(first, 255)
    warped = cv2.warpPerspective(first, matrix, (width, height), flags=cv2.INTER_LINEAR)
    inside = cv2.warpPerspective(whole, matrix, (width, height), flags=cv2.INTER_NEAREST)
    # The border is softened by the warp, and what lies behind it is the second itself.
    seen = cv2.erode((inside > 0).astype(np.uint8), np.ones((9, 9), np.uint8))
    filled = np.where(inside > 0, warped, second)
    return np.asarray(filled, np.uint8), second, np.asarray(seen, np.uint8)


def _known(shape: tuple[int, ...], alignment: Alignment) -> Normalised:
    """1 where the shifted first photo has pixels of its own."""
    inside = np.zeros(shape, np.float32)
    height, width = shape
    left, top = max(0, round(alignment.dx)), max(0, round(alignment.dy))
    right, bottom = width + min(0, round(alignment.dx)), height + min(0, round(alignment.dy))
    inside[top:bottom, left:right] = 1
    return inside


def _painted(gray: Gray, heat: Heat) -> Rgb:
    dimmed = cv2.cvtColor(gray, cv2.COLOR_GRAY2RGB) * np.float32(DIMMED)
    levels = (heat * 255).astype(np.uint8)
    colours = cv2.cvtColor(cv2.applyColorMap(levels, cv2.COLORMAP_INFERNO), cv2.COLOR_BGR2RGB)
    share = np.sqrt(heat)[:, :, None] * np.float32(0.9)
    return np.asarray(dimmed * (1 - share) + colours * share, np.uint8)


def _outline(picture: Rgb, box: Box) -> None:
    height, width = picture.shape[:2]
    corner = (round(box.left * width), round(box.top * height))
    opposite = (
        round((box.left + box.width) * width) - 1,
        round((box.top + box.height) * height) - 1,
    )
    thickness = max(1, round(max(width, height) / 400))
    cv2.rectangle(picture, corner, opposite, BOX_COLOUR, thickness)
