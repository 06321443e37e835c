"""The small fitted model that tells light from change by a pair's places.

Its coefficients are in camera_model.json, written by `python -m dedup.training.fit_camera`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from dedup.core.camera_places import MEASURES
from dedup.core.values import Floats

COEFFICIENTS = Path(__file__).with_name("camera_model.json")
# Measures further out than this many deviations were not in the pictures of the fit; they
# count as if they were just inside.
FURTHEST_DEVIATIONS = 4.0


@dataclass(frozen=True, slots=True)
class CameraModel:
    centre: Floats  # per measure, of the places of the fit
    spread: Floats
    weights: Floats
    bias: float  # even odds where both kinds of pairs are as many
    caution: float  # added to the bias: losing a changed frame is worse than keeping a redundant
    sharpness: float  # how much more the likeliest place counts than the next

    def log_odds(self, measures: Floats) -> Floats:
        """Of every place: the log odds that something came, went or moved there."""
        deviations = (measures - self.centre) / self.spread
        inside = np.clip(deviations, -FURTHEST_DEVIATIONS, FURTHEST_DEVIATIONS)
        return np.asarray(inside @ self.weights + self.bias + self.caution, np.float32)

    def together(self, log_odds: Floats) -> float:
        """Log odds that anything changed in the frame: a soft maximum over its places."""
        if len(log_odds) == 0:
            return NOTHING_TO_SEE
        highest = float(log_odds.max())
        rest = np.exp((log_odds - highest) * self.sharpness).sum()
        return highest + float(np.log(rest)) / self.sharpness


# Log odds of a pair in which nothing exceeds the noise of the sensor.
NOTHING_TO_SEE = -12.0


@cache
def fitted_model() -> CameraModel:
    return read_model(json.loads(COEFFICIENTS.read_text()))


def read_model(stored: dict[str, Any]) -> CameraModel:
    by_measure = stored["measures"]
    if tuple(by_measure) != MEASURES:
        raise ValueError(f"{COEFFICIENTS.name} was fitted for other measures: fit it again.")
    columns = {
        key: np.array([by_measure[name][key] for name in MEASURES], np.float32)
        for key in ("centre", "spread", "weight")
    }
    return CameraModel(
        centre=columns["centre"],
        spread=columns["spread"],
        weights=columns["weight"],
        bias=float(stored["bias"]),
        caution=float(stored["caution"]),
        sharpness=float(stored["sharpness"]),
    )
