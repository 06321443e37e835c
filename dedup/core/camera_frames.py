"""Two frames of one fixed camera: only the light, something moved, or another view.

Light and jitter are taken out first, and the score is a share of the unmasked area, so that it
means the same at every resolution and exposure. The field's own score is in camera_classic.py.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from dedup.core.camera_alignment import LEAST_SAME_VIEW, FramePair, line_up
from dedup.core.camera_light import (
    difference_in_levels,
    difference_without_light,
    light_change_ev,
)
from dedup.core.camera_maps import Map, mean_around, resized
from dedup.core.camera_model import fitted_model
from dedup.core.camera_places import find_places
from dedup.core.camera_prepared import Condition, PreparedFrame, UnlikeFrames, prepare
from dedup.core.camera_settings import DEFAULT_SETTINGS, FrameSettings
from dedup.core.camera_solid import Solid, find_solid
from dedup.core.frames import Box, boxes_of
from dedup.core.values import Floats, Gray, Indices, Reason, Rgb

__all__ = [
    "DEFAULT_SETTINGS",
    "Condition",
    "Examined",
    "FrameComparison",
    "FrameSettings",
    "Outcome",
    "PreparedFrame",
    "UnlikeFrames",
    "compare",
    "compare_prepared",
    "examine",
    "prepare",
]

# Frames whose shapes differ by more than this were cropped or come from another camera.
LARGEST_ASPECT_DIFFERENCE = 0.01
# Brightness differences that sensors and JPEG make between two frames of an unchanged scene.
# A thing reaches as far as the light-normalised difference stays above this.
EDGE_OF_THING = 0.35
# Places less likely than this have no say in whether the frame changed, whatever their area.
UNLIKELY_LOG_ODDS = -3.0
SAME_LEVELS, SAME_SHARE = 8.0, 0.0005
LIGHT_EV = 0.1
# Where light counts too: so many gray levels are as clear a change as the edge of a thing (the
# field's own threshold), and so many more make it e times as likely.
CLEAR_LEVELS, LEVELS_PER_LOG_ODD = 45.0, 9.0


class Outcome(enum.StrEnum):
    SAME = "same"
    ONLY_LIGHT = "only_light"
    MOVED = "moved"
    ANOTHER_VIEW = "another_view"


@dataclass(frozen=True, slots=True)
class FrameComparison:
    outcome: Outcome
    score: float  # percent of the unmasked area that moved, 0..100
    redundant_percent: float  # how surely nothing but the light differs
    boxes: tuple[Box, ...]  # around what moved, in shares of the frame, largest first
    light_change_ev: float  # how much brighter the second frame is, in stops
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Examined:
    comparison: FrameComparison
    pair: FramePair
    difference: Map | None  # of the overlap; none where they show no one view or parts were seen


def compare(
    a: Gray | Rgb, b: Gray | Rgb, settings: FrameSettings = DEFAULT_SETTINGS
) -> FrameComparison:
    """Compare two frames; raises UnlikeFrames where their shapes do not allow it."""
    return compare_prepared(prepare(a, settings), prepare(b, settings))


def compare_prepared(a: PreparedFrame, b: PreparedFrame) -> FrameComparison:
    """Compare prepared frames; swapping them changes only the sign of the light."""
    return examine(a, b).comparison


def examine(a: PreparedFrame, b: PreparedFrame) -> Examined:
    """Compare prepared frames and keep what was seen on the way, to be shown."""
    _require_one_shape(a, b)
    pair = line_up(a, b)
    if not pair.counts.any():
        raise UnlikeFrames("The masks leave nothing of the frame.")
    if a.is_flat or b.is_flat:
        return Examined(_compare_flat(a, b, pair), pair, None)
    if not pair.shows_one_view:
        return Examined(_another_view(pair), pair, None)
    solid = find_solid(pair.a.solid, pair.b.solid, pair.counts)
    return judged(pair, a.settings, solid)


def _require_one_shape(a: PreparedFrame, b: PreparedFrame) -> None:
    if a.settings != b.settings:
        raise UnlikeFrames("The frames were prepared with different settings.")
    narrow, wide = sorted((a.width / a.height, b.width / b.height))
    if wide > narrow * (1 + LARGEST_ASPECT_DIFFERENCE):
        raise UnlikeFrames(
            f"The frames have different shapes, {a.width} by {a.height} and {b.width} by "
            f"{b.height} pixels, so they do not show the same view."
        )


def _compare_flat(a: PreparedFrame, b: PreparedFrame, pair: FramePair) -> FrameComparison:
    """A frame without any contrast shows nothing that could have moved."""
    if a.is_flat != b.is_flat:
        sentence = "one frame shows nothing: covered, blinded or without a picture"
        return _told(Outcome.ANOTHER_VIEW, pair, 100.0, 0.0, "flat_frame", sentence)
    light = abs(light_change_ev(pair)) >= LIGHT_EV
    outcome = Outcome.ONLY_LIGHT if light else Outcome.SAME
    return _told(outcome, pair, 0.0, 100.0, "flat_frames", "both frames are flat: nothing to see")


def _another_view(pair: FramePair) -> FrameComparison:
    if pair.agreement >= LEAST_SAME_VIEW:
        percent = 100 * pair.shift_share
        sentence = f"the camera moved by {percent:.1f} % of the frame"
        return _told(Outcome.ANOTHER_VIEW, pair, 100.0, 0.0, "camera_moved", sentence)
    sentence = "another view: almost no edge is where it was"
    return _told(Outcome.ANOTHER_VIEW, pair, 100.0, 0.0, "another_view", sentence)


def _told(
    outcome: Outcome, pair: FramePair, score: float, redundant: float, code: str, sentence: str
) -> FrameComparison:
    light = light_change_ev(pair)
    return FrameComparison(outcome, score, redundant, (), light, (Reason(code, sentence),))


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a pair shows, or a part of it."""

    pair: FramePair
    difference: Map
    log_odds: Floats  # of every place that differs: that it changed
    points: Indices  # their x, y


