"""Fit the model of dedup/core/camera_model.json from judged pairs of camera frames.

python -m dedup.training.fit_camera PAIRS.csv --images DIR [--out FILE]

A pair is a bag of places: it changed if something changed in any of them. The labels say only
the former, so the weights are fitted through a soft maximum over the places.
"""

from __future__ import annotations

import argparse
import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from dedup.core.camera_alignment import line_up
from dedup.core.camera_evaluation import CHANGED, REDUNDANT, read_frame, read_pairs, separation
from dedup.core.camera_frames import PreparedFrame, prepare
from dedup.core.camera_light import difference_without_light, light_change_ev
from dedup.core.camera_model import COEFFICIENTS, FURTHEST_DEVIATIONS, CameraModel
from dedup.core.camera_places import MEASURES, find_places
from dedup.core.values import Floats

log = logging.getLogger(__name__)

DAY = re.compile(r"\d{4}[-_]?\d{2}[-_]?\d{2}")


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that decides the fit besides the pairs."""

    penalty: float = 0.005  # on the squared weights of the standardised measures
    sharpness: float = 2.0  # of the soft maximum over the places of a pair
    lost: float = 0.02  # share of unseen changed pairs that may be called redundant


@dataclass(frozen=True, slots=True)
class JudgedPairs:
    names: tuple[tuple[str, str], ...]
    changed: NDArray[np.bool_]
    measures: tuple[Floats, ...]  # of the places of each pair

    def part(self, chosen: NDArray[np.bool_]) -> JudgedPairs:
        at = np.nonzero(chosen)[0]
        return JudgedPairs(
            tuple(self.names[i] for i in at),
            self.changed[at],
            tuple(self.measures[i] for i in at),
        )


def read_judged(pairs_csv: Path, images: Path) -> JudgedPairs:
    """The pairs judged as changed or redundant, measured."""
    rows = [pair for pair in read_pairs(pairs_csv) if pair.label in (CHANGED, REDUNDANT)]
    prepared = _Prepared(images)
    return JudgedPairs(
        names=tuple((row.frame_a, row.frame_b) for row in rows),
        changed=np.array([row.label == CHANGED for row in rows]),
        measures=tuple(_measured(prepared[row.frame_a], prepared[row.frame_b]) for row in rows),
    )


class _Prepared(dict[str, PreparedFrame]):
    """Prepares a frame when it is first asked for."""

    def __init__(self, images: Path) -> None:
        super().__init__()
        self.images = images

    def __missing__(self, name: str) -> PreparedFrame:
        self[name] = prepare(read_frame(self.images, name))
        return self[name]


def _measured(a: PreparedFrame, b: PreparedFrame) -> Floats:
    pair = line_up(a, b)
    difference = difference_without_light(pair, light_change_ev(pair))
    return find_places(pair, difference).measures


def fit(pairs: JudgedPairs, recipe: Recipe) -> CameraModel:
    """Deterministic: the same pairs give the same coefficients."""
    seen = [at for at, measures in enumerate(pairs.measures) if len(measures)]
    everything = np.concatenate([pairs.measures[at] for at in seen]).astype(np.float64)
    bag = np.repeat(np.arange(len(seen)), [len(pairs.measures[at]) for at in seen])
    centre, spread = everything.mean(axis=0), everything.std(axis=0) + 1e-6
    inside = np.clip((everything - centre) / spread, -FURTHEST_DEVIATIONS, FURTHEST_DEVIATIONS)
    loss = _loss(inside, bag, pairs.changed[seen].astype(np.float64), recipe)
    found = minimize(loss, np.zeros(len(MEASURES) + 1), jac=True, method="L-BFGS-B")
    return CameraModel(
        centre=centre.astype(np.float32),
        spread=spread.astype(np.float32),
        weights=found.x[1:].astype(np.float32),
        bias=float(found.x[0]),
        caution=0.0,
        sharpness=recipe.sharpness,
    )


def _loss(
    inside: NDArray[np.float64],
    bag: NDArray[np.int64],
    changed: NDArray[np.float64],
    recipe: Recipe,
) -> Callable[[NDArray[np.float64]], tuple[float, NDArray[np.float64]]]:
    """Log loss of the pairs, both labels weighing the same in sum, and its slope."""
    weight = np.where(changed > 0, 1 / max(1.0, changed.sum()), 1 / max(1.0, (1 - changed).sum()))
    weight /= weight.sum()

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = inside @ parameters[1:] + parameters[0]
        highest = np.full(len(changed), -np.inf)
        np.maximum.at(highest, bag, odds)
        lift = np.exp((odds - highest[bag]) * recipe.sharpness)
        total = np.bincount(bag, lift, len(changed))
        together = highest + np.log(total) / recipe.sharpness
        error = 1 / (1 + np.exp(-together)) - changed
        value = weight @ (np.logaddexp(0, together) - changed * together)
        per_place = (weight * error)[bag] * lift / total[bag]
        slope = np.concatenate([[per_place.sum()], inside.T @ per_place])
        slope[1:] += 2 * recipe.penalty * parameters[1:]
        return float(value + recipe.penalty * (parameters[1:] ** 2).sum()), slope

    return loss


def cross_validated(pairs: JudgedPairs, recipe: Recipe) -> NDArray[np.float64]:
    """Log odds of change of every pair, from a model that saw no frame of the pair's day."""
    days = np.array([day_of(names[0]) for names in pairs.names])
    scores = np.zeros(len(days))
    for day in sorted(set(days)):
        model = fit(pairs.part(days != day), recipe)
        for at in np.nonzero(days == day)[0]:
            scores[at] = model.together(model.log_odds(pairs.measures[at]))
    return scores


def day_of(name: str) -> str:
    """The date in a frame's name; a name without one is a day of its own."""
    found = DAY.search(name)
    return found.group() if found else name


def as_json(model: CameraModel) -> Mapping[str, Any]:
    by_measure = {
        name: {
            "centre": round(float(model.centre[at]), 4),
            "spread": round(float(model.spread[at]), 4),
            "weight": round(float(model.weights[at]), 4),
        }
        for at, name in enumerate(MEASURES)
    }
    return {
        "bias": round(model.bias, 4),
        "caution": round(model.caution, 4),
        "sharpness": model.sharpness,
        "measures": by_measure,
    }


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=COEFFICIENTS)
    options = parser.parse_args()
    pairs = read_judged(options.pairs, options.images)
    recipe = Recipe()
    unseen = cross_validated(pairs, recipe)
    log.info("On days that the model had not seen: %s", separation(-unseen, ~pairs.changed))
    caution = -float(np.quantile(unseen[pairs.changed], recipe.lost))
    model = replace(fit(pairs, recipe), caution=caution)
    options.out.write_text(json.dumps(as_json(model), indent=2) + "\n")
    log.info("Fitted on %d pairs: %s", len(pairs.names), options.out)


if __name__ == "__main__":
    main()
