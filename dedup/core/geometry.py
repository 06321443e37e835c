"""Local features and a robust homography: do two pictures show one scene?"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from dedup.core.quality import at_size, gray_of
from dedup.core.values import Rgb

_LONG_EDGE_PX = 384
_POINTS = 160
_HEADER = struct.Struct("<HHH")  # points, width, height
_RATIO = 0.8
_REPROJECTION_PX = 4.0


@dataclass(frozen=True, slots=True)
class LocalFeatures:
    """Points of one picture and what the picture looks like around each of them."""

    width: int  # of the picture the points were found in
    height: int
    points: NDArray[np.float32]  # (n, 2) x and y
    descriptors: NDArray[np.uint8]  # (n, 128) RootSIFT, times 512

    def to_bytes(self) -> bytes:
        head = _HEADER.pack(len(self.points), self.width, self.height)
        grid = np.round(self.points * 64).astype("<u2")
        return head + grid.tobytes() + self.descriptors.tobytes()

    @classmethod
    def from_bytes(cls, stored: bytes) -> LocalFeatures:
        count, width, height = _HEADER.unpack_from(stored)
        grid = np.frombuffer(stored, "<u2", count * 2, _HEADER.size)
        start = _HEADER.size + grid.nbytes
        descriptors = np.frombuffer(stored, np.uint8, count * 128, start)
        points = grid.reshape(-1, 2).astype(np.float32) / np.float32(64)
        return cls(width, height, points, descriptors.reshape(-1, 128))


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well the points of two pictures fit one view of one scene."""

    matches: int
    inliers: int
    homography: NDArray[np.float64] | None  # left to right, in pixels of their own frames


def local_features(picture: Rgb) -> LocalFeatures:
    gray = at_size(gray_of(picture), _LONG_EDGE_PX)
    equalised = cv2.createCLAHE(clipLimit=2.0, tileGridSize=(8, 8)).apply(gray)
    keypoints, found = _sift().detectAndCompute(equalised, None)
    if found is None or not len(keypoints):
        return LocalFeatures(
            gray.shape[1],
            gray.shape[0],
            np.empty((0, 2), np.float32),
            np.empty((0, 128), np.uint8),
        )
    responses = np.array([point.response for point in keypoints])
    best = np.argsort(-responses, kind="stable")[:_POINTS]
    points = np.array([keypoints[index].pt for index in best], dtype=np.float32)
    roots = np.sqrt(found[best] / np.maximum(found[best].sum(axis=1, keepdims=True), 1e-6))
    scaled = np.clip(np.round(roots * 512), 0, 255).astype(np.uint8)
    return LocalFeatures(gray.shape[1], gray.shape[0], np.maximum(points, 0), scaled)


def agreement(left: LocalFeatures, right: LocalFeatures) -> Agreement:
    """Mutual nearest neighbours that pass the ratio test, and those of them one plane explains."""
    if min(len(left.points), len(right.points)) < 2:
        return Agreement(0, 0, None)
    from_left, from_right = _matches(left.descriptors, right.descriptors)
    if len(from_left) < 4:
        return Agreement(len(from_left), 0, None)
    cv2.setRNGSeed(0)
    homography, inliers = cv2.findHomography(
        left.points[from_left],
        right.points[from_right],
        cv2.USAC_MAGSAC,
        _REPROJECTION_PX,
        maxIters=1000,
        confidence=0.995,
    )
    if homography is None:
        return Agreement(len(from_left), 0, None)
    return Agreement(len(from_left), int(inliers.sum()), np.asarray(homography, dtype=np.float64))


def _matches(
    left: NDArray[np.uint8], right: NDArray[np.uint8]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    similar = left.astype(np.float32) @ right.astype(np.float32).T
    forward, backward = _ratio_matches(similar), _ratio_matches(similar.T)
    pairs = {(a, b) for a, b in forward} | {(a, b) for b, a in backward}
    ordered = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return ordered[:, 0], ordered[:, 1]


def _ratio_matches(similar: NDArray[np.float32]) -> list[tuple[int, int]]:
    """Rows whose best column is clearly nearer than their second best."""
    two = np.argpartition(-similar, 1, axis=1)[:, :2]
    values = np.take_along_axis(similar, two, axis=1)
    best = np.where(values[:, 0] >= values[:, 1], two[:, 0], two[:, 1])
    near = np.sqrt(np.maximum(0, 2 - 2 * values.max(axis=1) / 512**2))
    far = np.sqrt(np.maximum(1e-9, 2 - 2 * values.min(axis=1) / 512**2))
    rows = np.flatnonzero(near < _RATIO * far)
    return [(int(row), int(best[row])) for row in rows]


@lru_cache(maxsize=1)
def _sift() -> cv2.SIFT:
    return cv2.SIFT.create(nfeatures=_POINTS)
