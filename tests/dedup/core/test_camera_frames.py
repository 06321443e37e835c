"""Frames drawn as a fixed camera sees them: sky, skyline, ground with parked things."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.core.camera_frames import (
    Condition,
    FrameSettings,
    Outcome,
    UnlikeFrames,
    compare,
    compare_prepared,
    prepare,
)
from dedup.core.camera_masks import NO_BORDER, BorderMask
from dedup.core.values import Rgb

PERSON = (0.45, 0.55, 0.035, 0.14)  # left, top, width, height: 0.5 % of the frame


def site(seed: int = 1, width: int = 640, height: int = 480, noise_seed: int = 0) -> Rgb:
    """A building site drawn in shares of the frame, so that every size shows the same view."""
    random = np.random.default_rng(seed)
    view = np.zeros((height, width, 3), np.float32)
    horizon = round(0.4 * height)
    view[:horizon] = (170, 195, 225)
    view[horizon:] = (150, 135, 115)
    for _ in range(14):
        _rectangle(view, random.uniform(0, 0.95), random.uniform(0.2, 0.36), 0.05, 0.4, random)
    for _ in range(50):
        left, top = random.uniform(0, 0.97), random.uniform(0.42, 0.95)
        _rectangle(view, left, top, random.uniform(0.01, 0.06), top + 0.03, random)
    stones = random.normal(0, 14, (60, 80)).astype(np.float32)
    ground = cv2.resize(stones, (width, height), interpolation=cv2.INTER_LINEAR)
    view[horizon:] += ground[horizon:, :, None]
    noise = np.random.default_rng(noise_seed).normal(0, 1.5, view.shape)
    return np.clip(view + noise, 0, 255).astype(np.uint8)


def _rectangle(
    view: np.ndarray,
    left: float,
    top: float,
    width: float,
    bottom: float,
    random: np.random.Generator,
) -> None:
    height_px, width_px = view.shape[:2]
    rows = slice(round(top * height_px), round(bottom * height_px))
    columns = slice(round(left * width_px), round((left + width) * width_px))
    # Dusty colours: gray with a tint, as machines and sheds have outdoors.
    view[rows, columns] = random.integers(30, 200) + random.integers(-15, 16, 3)


def with_person(frame: Rgb, place: tuple[float, float, float, float] = PERSON) -> Rgb:
    """A dark figure with a bright vest."""
    height, width = frame.shape[:2]
    left, top = round(place[0] * width), round(place[1] * height)
    right, bottom = round((place[0] + place[2]) * width), round((place[1] + place[3]) * height)
    changed = frame.copy()
    changed[top:bottom, left:right] = (35, 38, 45)
    vest = (bottom - top) // 3
    changed[top + vest // 2 : top + vest + vest // 2, left:right] = (225, 240, 60)
    return changed


def brightened(frame: Rgb, stops: float) -> Rgb:
    changed: Rgb = np.clip(frame * 2 ** (stops / 2.2), 0, 255).astype(np.uint8)
    return changed


def with_gamma(frame: Rgb, gamma: float) -> Rgb:
    return np.clip(255 * (frame / 255) ** gamma, 0, 255).astype(np.uint8)


def at_dusk(frame: Rgb) -> Rgb:
    """Blue and dark, as the balance between day and night shifts."""
    changed: Rgb = np.clip(frame * np.array([0.35, 0.45, 0.75]), 0, 255).astype(np.uint8)
    return changed


LIGHTS = [
    pytest.param(lambda frame: brightened(frame, -1.5), id="darker by 1.5 EV"),
    pytest.param(lambda frame: brightened(frame, 1.5), id="brighter by 1.5 EV"),
    pytest.param(lambda frame: with_gamma(frame, 0.6), id="gamma 0.6"),
    pytest.param(lambda frame: with_gamma(frame, 1.6), id="gamma 1.6"),
    pytest.param(at_dusk, id="blue and dark as at dusk"),
]


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_another_light_is_only_light(light, seed: int) -> None:  # type: ignore[no-untyped-def]
    found = compare(site(seed), light(site(seed, noise_seed=1)))
    assert found.outcome is Outcome.ONLY_LIGHT
    assert found.score == 0 and found.boxes == ()
    assert found.redundant_percent > 50
    assert "EV" in found.reasons[0].sentence


@pytest.mark.parametrize("stops", [-1.5, -0.5, 0.5])
def test_the_change_of_light_is_told_in_stops(stops: float) -> None:
    found = compare(site(), brightened(site(noise_seed=1), stops))
    assert found.light_change_ev == pytest.approx(stops, abs=0.25)


def test_two_frames_of_an_unchanged_scene_are_the_same() -> None:
    found = compare(site(noise_seed=1), site(noise_seed=2))
    assert found.outcome is Outcome.SAME
    assert found.redundant_percent > 90


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("stops", [0.0, -1.0])
def test_a_person_is_boxed_in_any_light(seed: int, stops: float) -> None:
    found = compare(site(seed), brightened(with_person(site(seed, noise_seed=1)), stops))
    assert found.outcome is Outcome.MOVED
    assert found.redundant_percent < 50
    left, top, width, height = PERSON
    boxes = [
        box
        for box in found.boxes
        if box.left <= left + width / 2 <= box.left + box.width
        and box.top <= top + height / 2 <= box.top + box.height
    ]
    assert boxes, "a box lies around the person"
    assert boxes[0].width < 3 * width and boxes[0].height < 2 * height
    assert 0.2 < found.score < 3


def test_motion_inside_the_mask_scores_nothing() -> None:
    before = site()
    behind_border = with_person(site(noise_seed=1), (0.01, 0.5, 0.03, 0.14))
    assert compare(before, behind_border, FrameSettings(BorderMask(8, 0, 0, 0))).score == 0
    around = ((0.40, 0.48), (0.54, 0.48), (0.54, 0.76), (0.40, 0.76))
    masked = FrameSettings(NO_BORDER, ignored=(around,))
    found = compare(before, with_person(site(noise_seed=1)), masked)
    assert found.score == 0 and found.boxes == ()
    assert found.outcome in (Outcome.SAME, Outcome.ONLY_LIGHT)


def test_the_score_does_not_depend_on_the_resolution() -> None:
    scores = [
        compare(site(1, width, height), with_person(site(1, width, height, noise_seed=1))).score
        for width, height in ((640, 480), (2688, 1520), (1920, 1080))
    ]
    assert scores[0] > 0
    assert scores == pytest.approx([scores[0]] * 3, rel=0.1)


def test_a_wind_shaken_camera_is_no_change() -> None:
    wide = site(1, 660, 500)
    shaken = wide[13:493, 7:647]
    found = compare(wide[10:490, 10:650], shaken)
    assert found.outcome in (Outcome.SAME, Outcome.ONLY_LIGHT)


def test_a_turned_camera_shows_another_view() -> None:
    wide = site(1, 720, 500)
    found = compare(wide[10:490, 10:650], wide[10:490, 45:685])
    assert found.outcome is Outcome.ANOTHER_VIEW
    assert "camera moved" in found.reasons[0].sentence


def test_another_scene_is_another_view() -> None:
    found = compare(site(1), np.ascontiguousarray(site(2)[::-1]))
    assert found.outcome is Outcome.ANOTHER_VIEW
    assert found.redundant_percent == 0


def test_frames_of_one_shape_and_other_size_are_compared() -> None:
    found = compare(site(1, 1920, 1080), site(1, 640, 360, noise_seed=1))
    assert found.outcome in (Outcome.SAME, Outcome.ONLY_LIGHT)


def test_frames_of_another_shape_are_refused_with_a_sentence() -> None:
    with pytest.raises(UnlikeFrames, match="640 by 480 and 1920 by 1080"):
        compare(site(), site(1, 1920, 1080))


def test_an_empty_frame_and_an_empty_mask_are_refused() -> None:
    with pytest.raises(UnlikeFrames, match="empty"):
        prepare(np.zeros((0, 0, 3), np.uint8))
    everything = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    with pytest.raises(UnlikeFrames, match="mask"):
        compare(site(), site(), FrameSettings(ignored=(everything,)))


def test_frames_prepared_for_other_masks_are_refused() -> None:
    with pytest.raises(UnlikeFrames, match="settings"):
        compare_prepared(prepare(site()), prepare(site(), FrameSettings(NO_BORDER)))


def test_flat_and_dark_frames_are_known_as_such() -> None:
    assert prepare(site()).condition is Condition.NORMAL
    assert prepare(np.full((480, 640), 90, np.uint8)).condition is Condition.FLAT
    assert prepare((site() * 0.08).astype(np.uint8)).condition is Condition.DARK


def test_a_covered_lens_is_another_view_and_two_of_them_are_the_same() -> None:
    black = np.zeros((480, 640), np.uint8)
    assert compare(site(), black).outcome is Outcome.ANOTHER_VIEW
    assert compare(black, black).outcome is Outcome.SAME


def test_swapping_the_frames_changes_only_the_sign_of_the_light() -> None:
    a, b = site(), brightened(with_person(site(noise_seed=1)), -1.0)
    forth, back = compare(a, b), compare(b, a)
    assert (forth.outcome, forth.boxes) == (back.outcome, back.boxes)
    assert forth.score == pytest.approx(back.score)
    assert forth.redundant_percent == pytest.approx(back.redundant_percent, abs=0.01)
    assert forth.light_change_ev == pytest.approx(-back.light_change_ev)


@pytest.mark.parametrize("percent", [-1.0, 101.0])
def test_a_senseless_smallest_area_is_refused(percent: float) -> None:
    with pytest.raises(ValueError, match="smallest area"):
        FrameSettings(minimum_area_percent=percent)


@given(
    width=st.sampled_from([1, 2, 3, 16, 333, 20000]),
    height=st.sampled_from([1, 2, 5, 40]),
    seed=st.integers(0, 1000),
    top=st.sampled_from([0, 1, 20, 255]),
)
@settings(max_examples=25, deadline=None)
def test_no_frame_crashes_however_tiny_long_flat_or_dark(
    width: int, height: int, seed: int, top: int
) -> None:
    random = np.random.default_rng(seed)
    a, b = (random.integers(0, top + 1, (height, width, 3), np.uint8) for _ in range(2))
    found = compare(a, b)
    assert 0 <= found.score <= 100
    assert 0 <= found.redundant_percent <= 100
    assert compare(a, a).outcome in (Outcome.SAME, Outcome.ONLY_LIGHT)
