"""One frame of a fixed camera, made ready once for all its comparisons."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np

from dedup.core.camera_maps import SAMPLE, FrameMaps, Map, resized, work_size
from dedup.core.camera_masks import counted
from dedup.core.camera_settings import DEFAULT_SETTINGS, FrameSettings
from dedup.core.values import Gray, Rgb

DARK_SHARE, DARK_LEVEL = 0.995, 24.0
FLAT_DEVIATION = 2.0


class UnlikeFrames(ValueError):
    """The two pictures cannot be frames of one view; the message says why."""


class Condition(enum.StrEnum):
    NORMAL = "normal"
    DARK = "dark"
    FLAT = "flat"


@dataclass(frozen=True)
class PreparedFrame:
    """All that a frame is compared by, each made once and when it is needed; up to 12 MB."""

    width: int  # of the original
    height: int
    maps: FrameMaps
    counts: Gray  # 1 where the frame counts
    settings: FrameSettings

    @cached_property
    def is_flat(self) -> bool:
        """Whether nothing of it that counts shows any contrast."""
        levels = self.maps.gray[SAMPLE][self.counts[SAMPLE] > 0]
        return levels.size == 0 or float(levels.std()) < FLAT_DEVIATION

    @cached_property
    def condition(self) -> Condition:
        if self.is_flat:
            return Condition.FLAT
        lit = cv2.countNonZero(((self.maps.gray >= DARK_LEVEL) & (self.counts > 0)).view(np.uint8))
        is_dark = lit <= (1 - DARK_SHARE) * cv2.countNonZero(self.counts)
        return Condition.DARK if is_dark else Condition.NORMAL


def prepare(frame: Gray | Rgb, settings: FrameSettings = DEFAULT_SETTINGS) -> PreparedFrame:
    if frame.size == 0:
        raise UnlikeFrames("The frame is empty.")
    gray = frame if frame.ndim == 2 else cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    gray = np.asarray(gray, np.uint8)
    height, width = gray.shape
    size = work_size(width, height)
    work = _blurred(resized(gray, size).astype(np.float32), settings.blur_radii)
    counts = counted(size, settings.border, settings.ignored)
    return PreparedFrame(
        width=width,
        height=height,
        maps=FrameMaps(work),
        counts=counts,
        settings=settings,
    )


def with_settings(frame: PreparedFrame, settings: FrameSettings) -> PreparedFrame:
    """The frame as other settings would have prepared it, without preparing it again.

    Only a blur asks for that: raises ValueError if the settings have other ones.
    """
    if settings.blur_radii != frame.settings.blur_radii:
        raise ValueError("A frame with another blur must be prepared again.")
    gray = frame.maps.gray
    counts = counted((gray.shape[1], gray.shape[0]), settings.border, settings.ignored)
    return replace(frame, counts=counts, settings=settings)


def _blurred(work: Map, radii: tuple[int, ...]) -> Map:
    for radius in radii:
        work = np.asarray(cv2.GaussianBlur(work, (radius, radius), 0), np.float32)
    return work
