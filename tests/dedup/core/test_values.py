"""Options keep to the promised range and survive being stored."""

import json
from typing import Any

import pytest

from dedup.core.values import Options, WindowMode


@pytest.mark.parametrize("seconds", [0.1, 1.0, 60.0, 24 * 3600.0])
def test_windows_from_a_tenth_of_a_second_to_a_day_are_allowed(seconds: float) -> None:
    assert Options(window_seconds=seconds).window_us == round(seconds * 1_000_000)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"window_seconds": 0.09}, id="shorter than a tenth of a second"),
        pytest.param({"window_seconds": 24 * 3600 + 1}, id="longer than a day"),
        pytest.param({"window_seconds": float("nan")}, id="not a number"),
        pytest.param({"threshold_percent": -1}, id="threshold below 0"),
        pytest.param({"threshold_percent": 100.5}, id="threshold above 100"),
        pytest.param({"max_neighbours": 0}, id="no neighbour"),
        pytest.param({"mode": "bucket"}, id="unknown mode"),
    ],
)
def test_options_outside_the_range_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Options(**wrong)


def test_options_come_back_from_json_as_they_were() -> None:
    options = Options(0.5, WindowMode.SPAN, 82.5, across_cameras=False, max_neighbours=7)
    assert Options.from_json(json.loads(json.dumps(options.to_json()))) == options
