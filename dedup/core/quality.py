"""Sharpness, exposure and noise of one picture, independent of its size as far as that goes."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from dedup.core.values import Gray, Rgb

# Quality is judged at one size, so that a picture is not "sharper" for having fewer pixels.
_LONG_EDGE_PX = 320
FOCUS_SIDE = 4
_GAMMA = 2.2  # near enough to sRGB to speak of exposure in steps


@dataclass(frozen=True, slots=True)
class Quality:
    sharpness: float  # 0 (flat or blurred) to about 1 (every edge is crisp)
    clipped_dark: float  # share of pixels without detail because they are black
    clipped_bright: float  # ... because they are white
    noise: float  # standard deviation of the noise, in grey values
    exposure_ev: float  # mean light in steps (powers of two); 0 is a white picture
    contrast: float  # standard deviation of the grey values

    @property
    def clipping(self) -> float:
        return self.clipped_dark + self.clipped_bright


def judged_size(picture: Rgb | Gray) -> Gray:
    """The grey picture at the one size at which quality is judged."""
    return at_size(gray_of(picture), _LONG_EDGE_PX)


def quality(picture: Rgb) -> Quality:
    return quality_of(judged_size(picture))


def quality_of(gray: Gray) -> Quality:
    """Of a picture of the judged size."""
    # Of 256 grey values instead of every pixel, wherever places do not matter.
    shares = np.bincount(gray.ravel(), minlength=256) / gray.size
    light = float(shares @ _LINEAR)
    return Quality(
        sharpness=_sharpness(gray),
        clipped_dark=float(shares[:4].sum()),
        clipped_bright=float(shares[252:].sum()),
        noise=_noise(gray),
        exposure_ev=float(np.log2(max(light, 1e-4))),
        contrast=float(gray.std()),
    )


def focus_grid(gray: Gray) -> Gray:
    """How much fine detail each part of the frame holds; 16 more is twice as much."""
    detail = np.abs(cv2.Laplacian(gray, cv2.CV_32F))
    cells = cv2.resize(detail, (FOCUS_SIDE, FOCUS_SIDE), interpolation=cv2.INTER_AREA)
    return np.clip(np.round(16 * np.log2(1 + cells)), 0, 255).astype(np.uint8)


def gray_of(picture: Rgb | Gray) -> Gray:
    """Grey as JPEG understands it; a grey picture as it is."""
    if picture.ndim == 2:
        return picture
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)


def at_size(gray: Gray, long_edge_px: int) -> Gray:
    """Resized to a long edge, never to nothing, however thin the picture is."""
    height, width = gray.shape[:2]
    scale = long_edge_px / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    shrink = scale < 1
    resized = cv2.resize(gray, size, interpolation=cv2.INTER_AREA if shrink else cv2.INTER_LINEAR)
    return resized.astype(np.uint8, copy=False)


def _sharpness(gray: Gray) -> float:
    """The share of the detail that a slight blur takes away, where there are edges at all.

    A ratio, so it hardly depends on contrast and exposure (Crete et al. 2007, "The blur effect").
    """
    fine = gray.astype(np.float32)
    blurred = cv2.blur(fine, (5, 5), borderType=cv2.BORDER_REFLECT)
    lost = kept = 0.0
    for axis in (0, 1):
        if gray.shape[axis] < 2:
            continue
        edges = np.abs(np.diff(fine, axis=axis))
        kept += float(edges.sum())
        lost += float(np.maximum(0, edges - np.abs(np.diff(blurred, axis=axis))).sum())
    return lost / kept if kept > 0 else 0.0


def _noise(gray: Gray) -> float:
    """Immerkaer's estimate: what is left of the picture under a mask that edges do not excite."""
    response = cv2.filter2D(gray, cv2.CV_16S, _NOISE_MASK)[::2, ::2]
    return float(np.median(np.abs(response))) / 6 / 0.6745


_LINEAR = (np.arange(256) / 255.0) ** _GAMMA
_NOISE_MASK = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], dtype=np.float32)
