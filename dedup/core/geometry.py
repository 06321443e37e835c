"""Do the local features of two pictures show one scene, and how do the pictures lie?

Each match of two points proposes, by itself, how the whole picture was moved, turned and zoomed;
the proposal that most other matches support wins. A homography then says it exactly, where one
plane explains what both show.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dedup.core.local_features import Descriptors, LocalFeatures, Points

# A match whose runner-up is nearly as near says nothing; one clearly nearer counts fully.
_UNCLEAR_RATIO, _CLEAR_RATIO = 1.0, 0.7
_LEAST_WEIGHT = 0.1
# With less support a homography would be made up from chance.
_FEWEST_VOTES = 3.0
# Two matches agree when their points turned and grew alike and lie where the other one predicts,
# more loosely the farther they are apart: depth and perspective bend what a single match tells.
_TURN_DEGREES = 30.0
_GROWTH_OCTAVES = 0.6
_MISS_PX = 10.0
_MISS_SHARE = 0.15
_REPROJECTION_PX = 3.0
# A homography beyond this is a chance fit: no two photos of one scene are that far apart.
_LARGEST_ZOOM = 5.0

Weights = NDArray[np.float32]
Matrix = NDArray[np.float64]  # 3 x 3


@dataclass(frozen=True, slots=True)
class Agreement:
    """How strongly the points of two pictures speak for one scene."""

    votes: float  # clear matches that support one movement; chance rarely gives 4
    inliers: int  # of these, the ones that one plane explains
    mirrored: bool
    homography: Matrix | None  # first to second, in pixels of their own small pictures


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the first picture's view lies in the second, in shares of its width and height."""

    overlap: float  # of the smaller view, the share that both show: 0..1
    right: float  # how far the middle of the view moved
    down: float
    turn: float  # degrees, clockwise
    zoom: float  # above 1: the second shows things larger


@dataclass(frozen=True, slots=True)
class _Matches:
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    weights: Weights


def agreement(first: LocalFeatures, second: LocalFeatures, *, mirrored: bool = False) -> Agreement:
    """How well both pictures' points agree; with mirrored, the second is seen in a mirror."""
    if mirrored:
        second = second.in_mirror()
    nothing = Agreement(0.0, 0, mirrored, None)
    if min(len(first.points), len(second.points)) < 4:
        return nothing
    matches = _matches(first.descriptors, second.descriptors)
    if not len(matches.weights):
        return nothing
    support = _support(first, second, matches)
    strength = support @ matches.weights
    best = int(strength.argmax())
    votes = float(strength[best])
    if votes < _FEWEST_VOTES:
        return Agreement(votes, 0, mirrored, None)
    homography, inliers = _homography(first, second, matches, support[best])
    return Agreement(votes, inliers, mirrored, homography)


def placement(
    homography: Matrix | None, first: LocalFeatures, second: LocalFeatures
) -> Placement | None:
    """How the pictures lie to each other, or None where the homography makes no sense."""
    if homography is None:
        return None
    moved = _moved_corners(homography, first)
    if moved is None:
        return None
    whole = _corners(second.width, second.height)
    shared = float(cv2.intersectConvexConvex(moved, whole)[0])
    middle = (moved.mean(axis=0) - whole.mean(axis=0)) / (second.width, second.height)
    across = (moved[1] - moved[0]) + (moved[2] - moved[3])
    return Placement(
        overlap=min(1.0, shared / min(_area(moved), _area(whole))),
        right=float(middle[0]),
        down=float(middle[1]),
        turn=math.degrees(math.atan2(float(across[1]), float(across[0]))),
        zoom=math.sqrt(_area(moved) / _area(whole)),
    )


