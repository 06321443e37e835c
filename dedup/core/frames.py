"""Line up two small gray frames, and say how much differs and where.

Cheap enough for every pair of a scan (64x48 to 160x120). The full comparison of a fixed
camera's frames, with masks and outcomes, is in camera_frames.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from dedup.core.values import Gray

Normalised: TypeAlias = NDArray[np.float32]  # (height, width), light taken out, about -3..3

# A picture's own noise and JPEG's rounding stay below this many gray levels after shrinking;
# contrast under it is not amplified.
NOISE_LEVELS = 4.0
# A difference of this many local standard deviations is a change of content: measured on
# exposure-shifted, noisy copies, 99.9 of 100 pixels stay below.
CHANGED_DEVIATIONS = 1.0
# Frames are lined up at no more than this: a correlation costs 0.06 ms here, 0.3 ms at 160 px,
# and its peak is read between the pixels anyway.
ALIGN_LONG_EDGE_PX = 64
FLAT_DEVIATIONS = 0.05
LIMIT_DEVIATIONS = 3.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in shares of the frame's width and height, 0 to 1."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Alignment:
    """Where the second frame lies on the first: b(x + dx, y + dy) shows what a(x, y) shows."""

    dx: float  # pixels of the frames given
    dy: float
    score: float  # normalised correlation of the overlap, -1..1


@dataclass(frozen=True, slots=True)
class FrameDifference:
    share: float  # of the overlap that differs, 0..1
    mean: float  # mean absolute difference in local standard deviations
    boxes: tuple[Box, ...]  # largest first, in shares of the overlap's frame


def normalise(gray: Gray) -> Normalised:
    """Take the light out: every pixel in standard deviations from its surroundings.

    Exposure, white balance and slow shadows cancel; flat parts stay near zero because noise
    is not amplified.
    """
    levels = gray.astype(np.float32)
    size = _surroundings(gray.shape)
    mean = cv2.blur(levels, size, borderType=cv2.BORDER_REFLECT)
    apart = levels - mean
    variance = cv2.blur(apart * apart, size, borderType=cv2.BORDER_REFLECT)
    spread = np.sqrt(variance + np.float32(NOISE_LEVELS**2))
    result: Normalised = np.clip(apart / spread, -LIMIT_DEVIATIONS, LIMIT_DEVIATIONS)
    return result


def _surroundings(shape: tuple[int, ...]) -> tuple[int, int]:
    side = max(3, (max(shape) // 8) | 1)
    return side, side


def align(a: Normalised, b: Normalised, *, reach: float = 0.08) -> Alignment:
    """Find the shift, up to `reach` of each edge, at which two frames of one size agree best.

    Swapping the frames negates the shift and keeps the score.
    """
    _require_one_size(a, b)
    height, width = a.shape
    grow = max(1.0, max(width, height) / ALIGN_LONG_EDGE_PX)
    if grow > 1:
        size = (max(1, round(width / grow)), max(1, round(height / grow)))
        a, b = _shrunk(a, size), _shrunk(b, size)
    found = _agreed(_best_shift(a, b, reach), _best_shift(b, a, reach))
    return Alignment(found.dx * grow, found.dy * grow, found.score)


def _require_one_size(a: Normalised, b: Normalised) -> None:
    if a.shape != b.shape:
        raise ValueError(f"Frames of one size are needed, not {a.shape} and {b.shape}.")


def _shrunk(frame: Normalised, size: tuple[int, int]) -> Normalised:
    return np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), np.float32)


def _agreed(forth: Alignment, back: Alignment) -> Alignment:
    """One answer from the search of a in b and of b in a, which crop different parts."""
    if abs(forth.dx + back.dx) + abs(forth.dy + back.dy) <= 2.0:
        dx, dy = (forth.dx - back.dx) / 2, (forth.dy - back.dy) / 2
        return Alignment(dx, dy, max(forth.score, back.score))
    if forth.score == back.score:
        return Alignment(0.0, 0.0, forth.score)
    if forth.score > back.score:
        return forth
    return Alignment(-back.dx, -back.dy, back.score)


def _best_shift(a: Normalised, b: Normalised, reach: float) -> Alignment:
    """Slide the middle of `a` over all of `b`."""
    height, width = a.shape
    across, down = int(width * reach), int(height * reach)
    middle = a[down : height - down, across : width - across]
    if min(across, down) < 1 or _is_flat(middle) or _is_flat(b):
        return Alignment(0.0, 0.0, correlation(a, b))
    scores = np.asarray(cv2.matchTemplate(b, middle, cv2.TM_CCOEFF_NORMED), np.float32)
    _, best, _, (column, row) = cv2.minMaxLoc(scores)
    return Alignment(
        dx=column - across + _peak_offset(scores[row, :], column),
        dy=row - down + _peak_offset(scores[:, column], row),
        score=float(np.clip(best, -1.0, 1.0)),
    )


def _is_flat(frame: Normalised) -> bool:
    return float(np.abs(frame).max()) < FLAT_DEVIATIONS


def _peak_offset(scores: NDArray[np.float32], at: int) -> float:
    """Vertex of the parabola through the best score and its neighbours, within half a pixel."""
    if not 0 < at < len(scores) - 1:
        return 0.0
    before, best, after = (float(score) for score in scores[at - 1 : at + 2])
    bend = before - 2 * best + after
    if bend >= -1e-6:
        return 0.0
    return float(np.clip((before - after) / (2 * bend), -0.5, 0.5))


def correlation(a: Normalised, b: Normalised) -> float:
    """Normalised correlation without any shift; two flat frames agree fully."""
    a_apart, b_apart = a - a.mean(), b - b.mean()
    a_power, b_power = float((a_apart**2).sum()), float((b_apart**2).sum())
    if a_power < 1e-6 and b_power < 1e-6:
        return 1.0
    if min(a_power, b_power) < 1e-6:
        return 0.0
    product = float((a_apart * b_apart).sum())
    return float(np.clip(product / np.sqrt(a_power * b_power), -1.0, 1.0))


def overlap(a: Normalised, b: Normalised, alignment: Alignment) -> tuple[Normalised, Normalised]:
    """Both frames where they show the same place, each moved half the way.

    Moving both keeps the comparison symmetric: both are equally softened by the sub-pixel
    shift.
    """
    height, width = a.shape
    x_cut = min(int(np.ceil(abs(alignment.dx) / 2)), (width - 1) // 2)
    y_cut = min(int(np.ceil(abs(alignment.dy) / 2)), (height - 1) // 2)
    inside = (slice(y_cut, height - y_cut), slice(x_cut, width - x_cut))
    moved_a = shifted(a, -alignment.dx / 2, -alignment.dy / 2)
    moved_b = shifted(b, alignment.dx / 2, alignment.dy / 2)
    return moved_a[inside], moved_b[inside]


def shifted(frame: Normalised, dx: float, dy: float) -> Normalised:
    """The frame read at (x + dx, y + dy); a new array unless there is nothing to move."""
    if dx == 0 and dy == 0:
        return frame
    matrix = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = (frame.shape[1], frame.shape[0])
    moved = cv2.warpAffine(frame, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.float32)


def difference(
    a: Normalised,
    b: Normalised,
    alignment: Alignment | None = None,
    *,
    threshold: float = CHANGED_DEVIATIONS,
    minimum_share: float = 0.001,
) -> FrameDifference:
    """How much of the overlap differs, and the boxes around the parts of at least a share."""
    _require_one_size(a, b)
    here_a, here_b = overlap(a, b, alignment) if alignment else (a, b)
    apart = cv2.blur(np.abs(here_a - here_b), (3, 3))
    changed = (apart > threshold).view(np.uint8)
    return FrameDifference(
        share=cv2.countNonZero(changed) / changed.size,
        mean=float(apart.mean()),
        boxes=boxes_of(changed, minimum_share) if changed.any() else (),
    )


def boxes_of(changed: NDArray[np.uint8], minimum_share: float) -> tuple[Box, ...]:
    """Boxes around the connected parts that fill at least a share of the frame, largest first."""
    height, width = changed.shape
    contours, _ = cv2.findContours(changed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    found = [cv2.boundingRect(contour) for contour in contours]
    large = [box for box in found if box[2] * box[3] >= minimum_share * changed.size]
    large.sort(key=lambda box: (-box[2] * box[3], box[1], box[0]))
    return tuple(Box(x / width, y / height, w / width, h / height) for x, y, w, h in large)
