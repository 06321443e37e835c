"""A pair's reasons say in words what its measures show, and nothing that is not known."""

import numpy as np
import pytest

from dedup.core.measures import MEASURES
from dedup.core.reasons import kinds, reasons
from dedup.core.values import Floats, Kind

# A settled pair of one scene, seen from nearly the same place.
ALIKE = {
    "phash64": 0.1,
    "dhash64": 0.1,
    "phash256": 0.2,
    "dhash256": 0.2,
    "cosine": 0.9,
    "gray": 0.95,
    "colour": 3.0,
    "exposure_ev": 0.0,
    "sharpness": 0.0,
}

# Compared with its local features: an unmoved frame in which something changed.
MOVED = {"changed": 0.05, "right": 0.0, "down": 0.0, "turn": 0.0, "zoom": 1.0, "overlap": 1.0}


def row(**measures: float) -> Floats:
    known = ALIKE | measures
    return np.array([known.get(name, np.nan) for name in MEASURES], dtype=np.float32)


def kind_of(measures: Floats, percent: float = 85, *, same_camera: bool = False) -> Kind:
    found = kinds(measures[None], np.array([percent], dtype=np.float32), np.array([same_camera]))
    return Kind(found[0])


@pytest.mark.parametrize(
    ("measures", "percent", "kind", "sentences"),
    [
        pytest.param({}, 100, Kind.IDENTICAL, ["Identical picture"], id="identical"),
        pytest.param({}, 49.9, Kind.DIFFERENT, ["Different scenes"], id="different"),
        pytest.param(
            {"gray": 0.999, "cosine": 0.99},
            99,
            Kind.SAME_PICTURE,
            ["Same picture, at most resized or compressed again"],
            id="copy",
        ),
        pytest.param(
            {"mirrored": 1, "overlap": 0.99, "turn": 0, "right": 0, "down": 0, "zoom": 1},
            70,
            Kind.SAME_PICTURE,
            ["Same picture, mirrored"],
            id="mirrored",
        ),
        pytest.param(
            {"mirrored": 0, "overlap": 0.95, "turn": -90.2, "right": 0, "down": 0, "zoom": 1},
            70,
            Kind.SAME_PICTURE,
            ["Same picture, turned by 90°"],
            id="turned",
        ),
        pytest.param(
            {"right": -0.03, "down": 0.01},
            90,
            Kind.SHIFTED,
            ["Same scene, shifted 3 % to the left"],
            id="shifted",
        ),
        pytest.param(
            {"right": 0.0, "down": 0.05, "turn": 3.2, "zoom": 0.8, "overlap": 0.9},
            80,
            Kind.SHIFTED,
            ["Same scene, shifted 5 % down", "25 % wider", "Tilted 3°"],
            id="shifted, zoomed and tilted",
        ),
        pytest.param(
            {"exposure_ev": 0.74},
            80,
            Kind.EXPOSURE,
            ["Same scene, 0.7 EV brighter"],
            id="brighter",
        ),
        pytest.param(
            {"exposure_ev": -2.1, "sharpness": -0.2},
            80,
            Kind.EXPOSURE,
            ["Same scene, 2.1 EV darker", "Clearly softer"],
            id="darker and softer",
        ),
        pytest.param(
            MOVED | {"changed_right": 0.9, "changed_down": 0.1},
            88,
            Kind.MOVED,
            ["Same scene, something moved, top right"],
            id="something moved",
        ),
        pytest.param(
            MOVED | {"turn": 8.0},
            80,
            Kind.SHIFTED,
            ["Same scene, tilted 8°"],
            id="seen from elsewhere, all that is near seems to move",
        ),
        pytest.param(
            {"gray": 0.3, "right": 0.5, "down": 0.0, "overlap": 0.4},
            70,
            Kind.SCENE,
            ["Same scene, another part of it or from elsewhere"],
            id="another part",
        ),
        pytest.param({"gray": 0.4}, 72, Kind.SCENE, ["Same scene"], id="nothing more is known"),
    ],
)
def test_kind_and_reasons_fit_the_measures(
    measures: dict[str, float], percent: float, kind: Kind, sentences: list[str]
) -> None:
    found = row(**measures)
    assert kind_of(found, percent) is kind
    assert [reason.sentence for reason in reasons(found, percent)] == sentences


def test_an_unmoved_frame_of_one_camera_differs_in_light_only() -> None:
    assert kind_of(row(right=0.0, down=0.0), same_camera=True) is Kind.LIGHT


@pytest.mark.parametrize("across", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("along", [0.1, 0.5, 0.9])
def test_the_place_of_a_change_is_named(across: float, along: float) -> None:
    moved = row(**MOVED | {"changed_right": across, "changed_down": along})
    (reason,) = reasons(moved, 88)
    assert ("left" in reason.sentence) == (across < 0.3)
    assert ("right" in reason.sentence) == (across > 0.7)
    assert ("top" in reason.sentence) == (along < 0.3)
    assert ("bottom" in reason.sentence) == (along > 0.7)
