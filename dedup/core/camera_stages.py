"""Compare frames of one camera in stages: the plain cases cheaply, the doubtful ones fully.

The first stage is a light-normalised difference of small copies, a few hundred microseconds. It
may only settle what the full comparison of camera_frames.py would settle in the same way; the
lines below were set where that holds for all judged pairs (docs/cameras.md has the figures). Where
it leaves a doubt, camera_closer.py looks at the places where the small copies differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from dedup.core.camera_alignment import small_step
from dedup.core.camera_closer import look_closer
from dedup.core.camera_frames import (
    LARGEST_ASPECT_DIFFERENCE,
    FrameComparison,
    Outcome,
    compare_prepared,
)
from dedup.core.camera_light import (
    MATCHED_FROM_EV,
    Floats64,
    matching_tones,
    stops_between,
)
from dedup.core.camera_maps import (
    AROUND,
    NOISE_LEVELS,
    WORK_AREA_PX,
    Map,
    resized,
    solid_size,
    work_size,
)
from dedup.core.camera_masks import BorderMask, Polygon, counted
from dedup.core.camera_parts import Part, around, inside
from dedup.core.camera_prepared import PreparedFrame, UnlikeFrames, prepare, with_settings
from dedup.core.camera_settings import DEFAULT_SETTINGS, FrameSettings
from dedup.core.camera_solid import find_solid
from dedup.core.frames import Box, boxes_of
from dedup.core.values import Gray

# Small copies have about a quarter of the pixels of the comparison's own size. They are block means
# of whole pixels of the frame as it was decoded: a quarter of the time of any other shrinking.
SMALL_AREA_PX = WORK_AREA_PX / 4
WINDOWS_PX = (9, 15)
SPOT_PX, THING_PX = 3, 9
# How far the edge of a part is felt in the difference of two: through the mean and the spread, the
# range, and the mean over a spot.
EDGE_PX = WINDOWS_PX[-1] // 2 + 1 + SPOT_PX // 2
# Small copies are kept in bytes: so many steps for one local standard deviation, around the middle.
STEPS, MIDDLE = 40, 128
# Of 234 judged pairs none that the full comparison calls changed stays below 0.65, in local
# standard deviations of the most different spot.
STILL_BELOW = 0.62
# Below this not even the edge of a thing in dim light shows.
QUIET_BELOW = 0.4
# Where these are not sure, places down to here are looked at too.
FAINT_BELOW = 0.25
# None that it calls redundant reaches 0.83 over the area of a thing.
MOVED_ABOVE = 0.84
EDGE_OF_THING = 0.4
# A thing of the first stage is at least this large: settings that ask for more are asked fully.
LEAST_AREA_PERCENT = 0.1
# A larger frame is shrunk at once, so that frames that wait take little memory.
LARGEST_WAITING_PX = 16 * WORK_AREA_PX


@dataclass(frozen=True)
class _SmallCopy:
    """One light-normalised copy for each window, with its range within a pixel."""

    levels: Gray
    normalised: tuple[Gray, ...]
    above: tuple[Gray, ...]
    below: tuple[Gray, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        return self.levels.shape

    def part(self, part: Part) -> _SmallCopy:
        normalised, above, below = (
            tuple(each[part] for each in maps) for maps in (self.normalised, self.above, self.below)
        )
        return _SmallCopy(self.levels[part], normalised, above, below)


@dataclass(slots=True)
class StagedFrame:
    """A frame of which the full comparison's part is made when it is first needed; 1 to 17 MB."""

    width: int  # of the original
    height: int
    gray: Gray  # as it was decoded, or smaller
    small: _SmallCopy
    _prepared: dict[tuple[int, ...], PreparedFrame] = field(default_factory=dict)
    _solid: Map | None = None

    @property
    def solid(self) -> Map:
        """For finding solid things in dim light; of one size for small copies of one size."""
        if self._solid is None:
            self._solid = resized(self.gray, solid_size(self.small.shape)).astype(np.float32)
        return self._solid

    def prepared(self, settings: FrameSettings) -> PreparedFrame:
        found = self._prepared.get(settings.blur_radii)
        if found is None:
            found = prepare(resized(self.gray, work_size(self.width, self.height)), settings)
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
    if gray.size > LARGEST_WAITING_PX:
        gray = resized(gray, work_size(*size))
    return StagedFrame(size[0], size[1], gray, _of_levels(_block_means(gray)))


