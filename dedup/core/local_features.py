"""Points of one picture that are found again in another view of the scene, and how they are kept.

RootSIFT on a small, equalised grey picture. The descriptors are kept at 4 bits a value: on
similarity/pairs.csv they find what floats find, where a PCA of the same size loses some.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from dedup.core.quality import at_size, gray_of
from dedup.core.values import Gray, Rgb

MOST_POINTS = 270  # with everything else just under 24 KiB a photo
FRAME_WIDTH, FRAME_HEIGHT = 64, 48

# SIFT doubles its input, so this is 512 px to it. 384 px took twice the time and found no more.
_LONG_EDGE_PX = 256
_LEVELS = 15
_LEVELS_PER_UNIT = 50.0  # RootSIFT values are mostly below 0.3

_HEADER = struct.Struct("<HHH")  # points, width, height
_POINT = np.dtype([("place", "<u2", (2,)), ("size", "u1"), ("angle", "u1"), ("half", "u1", (64,))])
_PLACES_PER_PIXEL = 128  # 256 px * 128 fits in 16 bits
_SIZES_PER_OCTAVE = 24.0
_ANGLES_PER_DEGREE = 256 / 360

Points = NDArray[np.float32]  # (n, 2): x, y in pixels
Descriptors = NDArray[np.uint8]  # (n, 128): 0..15


@dataclass(frozen=True, slots=True)
class LocalFeatures:
    width: int  # of the small picture the points were found in
    height: int
    points: Points
    sizes: NDArray[np.float32]  # (n,) log2 of pixels
    angles: NDArray[np.float32]  # (n,) degrees, clockwise
    descriptors: Descriptors
    frame: Gray  # FRAME_HEIGHT x FRAME_WIDTH: the whole picture, squashed

    def to_bytes(self) -> bytes:
        stored = np.empty(len(self.points), dtype=_POINT)
        stored["place"] = np.round(self.points * _PLACES_PER_PIXEL)
        stored["size"] = np.clip(np.round(self.sizes * _SIZES_PER_OCTAVE), 0, 255)
        stored["angle"] = np.round(self.angles * _ANGLES_PER_DEGREE).astype(np.int64) % 256
        stored["half"] = self.descriptors[:, ::2] << 4 | self.descriptors[:, 1::2]
        head = _HEADER.pack(len(stored), self.width, self.height)
        return head + self.frame.tobytes() + stored.tobytes()

    @classmethod
    def from_bytes(cls, stored: bytes) -> LocalFeatures:
        """Raises ValueError where bytes are missing or left over."""
        frame_end = _HEADER.size + FRAME_WIDTH * FRAME_HEIGHT
        if len(stored) < frame_end:
            raise ValueError("The stored local features are cut short.")
        count, width, height = _HEADER.unpack_from(stored)
        if len(stored) != frame_end + count * _POINT.itemsize:
            raise ValueError("The stored local features have another layout.")
        found = np.frombuffer(stored, _POINT, count, frame_end)
        descriptors = np.empty((count, 128), dtype=np.uint8)
        descriptors[:, ::2], descriptors[:, 1::2] = found["half"] >> 4, found["half"] & 15
        frame = np.frombuffer(stored, np.uint8, FRAME_WIDTH * FRAME_HEIGHT, _HEADER.size)
        return cls(
            width=width,
            height=height,
            points=found["place"].astype(np.float32) / np.float32(_PLACES_PER_PIXEL),
            sizes=found["size"].astype(np.float32) / np.float32(_SIZES_PER_OCTAVE),
            angles=found["angle"].astype(np.float32) / np.float32(_ANGLES_PER_DEGREE),
            descriptors=descriptors,
            frame=frame.reshape(FRAME_HEIGHT, FRAME_WIDTH),
        )

    def in_mirror(self) -> LocalFeatures:
        """What would have been found had the picture been mirrored left to right."""
        return LocalFeatures(
            width=self.width,
            height=self.height,
            points=np.stack([self.width - 1 - self.points[:, 0], self.points[:, 1]], axis=1),
            sizes=self.sizes,
            angles=(180 - self.angles) % 360,
            descriptors=self.descriptors[:, _MIRRORED],
            frame=self.frame[:, ::-1],
        )


def local_features(picture: Rgb | Gray) -> LocalFeatures:
    gray = gray_of(picture)
    small = at_size(gray, _LONG_EDGE_PX)
    frame = cv2.resize(gray, (FRAME_WIDTH, FRAME_HEIGHT), interpolation=cv2.INTER_AREA)
    height, width = small.shape
    keypoints, found = _sift().detectAndCompute(_equalised(small), None)
    strength = np.array([point.response for point in keypoints], dtype=np.float32)
    best = np.argsort(-strength, kind="stable")[:MOST_POINTS].tolist()
    chosen = [keypoints[index] for index in best]
    points = np.array([point.pt for point in chosen], dtype=np.float32).reshape(-1, 2)
    return LocalFeatures(
        width=width,
        height=height,
        points=np.maximum(points, 0),
        sizes=np.log2(np.array([point.size for point in chosen], dtype=np.float32)),
        angles=np.array([point.angle for point in chosen], dtype=np.float32),
        descriptors=_root_levels(found, best),
        frame=frame.astype(np.uint8, copy=False),
    )


def _equalised(gray: Gray) -> Gray:
    """Local contrast evened out, so that dark and bright exposures show the same points."""
    grid = cv2.createCLAHE(clipLimit=2.0, tileGridSize=(8, 8))
    return grid.apply(gray).astype(np.uint8, copy=False)


def _root_levels(found: NDArray | None, best: list[int]) -> Descriptors:
    """RootSIFT (Arandjelović and Zisserman 2012), rounded to 16 levels."""
    if found is None:
        return np.empty((0, 128), dtype=np.uint8)
    chosen = found[best]
    roots = np.sqrt(chosen / np.maximum(chosen.sum(axis=1, keepdims=True), 1e-6))
    levels: Descriptors = np.minimum(_LEVELS, np.round(roots * _LEVELS_PER_UNIT)).astype(np.uint8)
    return levels


@lru_cache(maxsize=1)
def _sift() -> cv2.SIFT:
    return cv2.SIFT.create(nfeatures=MOST_POINTS)


def _mirror_order() -> NDArray[np.int64]:
    """Where each SIFT value comes from in a mirror: 4 x 4 cells of 8 directions.

    A descriptor lies along its point's own direction, so a mirror swaps the cells across it and
    turns every direction the other way round.
    """
    order = np.arange(128).reshape(4, 4, 8)[::-1]
    return order[:, :, -np.arange(8) % 8].ravel()


_MIRRORED = _mirror_order()
