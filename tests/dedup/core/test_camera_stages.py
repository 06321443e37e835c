"""The cheap stages may only say what the full comparison would say."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from dedup.core.camera_evaluation import CHANGED, REDUNDANT, read_frame, read_pairs
from dedup.core.camera_frames import compare_prepared, prepare
from dedup.core.camera_prepared import UnlikeFrames
from dedup.core.camera_settings import DEFAULT_SETTINGS, FrameSettings
from dedup.core.camera_stages import compare_staged, stage
from dedup.core.values import Gray
from tests.pictures import brightened, scene, with_grain, with_thing

SIZE = (960, 720)


def gray(image: object) -> Gray:
    return np.asarray(cv2.cvtColor(np.asarray(image), cv2.COLOR_RGB2GRAY), np.uint8)


def test_noise_and_light_are_settled_as_still() -> None:
    view = scene(3, SIZE)
    found = compare_staged(stage(gray(view)), stage(gray(with_grain(brightened(view, 1.1), 9))))
    assert found.is_redundant


def test_a_large_thing_is_settled_as_moved_with_its_box() -> None:
    view = scene(3, SIZE)
    there = stage(gray(with_thing(view, (500, 400, 620, 560))))
    found = compare_staged(stage(gray(view)), there)
    assert not found.is_redundant
    box = found.boxes[0]
    assert box.left < 560 / SIZE[0] < box.left + box.width
    assert box.top < 480 / SIZE[1] < box.top + box.height


def test_what_moves_below_the_mask_does_not_count() -> None:
    view = scene(3, SIZE)
    there = stage(gray(with_thing(view, (500, 400, 620, 560))))
    corners = ((0.4, 0.4), (0.8, 0.4), (0.8, 1.0), (0.4, 1.0))
    found = compare_staged(stage(gray(view)), there, FrameSettings(ignored=(corners,)))
    assert found.is_redundant


def test_swapping_the_frames_changes_nothing() -> None:
    a, b = stage(gray(scene(3, SIZE))), stage(gray(with_grain(scene(3, SIZE), 4)))
    assert compare_staged(a, b).is_redundant == compare_staged(b, a).is_redundant


def test_another_shape_is_refused_with_a_reason() -> None:
    with pytest.raises(UnlikeFrames, match="another shape"):
        compare_staged(stage(gray(scene(1, (640, 480)))), stage(gray(scene(1, (1280, 720)))))


def test_another_size_of_one_shape_is_compared() -> None:
    small, large = scene(1, (640, 360)), scene(1, (640, 360)).resize((1100, 619))
    assert compare_staged(stage(gray(small)), stage(gray(large))).is_redundant


def test_settings_that_the_cheap_stage_does_not_know_are_asked_fully() -> None:
    view = stage(gray(scene(3, SIZE)))
    found = compare_staged(view, view, FrameSettings(blur_radii=(5,)))
    assert found.percent is not None


def test_on_the_judged_pairs_all_stages_agree_and_the_promise_is_kept(shared_data: Path) -> None:
    """Recall of redundant frames at least 0.7 while at most 2 in 100 changed ones are lost."""
    folder = shared_data / "camera"
    gone = {REDUNDANT: 0, CHANGED: 0}
    count = {REDUNDANT: 0, CHANGED: 0}
    for pair in read_pairs(folder / "pairs.csv"):
        if pair.label not in count:
            continue
        a, b = (
            gray(read_frame(folder / "labelled", name)) for name in (pair.frame_a, pair.frame_b)
        )
        found = compare_staged(stage(a), stage(b))
        full = compare_prepared(prepare(a), prepare(b)).redundant_percent
        assert found.is_redundant == (full >= DEFAULT_SETTINGS.threshold_percent), pair
        count[pair.label] += 1
        gone[pair.label] += found.is_redundant
    assert gone[REDUNDANT] / count[REDUNDANT] >= 0.7
    assert gone[CHANGED] / count[CHANGED] <= 0.02