def compare_staged(
    kept: StagedFrame, frame: StagedFrame, settings: FrameSettings = DEFAULT_SETTINGS
) -> StagedComparison:
    """Is the frame redundant beside the one that is kept? Raises UnlikeFrames.

    Frames of one shape are compared at the size of the comparison, whatever their own sizes.
    """
    _require_one_shape(kept, frame)
    found = None
    if _is_plain(settings) and kept.small.shape == frame.small.shape:
        counts = _counts(frame.small.shape, settings)
        difference = _small_difference(kept.small, frame.small, counts)
        settled = _first_stage(kept, frame, difference, counts)
        if settled is not None:
            return settled
        found = _second_stage(kept, frame, difference, settings)
    if found is None:
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


def _small_difference(kept: _SmallCopy, frame: _SmallCopy, counts: Gray) -> Gray:
    difference = np.asarray(cv2.min(_difference(kept, frame), counts), np.uint8)
    if _highest(difference) < STILL_BELOW:
        return difference
    return _beyond_exposure(difference, kept, frame, counts)


def _first_stage(
    kept: StagedFrame, frame: StagedFrame, difference: Gray, counts: Gray
) -> StagedComparison | None:
    if _highest(difference) < QUIET_BELOW:
        return _nothing_moved()
    if _highest(difference) < STILL_BELOW:
        # A thing in dim light may be no brighter than the noise that was allowed for.
        solid = find_solid(kept.solid, frame.solid, counts)
        return None if solid else _nothing_moved()
    if _highest(_mean_around(difference, THING_PX)) <= MOVED_ABOVE:
        return None
    changed = (difference > EDGE_OF_THING * STEPS).view(np.uint8)
    share = 100 * cv2.countNonZero(changed) / max(1, cv2.countNonZero(counts))
    boxes = boxes_of(changed, LEAST_AREA_PERCENT / 100)
    return StagedComparison(
        is_redundant=False,
        percent=None,
        score=share,
        boxes=boxes,
        sentence=f"something clearly moved, {share:.2g} % of the frame",
    )


def _second_stage(
    kept: StagedFrame, frame: StagedFrame, difference: Gray, settings: FrameSettings
) -> FrameComparison | None:
    """The full comparison, begun at the places where the small copies differ, if they are few."""
    if work_size(kept.width, kept.height) != work_size(frame.width, frame.height):
        return None
    soft_a, soft_b = _softened(kept.small), _softened(frame.small)
    across, down = small_step(soft_a, soft_b)
    if max(abs(across), abs(down)) > 1:
        return None
    scale = work_size(frame.width, frame.height)[0] / frame.small.shape[1]
    return look_closer(
        kept.prepared(settings),
        frame.prepared(settings),
        (difference >= QUIET_BELOW * STEPS).view(np.uint8),
        (difference >= FAINT_BELOW * STEPS).view(np.uint8),
        (round(across * scale), round(down * scale)),
    )


def _softened(small: _SmallCopy) -> Map:
    values = small.normalised[-1].astype(np.float32) / STEPS
    return np.asarray(cv2.blur(values, (SPOT_PX, SPOT_PX)), np.float32)


def _sentence(outcome: Outcome, sentence: str, percent: float) -> str:
    if outcome in (Outcome.SAME, Outcome.ONLY_LIGHT):
        return f"{sentence} ({percent:.0f} % sure)"
    return f"{sentence} ({percent:.0f} % that it is only light)"


def _nothing_moved() -> StagedComparison:
    return StagedComparison(
        is_redundant=True, percent=None, score=0.0, boxes=(), sentence="nothing moved"
    )


def _beyond_exposure(difference: Gray, a: _SmallCopy, b: _SmallCopy, counts: Gray) -> Gray:
    """What is left of it when the darker copy is brought to the tones of the brighter one.

    As ``difference_without_light`` does for the full comparison.
    """
    sample = (slice(None, None, 3), slice(None, None, 3))
    counted_too = counts[sample] > 0
    levels_a, levels_b = a.levels[sample][counted_too], b.levels[sample][counted_too]
    stops = stops_between(levels_a, levels_b)
    if abs(stops) < MATCHED_FROM_EV:
        return difference
    tones_a, tones_b = matching_tones(levels_a, levels_b)
    # What differs less has no say, so only a rectangle is made anew.
    clear = (difference >= QUIET_BELOW * STEPS).view(np.uint8)
    core, outer = around(clear, THING_PX), around(clear, THING_PX + EDGE_PX)
    a, b = a.part(outer), b.part(outer)
    if stops > 0:
        a = _with_tones(a.levels, tones_a, tones_b)
    else:
        b = _with_tones(b.levels, tones_b, tones_a)
    matched = _difference(a, b)[inside(core, outer)]
    difference[core] = cv2.min(difference[core], matched)
    return difference


