"""The fit is honest: no picture is in both fit and test, and no measure counts against a pair."""

from pathlib import Path

import numpy as np
import pytest

from dedup.core.labelled_pairs import LabelledPair, Measured
from dedup.core.measures import MEASURES
from dedup.training import fit_scoring

COUNT = 60


def measured() -> Measured:
    """Twenty scenes of three pictures; neighbours in a scene are similar, others are not."""
    random = np.random.default_rng(0)
    pairs = [
        (3 * scene + shot, 3 * scene + shot + 1, True) for scene in range(20) for shot in (0, 1)
    ]
    pairs += [
        (int(a), int(b), False) for a, b in random.integers(0, COUNT, (400, 2)) if a // 3 != b // 3
    ]
    return Measured(
        folder=Path(),
        originals=(),
        names=tuple(f"{number}.jpg" for number in range(COUNT)),
        features=(),
        pairs=tuple(LabelledPair(f"{a}.jpg", f"{b}.jpg", same, "kind") for a, b, same in pairs),
        left=np.array([a for a, _, _ in pairs]),
        right=np.array([b for _, b, _ in pairs]),
        unreadable=(),
        light_ms=np.zeros(0, np.float32),
        local_ms=np.zeros(0, np.float32),
    )


def pairs_of(found: Measured) -> fit_scoring.Pairs:
    folds = fit_scoring.picture_folds(found, seed=0)
    measures = np.zeros((len(found.left), len(MEASURES)), dtype=np.float32)
    return fit_scoring.Pairs(
        measures, found.similar, found.kinds, folds[found.left], folds[found.right]
    )


def test_pictures_of_one_scene_share_a_fold() -> None:
    folds = fit_scoring.picture_folds(measured(), seed=0)
    assert (folds.reshape(-1, 3) == folds[::3, None]).all()
    assert len(np.unique(folds)) == fit_scoring.FOLDS


def test_no_picture_is_in_both_fit_and_test_and_every_pair_is_tested_once() -> None:
    found = measured()
    pairs = pairs_of(found)
    tested = np.zeros(len(found.left), dtype=int)
    for fitting, testing in fit_scoring._splits(pairs):
        seen = {*found.left[fitting].tolist(), *found.right[fitting].tolist()}
        asked = {*found.left[testing].tolist(), *found.right[testing].tolist()}
        assert not seen & asked
        tested += testing
    assert (tested == 1).all()


def test_a_fit_finds_what_tells_and_leaves_out_what_misleads() -> None:
    random = np.random.default_rng(1)
    similar = random.random(2000) < 0.3
    telling = similar * 2.0 + random.normal(size=2000)
    misleading = random.normal(size=2000) - similar.astype(float)
    weights, intercept = fit_scoring.fit(np.stack([telling, misleading], axis=1), similar)
    assert weights[0] == pytest.approx(2, abs=0.4)
    assert weights[1] == 0
    odds = telling * weights[0] + intercept
    chance = 1 / (1 + np.exp(-odds))
    assert chance.mean() == pytest.approx(similar.mean(), abs=0.01)


def test_scores_of_random_labels_are_not_learnt_by_heart() -> None:
    """What was fitted on a picture would show here as foresight."""
    pairs = pairs_of(measured())
    noise = np.random.default_rng(2).normal(size=(len(pairs.similar), 3))
    odds = fit_scoring.cross_validated(noise, pairs)
    assert abs(np.corrcoef(odds, pairs.similar)[0, 1]) < 0.2
