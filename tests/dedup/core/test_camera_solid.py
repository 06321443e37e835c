"""Things in dim light that are no brighter than the noise, beside lamps and darker exposures."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from dedup.core.camera_frames import compare
from dedup.core.camera_maps import Map, resized, solid_size
from dedup.core.camera_solid import Solid, find_solid
from dedup.core.values import Gray

SIZE = (640, 480)
EVERYWHERE = np.ones((SIZE[1], SIZE[0]), np.uint8)


def ground(level: float, seed: int, thing: float = 0.0, glow: float = 0.0) -> Gray:
    """A flat ground with a sensor's noise, and on it a standing thing or the light of a lamp."""
    picture = np.full((SIZE[1], SIZE[0]), level, np.float32)
    picture[:, ::80] = picture[::80] = 2 * level  # kerbs, so that two frames can be lined up
    picture[:200] *= 2  # and the sky
    mask = np.zeros_like(picture)
    cv2.ellipse(mask, (320, 300), (17, 38), 0, 0, 360, 1, -1)  # 0.7 % of the picture
    picture += thing * mask
    across, down = np.meshgrid(np.arange(SIZE[0]), np.arange(SIZE[1]))
    picture += glow * np.exp(-((across - 320) ** 2 + (down - 300) ** 2) / 2 / 45**2)
    picture += np.random.default_rng(seed).normal(0, 2, picture.shape)
    return np.asarray(np.clip(np.rint(picture), 0, 255), np.uint8)


def found_between(a: Gray, b: Gray, counts: Gray) -> Solid | None:
    return find_solid(small(a), small(b), counts)


def small(frame: Gray) -> Map:
    return resized(frame, solid_size(frame.shape)).astype(np.float32)


@pytest.mark.parametrize("thing", [12.0, -12.0])
def test_a_thing_in_the_dark_is_found_where_it_stands(thing: float) -> None:
    found = found_between(ground(20, 1), ground(20, 2, thing), EVERYWHERE)
    assert found is not None
    assert found.log_odds > 0.5
    rows, columns = np.nonzero(found.part)
    assert (columns.mean(), rows.mean()) == pytest.approx((320, 300), abs=6)
    assert found.part.mean() == pytest.approx(0.0066, abs=0.003)


def test_it_does_not_matter_that_the_light_differs_too() -> None:
    found = found_between(ground(40, 1), ground(20, 2, 12), EVERYWHERE)
    assert found is not None
    assert found.log_odds > 0.5


def test_noise_is_no_thing() -> None:
    assert found_between(ground(20, 1), ground(20, 2), EVERYWHERE) is None


def test_the_glow_of_a_lamp_is_no_thing() -> None:
    assert found_between(ground(20, 1), ground(20, 2, glow=25), EVERYWHERE) is None


def test_by_day_the_other_measures_judge() -> None:
    assert found_between(ground(120, 1), ground(120, 2, 60), EVERYWHERE) is None


def test_what_is_masked_does_not_count() -> None:
    counts = EVERYWHERE.copy()
    counts[240:360, 280:360] = 0
    assert found_between(ground(20, 1), ground(20, 2, 9), counts) is None


def test_the_frame_score_sees_it_too() -> None:
    found = compare(ground(40, 1), ground(20, 2, 12))
    assert found.redundant_percent < 50
    assert any(
        box.left < 0.5 < box.left + box.width and box.top < 0.625 < box.top + box.height
        for box in found.boxes
    )
