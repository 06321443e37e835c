"""A look at a few places may only say what the comparison of the whole frames would say."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image

from dedup.core.camera_closer import SURE_PERCENT, look_closer
from dedup.core.camera_frames import FrameComparison, compare_prepared
from dedup.core.camera_prepared import PreparedFrame, prepare
from dedup.core.values import Gray
from tests.pictures import brightened, scene, with_grain, with_thing

SIZE = (640, 480)
THING = (300, 260, 340, 330)  # 0.9 % of the picture


def frame(image: object) -> PreparedFrame:
    return prepare(np.asarray(cv2.cvtColor(np.asarray(image), cv2.COLOR_RGB2GRAY), np.uint8))


def looked_at(
    a: PreparedFrame, b: PreparedFrame, places: Gray, shift: tuple[int, int] = (0, 0)
) -> FrameComparison | None:
    """Where nothing else differs faintly."""
    return look_closer(a, b, places, places, shift)


def flags(left: int, top: int, right: int, bottom: int) -> Gray:
    """In the size of small copies: half of the frame's."""
    places = np.zeros((SIZE[1] // 2, SIZE[0] // 2), np.uint8)
    places[top // 2 : bottom // 2, left // 2 : right // 2] = 1
    return places


@pytest.fixture(scope="module")
def before() -> PreparedFrame:
    return frame(with_grain(scene(3, SIZE), 3))


@pytest.fixture(scope="module")
def after() -> PreparedFrame:
    return frame(with_grain(brightened(with_thing(scene(3, SIZE), THING), 1.3), 4))


def test_at_its_place_a_thing_is_found_as_in_the_whole_frames(
    before: PreparedFrame, after: PreparedFrame
) -> None:
    found = looked_at(before, after, flags(*THING))
    whole = compare_prepared(before, after)
    assert found is not None
    assert found.outcome == whole.outcome
    assert found.redundant_percent == pytest.approx(whole.redundant_percent, abs=0.5)
    assert found.light_change_ev == whole.light_change_ev > 0.2
    assert found.boxes[0] == whole.boxes[0]
    assert found.score == pytest.approx(whole.score, rel=0.05)


def test_of_places_that_are_far_apart_each_is_looked_at(before: PreparedFrame) -> None:
    far = (60, 380, 100, 450)
    changed = with_thing(with_thing(scene(3, SIZE), THING), far)
    after = frame(with_grain(changed, 4))
    found = looked_at(before, after, flags(*THING) | flags(*far))
    whole = compare_prepared(before, after)
    assert found is not None
    assert len(found.boxes) == len(whole.boxes) == 2
    assert found.boxes == whole.boxes
    assert found.redundant_percent == pytest.approx(whole.redundant_percent, abs=0.5)


def test_where_the_places_are_large_the_whole_frames_decide(
    before: PreparedFrame, after: PreparedFrame
) -> None:
    spread = [(40, 40), (500, 40), (40, 340), (500, 340)]  # the thing lies between them
    places = np.bitwise_or.reduce([flags(x, y, x + 100, y + 100) for x, y in spread])
    found = looked_at(before, after, places)
    whole = compare_prepared(before, after)
    assert found is not None
    assert found.redundant_percent == pytest.approx(whole.redundant_percent, abs=0.01)
    assert found.boxes == whole.boxes


def test_where_the_places_leave_a_doubt_fainter_ones_decide(before: PreparedFrame) -> None:
    pale, faint = (100, 100, 140, 170), flags(*THING)
    after = frame(with_grain(doubtful(pale), 4))
    found = look_closer(before, after, flags(*pale), flags(*pale) | faint, (0, 0))
    whole = compare_prepared(before, after)
    assert found is not None
    assert found.redundant_percent == pytest.approx(whole.redundant_percent, abs=0.5)
    assert found.boxes == whole.boxes
    alone = looked_at(before, after, flags(*pale))
    assert alone is not None
    assert alone.redundant_percent > found.redundant_percent


def test_where_fainter_places_are_all_over_the_whole_frames_decide(before: PreparedFrame) -> None:
    pale = (100, 100, 140, 170)
    after = frame(with_grain(doubtful(pale), 4))
    found = look_closer(before, after, flags(*pale), flags(0, 0, *SIZE), (0, 0))
    whole = compare_prepared(before, after)
    assert found is not None
    assert found.redundant_percent == pytest.approx(whole.redundant_percent, abs=0.01)
    assert found.boxes == whole.boxes


def doubtful(pale: tuple[int, int, int, int]) -> Image.Image:
    """A thing, and at another place one that hardly shows."""
    changed = with_thing(scene(3, SIZE), THING)
    return Image.blend(changed, with_thing(changed, pale), 0.3)


def test_where_the_places_surely_show_nothing_they_are_enough(
    before: PreparedFrame, after: PreparedFrame
) -> None:
    elsewhere = flags(100, 100, 120, 120)
    found = looked_at(before, after, elsewhere)
    assert found is not None
    assert found.redundant_percent >= SURE_PERCENT
    assert found.light_change_ev == compare_prepared(before, after).light_change_ev > 0.2


def test_a_camera_that_swayed_is_compared_at_the_shift_that_is_given(
    before: PreparedFrame,
) -> None:
    picture = np.asarray(with_thing(scene(3, SIZE), THING))
    swayed = frame(np.roll(picture, 2, axis=1))
    found = looked_at(before, swayed, flags(*THING), (2, 0))
    whole = compare_prepared(before, swayed)
    assert found is not None
    assert found.redundant_percent == pytest.approx(whole.redundant_percent, abs=0.5)
    assert found.boxes[0] == whole.boxes[0]


def test_frames_that_differ_all_over_may_show_another_view(
    before: PreparedFrame, after: PreparedFrame
) -> None:
    everywhere = flags(0, 0, *SIZE)
    assert looked_at(before, after, everywhere) is None


def test_a_covered_lens_is_no_place_to_look_closer(before: PreparedFrame) -> None:
    covered = prepare(np.full((SIZE[1], SIZE[0]), 90, np.uint8))
    assert looked_at(before, covered, flags(*THING)) is None
