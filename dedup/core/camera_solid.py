"""A solid thing in dim light: it drowns in the noise that the light-normalised maps allow for.

Where everything is dark, a thing may differ from the ground by no more levels than a sensor's
noise does. But noise does not agree over the area of a thing, and light that comes or goes fades
out at its edges. So this looks at the ratio of two frames over areas: is there a place that
changed as a whole, with an edge all around it?
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from dedup.core.camera_light import matching_tones
from dedup.core.camera_maps import AROUND, Map, log_ratio
from dedup.core.values import Gray

# The narrowest thing of half a percent of the picture, a standing person, is 28 pixels across at
# the size of the comparison and 7 here; its inside without the edges is at least this.
INSIDE = np.ones((5, 5), np.uint8)
BACKGROUND_PX = 21  # median, at half the size again; four times the width of such a thing
STEPS_PER_LOG = 40  # of the ratio in bytes
# Log ratios over the whole inside. Of light and noise alone, in made-up frames: at most 0.17. A
# thing of 0.5 % to 3 % of the picture that the other measures miss: at least 0.27.
EVEN_ODDS_RATIO, RATIO_PER_LOG_ODD = 0.22, 0.03
# Enough to keep a frame (27 % redundant), too little to outrank what the fitted model is sure of.
LEAST_LOG_ODDS, SUREST_LOG_ODDS = -3.0, 1.0
# How much of the ratio is gone two pixels outside: glow of lamps keeps half (0.45 to 0.62 on
# judged pairs), things lose 0.70 and more.
LEAST_EDGE = 0.67
# In brighter surroundings the other measures see things, and lit windows have edges too.
DIM_LEVEL = 100.0


@dataclass(frozen=True, slots=True)
class Solid:
    log_odds: float  # that a thing came or went
    part: Gray  # 1 where it stands, in the size of the frames that were given


def find_solid(small_a: Map, small_b: Map, counts: Gray) -> Solid | None:
    """The most solid thing in the copies of two lined-up frames.

    ``counts`` is 0 where masked, in the size of the frames.
    """
    height, width = counts.shape
    if min(small_a.shape) < 2 * BACKGROUND_PX or small_a.shape == counts.shape:
        return None
    size = (small_a.shape[1], small_a.shape[0])
    counted = cv2.resize(counts, size, interpolation=cv2.INTER_NEAREST)
    dim = np.asarray((np.maximum(small_a, small_b) < DIM_LEVEL) & (counted > 0), np.uint8)
    if not dim.any():
        return None
    highest, part = _most_solid(small_a, small_b, dim)
    if part is None:
        return None
    # Another gamma or exposure curve changes dark and bright parts unlike, each as a whole.
    have, want = matching_tones(small_a[counted > 0], small_b[counted > 0])
    matched = np.interp(small_a, have, want).astype(np.float32)
    highest = min(highest, _most_solid(matched, small_b, dim)[0])
    odds = (highest - EVEN_ODDS_RATIO) / RATIO_PER_LOG_ODD
    if odds < LEAST_LOG_ODDS:
        return None
    whole = cv2.resize(part, (width, height), interpolation=cv2.INTER_NEAREST)
    return Solid(min(odds, SUREST_LOG_ODDS), np.asarray(whole * (counts > 0), np.uint8))


def _background(ratio: Map) -> Map:
    """How the light differs around every place: a median does not follow things."""
    height, width = ratio.shape
    half = cv2.resize(ratio, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    steps = np.clip(np.rint(half * STEPS_PER_LOG + 128), 0, 255).astype(np.uint8)
    smooth = np.asarray(cv2.medianBlur(steps, BACKGROUND_PX), np.float32)
    smooth = (smooth - np.float32(128)) / np.float32(STEPS_PER_LOG)
    return cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32)


def _most_solid(a: Map, b: Map, dim: Gray) -> tuple[float, Gray | None]:
    ratio = log_ratio(a, b)
    ratio -= _background(ratio)
    both = (_raised(np.asarray(sign * ratio, np.float32), dim) for sign in (1, -1))
    return max(both, key=lambda found: found[0])


def _raised(ratio: Map, dim: Gray) -> tuple[float, Gray | None]:
    """The highest ratio that a whole inside reaches, and the part around it if it has an edge."""
    inside = cv2.erode(ratio, INSIDE) * dim
    _, highest, _, (x, y) = cv2.minMaxLoc(inside)
    if highest < EVEN_ODDS_RATIO + LEAST_LOG_ODDS * RATIO_PER_LOG_ODD:
        return 0.0, None
    soft = cv2.blur(ratio, (3, 3))
    level = float(soft[y, x])
    part = (soft > level / 2).astype(np.uint8)
    cv2.floodFill(part, None, (x, y), 2, flags=4)
    part = np.asarray(part == 2, np.uint8)
    within = cv2.erode(part, AROUND) - cv2.erode(part, AROUND, iterations=3)
    beyond = cv2.dilate(part, AROUND, iterations=3) - cv2.dilate(part, AROUND)
    if not within.any() or not beyond.any():
        return 0.0, None
    lost = float(np.median(ratio[within > 0]) - np.median(ratio[beyond > 0]))
    return (highest, part) if lost >= LEAST_EDGE * level else (0.0, None)
