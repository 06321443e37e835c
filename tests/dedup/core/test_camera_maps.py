"""Frames at another size, and what is told of all their pixels."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from dedup.core.camera_maps import light_ratio, log_ratio, middle_of, resized
from tests.pictures import scene


@pytest.mark.parametrize(
    ("width", "height"), [(1920, 1080), (1344, 760), (960, 540), (739, 416), (641, 483)]
)
@pytest.mark.parametrize("size", [(739, 416), (320, 180), (185, 104)])
def test_a_frame_at_another_size_is_near_the_mean_of_its_areas(
    width: int, height: int, size: tuple[int, int]
) -> None:
    picture = np.asarray(scene(3, (width, height)).convert("L"))
    smooth = cv2.GaussianBlur(picture, (0, 0), 3 * max(1, width / size[0])).astype(np.float32)
    found = resized(smooth, size)
    assert found.shape == size[::-1]
    apart = np.abs(found - cv2.resize(smooth, size, interpolation=cv2.INTER_AREA))
    assert float(apart.mean()) < 0.5 and float(apart.max()) < 6


def test_shrinking_takes_the_noise_out() -> None:
    noise = np.random.default_rng(1).normal(100, 10, (1080, 1920)).astype(np.float32)
    assert float(resized(noise, (480, 270)).std()) == pytest.approx(10 / 4, rel=0.05)
    assert float(resized(noise, (240, 135)).std()) == pytest.approx(10 / 8, rel=0.05)


def test_a_frame_may_shrink_along_one_edge_only() -> None:
    assert resized(np.full((40, 900), 7, np.uint8), (300, 40)).tolist() == [[7] * 300] * 40


def test_the_middle_is_the_median() -> None:
    values = np.random.default_rng(2).random(1001).astype(np.float32)
    assert middle_of(values.copy()) == float(np.median(values))


def test_ratios_of_light_are_calm_in_the_dark() -> None:
    dark, lit = np.zeros((2, 2), np.float32), np.full((2, 2), 8, np.float32)
    assert light_ratio(lit, dark).tolist() == [[2, 2], [2, 2]]
    assert log_ratio(dark, lit) == pytest.approx(-np.log(2))
