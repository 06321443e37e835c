"""The figures are those of the textbooks, worked out by hand on small examples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core import evaluation

SCORES = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
SIMILAR = np.array([True, False, True, True, False])


def test_average_precision_is_the_mean_precision_at_the_similar_ones() -> None:
    expected = (1 / 1 + 2 / 3 + 3 / 4) / 3
    assert evaluation.curve(SCORES, SIMILAR).average_precision() == pytest.approx(expected)


def test_equal_scores_count_as_one_step() -> None:
    found = evaluation.curve(np.ones(4), np.array([True, False, False, True]))
    assert found.average_precision() == pytest.approx(0.5)


def test_the_threshold_keeps_the_precision_and_finds_the_most() -> None:
    found = evaluation.curve(SCORES, SIMILAR)
    assert found.threshold_at(0.75) == 0.6
    assert found.threshold_at(1.0) == 0.9
    assert evaluation.curve(SCORES, ~SIMILAR).threshold_at(0.9) == float("inf")


def test_precision_and_recall_at_a_threshold() -> None:
    assert evaluation.precision_at(SCORES, SIMILAR, 0.7) == pytest.approx(2 / 3)
    assert evaluation.recall_at(SCORES, SIMILAR, 0.7) == pytest.approx(2 / 3)
    assert evaluation.precision_at(SCORES, SIMILAR, 2.0) == 1.0


def test_recall_is_told_for_kinds_with_similar_pairs_only() -> None:
    kinds = ["burst", "random", "burst", "series", "random"]
    found = evaluation.recall_by_kind(SCORES, SIMILAR, kinds, 0.65)
    assert found == {"burst": 1.0, "series": 0.0}


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        pytest.param([1, 2, 3, 4], 1.0, id="same order"),
        pytest.param([9, 5, 2, 0], -1.0, id="reversed"),
        pytest.param([1, 3, 2, 4], 0.8, id="one swap"),
        pytest.param([5, 5, 5, 5], 0.0, id="no variation"),
        pytest.param([1, 1, 2, 2], 0.894427, id="ties"),
    ],
)
def test_rank_correlation_is_spearmans(second: list[float], expected: float) -> None:
    assert evaluation.rank_correlation([1, 2, 3, 4], second) == pytest.approx(expected, abs=1e-6)


@given(
    st.lists(st.tuples(st.floats(0, 100), st.booleans()), min_size=1, max_size=40),
    st.floats(0, 100),
    st.floats(0, 100),
)
def test_raising_the_threshold_never_finds_more(
    pairs: list[tuple[float, bool]], one: float, other: float
) -> None:
    scores = np.array([score for score, _ in pairs])
    similar = np.array([label for _, label in pairs])
    low, high = sorted((one, other))
    assert evaluation.recall_at(scores, similar, high) <= evaluation.recall_at(scores, similar, low)
