import numpy as np
import pytest

from dedup.core.camera_model import FURTHEST_DEVIATIONS, read_model
from dedup.core.camera_places import MEASURES
from dedup.training.fit_camera import (
    JudgedPairs,
    Recipe,
    as_json,
    cross_validated,
    day_of,
    fit,
)


def judged(days: int = 4, pairs_a_day: int = 20) -> JudgedPairs:
    """Pairs in which one place of a changed one stands out by its first measure."""
    random = np.random.default_rng(0)
    names, changed, measures = [], [], []
    for day in range(days):
        for pair in range(pairs_a_day):
            places = random.normal(0, 1, (6, len(MEASURES))).astype(np.float32)
            if pair % 2:
                places[3, 0] += 6
            names.append((f"2024-01-{day + 1:02}T{pair:02}.jpg", "other.jpg"))
            changed.append(bool(pair % 2))
            measures.append(places)
    return JudgedPairs(tuple(names), np.array(changed), tuple(measures))


def test_the_measure_that_stands_out_in_changed_pairs_gets_the_weight() -> None:
    model = fit(judged(), Recipe())
    assert model.weights[0] > 4 * np.abs(model.weights[1:]).max()


def test_unseen_days_are_told_apart() -> None:
    pairs = judged()
    scores = cross_validated(pairs, Recipe())
    assert scores[pairs.changed].min() > scores[~pairs.changed].mean()


def test_the_fit_is_deterministic_and_survives_being_stored() -> None:
    model, again = fit(judged(), Recipe()), fit(judged(), Recipe())
    assert as_json(model) == as_json(again)
    stored = read_model(dict(as_json(model)))
    places = judged().measures[1]
    assert stored.log_odds(places) == pytest.approx(model.log_odds(places), abs=0.01)


def test_a_pair_without_places_is_surely_redundant_and_outliers_are_held_in() -> None:
    model = fit(judged(), Recipe())
    assert model.together(np.zeros(0, np.float32)) < -10
    far = np.full((1, len(MEASURES)), 1e6, np.float32)
    bound = np.abs(model.weights).sum() * FURTHEST_DEVIATIONS + abs(model.bias)
    assert abs(float(model.log_odds(far)[0])) <= bound


def test_coefficients_of_other_measures_are_refused() -> None:
    stored = dict(as_json(fit(judged(), Recipe())))
    stored["measures"] = {"mood": {"centre": 0, "spread": 1, "weight": 1}}
    with pytest.raises(ValueError, match="fit it again"):
        read_model(stored)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2023-06-18T03_11_46.jpg", "2023-06-18"),
        ("c21_2021_03_27__10_36_36.png", "2021_03_27"),
        ("c10-picture.png", "c10-picture.png"),
    ],
)
def test_the_day_is_read_from_the_name(name: str, day: str) -> None:
    assert day_of(name) == day
