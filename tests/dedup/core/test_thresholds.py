"""What a threshold promises is what was measured, never more."""

import pytest

from dedup.core.thresholds import describe_threshold, precision_at
from dedup.core.values import DEFAULT_THRESHOLD


def test_at_most_one_in_a_hundred_is_wrong_at_the_default_threshold() -> None:
    assert precision_at(DEFAULT_THRESHOLD) >= 0.99


def test_the_promise_is_in_words_and_rounded_down() -> None:
    words = describe_threshold(DEFAULT_THRESHOLD)
    assert words == f"At {DEFAULT_THRESHOLD:.0f} %, 99 of 100 are the same scene."


def test_never_more_than_99_of_100_are_promised() -> None:
    assert precision_at(95) == 1.0
    assert describe_threshold(95) == "At 95 %, 99 of 100 are the same scene."


def test_a_lower_threshold_promises_less() -> None:
    assert precision_at(50) <= precision_at(60) <= precision_at(70)
    assert int(describe_threshold(50).split()[3]) <= 98


@pytest.mark.parametrize(
    ("threshold", "words"),
    [
        pytest.param(100, "At 100 %, only identical pictures.", id="100"),
        pytest.param(30, "Below 50 %, most are different scenes.", id="30"),
    ],
)
def test_the_ends_of_the_scale_have_words_of_their_own(threshold: float, words: str) -> None:
    assert describe_threshold(threshold) == words
