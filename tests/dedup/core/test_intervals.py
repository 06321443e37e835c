"""The time between neighbours: counted, drawn, and turned into advice."""

import numpy as np
import pytest

from dedup.core.intervals import (
    STOPS,
    advice,
    intervals_of,
    place_of,
    readable,
    rounded,
    suggested_window,
)

SECOND = 1_000_000


def taken(*seconds: float) -> np.ndarray:
    return np.array([round(each * SECOND) for each in seconds], dtype=np.int64)


STEADY = intervals_of(np.arange(500, dtype=np.int64) * 300 * SECOND)


def test_every_interval_is_in_one_bar() -> None:
    found = intervals_of(taken(0, 0, 0.05, 1, 3, 63, 4000, 10**6))
    assert sum(bar.count for bar in found.bars) == found.count == 7
    assert found.bars[0].count == 2, "what is shorter than the first bar is in it"
    assert found.bars[-1].count == 1, "what is longer than the last one too"
    assert found.median_seconds == 2


def test_cameras_have_intervals_of_their_own() -> None:
    found = intervals_of(taken(0, 1, 10, 11), np.array([1, 2, 1, 2]))
    assert found.seconds.tolist() == [10, 10]


def test_no_photo_and_one_photo_have_no_interval() -> None:
    for few in (taken(), taken(5)):
        found = intervals_of(few)
        assert (found.count, found.median_seconds, advice(found, 60)) == (0, 0, "")
        assert suggested_window(found, 60) is None


def test_a_window_shorter_than_a_steady_camera_s_interval_is_told_what_to_try() -> None:
    assert suggested_window(STEADY, 60) == 900
    assert advice(STEADY, 60) == (
        "Median interval 5 min: a window of 1 min gives no groups. Try 15 min."
    )
    assert suggested_window(STEADY, 900) is None


def test_a_window_that_joins_everything_is_told_of_a_shorter_one() -> None:
    assert suggested_window(STEADY, 86_400) == 900
    assert "15 min would do" in advice(STEADY, 86_400)


def test_photos_that_lie_days_apart_are_said_to() -> None:
    found = intervals_of(np.arange(50, dtype=np.int64) * 3 * 86_400 * SECOND)
    assert suggested_window(found, 60) is None
    assert advice(found, 60) == (
        "Median interval 3 days: a window of 1 min gives no groups. "
        "The photos lie too far apart in time."
    )


def test_a_window_that_serves_is_left_alone() -> None:
    found = intervals_of(taken(0, 2, 4, 6, 4000, 4002, 4004, 9000, 9002))
    assert suggested_window(found, 60) is None
    assert advice(found, 60) == (
        "75 of 100 photos follow the one before within 1 min; median interval 2 s."
    )


@pytest.mark.parametrize("window", STOPS)
def test_what_is_suggested_lies_in_the_range_and_is_another_window(window: float) -> None:
    better = suggested_window(STEADY, window)
    assert better is None or (better in STOPS and better != window)


def test_places_grow_with_the_window_from_end_to_end() -> None:
    places = [place_of(stop) for stop in STOPS]
    assert places == sorted(places)
    assert places[0] == 0
    assert 0.9 < places[-1] <= 1


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.1, "0.1 s"), (90, "1.5 min"), (86_400, "24 h"), (5 * 86_400, "5 days")],
)
def test_windows_are_said_as_people_say_them(seconds: float, said: str) -> None:
    assert readable(seconds) == said


@pytest.mark.parametrize(("seconds", "said"), [(299.7, "5 min"), (1.234, "1.2 s"), (7, "7 s")])
def test_measured_times_are_rounded(seconds: float, said: str) -> None:
    assert rounded(seconds) == said
