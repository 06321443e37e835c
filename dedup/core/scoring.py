"""Features of a pair: a percent, the measures behind it, and what kind of pair it is.

Cheap first: hashes, embedding and small frames of a whole block of pairs at once; local features
only for the pairs that these leave undecided.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from dedup.core.features import Features
from dedup.core.fusion import percent as fused_percent
from dedup.core.fusion import undecided
from dedup.core.identity import SamePixels, identical
from dedup.core.local_features import LocalFeatures
from dedup.core.measures import (
    CHEAP,
    MEASURES,
    FeatureBlock,
    add_dear_measures,
    add_shifts,
    cheap_measures,
    column,
)
from dedup.core.reasons import kinds, reasons
from dedup.core.values import Flags, Floats, Indices, Kind, PairScores, Reason

__all__ = [
    "MEASURES",
    "Explanation",
    "FeatureBlock",
    "LocalSource",
    "explain",
    "reasons",
    "score_pairs",
]


@dataclass(frozen=True, slots=True)
class Explanation:
    percent: float
    measures: Floats  # (len(MEASURES),)
    kind: Kind
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class LocalSource:
    """Where the stored local features of the rows of a block come from."""

    of: Callable[[int], bytes]
    expect: Callable[[list[int]], None] = lambda rows: None  # which, in the order they are asked


_BLOCK = 4096  # pairs at once: some 30 MB
_UNPACKED = 600  # local features kept ready: a window's worth, 20 MB


def score_pairs(
    block: FeatureBlock,
    left: Indices,
    right: Indices,
    *,
    local: LocalSource | None = None,
    same_pixels: SamePixels | None = None,
    same_camera: Flags | None = None,
) -> PairScores:
    """Percent, measures and kind of each pair of rows of the block.

    Without ``local`` undecided pairs stay undecided.
    same_pixels is asked about pairs whose small copies are equal or nearly so: 100 % is what it
    proves, and no other pair. same_camera marks pairs that one camera took. Neither the order of
    the pairs nor of their two sides changes a percent.
    """
    measures = np.full((len(left), len(MEASURES)), np.nan, dtype=np.float32)
    same = np.zeros(len(left), dtype=bool)
    for start in range(0, len(left), _BLOCK):
        part = slice(start, start + _BLOCK)
        measures[part] = cheap_measures(block, left[part], right[part])
        same[part] = identical(block, left[part], right[part], measures[part], same_pixels)
    if local is not None:
        unsure = np.flatnonzero(~same & undecided(measures))
        local.expect(np.stack([left[unsure], right[unsure]], axis=1).ravel().tolist())
        _compare_local_features(block, left, right, measures, unsure, local.of)
    percent = np.where(same, np.float32(100), fused_percent(measures)).astype(np.float32)
    _add_cheap_shifts(block, left, right, measures, percent)
    return PairScores(percent, measures, kinds(measures, percent, same_camera))


def explain(
    first: Features,
    second: Features,
    *,
    same_pixels: SamePixels | None = None,
    same_camera: bool = False,
) -> Explanation:
    """One pair for a person who looks at it: the same percent, with all that can be said.

    The local features are compared in any case, which costs some milliseconds.
    """
    block = FeatureBlock.from_light([first.light_bytes(), second.light_bytes()])
    left, right = np.array([0]), np.array([1])
    locals_ = (first.local, second.local)
    scores = score_pairs(
        block,
        left,
        right,
        local=LocalSource(lambda row: locals_[row].to_bytes()),
        same_pixels=same_pixels,
    )
    row, percent = scores.measures[0], float(scores.percent[0])
    if np.isnan(column(row, "votes")):
        row[len(CHEAP) :] = np.nan
        add_dear_measures(row, *locals_, right_first=_name(block, 0) > _name(block, 1))
    (kind,) = kinds(row[None], scores.percent, np.array([same_camera]))
    return Explanation(percent, row, Kind(kind), reasons(row, percent))


def _compare_local_features(
    block: FeatureBlock,
    left: Indices,
    right: Indices,
    measures: Floats,
    unsure: Indices,
    local: Callable[[int], bytes],
) -> None:
    @lru_cache(maxsize=_UNPACKED)
    def features_of(row: int) -> LocalFeatures:
        return LocalFeatures.from_bytes(local(row))

    for index in unsure.tolist():
        first, second = int(left[index]), int(right[index])
        add_dear_measures(
            measures[index],
            features_of(first),
            features_of(second),
            # The pictures themselves say which comes first, not their order in a library.
            right_first=_name(block, first) > _name(block, second),
        )


def _add_cheap_shifts(
    block: FeatureBlock, left: Indices, right: Indices, measures: Floats, percent: Floats
) -> None:
    """Where the cheap measures were enough for one scene, they also say how far the view moved."""
    chosen = np.flatnonzero((percent >= 50) & np.isnan(column(measures, "votes")))
    for start in range(0, len(chosen), _BLOCK):
        part = chosen[start : start + _BLOCK]
        add_shifts(measures, part, block, left[part], right[part])


def _name(block: FeatureBlock, row: int) -> bytes:
    return bytes(block.records["pixels"][row].tobytes())