def _matches(first: Descriptors, second: Descriptors) -> _Matches:
    """Points that are each other's nearest, weighted by how clearly they beat the runner-up."""
    apart = _squared_distances(first, second)
    there, back = apart.argmin(axis=1), apart.argmin(axis=0)
    here = np.flatnonzero(back[there] == np.arange(len(there)))
    there = there[here]
    nearest = apart[here, there]
    apart[here, there] = np.inf
    rivals = np.maximum(apart[here].min(axis=1), apart[:, there].min(axis=0))
    ratio = np.sqrt(nearest / np.maximum(rivals, 1e-6))
    weights = np.minimum(1, (_UNCLEAR_RATIO - ratio) / (_UNCLEAR_RATIO - _CLEAR_RATIO))
    clear = weights >= _LEAST_WEIGHT
    return _Matches(here[clear], there[clear], weights[clear].astype(np.float32))


def _squared_distances(first: Descriptors, second: Descriptors) -> NDArray[np.float32]:
    """(n, m); in one product, which is exact: floats hold all whole numbers of this size."""
    a, b = first.astype(np.float32), second.astype(np.float32)
    one_a, one_b = (np.ones((len(each), 1), np.float32) for each in (a, b))
    squares_a, squares_b = (np.einsum("ij,ij->i", each, each)[:, None] for each in (a, b))
    apart: NDArray[np.float32] = (
        np.hstack([-2 * a, squares_a, one_a]) @ np.hstack([b, one_b, squares_b]).T
    )
    return apart


def _support(first: LocalFeatures, second: LocalFeatures, matches: _Matches) -> NDArray[np.bool_]:
    """(n, n): whether the match of the column supports the movement that the row proposes."""
    here, there = first.points[matches.first], second.points[matches.second]
    growth = second.sizes[matches.second] - first.sizes[matches.first]
    turn = np.deg2rad(second.angles[matches.second] - first.angles[matches.first])
    # The cosine of the angle between two turns, as their inner product.
    direction = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    turned_alike = direction @ direction.T > math.cos(math.radians(_TURN_DEGREES))
    grown_alike = np.abs(growth[:, None] - growth) < _GROWTH_OCTAVES

    scale = np.exp2(np.clip(growth, -2, 2))[:, None]
    cosine, sine = scale * direction[:, :1], scale * direction[:, 1:]
    x, y = here[:, 0] - here[:, :1], here[:, 1] - here[:, 1:]
    miss_x = there[:, :1] + cosine * x - sine * y - there[:, 0]
    miss_y = there[:, 1:] + sine * x + cosine * y - there[:, 1]
    # Squares are compared: the root takes as long as all the rest.
    allowed = (_MISS_PX + _MISS_SHARE * np.sqrt(x * x + y * y)) * np.maximum(1, scale)
    agrees: NDArray[np.bool_] = miss_x * miss_x + miss_y * miss_y < allowed * allowed
    agrees &= turned_alike & grown_alike
    return agrees


def _homography(
    first: LocalFeatures, second: LocalFeatures, matches: _Matches, chosen: NDArray[np.bool_]
) -> tuple[Matrix | None, int]:
    if np.count_nonzero(chosen) < 4:
        return None, 0
    found, inliers = cv2.findHomography(
        first.points[matches.first[chosen]],
        second.points[matches.second[chosen]],
        cv2.USAC_MAGSAC,
        _REPROJECTION_PX,
        maxIters=500,
        confidence=0.995,
    )
    if found is None:
        return None, 0
    return np.asarray(found, dtype=np.float64), int(inliers.sum())


def _moved_corners(homography: Matrix, picture: LocalFeatures) -> Points | None:
    """The picture's corners in the other one, if they still bound a sensible view."""
    corners = np.c_[_corners(picture.width, picture.height), np.ones(4)] @ homography.T
    if np.any(corners[:, 2] * corners[0, 2] <= 1e-9):
        return None
    moved = (corners[:, :2] / corners[:, 2:]).astype(np.float32)
    edges = np.roll(moved, -1, axis=0) - moved
    following = np.roll(edges, -1, axis=0)
    if np.any(edges[:, 0] * following[:, 1] - edges[:, 1] * following[:, 0] <= 0):
        return None
    zoom = math.sqrt(_area(moved) / (picture.width * picture.height))
    return moved if 1 / _LARGEST_ZOOM < zoom < _LARGEST_ZOOM else None


def _corners(width: int, height: int) -> Points:
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)


def _area(corners: Points) -> float:
    return float(cv2.contourArea(corners))
