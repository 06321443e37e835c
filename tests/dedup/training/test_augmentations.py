"""What training calls the same scene."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.training.augmentations import (
    Strength,
    framed,
    lit,
    recorded,
    shade,
    tone_curve,
    view,
    white_balance,
)

STILL = Strength(
    stops=0,
    tone=0,
    white_balance=0,
    saturation=0,
    shade=0,
    turn_degrees=0,
    smallest_crop=1,
    perspective=0,
    chance_of_grey=0,
    chance_of_mirror=0,
    chance_of_quarter_turn=0,
)


def drawn(height: int = 120, width: int = 160) -> np.ndarray:
    picture = np.full((height, width, 3), (90, 140, 200), np.uint8)
    cv2.circle(picture, (width // 3, height // 2), height // 4, (200, 60, 30), -1)
    cv2.rectangle(picture, (width // 2, height // 3), (width, height), (60, 110, 50), -1)
    return cv2.GaussianBlur(picture, (0, 0), 2)


def test_the_same_generator_draws_the_same_view() -> None:
    first, second = (view(drawn(), np.random.default_rng(3), 64) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_two_draws_differ() -> None:
    random = np.random.default_rng(3)
    assert (view(drawn(), random, 64) != view(drawn(), random, 64)).any()


@pytest.mark.parametrize("shape", [(120, 160), (160, 120), (1, 1), (3, 900)])
def test_a_view_is_square_bytes_whatever_the_shape_of_the_picture(shape: tuple[int, int]) -> None:
    shot = view(np.full((*shape, 3), 128, np.uint8), np.random.default_rng(0), 48)
    assert shot.shape == (48, 48, 3)
    assert shot.dtype == np.uint8


def test_a_picture_is_not_changed_by_viewing_it() -> None:
    picture = drawn()
    for seed in range(8):
        view(picture, np.random.default_rng(seed), 64)
    np.testing.assert_array_equal(picture, drawn())


def test_a_still_camera_shows_the_whole_frame() -> None:
    # The crop's two sides still vary by a tenth; over many draws the mean frame is the picture.
    shots = [framed(drawn(), np.random.default_rng(seed), 64, STILL) for seed in range(40)]
    squashed = cv2.resize(drawn(), (64, 64), interpolation=cv2.INTER_AREA)
    assert np.abs(np.mean(shots, axis=0) - squashed).mean() < 4


def test_still_light_leaves_the_picture_as_it_is() -> None:
    shot = lit(drawn(), np.random.default_rng(0), STILL)
    assert np.abs(shot.astype(int) - drawn()).max() <= 1


def test_exposure_goes_both_ways_and_clips() -> None:
    only_exposure = replace(STILL, stops=2.5)
    bright = np.full((8, 8, 3), 200, np.uint8)
    levels = [
        int(lit(bright, np.random.default_rng(seed), only_exposure).mean()) for seed in range(60)
    ]
    assert min(levels) < 110
    assert max(levels) == 255


def test_grey_views_have_no_colour() -> None:
    always_grey = replace(Strength(), chance_of_grey=1.0)
    shot = lit(drawn(), np.random.default_rng(1), always_grey)
    assert np.ptp(shot, axis=2).max() == 0


def test_a_mirrored_view_is_the_mirror_image() -> None:
    mirror = replace(STILL, chance_of_mirror=1.0)
    straight = framed(drawn(), np.random.default_rng(2), 64, STILL)
    mirrored = framed(drawn(), np.random.default_rng(2), 64, mirror)
    assert np.abs(mirrored[:, ::-1].astype(int) - straight).mean() < 2


def test_recording_adds_noise_and_blur_but_keeps_the_picture() -> None:
    changes = []
    for seed in range(30):
        shot = recorded(drawn(), np.random.default_rng(seed), Strength())
        changes.append(np.abs(shot.astype(int) - drawn()).mean())
    assert max(changes) > 3
    assert max(changes) < 15


@given(seed=st.integers(0, 2**32 - 1), most=st.floats(0, 1))
def test_white_balance_does_not_change_the_exposure(seed: int, most: float) -> None:
    gains = white_balance(np.random.default_rng(seed), most)
    assert gains.mean() == pytest.approx(1, abs=1e-5)
    assert (gains > 0).all()


@given(seed=st.integers(0, 2**32 - 1), most=st.floats(0, 1))
def test_a_tone_curve_rises_and_stays_between_black_and_white(seed: int, most: float) -> None:
    curve = tone_curve(np.linspace(0, 1, 256), np.random.default_rng(seed), most)
    assert (np.diff(curve) >= -1e-9).all()
    assert curve[0] >= 0
    assert curve[-1] <= 1


@given(seed=st.integers(0, 2**32 - 1))
def test_shade_is_light_and_never_negative(seed: int) -> None:
    light = shade((30, 40), np.random.default_rng(seed), 0.5)
    assert light.shape == (30, 40)
    assert light.min() > 0
