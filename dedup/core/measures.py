"""What is compared in a pair, as one row of numbers per pair.

The cheap measures come from the light features of whole blocks of pairs; the dear ones from the
local features of single pairs. A row does not depend on which other pairs are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from dedup.core.features import GRAY_SIDE, light_records
from dedup.core.frames import FrameDifference, difference, normalise
from dedup.core.geometry import Agreement, Matrix, agreement, placement
from dedup.core.hashes import SIDES, distances
from dedup.core.local_features import FRAME_HEIGHT, FRAME_WIDTH, LocalFeatures
from dedup.core.values import Floats, Indices

CHEAP = (
    *SIDES,  # differing bits of each hash, as a share: 0..1
    "cosine",  # of the embeddings
    "gray",  # correlation of the small frames with even light: -1..1
    "colour",  # mean distance of the colour grids, without lightness
    "exposure_ev",  # how many steps the right picture is brighter
    "sharpness",  # how much sharper the right picture is
)
# NaN where they were not needed, or where nothing can be said.
DEAR = (
    "votes",  # clear matches of local features that support one movement
    "inliers",  # of these, the ones that one plane explains
    "mirrored",  # 1 where the right picture fits better in a mirror
    "overlap",  # share of the smaller view that both show
    "right",  # how far what is seen moved in the picture, as shares of its edges
    "down",
    "turn",  # degrees, clockwise
    "zoom",  # above 1: the right picture shows things larger
    "changed",  # share of the overlap that differs once view and light are evened out
    "changed_right",  # the middle of the largest change, as shares of the picture's edges
    "changed_down",
)
MEASURES = (*CHEAP, *DEAR)
# Those that say how the right picture differs from the left one.
_SIGNED = ("exposure_ev", "sharpness", "right", "down", "turn")

# A pair whose points agree this well is one scene; looking into the mirror would be in vain.
_CONVINCING_VOTES = 6.0
# The embedding of a mirrored picture stays far nearer than that of another scene.
_MIRROR_COSINE = 0.6
# In a mirror, chance has a second go.
_MIRROR_DISCOUNT = 0.8
# A lower correlation of small frames at the best shift is a coincidence.
_ALIKE_WHEN_SHIFTED = 0.6
# With less in common, what the frames show around the overlap would count as changed.
_ENOUGH_OVERLAP = 0.6


@dataclass(frozen=True, slots=True)
class FeatureBlock:
    """The light features of many photos, stacked; pairs name its rows."""

    records: NDArray[Any]  # of features.LIGHT
    vectors: Floats  # embeddings of length 1
    grays: Floats  # small frames with even light, mean 0 and length 1

    def __len__(self) -> int:
        return len(self.records)

    @classmethod
    def from_light(cls, stored: Sequence[bytes]) -> FeatureBlock:
        records = light_records(stored)
        return cls(
            records=records,
            vectors=_unit(records["embedding"].astype(np.float32)),
            grays=_even_light(records["gray"]),
        )


def column(measures: Floats, name: str) -> Floats:
    """One measure of all pairs (or of a single row)."""
    found: Floats = measures[..., MEASURES.index(name)]
    return found


def cheap_measures(block: FeatureBlock, left: Indices, right: Indices) -> Floats:
    """(pairs, len(MEASURES)), the dear ones still NaN."""
    records = block.records
    measures = np.full((len(left), len(MEASURES)), np.nan, dtype=np.float32)
    for place, (name, side) in enumerate(SIDES.items()):
        measures[:, place] = distances(records[name][left], records[name][right]) / side**2
    found = {
        "cosine": np.einsum("ij,ij->i", block.vectors[left], block.vectors[right]),
        "gray": np.einsum("ij,ij->i", block.grays[left], block.grays[right]),
        "colour": _colour_distance(records["colours"][left], records["colours"][right]),
        "exposure_ev": records["exposure_ev"][right] - records["exposure_ev"][left],
        "sharpness": records["sharpness"][right] - records["sharpness"][left],
    }
    for name, values in found.items():
        column(measures, name)[:] = values
    return measures


def swapped(row: Floats) -> Floats:
    """The same pair's measures with its two pictures the other way round. Returns a new row."""
    other = row.copy()
    for name in _SIGNED:
        column(other, name)[...] = -column(row, name)
    column(other, "zoom")[...] = 1 / column(row, "zoom")
    return other


def add_shifts(
    measures: Floats, rows: Indices, block: FeatureBlock, left: Indices, right: Indices
) -> None:
    """For some rows, fill in how far the views moved, as far as the small frames tell."""
    # Each photo of a burst is in many pairs; its spectrum is needed once.
    used, place = np.unique(np.concatenate([left, right]), return_inverse=True)
    spectra = np.fft.rfft2(block.grays[used].reshape(-1, GRAY_SIDE, GRAY_SIDE))
    product = np.conj(spectra[place[: len(left)]]) * spectra[place[len(left) :]]
    crossed = np.fft.irfft2(product, s=(GRAY_SIDE, GRAY_SIDE))
    best = crossed.reshape(len(left), -1).argmax(axis=1)
    down, across = np.divmod(best, GRAY_SIDE)
    row = np.arange(len(left))
    down = down + _peak(crossed[row, :, across], down)
    across = across + _peak(crossed[row, down.round().astype(int) % GRAY_SIDE], across)
    found = crossed.reshape(len(left), -1).max(axis=1) >= _ALIKE_WHEN_SHIFTED
    for name, moved in (("right", across), ("down", down)):
        share = (moved / GRAY_SIDE + 0.5) % 1 - 0.5
        column(measures, name)[rows] = np.where(found, share, np.nan)


