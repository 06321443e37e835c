"""Line up two prepared frames of one camera, and say whether they show one view at all."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from dedup.core import frames
from dedup.core.camera_maps import FrameMaps, Map, soft_half
from dedup.core.camera_parts import Part
from dedup.core.camera_prepared import PreparedFrame
from dedup.core.values import Gray

# A camera that turned by more than this shows another view; less is wind and vibration.
LARGEST_JITTER_SHARE = 0.015
# The light-normalised correlation of neighbouring frames of a fixed camera stays above 0.45,
# even from floodlight to dawn (data/camera); frames of different scenes stay below 0.05.
LEAST_SAME_VIEW = 0.1
LEAST_ALIGNED = 0.3  # below this the best shift is a coincidence
REFINEMENTS, LARGEST_STEP_PX = 2, 4.0


@dataclass(frozen=True, slots=True)
class FramePair:
    """The overlap of two frames after lining up, at the size of the comparison."""

    a: FrameMaps
    b: FrameMaps
    counts: Gray
    frame_shape: tuple[int, int]
    corner: tuple[int, int]  # x, y of the overlap in the first frame
    shift_share: float  # of the long edge
    agreement: float  # correlation of what is left when light is taken out
    whole: FramePair | None = None  # of which this is a part

    @property
    def view(self) -> FramePair:
        """All that both frames show, if this is a part of it."""
        return self.whole or self

    @property
    def shows_one_view(self) -> bool:
        return self.shift_share <= LARGEST_JITTER_SHARE and self.agreement >= LEAST_SAME_VIEW

    def part(self, part: Part, counts: Gray) -> FramePair:
        """Only a rectangle of the pair, with what counts of it; the light is still the whole's."""
        rows, columns = part
        return replace(
            self,
            a=self.a.part(part),
            b=self.b.part(part),
            counts=counts,
            corner=(self.corner[0] + columns.start, self.corner[1] + rows.start),
            whole=self,
        )


def line_up(a: PreparedFrame, b: PreparedFrame) -> FramePair:
    """Cut both frames to what both show.

    Whole pixels only: what is left below a pixel is taken as jitter later, and neither frame
    is softened by resampling.
    """
    shape = (
        min(a.counts.shape[0], b.counts.shape[0]),
        min(a.counts.shape[1], b.counts.shape[1]),
    )
    maps_a, maps_b = _fitted(a.maps, shape), _fitted(b.maps, shape)
    counts = _fitted_mask(a.counts, shape) & _fitted_mask(b.counts, shape)
    dx, dy = _shift_px(a, b, maps_a, maps_b)
    here, there = _overlap(shape, dx, dy)
    cut_a, cut_b = maps_a.cropped(*here), maps_b.cropped(*there)
    cut_counts = counts[here] & counts[there]
    return FramePair(
        a=cut_a,
        b=cut_b,
        counts=cut_counts,
        frame_shape=shape,
        corner=(here[1].start, here[0].start),
        shift_share=max(abs(dx), abs(dy)) / max(shape),
        agreement=_agreement(cut_a, cut_b, cut_counts),
    )


def lay_over(a: PreparedFrame, b: PreparedFrame, dx: int, dy: int) -> FramePair:
    """As ``line_up``, of frames of one size that are known to show one view, so far apart."""
    here, there = _overlap(a.counts.shape, dx, dy)
    height, width = a.counts.shape
    return FramePair(
        a=a.maps.part(here),
        b=b.maps.part(there),
        counts=a.counts[here] & a.counts[there] & b.counts[here] & b.counts[there],
        frame_shape=(height, width),
        corner=(here[1].start, here[0].start),
        shift_share=max(abs(dx), abs(dy)) / max(height, width),
        agreement=1.0,
    )


def _fitted(maps: FrameMaps, shape: tuple[int, int]) -> FrameMaps:
    """Frames of nearly one aspect are stretched to the smaller shape of the two."""
    if maps.gray.shape == shape:
        return maps
    return FrameMaps(np.asarray(cv2.resize(maps.gray, shape[::-1]), np.float32))


def _fitted_mask(counts: Gray, shape: tuple[int, int]) -> Gray:
    if counts.shape == shape:
        return counts
    return np.asarray(cv2.resize(counts, shape[::-1], interpolation=cv2.INTER_NEAREST), np.uint8)


def _shift_px(
    a: PreparedFrame, b: PreparedFrame, maps_a: FrameMaps, maps_b: FrameMaps
) -> tuple[int, int]:
    small_a, small_b = a.maps.small, b.maps.small
    if small_a.shape != small_b.shape:
        return 0, 0
    found = frames.align(small_a, small_b)
    if found.score < LEAST_ALIGNED:
        return 0, 0
    scale = max(maps_a.gray.shape) / max(small_a.shape)
    dx, dy = round(found.dx * scale), round(found.dy * scale)
    for _ in range(REFINEMENTS):
        across, down = _step(maps_a, maps_b, dx, dy)
        if max(abs(across), abs(down)) > LARGEST_STEP_PX or not (round(across) or round(down)):
            break
        dx, dy = dx + round(across), dy + round(down)
    return dx, dy


def _step(a: FrameMaps, b: FrameMaps, dx: int, dy: int) -> tuple[float, float]:
    """The shift that is left, in pixels of the full map."""
    soft_a, soft_b = a.softened, b.softened
    if dx or dy:
        here, there = _overlap(a.gray.shape, dx, dy)
        soft_a, soft_b = soft_half(a.coarse.values[here], 5), soft_half(b.coarse.values[there], 5)
    across, down = small_step(soft_a, soft_b)
    return 2 * across, 2 * down


def small_step(soft_a: Map, soft_b: Map) -> tuple[float, float]:
    """Least squares for a shift of about a pixel, from the slopes (Lucas and Kanade).

    The maps have the light taken out, in standard deviations.
    """
    mean = (soft_a + soft_b) / 2
    across = cv2.Sobel(mean, cv2.CV_32F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(mean, cv2.CV_32F, 0, 1, scale=1 / 8)
    apart = np.clip(soft_a - soft_b, -0.5, 0.5)  # so that one new object does not pull it
    both = np.stack([across.ravel(), down.ravel()])
    slopes = (both @ both.T).astype(np.float64)
    if np.linalg.det(slopes) < 16e-3:
        return 0.0, 0.0
    step = np.linalg.solve(slopes, (both @ apart.ravel()).astype(np.float64))
    return float(step[0]), float(step[1])


def _overlap(shape: tuple[int, ...], dx: int, dy: int) -> tuple[Part, Part]:
    """Rows and columns of the first and of the second frame that show the same place."""
    height, width = shape
    here = (slice(max(0, -dy), height - max(0, dy)), slice(max(0, -dx), width - max(0, dx)))
    there = (slice(max(0, dy), height - max(0, -dy)), slice(max(0, dx), width - max(0, -dx)))
    return here, there


def _agreement(a: FrameMaps, b: FrameMaps, counts: Gray) -> float:
    # Weather has no share in whether two frames show one view.
    half = (slice(None, None, 2), slice(None, None, 2))
    fixed = (counts[half] & (1 - (a.sky[half] & b.sky[half]))) > 0
    if not fixed.any():
        return 1.0
    return frames.correlation(a.softened_less[fixed], b.softened_less[fixed])
