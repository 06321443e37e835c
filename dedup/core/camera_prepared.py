"""One frame of a fixed camera, made ready once for all its comparisons."""

from __future__ import annotations

import enum
from dataclasses import dataclass

import cv2
import numpy as np

from dedup.core import frames
from dedup.core.camera_masks import DEFAULT_BORDER, BorderMask, Polygon, check_polygon, counted
from dedup.core.camera_places import FrameMaps, Map, frame_maps, resized, work_size
from dedup.core.frames import Normalised
from dedup.core.values import Gray, Rgb

ALIGN_LONG_EDGE_PX = 160
DARK_PERCENTILE, DARK_LEVEL = 99.5, 24.0
FLAT_DEVIATION = 2.0


class UnlikeFrames(ValueError):
    """The two pictures cannot be frames of one view; the message says why."""


class Condition(enum.StrEnum):
    NORMAL = "normal"
    DARK = "dark"
    FLAT = "flat"


@dataclass(frozen=True, slots=True)
class FrameSettings:
    border: BorderMask = DEFAULT_BORDER
    ignored: tuple[Polygon, ...] = ()  # areas that do not count: a clock, trees, a road
    minimum_area_percent: float = 0.01  # of the unmasked area; a far person is 0.02

    def __post_init__(self) -> None:
        for polygon in self.ignored:
            check_polygon(polygon)
        if not 0 <= self.minimum_area_percent <= 100:
            raise ValueError(
                f"The smallest area must be 0 to 100 %, not {self.minimum_area_percent}."
            )


DEFAULT_SETTINGS = FrameSettings()


@dataclass(frozen=True, slots=True)
class PreparedFrame:
    """All that a frame is compared by, computed once; about 6 MB."""

    width: int  # of the original
    height: int
    maps: FrameMaps
    small: Normalised  # for lining up
    counts: Gray  # 1 where the frame counts
    condition: Condition
    settings: FrameSettings


def prepare(frame: Gray | Rgb, settings: FrameSettings = DEFAULT_SETTINGS) -> PreparedFrame:
    if frame.size == 0:
        raise UnlikeFrames("The frame is empty.")
    gray = frame if frame.ndim == 2 else cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    gray = np.asarray(gray, np.uint8)
    height, width = gray.shape
    size = work_size(width, height)
    work = resized(gray, size)
    counts = counted(size, settings.border, settings.ignored)
    return PreparedFrame(
        width=width,
        height=height,
        maps=frame_maps(work),
        small=_small(work),
        counts=counts,
        condition=_condition(work[counts > 0]),
        settings=settings,
    )


def _small(work: Map) -> Normalised:
    scale = ALIGN_LONG_EDGE_PX / max(work.shape)
    size = (max(8, round(work.shape[1] * scale)), max(8, round(work.shape[0] * scale)))
    shrunk = cv2.resize(work, size, interpolation=cv2.INTER_AREA)
    return frames.normalise(np.asarray(shrunk, np.uint8))


def _condition(levels: Map) -> Condition:
    if levels.size == 0 or float(levels.std()) < FLAT_DEVIATION:
        return Condition.FLAT
    if float(np.percentile(levels, DARK_PERCENTILE)) < DARK_LEVEL:
        return Condition.DARK
    return Condition.NORMAL
