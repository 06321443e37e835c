"""The frame score as the field knows it: blur, threshold, contour areas. Kept for comparison.

It depends on resolution and light; camera_frames.py has the score this product trusts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from dedup.core.camera_masks import DEFAULT_BORDER, BorderMask, counted
from dedup.core.camera_settings import check_radii
from dedup.core.values import Gray


@dataclass(frozen=True, slots=True)
class ClassicSettings:
    blur_radii: tuple[int, ...] = (11, 21)  # one Gaussian blur after the other, kernel sizes
    border: BorderMask = DEFAULT_BORDER
    threshold: int = 45  # gray levels
    minimum_area_px: float = 500.0

    def __post_init__(self) -> None:
        check_radii(self.blur_radii)
        if not 0 <= self.threshold <= 255:
            raise ValueError(f"The threshold must be 0 to 255 levels, not {self.threshold}.")
        if self.minimum_area_px < 0:
            raise ValueError(f"The smallest area cannot be negative: {self.minimum_area_px}.")


def prepare_classic(gray: Gray, settings: ClassicSettings) -> Gray:
    """Blurred and masked, once per frame."""
    for radius in settings.blur_radii:
        gray = np.asarray(cv2.GaussianBlur(gray, (radius, radius), 0), np.uint8)
    return gray * counted((gray.shape[1], gray.shape[0]), settings.border)


def classic_score(a: Gray, b: Gray, settings: ClassicSettings) -> float:
    """Sum of the areas, in pixels, of what differs between two prepared frames of one size."""
    if a.shape != b.shape:
        raise ValueError(f"Frames of one size are needed, not {a.shape} and {b.shape}.")
    changed = cv2.threshold(cv2.absdiff(a, b), settings.threshold, 255, cv2.THRESH_BINARY)[1]
    changed = cv2.dilate(changed, np.ones((3, 3), np.uint8), iterations=2)
    contours: Sequence[np.ndarray] = cv2.findContours(
        changed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
    )[0]
    areas = [float(cv2.contourArea(contour)) for contour in contours]
    return float(sum(area for area in areas if area >= settings.minimum_area_px))
