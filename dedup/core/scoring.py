"""Features of a pair: a percent, the measures behind it, and the reasons in words.

Cheap first: hashes, embedding and small frames of a whole block of pairs at once; local features
only for the pairs that these leave undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.core.features import light_records
from dedup.core.geometry import LocalFeatures, agreement
from dedup.core.hashes import SIDES, distances
from dedup.core.values import Flags, Floats, Indices, Kind, PairScores, Reason

MEASURES = (
    *SIDES,  # differing bits, as a share
    "cosine",  # of the embeddings
    "gray",  # correlation of the small frames, light normalised
    "colour",  # mean distance of the colour grids
    "exposure_ev",  # how many steps the right one is brighter
    "sharpness",  # how much sharper the right one is
    "inliers",  # points that one plane explains
)
_BLOCK = 4096  # pairs at once: some 30 MB


@dataclass(frozen=True, slots=True)
class FeatureBlock:
    """The light features of many photos, stacked; pairs name its rows."""

    records: NDArray[Any]  # of features.LIGHT
    vectors: Floats  # unit embeddings
    grays: Floats  # small frames, mean 0 and length 1

    def __len__(self) -> int:
        return len(self.records)

    @classmethod
    def from_light(cls, stored: Sequence[bytes]) -> FeatureBlock:
        records = light_records(stored)
        return cls(
            records=records,
            vectors=_unit(records["embedding"].astype(np.float32)),
            grays=_unit(_centred(records["gray"].reshape(len(records), -1).astype(np.float32))),
        )


def score_pairs(
    block: FeatureBlock,
    left: Indices,
    right: Indices,
    *,
    local: Callable[[int], bytes] | None = None,
    identical: Flags | None = None,
    same_camera: Flags | None = None,
) -> PairScores:
    """Percent, measures and kind of each pair of rows of the block.

    local gives the stored local features of a row; without it undecided pairs stay undecided.
    identical marks pairs of equal bytes. Neither the order of the pairs nor of their two sides
    changes a percent.
    """
    measures = np.full((len(left), len(MEASURES)), np.nan, dtype=np.float32)
    for start in range(0, len(left), _BLOCK):
        part = slice(start, start + _BLOCK)
        measures[part, :-1] = _cheap_measures(block, left[part], right[part])
    if local is not None:
        _add_geometry(measures, left, right, local)
    same = block.records["pixels"][left] == block.records["pixels"][right]
    if identical is not None:
        same |= identical
    percent = np.where(same, 100.0, np.minimum(_percent(measures), 99.9)).astype(np.float32)
    return PairScores(percent, measures, _kinds(measures, percent))


def reasons(measures: Floats, percent: float) -> tuple[Reason, ...]:
    """The reasons for one pair's percent, the most telling first."""
    row = dict(zip(MEASURES, map(float, measures), strict=True))
    if percent >= 100:
        return (Reason("identical", "identical picture"),)
    if percent < 50:
        return (Reason("different", "different scenes"),)
    steps = row["exposure_ev"]
    if abs(steps) >= 0.3:
        brighter = "brighter" if steps > 0 else "darker"
        return (Reason("exposure", f"same scene, {abs(steps):.1f} EV {brighter}"),)
    return (Reason("scene", "same scene"),)


def _cheap_measures(block: FeatureBlock, left: Indices, right: Indices) -> Floats:
    records = block.records
    columns = [
        distances(records[name][left], records[name][right]) / (side * side)
        for name, side in SIDES.items()
    ]
    columns.append(np.einsum("ij,ij->i", block.vectors[left], block.vectors[right]))
    columns.append(np.einsum("ij,ij->i", block.grays[left], block.grays[right]))
    apart = records["colours"][left].astype(np.float32) - records["colours"][right]
    columns.append(np.sqrt((apart**2).sum(axis=3)).mean(axis=(1, 2)))
    columns.append(records["exposure_ev"][right] - records["exposure_ev"][left])
    columns.append(records["sharpness"][right] - records["sharpness"][left])
    return np.stack(columns, axis=1).astype(np.float32)


def _add_geometry(
    measures: Floats, left: Indices, right: Indices, local: Callable[[int], bytes]
) -> None:
    known: dict[int, LocalFeatures] = {}

    def features_of(row: int) -> LocalFeatures:
        if row not in known:
            known[row] = LocalFeatures.from_bytes(local(row))
        return known[row]

    chance = _percent(measures)
    for index in np.flatnonzero((chance > 2) & (chance < 97)):
        low, high = sorted((int(left[index]), int(right[index])))
        found = agreement(features_of(low), features_of(high))
        measures[index, MEASURES.index("inliers")] = found.inliers


def _percent(measures: Floats) -> Floats:
    column = {name: measures[:, index] for index, name in enumerate(MEASURES)}
    evidence = (
        14.0 * (column["cosine"] - 0.6)
        + 8.0 * (0.25 - column["dhash64"])
        + 2.0 * (column["gray"] - 0.5)
    )
    inliers = column["inliers"]
    evidence += np.where(np.isnan(inliers), 0.0, 2.0 * (np.log1p(inliers) - np.log1p(12)))
    chance: Floats = 100.0 / (1.0 + np.exp(-np.clip(evidence, -30, 30)))
    return chance


def _kinds(measures: Floats, percent: Floats) -> NDArray[np.uint8]:
    exposure = np.abs(measures[:, MEASURES.index("exposure_ev")])
    kind = np.where(exposure >= 0.3, Kind.EXPOSURE, Kind.SCENE)
    kind = np.where(percent < 50, Kind.DIFFERENT, kind)
    return np.where(percent >= 100, Kind.IDENTICAL, kind).astype(np.uint8)


def _centred(rows: Floats) -> Floats:
    middle: Floats = rows - rows.mean(axis=1, keepdims=True)
    return middle


def _unit(rows: Floats) -> Floats:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Floats = rows / np.maximum(lengths, 1e-6)
    return scaled