def judged(
    pair: FramePair,
    settings: FrameSettings,
    solid: Solid | None,
    parts: Sequence[FramePair] = (),
) -> Examined:
    """What frames that show one view say of each other; ``solid`` was found in dim light.

    With ``parts`` of the pair, only these are looked at.
    """
    model = fitted_model()
    light = light_change_ev(pair)
    seen = [_seen(part, settings, light) for part in parts or (pair,)]
    places = [(each, point) for each in seen for point in each.points]
    log_odds = np.concatenate([each.log_odds for each in seen])
    extents: dict[int, Gray] = {}
    if solid:
        extents[len(log_odds)] = solid.part
        log_odds = np.append(log_odds, np.float32(solid.log_odds))
    smallest = settings.minimum_area_percent / 100 * cv2.countNonZero(pair.counts)
    changed = np.zeros(pair.counts.shape, np.uint8)
    large = np.ones(len(log_odds), bool)

    def extent(at: int) -> Gray:
        if at not in extents:
            extents[at] = _extent(*places[at])
        return extents[at]

    for at in np.nonzero(log_odds > UNLIKELY_LOG_ODDS)[0].tolist():
        large[at] = cv2.countNonZero(extent(at)) >= smallest
    together = model.together(log_odds[large])
    line = _log_odds_at(settings.threshold_percent)
    if together > line and large.any():
        # Several doubtful places can make a sure pair: then the likeliest one is boxed.
        enough = min(line, float(log_odds[large].max()))
        for at in np.nonzero(large & (log_odds >= enough))[0].tolist():
            changed |= extent(at)
    comparison = _worded(pair, changed, light, 100 / (1 + float(np.exp(together))))
    return Examined(comparison, pair, None if parts else seen[0].difference)


