"""Controlled changes of a picture, in eight steps of growing strength.

With them the percent is tested for meaning something: as a change grows, it must fall.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import cv2
import numpy as np

from dedup.core.values import Rgb

# The middle part is what is compared, so that a shift shows new picture and no invented border.
_MIDDLE = 0.72
_GAMMA = 2.2


def middle(picture: Rgb) -> Rgb:
    """The part of the picture that the changes start from."""
    return _cut(picture, _MIDDLE, 0.0)


def shifted(picture: Rgb, share: float) -> Rgb:
    """To the right, by a share of the width."""
    return _cut(picture, _MIDDLE, share)


def cropped(picture: Rgb, share: float) -> Rgb:
    """So much of each edge's length cut away, as by a closer look."""
    return _cut(picture, _MIDDLE * (1 - share), 0.0)


def turned(picture: Rgb, degrees: float) -> Rgb:
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
    whole = cv2.warpAffine(
        picture, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )
    return middle(whole.astype(np.uint8, copy=False))


def brightened(picture: Rgb, steps: float) -> Rgb:
    """By steps of exposure; what is too bright is clipped, as a sensor does."""
    light = (middle(picture) / 255.0) ** _GAMMA * 2.0**steps
    seen: Rgb = np.round(np.clip(light, 0, 1) ** (1 / _GAMMA) * 255).astype(np.uint8)
    return seen


def darkened(picture: Rgb, steps: float) -> Rgb:
    return brightened(picture, -steps)


def blurred(picture: Rgb, share: float) -> Rgb:
    """With a Gauss radius as a share of the long edge."""
    kept = middle(picture)
    return cv2.GaussianBlur(kept, (0, 0), share * max(kept.shape)).astype(np.uint8, copy=False)


CHANGES: Mapping[str, tuple[Callable[[Rgb, float], Rgb], tuple[float, ...]]] = {
    "shift": (shifted, (0.01, 0.02, 0.04, 0.06, 0.09, 0.12, 0.16, 0.19)),
    "crop": (cropped, (0.02, 0.05, 0.08, 0.12, 0.17, 0.23, 0.30, 0.40)),
    "turn": (turned, (0.5, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 14.0)),
    "brighter": (brightened, (0.2, 0.4, 0.7, 1.0, 1.3, 1.6, 2.0, 2.5)),
    "darker": (darkened, (0.2, 0.4, 0.7, 1.0, 1.3, 1.6, 2.0, 2.5)),
    "blur": (blurred, (0.0015, 0.0025, 0.004, 0.006, 0.008, 0.010, 0.014, 0.018)),
}


def _cut(picture: Rgb, part: float, right: float) -> Rgb:
    """A part of both edges around the middle, moved right by a share of its own width."""
    height, width = picture.shape[:2]
    size = (max(1, round(width * part)), max(1, round(height * part)))
    centre = ((width - 1) / 2 + right * size[0], (height - 1) / 2)
    return cv2.getRectSubPix(picture, size, centre).astype(np.uint8, copy=False)
