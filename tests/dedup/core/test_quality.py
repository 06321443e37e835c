"""Quality goes the way an eye would say, and does not depend on the number of pixels."""

import numpy as np
import pytest

from dedup.core.quality import focus_grid, judged_size, quality
from tests import pictures


@pytest.mark.parametrize("seed", range(3))
def test_blur_lowers_sharpness_step_by_step(seed: int) -> None:
    picture = pictures.scene(seed, (480, 360))
    found = [
        quality(np.asarray(pictures.blurred(picture, radius) if radius else picture)).sharpness
        for radius in (0, 1, 2, 4)
    ]
    assert found == sorted(found, reverse=True)
    assert found[0] - found[-1] > 0.2


def test_sharpness_hardly_depends_on_light() -> None:
    picture = np.asarray(pictures.scene(1, (480, 360)))
    darker = (picture * 0.5).astype(np.uint8)
    assert quality(darker).sharpness == pytest.approx(quality(picture).sharpness, abs=0.05)


def test_a_step_of_exposure_is_measured_as_one() -> None:
    light = np.linspace(0.02, 0.4, 480 * 360).reshape(360, 480, 1).repeat(3, axis=2)
    seen = [np.round((light * factor) ** (1 / 2.2) * 255).astype(np.uint8) for factor in (1, 2)]
    darker, brighter = (quality(each).exposure_ev for each in seen)
    assert brighter - darker == pytest.approx(1, abs=0.02)


def test_clipping_is_the_share_without_detail() -> None:
    picture = np.full((100, 100, 3), 128, np.uint8)
    picture[:10], picture[-20:] = 0, 255
    found = quality(picture)
    assert found.clipped_dark == pytest.approx(0.1, abs=0.02)
    assert found.clipped_bright == pytest.approx(0.2, abs=0.02)
    assert found.clipping == pytest.approx(0.3, abs=0.02)


def test_noise_is_measured_in_grey_values() -> None:
    grain = np.random.default_rng(0).normal(128, 6, (240, 320, 1)).repeat(3, axis=2)
    assert quality(grain.astype(np.uint8)).noise == pytest.approx(6, rel=0.15)


def test_the_focus_grid_shows_where_a_picture_is_sharp() -> None:
    picture = pictures.scene(2, (480, 360))
    half = np.asarray(pictures.blurred(picture, 5)).copy()
    half[:, :240] = np.asarray(picture)[:, :240]
    grid = focus_grid(judged_size(half)).astype(int)
    assert (grid[:, :2].min(axis=1) > grid[:, 3]).all()
