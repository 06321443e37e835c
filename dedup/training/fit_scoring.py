"""Fit the evidence of the score: python -m dedup.training.fit_scoring PAIRS.csv --images DIR

Writes dedup/core/coefficients.json. What it prints is cross-validated: every pair is scored by a
model that has seen neither of its pictures, nor one that is similar to them.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from dedup.core import embeddings, evaluation, fusion
from dedup.core.labelled_pairs import Measured, measure_pairs, read_pairs
from dedup.core.local_features import LocalFeatures
from dedup.core.measures import FeatureBlock, add_dear_measures, cheap_measures
from dedup.core.values import DEFAULT_THRESHOLD, Flags, Floats, Indices

log = logging.getLogger(__name__)

FOLDS = 5
SHRINKAGE = 1e-4  # per pair; keeps the weights of terms that say nearly the same small
CURVE = tuple(range(100))

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Everything that is fitted on: all measures of all pairs, whatever the stages would skip."""

    measures: Floats
    similar: Flags
    kinds: Sequence[str]
    left_fold: Indices
    right_fold: Indices


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    options = _arguments()
    measured = measure_pairs(read_pairs(options.pairs), options.images)
    for line in measured.unreadable:
        log.info("unreadable: %s", line)
    pairs = all_measures(measured, seed=options.seed)
    percent = cross_validated_percent(pairs)
    report(percent, pairs)
    options.out.write_text(json.dumps(fitted(pairs, percent), indent=1) + "\n")


def all_measures(measured: Measured, *, seed: int) -> Pairs:
    block = FeatureBlock.from_light([each.light_bytes() for each in measured.features])
    local = [LocalFeatures.from_bytes(each.local_bytes()) for each in measured.features]
    measures = cheap_measures(block, measured.left, measured.right)
    pixels = [each.light["pixels"].tobytes() for each in measured.features]
    for row, left, right in zip(measures, measured.left, measured.right, strict=True):
        add_dear_measures(row, local[left], local[right], right_first=pixels[left] > pixels[right])
    folds = picture_folds(measured, seed=seed)
    return Pairs(
        measures, measured.similar, measured.kinds, folds[measured.left], folds[measured.right]
    )


def picture_folds(measured: Measured, *, seed: int) -> Indices:
    """A fold for each picture; pictures linked by similar pairs share theirs."""
    family = list(range(len(measured.names)))

    def head(place: int) -> int:
        while family[place] != place:
            family[place] = family[family[place]]
            place = family[place]
        return place

    for left, right, similar in zip(
        measured.left.tolist(), measured.right.tolist(), measured.similar, strict=True
    ):
        if similar:
            family[head(left)] = head(right)
    _, number = np.unique([head(place) for place in range(len(family))], return_inverse=True)
    fold = np.random.default_rng(seed).integers(0, FOLDS, int(number.max(initial=0)) + 1)
    return fold[number].astype(np.int64)


def cross_validated_percent(pairs: Pairs) -> Floats:
    cheap_terms, full_terms = _terms(pairs)
    cheap = cross_validated(_matrix(cheap_terms), pairs)
    full = cross_validated(_matrix(full_terms), pairs)
    settled = fusion.settled_different(cheap) | fusion.settled_alike(cheap, pairs.measures)
    return fusion.percent_of(np.where(settled, cheap, full), fusion.change(pairs.measures))


def cross_validated(terms: Matrix, pairs: Pairs) -> NDArray[np.float64]:
    odds = np.zeros(len(terms))
    for fitting, testing in _splits(pairs):
        weights, intercept = fit(terms[fitting], pairs.similar[fitting])
        odds[testing] = terms[testing] @ weights + intercept
    return odds


def fit(terms: Matrix, similar: Flags) -> tuple[NDArray[np.float64], float]:
    """Logistic regression whose weights are never negative, on terms brought to one scale."""
    spread = terms.std(axis=0) + 1e-9
    scaled = (terms - terms.mean(axis=0)) / spread
    wanted = similar.astype(np.float64)

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = scaled @ values[1:] + values[0]
        shrink = SHRINKAGE * len(terms)
        missed = 1 / (1 + np.exp(-odds)) - wanted
        slope = np.append(missed.sum(), scaled.T @ missed + 2 * shrink * values[1:])
        cost = float((np.logaddexp(0, odds) - wanted * odds).sum())
        return cost + shrink * float((values[1:] ** 2).sum()), slope

    bounds = [(None, None)] + [(0, None)] * terms.shape[1]
    start = np.zeros(terms.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    weights = found[1:] / spread
    return weights, float(found[0] - terms.mean(axis=0) @ weights)


def fitted(pairs: Pairs, percent: Floats) -> dict[str, object]:
    """What is written: both models on all pairs, and the cross-validated curve."""
    cheap_terms, full_terms = _terms(pairs)
    curve = [
        [
            threshold,
            round(evaluation.precision_at(percent, pairs.similar, threshold), 4),
            round(evaluation.recall_at(percent, pairs.similar, threshold), 4),
        ]
        for threshold in CURVE
    ]
    return {
        "fitted_by": "python -m dedup.training.fit_scoring",
        "pairs": len(pairs.similar),
        "embedding_version": embeddings.EMBEDDING_VERSION,
        "cheap": _model(cheap_terms, pairs.similar),
        "full": _model(full_terms, pairs.similar),
        "curve": curve,
    }


def report(percent: Floats, pairs: Pairs) -> None:
    found = evaluation.curve(percent, pairs.similar)
    threshold = found.threshold_at(0.99)
    log.info("average precision %.4f", found.average_precision())
    log.info(
        "recall at 99 %% precision %.3f", evaluation.recall_at(percent, pairs.similar, threshold)
    )
    by_kind = evaluation.recall_by_kind(percent, pairs.similar, pairs.kinds, threshold)
    log.info("by kind %s", {name: round(value, 3) for name, value in by_kind.items()})
    for each in (50, 55, 60, 65, DEFAULT_THRESHOLD, 75, 80):
        log.info(
            "from %s %%: precision %.4f, recall %.3f",
            each,
            evaluation.precision_at(percent, pairs.similar, each),
            evaluation.recall_at(percent, pairs.similar, each),
        )
    quarters = np.percentile(percent[pairs.similar], [25, 50, 75]).round(1)
    log.info("quarters of the similar pairs: %s", quarters.tolist())


def _splits(pairs: Pairs) -> Iterator[tuple[Flags, Flags]]:
    """Pairs to fit on and pairs to test, without a picture in both; each pair is tested once."""
    low = np.minimum(pairs.left_fold, pairs.right_fold)
    high = np.maximum(pairs.left_fold, pairs.right_fold)
    for first in range(FOLDS):
        for second in range(first, FOLDS):
            held = (first, second)
            fitting = ~np.isin(pairs.left_fold, held) & ~np.isin(pairs.right_fold, held)
            testing = (low == first) & (high == second)
            if testing.any():
                yield fitting, testing


def _terms(pairs: Pairs) -> tuple[fusion.Terms, fusion.Terms]:
    return fusion.cheap_terms(pairs.measures), fusion.full_terms(pairs.measures)


def _matrix(terms: fusion.Terms) -> Matrix:
    return np.stack(list(terms.values()), axis=1)


def _model(terms: fusion.Terms, similar: Flags) -> dict[str, object]:
    weights, intercept = fit(_matrix(terms), similar)
    named = zip(terms, weights.tolist(), strict=True)
    return {
        "intercept": round(intercept, 4),
        "weights": {name: round(weight, 4) for name, weight in named},
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=fusion.COEFFICIENTS_FILE)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
