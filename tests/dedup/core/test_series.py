"""Sets to keep are recognised; bursts are not taken for one."""

from dataclasses import replace

import numpy as np
import pytest

from dedup.core.features import measure
from dedup.core.series import Frame, Move, SetKind, find_sets, frames_of, may_hold_a_set
from dedup.core.values import Shot
from tests import pictures

SECOND = 1_000_000
EVEN = (80,) * 16


def frames(
    *,
    exposure: tuple[float, ...] = (-3, -3, -3),
    bias: tuple[float | None, ...] | None = None,
    apart_us: int = SECOND // 3,
) -> list[Frame]:
    return [
        Frame(
            photo_id=number,
            taken_us=number * apart_us,
            camera_id=1,
            exposure_ev=steps,
            focus=EVEN,
            exposure_bias=bias[number] if bias else None,
        )
        for number, steps in enumerate(exposure)
    ]


def moved(right: float, down: float = 0.0) -> Move:
    return right, down


def kinds_of(
    found: list[Frame], moves: dict[tuple[int, int], Move] | None = None
) -> list[tuple[SetKind, tuple[int, ...]]]:
    return [(each.kind, each.photo_ids) for each in find_sets(found, moves or {})]


def test_a_five_shot_bracket_is_an_exposure_series() -> None:
    five = frames(exposure=(-3, -5, -4, -2, -1), bias=(0, -2, -1, 1, 2))
    (found,) = find_sets(five, {})
    assert found.kind is SetKind.EXPOSURE
    assert found.photo_ids == (0, 1, 2, 3, 4)
    assert found.sentence == "Exposure series of 5 over 4.0 EV"


def test_a_bracket_is_seen_in_the_pictures_where_no_tag_tells() -> None:
    assert kinds_of(frames(exposure=(-3, -4.4, -1.8))) == [(SetKind.EXPOSURE, (0, 1, 2))]


@pytest.mark.parametrize(
    "burst",
    [
        pytest.param(frames(exposure=(-3, -3.1, -2.9)), id="automatic exposure at work"),
        pytest.param(frames(exposure=(-3, -4)), id="two are no series"),
        pytest.param(frames(exposure=(-3, -5, -1), apart_us=9 * SECOND), id="too slow"),
        pytest.param(
            frames(exposure=(-3, -5, -1), bias=(0, 0, 0)), id="the camera says it was no bracket"
        ),
        pytest.param(frames(exposure=tuple(range(12))), id="longer than any bracket"),
    ],
)
def test_a_burst_is_no_exposure_series(burst: list[Frame]) -> None:
    assert kinds_of(burst) == []


def test_another_camera_in_between_ends_a_series() -> None:
    found = frames(exposure=(-3, -5, -1))
    found[1] = replace(found[1], camera_id=2)
    assert kinds_of(found) == []


def test_pictures_that_turn_on_one_way_are_a_panorama() -> None:
    turned = frames(apart_us=3 * SECOND)
    moves = {(0, 1): moved(-0.5), (2, 1): moved(0.4)}  # the second pair as stored: turned round
    assert kinds_of(turned, moves) == [(SetKind.PANORAMA, (0, 1, 2))]
    assert find_sets(turned, moves)[0].sentence == "Panorama of 3, turning right"


@pytest.mark.parametrize(
    "moves",
    [
        pytest.param({(0, 1): moved(-0.5), (1, 2): moved(0.5)}, id="there and back"),
        pytest.param({(0, 1): moved(-0.02), (1, 2): moved(-0.02)}, id="hand-held burst"),
        pytest.param({(0, 1): moved(-0.5)}, id="one move unknown"),
        pytest.param({(0, 1): moved(-0.5), (1, 2): moved(-0.95)}, id="nothing in common"),
    ],
)
def test_other_moves_are_no_panorama(moves: dict[tuple[int, int], Move]) -> None:
    assert kinds_of(frames(apart_us=3 * SECOND), moves) == []


def focused(part: int) -> list[int]:
    detail = np.full((4, 4), 60)
    detail[:, part] = 90
    return detail.ravel().tolist()


STEADY = {(0, 1): moved(0.0), (1, 2): moved(0.01)}


def test_pictures_sharp_in_different_parts_are_a_focus_series() -> None:
    found = [replace(frame, focus=tuple(focused(number))) for number, frame in enumerate(frames())]
    assert kinds_of(found, STEADY) == [(SetKind.FOCUS, (0, 1, 2))]


def test_a_burst_with_one_blurred_picture_is_no_focus_series() -> None:
    found = frames()
    found[1] = replace(found[1], focus=(40,) * 16)
    assert kinds_of(found, STEADY) == []


def test_a_moving_camera_makes_no_focus_series() -> None:
    found = [replace(frame, focus=tuple(focused(number))) for number, frame in enumerate(frames())]
    assert kinds_of(found, {(0, 1): moved(0.0), (1, 2): moved(0.1)}) == []


def test_drawn_pictures_focused_in_turn_are_recognised_from_their_features() -> None:
    scene = pictures.scene(4, (480, 360))
    soft = np.asarray(pictures.blurred(scene, 4))
    found = []
    for number in range(3):
        picture = soft.copy()
        part = slice(number * 160, (number + 1) * 160)
        picture[:, part] = np.asarray(scene)[:, part]
        shot = Shot(number, number * SECOND, 1, precise=True)
        found += frames_of([shot], [measure(picture).light_bytes()], [None])
    assert kinds_of(found, STEADY) == [(SetKind.FOCUS, (0, 1, 2))]


@pytest.mark.parametrize(
    ("seconds", "cameras", "likely"),
    [
        ((0, 10, 20), (1, 1, 1), True),
        ((0, 10), (1, 1), False),
        ((0, 10, 40), (1, 1, 1), False),
        ((0, 10, 20), (1, 2, 1), False),
    ],
)
def test_only_photos_of_one_camera_shortly_after_each_other_are_looked_at_closer(
    seconds: tuple[int, ...], cameras: tuple[int, ...], likely: bool
) -> None:
    shots = [
        Shot(number, at * SECOND, camera, precise=True)
        for number, (at, camera) in enumerate(zip(seconds, cameras, strict=True))
    ]
    assert may_hold_a_set(shots[::-1]) is likely
