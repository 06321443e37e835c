"""Features of a pair: a percent, the measures behind it, and what kind of pair it is.

Cheap first: hashes, embedding and small frames of a whole block of pairs at once; local features
only for the pairs that these leave undecided.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from dedup.core.fusion import is_settled_alike, undecided
from dedup.core.fusion import percent as fused_percent
from dedup.core.local_features import LocalFeatures
from dedup.core.measures import (
    MEASURES,
    FeatureBlock,
    add_dear_measures,
    add_shifts,
    cheap_measures,
)
from dedup.core.reasons import kinds, reasons
from dedup.core.values import Flags, Floats, Indices, PairScores

__all__ = ["MEASURES", "FeatureBlock", "reasons", "score_pairs"]

_BLOCK = 4096  # pairs at once: some 30 MB
_UNPACKED = 600  # local features kept ready: a window's worth, 20 MB


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
    identical marks pairs of equal bytes, same_camera those that one camera took. Neither the order
    of the pairs nor of their two sides changes a percent.
    """
    measures = np.full((len(left), len(MEASURES)), np.nan, dtype=np.float32)
    for start in range(0, len(left), _BLOCK):
        part = slice(start, start + _BLOCK)
        measures[part] = cheap_measures(block, left[part], right[part])
    same = block.records["pixels"][left] == block.records["pixels"][right]
    if identical is not None:
        same = same | identical
    if local is not None:
        _compare_local_features(block, left, right, measures, ~same, local)
    _add_cheap_shifts(block, left, right, measures)
    percent = np.where(same, np.float32(100), fused_percent(measures)).astype(np.float32)
    return PairScores(percent, measures, kinds(measures, percent, same_camera))


def _compare_local_features(
    block: FeatureBlock,
    left: Indices,
    right: Indices,
    measures: Floats,
    wanted: Flags,
    local: Callable[[int], bytes],
) -> None:
    @lru_cache(maxsize=_UNPACKED)
    def features_of(row: int) -> LocalFeatures:
        return LocalFeatures.from_bytes(local(row))

    for index in np.flatnonzero(wanted & undecided(measures)):
        first, second = int(left[index]), int(right[index])
        add_dear_measures(
            measures[index],
            features_of(first),
            features_of(second),
            # The pictures themselves say which comes first, not their order in a library.
            right_first=_name(block, first) > _name(block, second),
        )


def _add_cheap_shifts(block: FeatureBlock, left: Indices, right: Indices, measures: Floats) -> None:
    """Where the cheap measures were enough for one scene, they also say how far the view moved."""
    chosen = np.flatnonzero(is_settled_alike(measures))
    for start in range(0, len(chosen), _BLOCK):
        part = chosen[start : start + _BLOCK]
        add_shifts(measures, part, block, left[part], right[part])


def _name(block: FeatureBlock, row: int) -> bytes:
    return bytes(block.records["pixels"][row].tobytes())
