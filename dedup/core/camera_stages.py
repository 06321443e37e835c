"""Compare frames of one camera in two stages: the plain cases cheaply, the doubtful ones fully.

The first stage is a light-normalised difference of small copies, a few hundred microseconds. It
may only settle what the full comparison of camera_frames.py would settle in the same way; the
lines below were set where that holds for all judged pairs (docs/cameras.md has the figures).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from dedup.core.camera_frames import LARGEST_ASPECT_DIFFERENCE, Outcome, compare_prepared
from dedup.core.camera_masks import BorderMask, Polygon, counted
from dedup.core.camera_places import Map, mean_around, resized, without_light, work_size
from dedup.core.camera_prepared import PreparedFrame, UnlikeFrames, prepare, with_settings
from dedup.core.camera_settings import DEFAULT_SETTINGS, FrameSettings
from dedup.core.frames import Box, boxes_of
from dedup.core.values import Gray

# The small copies have half the edges of the comparison's own size.
SHRUNK_BY = 2
WINDOWS_PX = (9, 15)
SPOT_PX, THING_PX = 3, 9
# Of 234 judged pairs none that the full comparison calls changed stays below 1.03, in local
# standard deviations of the most different spot.
STILL_BELOW = 0.7
# None that it calls redundant reaches 1.0 over the area of a thing.
MOVED_ABOVE = 1.05
EDGE_OF_THING = 0.4
# A thing of the first stage is at least this large: settings that ask for more are asked fully.
LEAST_AREA_PERCENT = 0.1


@dataclass(frozen=True, slots=True)
class _SmallCopy:
    """One light-normalised copy for each window, with its range within a pixel."""

    normalised: tuple[Map, ...]
    above: tuple[Map, ...]
    below: tuple[Map, ...]


@dataclass(slots=True)
class StagedFrame:
    """A frame of which each stage is made when it is first needed; 0.3 to 8 MB."""

    width: int  # of the original
    height: int
    work: Gray  # at the size of the comparison
    _small: _SmallCopy | None = None
    _prepared: dict[tuple[int, ...], PreparedFrame] = field(default_factory=dict)

    @property
    def small(self) -> _SmallCopy:
        if self._small is None:
            self._small = _small_copy(self.work)
        return self._small

    def prepared(self, settings: FrameSettings) -> PreparedFrame:
        found = self._prepared.get(settings.blur_radii)
        if found is None:
            found = prepare(self.work, settings)
            self._prepared = {settings.blur_radii: found}
        return found if found.settings == settings else with_settings(found, settings)

    def forget(self) -> None:
        """Give the memory of the full comparison back; it can be made again."""
        self._prepared = {}


@dataclass(frozen=True, slots=True)
class StagedComparison:
    is_redundant: bool
    percent: float | None  # how surely redundant; None where the first stage settled it
    score: float  # percent of the area that moved
    boxes: tuple[Box, ...]
    sentence: str


def stage(gray: Gray, original_size: tuple[int, int] | None = None) -> StagedFrame:
    """A frame from its gray pixels, which may be decoded smaller than the original is."""
    if gray.size == 0:
        raise UnlikeFrames("The frame is empty.")
    height, width = gray.shape
    size = original_size or (width, height)
    work = np.asarray(np.rint(resized(gray, work_size(*size))), np.uint8)
    return StagedFrame(size[0], size[1], work)


def compare_staged(
    kept: StagedFrame, frame: StagedFrame, settings: FrameSettings = DEFAULT_SETTINGS
) -> StagedComparison:
    """Is the frame redundant beside the one that is kept? Raises UnlikeFrames.

    Frames of one shape are compared at the size of the comparison, whatever their own sizes.
    """
    _require_one_shape(kept, frame)
    if _is_plain(settings) and kept.work.shape == frame.work.shape:
        settled = _first_stage(kept, frame, settings)
        if settled is not None:
            return settled
    found = compare_prepared(kept.prepared(settings), frame.prepared(settings))
    return StagedComparison(
        is_redundant=found.redundant_percent >= settings.threshold_percent,
        percent=found.redundant_percent,
        score=found.score,
        boxes=found.boxes,
        sentence=_sentence(found.outcome, found.reasons[0].sentence, found.redundant_percent),
    )


def _require_one_shape(a: StagedFrame, b: StagedFrame) -> None:
    """As compare_prepared does, which knows only the size of the comparison here."""
    narrow, wide = sorted((a.width / a.height, b.width / b.height))
    if wide > narrow * (1 + LARGEST_ASPECT_DIFFERENCE):
        raise UnlikeFrames(
            f"It has {b.width} by {b.height} pixels and the frame kept before it "
            f"{a.width} by {a.height}: another shape, so another view."
        )


def _is_plain(settings: FrameSettings) -> bool:
    """Whether the settings ask for nothing that the first stage does not look at."""
    return (
        not settings.blur_radii
        and settings.evens_light
        and settings.minimum_area_percent <= LEAST_AREA_PERCENT
        and 30 <= settings.threshold_percent <= 70
    )


def _first_stage(
    kept: StagedFrame, frame: StagedFrame, settings: FrameSettings
) -> StagedComparison | None:
    counts = _counts((frame.work.shape[1], frame.work.shape[0]), settings)
    difference = _difference(kept.small, frame.small) * counts
    if float(difference.max()) < STILL_BELOW:
        return StagedComparison(
            is_redundant=True, percent=None, score=0.0, boxes=(), sentence="nothing moved"
        )
    around = mean_around(difference, THING_PX)
    if float(around.max()) <= MOVED_ABOVE:
        return None
    changed = np.asarray((difference > EDGE_OF_THING) & (counts > 0), np.uint8)
    share = 100 * cv2.countNonZero(changed) / max(1, cv2.countNonZero(counts))
    boxes = boxes_of(changed, LEAST_AREA_PERCENT / 100)
    return StagedComparison(
        is_redundant=False,
        percent=None,
        score=share,
        boxes=boxes,
        sentence=f"something clearly moved, {share:.2g} % of the frame",
    )


def _sentence(outcome: Outcome, sentence: str, percent: float) -> str:
    if outcome in (Outcome.SAME, Outcome.ONLY_LIGHT):
        return f"{sentence} ({percent:.0f} % sure)"
    return f"{sentence} ({percent:.0f} % that it is only light)"


def _small_copy(work: Gray) -> _SmallCopy:
    size = (max(1, work.shape[1] // SHRUNK_BY), max(1, work.shape[0] // SHRUNK_BY))
    small = resized(work, size)
    normalised = tuple(without_light(small, window) for window in WINDOWS_PX)
    around = np.ones((3, 3), np.uint8)
    return _SmallCopy(
        normalised,
        tuple(np.asarray(cv2.dilate(each, around), np.float32) for each in normalised),
        tuple(np.asarray(cv2.erode(each, around), np.float32) for each in normalised),
    )


def _difference(a: _SmallCopy, b: _SmallCopy) -> Map:
    """How far every spot lies outside the other frame's range within a pixel; symmetric."""
    apart = [mean_around(_outside(a, b, window), SPOT_PX) for window in range(len(WINDOWS_PX))]
    return np.asarray(np.maximum(apart[0], apart[1]), np.float32)


def _outside(a: _SmallCopy, b: _SmallCopy, window: int) -> Map:
    here, there = a.normalised[window], b.normalised[window]
    above = cv2.max(cv2.subtract(here, b.above[window]), cv2.subtract(there, a.above[window]))
    below = cv2.max(cv2.subtract(b.below[window], here), cv2.subtract(a.below[window], there))
    return np.asarray(np.maximum(cv2.max(above, below), 0), np.float32)


_COUNTS: dict[tuple[tuple[int, int], BorderMask, tuple[Polygon, ...]], Gray] = {}


def _counts(work_size_px: tuple[int, int], settings: FrameSettings) -> Map:
    """1 where a spot of the small copies counts; kept, for a camera asks for the same again."""
    size = (max(1, work_size_px[0] // SHRUNK_BY), max(1, work_size_px[1] // SHRUNK_BY))
    key = (size, settings.border, settings.ignored)
    if key not in _COUNTS:
        if len(_COUNTS) > 16:
            _COUNTS.clear()
        _COUNTS[key] = counted(size, settings.border, settings.ignored)
    return np.asarray(_COUNTS[key], np.float32)
