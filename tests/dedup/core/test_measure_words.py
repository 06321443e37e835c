"""What was measured, as a person reads it."""

import numpy as np

from dedup.core.measure_words import measures_in_words
from dedup.core.measures import MEASURES
from dedup.core.values import Floats


def row(**values: float) -> Floats:
    known = dict.fromkeys(MEASURES, float("nan")) | {
        "phash64": 0.25,
        "dhash64": 0.25,
        "phash256": 0.25,
        "dhash256": 0.25,
        "cosine": 0.9,
        "gray": 0.8,
        "colour": 2.0,
        "exposure_ev": -0.7,
        "sharpness": 0.0,
    }
    return np.array([(known | values)[name] for name in MEASURES], np.float32)


def test_cheap_measures_are_told_and_what_was_not_measured_is_left_out() -> None:
    assert dict(measures_in_words(row())) == {
        "Content": "90 of 100 alike to the network",
        "Hash bits that differ": "25%",
        "Small frames, light evened": "80 of 100 alike",
        "Exposure": "−0.7 EV",  # noqa: RUF001
        "Sharpness": "0 of 100",
    }


def test_the_view_is_told_with_its_directions() -> None:
    dear = {"votes": 40.4, "inliers": 42, "mirrored": 0, "overlap": 0.93, "changed": 0.012}
    told = dict(measures_in_words(row(**dear, right=0.031, down=-0.0001, turn=-1.24, zoom=1.1)))
    assert told["Points found again"] == "42, 42 of them in one plane"
    assert told["Seen by both"] == "93%"
    assert told["Shift"] == "+3.1 % to the right, 0.0 % down"
    assert told["Turn"] == "−1.2°"  # noqa: RUF001
    assert told["Zoom"] == "1.10×"  # noqa: RUF001
    assert told["Changed, view and light evened"] == "1.2%"


def test_a_mirrored_picture_is_said_to_be_one() -> None:
    told = dict(measures_in_words(row(votes=20, inliers=20, mirrored=1)))
    assert told["Points found again"].endswith("in a mirror")