def _peak(lines: NDArray[np.floating], at: Indices) -> NDArray[np.floating]:
    """Vertex of the parabola through the best value of a line and its neighbours."""
    row = np.arange(len(lines))
    before, best, after = (lines[row, (at + step) % GRAY_SIDE] for step in (-1, 0, 1))
    bend = np.minimum(before - 2 * best + after, -1e-6)
    offset: NDArray[np.floating] = np.clip((before - after) / (2 * bend), -0.5, 0.5)
    return offset


def add_dear_measures(
    row: Floats, left: LocalFeatures, right: LocalFeatures, *, right_first: bool
) -> None:
    """Fill in what the local features of one pair say.

    right_first says which picture the comparison starts from: a robust fit is not symmetric.
    """
    first, second = (right, left) if right_first else (left, right)
    look_in_mirror = float(column(row, "cosine")) >= _MIRROR_COSINE
    found = best_agreement(first, second) if look_in_mirror else agreement(first, second)
    column(row, "votes")[...] = found.votes
    column(row, "inliers")[...] = found.inliers
    column(row, "mirrored")[...] = found.mirrored
    if found.homography is None:
        return
    placed = placement(
        _inverted(found.homography) if right_first else found.homography, left, right
    )
    if placed is None:
        return
    for name in ("overlap", "right", "down", "turn", "zoom"):
        column(row, name)[...] = getattr(placed, name)
    if placed.overlap >= _ENOUGH_OVERLAP:
        apart = difference_of_frames(found, first, second)
        column(row, "changed")[...] = apart.share
        if apart.boxes:
            box = apart.boxes[0]
            column(row, "changed_right")[...] = box.left + box.width / 2
            column(row, "changed_down")[...] = box.top + box.height / 2


def _inverted(homography: Matrix) -> Matrix:
    return np.asarray(np.linalg.inv(homography), dtype=np.float64)


def best_agreement(left: LocalFeatures, right: LocalFeatures) -> Agreement:
    """As they are, or in a mirror, whichever speaks more clearly for one scene."""
    plain = agreement(left, right)
    if plain.votes >= _CONVINCING_VOTES:
        return plain
    mirrored = agreement(left, right, mirrored=True)
    if mirrored.votes * _MIRROR_DISCOUNT <= plain.votes:
        return plain
    return replace(mirrored, votes=mirrored.votes * _MIRROR_DISCOUNT)


def difference_of_frames(
    found: Agreement, first: LocalFeatures, second: LocalFeatures
) -> FrameDifference:
    """What differs in the second's frame once the first is laid over it and the light evened."""
    there = second.frame if not found.mirrored else second.in_mirror().frame
    here, seen = _laid_over(found, first, second)
    # Where the first shows nothing, nothing can differ.
    return difference(normalise(np.where(seen > 0, here, there)), normalise(there))


def _laid_over(
    found: Agreement, first: LocalFeatures, second: LocalFeatures
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    from_frame = np.diag([first.width / FRAME_WIDTH, first.height / FRAME_HEIGHT, 1.0])
    to_frame = np.diag([FRAME_WIDTH / second.width, FRAME_HEIGHT / second.height, 1.0])
    matrix = to_frame @ found.homography @ from_frame
    size = (FRAME_WIDTH, FRAME_HEIGHT)
    whole = np.full_like(first.frame, 255)
    here = cv2.warpPerspective(first.frame, matrix, size, flags=cv2.INTER_LINEAR)
    seen = cv2.warpPerspective(whole, matrix, size, flags=cv2.INTER_NEAREST)
    return here.astype(np.uint8, copy=False), seen.astype(np.uint8, copy=False)


def _even_light(grays: NDArray[np.uint8]) -> Floats:
    even = [cv2.equalizeHist(gray) for gray in grays]
    rows = np.array(even, dtype=np.float32).reshape(-1, GRAY_SIDE * GRAY_SIDE)
    return _unit(rows - rows.mean(axis=1, keepdims=True))


def _unit(rows: Floats) -> Floats:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Floats = rows / np.maximum(lengths, 1e-6)
    return scaled


def _colour_distance(left: NDArray[np.uint8], right: NDArray[np.uint8]) -> Floats:
    apart = left[..., 1:].astype(np.float32) - right[..., 1:]
    distance: Floats = np.sqrt((apart**2).sum(axis=3)).mean(axis=(1, 2))
    return distance
