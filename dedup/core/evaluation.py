"""How well scores tell similar from dissimilar pairs: the measures of docs/similarity.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.core.values import Flags

Scores = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Curve:
    """Precision and recall at each distinct score, from the highest score down."""

    thresholds: NDArray[np.float64]
    precision: NDArray[np.float64]
    recall: NDArray[np.float64]

    def threshold_at(self, precision: float) -> float:
        """The lowest threshold that keeps the precision; infinite where none does."""
        kept = np.flatnonzero(self.precision >= precision)
        return float(self.thresholds[kept[-1]]) if len(kept) else float("inf")

    def average_precision(self) -> float:
        steps = np.diff(np.append(0.0, self.recall))
        return float(np.sum(steps * self.precision))


def curve(scores: Scores, similar: Flags) -> Curve:
    """Pairs of equal score stand or fall together."""
    order = np.argsort(-scores, kind="stable")
    ranked = np.asarray(scores, dtype=np.float64)[order]
    hits = np.cumsum(similar[order])
    last = np.append(np.diff(ranked) != 0, True) if len(ranked) else np.zeros(0, dtype=bool)
    found = np.arange(1, len(ranked) + 1)
    return Curve(ranked[last], (hits / found)[last], (hits / max(1, hits[-1:].sum()))[last])


def precision_at(scores: Scores, similar: Flags, threshold: float) -> float:
    """1 where nothing is found: then nothing is wrong."""
    found = scores >= threshold
    return float(similar[found].mean()) if found.any() else 1.0


def recall_at(scores: Scores, similar: Flags, threshold: float) -> float:
    return float((scores[similar] >= threshold).mean()) if similar.any() else 0.0


def recall_by_kind(
    scores: Scores, similar: Flags, kinds: Sequence[str], threshold: float
) -> dict[str, float]:
    """Of the kinds that have similar pairs, in the order of the alphabet."""
    kind = np.array(kinds)
    return {
        str(name): recall_at(scores[kind == name], similar[kind == name], threshold)
        for name in np.unique(kind[similar])
    }


def rank_correlation(first: Sequence[float], second: Sequence[float]) -> float:
    """Spearman's, with mean ranks for equals; 0 where one side does not vary."""
    ranks = [_ranks(np.asarray(values, dtype=np.float64)) for values in (first, second)]
    apart = [values - values.mean() for values in ranks]
    power = float(np.sqrt((apart[0] ** 2).sum() * (apart[1] ** 2).sum()))
    return float((apart[0] * apart[1]).sum() / power) if power > 0 else 0.0


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    highest = np.cumsum(counts)
    return (highest - (counts - 1) / 2)[inverse]
