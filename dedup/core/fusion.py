"""From measures to a percent: how sure that it is one scene, and how much of it changed.

Decision and degree are kept apart until the last step. The evidence is a logistic model fitted on
labelled pairs (python -m dedup.training.fit_scoring writes coefficients.json); each of its terms
may only raise the evidence, so a pair that is more alike in any respect never scores lower.
The change is a plain sum of distances with no fitted part.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dedup.core.hashes import SIDES
from dedup.core.measures import column
from dedup.core.values import Flags, Floats

Terms = dict[str, NDArray[np.float64]]

COEFFICIENTS_FILE = Path(__file__).with_name("coefficients.json")

# Log odds within which the cheap evidence is not enough: on similarity/pairs.csv 3 of 387 similar
# pairs lie below and none of 7,000 dissimilar ones above.
UNDECIDED_FROM, UNDECIDED_TO = -5.0, 5.0
# The embedding alone never settles that a pair is alike: two receipts, plates or drawings look the
# same to it. The pixels must agree, too.
_PIXELS_AGREE = 0.5
# Beyond these log odds, 98 of 100, more certainty does not make a pair more alike.
_CERTAIN = 4.0
# A pair that is certainly one scene starts at 50 + 50 * this, however much changed in it.
_SCENE_SHARE = 0.35
_HALF_CHANGED = 1.2
_CHANGE_POWER = 1.5
_NOT_IDENTICAL = 99.9


@dataclass(frozen=True, slots=True)
class Model:
    intercept: float
    weights: dict[str, float]

    def log_odds(self, terms: Terms) -> NDArray[np.float64]:
        """Of the pairs being one scene; summed term by term, so that neighbours never matter."""
        total = np.full(len(next(iter(terms.values()))), self.intercept)
        for name, weight in self.weights.items():
            total += weight * terms[name]
        return total


@dataclass(frozen=True, slots=True)
class Coefficients:
    cheap: Model
    full: Model
    embedding_version: int
    pairs: int  # judged ones, that all of this comes from
    # Threshold; of the pairs from there on, the share that is one scene; and of all pairs of one
    # scene the share that is found so. Cross-validated.
    curve: tuple[tuple[float, float, float], ...]


@lru_cache(maxsize=1)
def coefficients() -> Coefficients:
    stored = json.loads(COEFFICIENTS_FILE.read_text())
    return Coefficients(
        cheap=Model(**stored["cheap"]),
        full=Model(**stored["full"]),
        embedding_version=stored["embedding_version"],
        pairs=stored["pairs"],
        curve=tuple((point[0], point[1], point[2]) for point in stored["curve"]),
    )


def percent(measures: Floats) -> Floats:
    """0..99.9; 50 is the point of even odds. 100 is kept for identical pictures."""
    return percent_of(log_odds(measures), change(measures))


def percent_of(odds: NDArray[np.float64], changed: NDArray[np.float64]) -> Floats:
    doubt = 100 / (1 + np.exp(-np.clip(odds, -30, 0)))
    certainty = np.tanh(np.clip(odds, 0, _CERTAIN) / 2) / np.tanh(_CERTAIN / 2)
    degree = np.exp(-((changed / _HALF_CHANGED) ** _CHANGE_POWER))
    above = certainty * (_SCENE_SHARE + (1 - _SCENE_SHARE) * degree)
    return np.where(odds <= 0, doubt, 50 + (_NOT_IDENTICAL - 50) * above).astype(np.float32)


def undecided(measures: Floats) -> Flags:
    """Pairs that need their local features."""
    odds = coefficients().cheap.log_odds(cheap_terms(measures))
    return ~settled_different(odds) & ~settled_alike(odds, measures)


def settled_different(cheap_odds: NDArray[np.float64]) -> Flags:
    return cheap_odds < UNDECIDED_FROM


def settled_alike(cheap_odds: NDArray[np.float64], measures: Floats) -> Flags:
    agree: Flags = (cheap_odds > UNDECIDED_TO) & (column(measures, "gray") >= _PIXELS_AGREE)
    return agree


def log_odds(measures: Floats) -> NDArray[np.float64]:
    """By the full model where the local features were compared, else by the cheap one."""
    known = coefficients()
    odds = known.cheap.log_odds(cheap_terms(measures))
    compared = ~np.isnan(column(measures, "votes"))
    odds[compared] = known.full.log_odds(full_terms(measures[compared]))
    return odds


def cheap_terms(measures: Floats) -> Terms:
    cosine = _column(measures, "cosine")
    gray = _column(measures, "gray")
    return {
        "cosine": cosine,
        "cosine above 0.5": np.maximum(0, cosine - 0.5),
        "cosine above 0.7": np.maximum(0, cosine - 0.7),
        "equal hash bits": 1 - _hash_distance(measures),
        "gray": gray,
        "gray above 0.6": np.maximum(0, gray - 0.6),
    }


def full_terms(measures: Floats) -> Terms:
    """Few and straight, so that what the fit never saw is judged soberly."""
    votes = _column(measures, "votes")
    return {
        "cosine": _column(measures, "cosine"),
        "equal hash bits": 1 - _hash_distance(measures),
        "votes up to 12": np.minimum(votes, 12),
        "log votes": np.log1p(votes),
    }


def change(measures: Floats) -> NDArray[np.float64]:
    """How much differs: 0 for copies, about 0.1 for a shift by 1 %, above 2 for other scenes."""
    return (
        _hash_distance(measures)
        + np.clip(1 - _column(measures, "cosine"), 0, 1)
        + np.clip(1 - _column(measures, "gray"), 0, 1)
        + 0.3 * np.abs(_column(measures, "exposure_ev"))
    )


def _hash_distance(measures: Floats) -> NDArray[np.float64]:
    total = sum(_column(measures, name) for name in SIDES)
    return np.asarray(total / len(SIDES), dtype=np.float64)


def _column(measures: Floats, name: str) -> NDArray[np.float64]:
    return column(measures, name).astype(np.float64)
