"""What a threshold promises is what was measured, never more."""

import pytest

from dedup.core.fusion import coefficients
from dedup.core.thresholds import describe_threshold, promise_at
from dedup.core.values import DEFAULT_THRESHOLD


def test_at_most_one_in_a_hundred_is_wrong_at_the_default_threshold() -> None:
    precision = {point[0]: point[1] for point in coefficients().curve}
    assert precision[DEFAULT_THRESHOLD] >= 0.99
    assert promise_at(DEFAULT_THRESHOLD).right == 99


def test_the_promise_is_in_words_with_what_is_right_and_what_is_found() -> None:
    found = promise_at(DEFAULT_THRESHOLD).found
    assert describe_threshold(DEFAULT_THRESHOLD) == (
        f"At {DEFAULT_THRESHOLD:.0f} %, 99 of 100 are the same scene, "
        f"and {found} of 100 similar pairs are found."
    )


def test_never_more_than_99_of_100_are_promised() -> None:
    assert max(promise_at(percent).right for percent in range(101)) == 99
    assert max(promise_at(percent).found for percent in range(101)) <= 99


def test_every_percentage_has_its_promise_and_a_lower_one_finds_no_less() -> None:
    promises = [promise_at(percent) for percent in range(101)]
    assert promises[50].right < promises[70].right
    found = [promise.found for promise in promises]
    assert found == sorted(found, reverse=True)
    assert found[70] > 85 > found[90]


@pytest.mark.parametrize(
    ("threshold", "begins"),
    [
        pytest.param(100, "At 100 %, only identical pictures", id="100"),
        pytest.param(30, "At 30 %, ", id="30"),
        pytest.param(72.5, "At 72.5 %, 99 of 100", id="between"),
        pytest.param(0, "At 0 %, 5 of 100 are the same scene", id="0"),
    ],
)
def test_any_threshold_has_words(threshold: float, begins: str) -> None:
    assert describe_threshold(threshold).startswith(begins)