def _with_tones(levels: Gray, have: Floats64, want: Floats64) -> _SmallCopy:
    table = np.rint(np.interp(np.arange(256), have, want))
    return _of_levels(np.asarray(cv2.LUT(levels, table.astype(np.uint8)), np.uint8))


def _highest(difference: Gray) -> float:
    """In local standard deviations."""
    return float(cv2.minMaxLoc(difference)[1]) / STEPS


def _of_levels(small: Gray) -> _SmallCopy:
    normalised = tuple(_without_light(small, window) for window in WINDOWS_PX)
    return _SmallCopy(
        small,
        normalised,
        tuple(np.asarray(cv2.dilate(each, AROUND), np.uint8) for each in normalised),
        tuple(np.asarray(cv2.erode(each, AROUND), np.uint8) for each in normalised),
    )


def _block_means(gray: Gray) -> Gray:
    height, width = gray.shape
    edge = max(1, round((gray.size / SMALL_AREA_PX) ** 0.5))
    size = (max(1, width // edge), max(1, height // edge))
    if edge % 2 == 0:
        whole = gray[: size[1] * edge, : size[0] * edge]
        return np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), np.uint8)
    # The same in half the time: the mean around the middle of every block.
    means = cv2.blur(gray, (edge, edge))[edge // 2 :: edge, edge // 2 :: edge]
    return np.ascontiguousarray(means[: size[1], : size[0]], np.uint8)


def _without_light(small: Gray, window_px: int) -> Gray:
    """Every pixel in steps of its surroundings' standard deviation; noise is not amplified."""
    window = (window_px, window_px)
    around = cv2.boxFilter(small, cv2.CV_32F, window, borderType=cv2.BORDER_REFLECT)
    squares = cv2.sqrBoxFilter(small, cv2.CV_32F, window, borderType=cv2.BORDER_REFLECT)
    mean, spread = np.asarray(around, np.float32), np.asarray(squares, np.float32)
    spread -= mean * mean
    spread += np.float32(NOISE_LEVELS**2)
    cv2.sqrt(spread, spread)
    apart = cv2.subtract(small.astype(np.float32), mean)
    cv2.divide(apart, spread, apart, STEPS)
    cv2.max(apart, -MIDDLE, apart)  # type: ignore[call-overload]  # the stubs know no numbers here
    return np.asarray(cv2.convertScaleAbs(apart, alpha=1, beta=MIDDLE), np.uint8)  # up to 255


def _mean_around(values: Gray, window_px: int) -> Gray:
    window = (window_px, window_px)
    return np.asarray(cv2.blur(values, window, borderType=cv2.BORDER_REFLECT), np.uint8)


def _difference(a: _SmallCopy, b: _SmallCopy) -> Gray:
    """How far every spot lies outside the other frame's range within a pixel; symmetric."""
    apart = [_mean_around(_outside(a, b, window), SPOT_PX) for window in range(len(WINDOWS_PX))]
    return np.asarray(cv2.max(apart[0], apart[1]), np.uint8)


def _outside(a: _SmallCopy, b: _SmallCopy, window: int) -> Gray:
    """Bytes stop at zero when one is taken from another, so nothing lies outside by less."""
    here, there = a.normalised[window], b.normalised[window]
    above = cv2.max(cv2.subtract(here, b.above[window]), cv2.subtract(there, a.above[window]))
    below = cv2.max(cv2.subtract(b.below[window], here), cv2.subtract(a.below[window], there))
    return np.asarray(cv2.max(above, below), np.uint8)


_COUNTS: dict[tuple[tuple[int, ...], BorderMask, tuple[Polygon, ...]], Gray] = {}


def _counts(shape: tuple[int, ...], settings: FrameSettings) -> Gray:
    """255 where a spot of the small copies counts; kept, for a camera asks for the same again."""
    key = (shape, settings.border, settings.ignored)
    if key not in _COUNTS:
        if len(_COUNTS) > 16:
            _COUNTS.clear()
        _COUNTS[key] = counted((shape[1], shape[0]), settings.border, settings.ignored) * 255
    return _COUNTS[key]