def _seen(pair: FramePair, settings: FrameSettings, light: float) -> _Seen:
    difference = difference_without_light(pair, light)
    if settings.evens_light:
        places = find_places(pair, difference)
        log_odds = fitted_model().log_odds(places.measures)
        return _Seen(pair, difference, log_odds, places.points)
    levels = difference_in_levels(pair)
    difference = np.maximum(difference, levels * np.float32(EDGE_OF_THING / CLEAR_LEVELS))
    places = find_places(pair, difference)
    x, y = places.points[:, 0], places.points[:, 1]
    by_levels = (levels[y, x] - CLEAR_LEVELS) / LEVELS_PER_LOG_ODD
    log_odds = np.maximum(fitted_model().log_odds(places.measures), by_levels)
    return _Seen(pair, difference, log_odds, places.points)


def _log_odds_at(threshold_percent: float) -> float:
    """Of a change, in a pair that is just as redundant as the threshold asks."""
    return float(np.log((100 - threshold_percent) / threshold_percent))


def _extent(seen: _Seen, point: Indices) -> Gray:
    """1 on the connected part around a place that differs about as clearly as things do.

    In the size of all that both frames show.
    """
    x, y = int(point[0]), int(point[1])
    height, width = seen.difference.shape
    filled = np.zeros((height + 2, width + 2), np.uint8)
    peak = float(seen.difference[y, x])
    down_to = min(EDGE_OF_THING, peak * 2 / 3)
    flags = 4 | (1 << 8) | cv2.FLOODFILL_FIXED_RANGE | cv2.FLOODFILL_MASK_ONLY
    cv2.floodFill(seen.difference, filled, (x, y), 0, peak - down_to, 1e6, flags)
    pair, view = seen.pair, seen.pair.view
    corner = (pair.corner[0] - view.corner[0], pair.corner[1] - view.corner[1])
    return _placed(filled[1:-1, 1:-1], corner, view.counts.shape)


def _placed(flags: Gray, corner: tuple[int, int], shape: tuple[int, ...]) -> Gray:
    """The flags of a rectangle in a larger one of so many rows and columns."""
    if flags.shape == shape:
        return flags
    whole = np.zeros(shape, np.uint8)
    x, y = corner
    whole[y : y + flags.shape[0], x : x + flags.shape[1]] = flags
    return whole


def _worded(
    pair: FramePair, changed: Gray, light: float, redundant_percent: float
) -> FrameComparison:
    boxes = _boxes_in_frame(pair, changed)
    if boxes:
        share = cv2.countNonZero(changed) / cv2.countNonZero(pair.counts)
        count = "1 place" if len(boxes) == 1 else f"{len(boxes)} places"
        sentence = f"something moved in {count}, {100 * share:.2g} % of the frame"
        reasons = (Reason("moved", sentence), *_light_reasons(light))
        return FrameComparison(Outcome.MOVED, 100 * share, redundant_percent, boxes, light, reasons)
    if _is_same(pair, light):
        reasons = (Reason("same", "nothing differs but noise"),)
        return FrameComparison(Outcome.SAME, 0.0, redundant_percent, (), light, reasons)
    reasons = _light_reasons(light) or (Reason("only_light", "only the light differs in places"),)
    return FrameComparison(Outcome.ONLY_LIGHT, 0.0, redundant_percent, (), light, reasons)


def _boxes_in_frame(pair: FramePair, changed: Gray) -> tuple[Box, ...]:
    """Boxes in shares of the first frame, although only the overlap was compared."""
    return boxes_of(_placed(changed, pair.corner, pair.frame_shape), 0.0)


def _light_reasons(light_ev: float) -> tuple[Reason, ...]:
    if abs(light_ev) < LIGHT_EV:
        return ()
    brighter = "brighter" if light_ev > 0 else "darker"
    return (Reason("light", f"the light differs: {abs(light_ev):.1f} EV {brighter}"),)


def _is_same(pair: FramePair, light_ev: float) -> bool:
    if abs(light_ev) >= LIGHT_EV:
        return False
    # At half the size, in a fourth of the time.
    half = (pair.counts.shape[1] // 2, pair.counts.shape[0] // 2)
    a, b = (mean_around(resized(frame.gray, half), 3) for frame in (pair.a, pair.b))
    counts = pair.counts[1::2, 1::2]
    differing = cv2.countNonZero((np.abs(a - b) * counts > SAME_LEVELS).view(np.uint8))
    return differing <= SAME_SHARE * cv2.countNonZero(counts)
