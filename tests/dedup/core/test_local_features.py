"""Local features find a scene again, moved, turned, in other light and in a mirror."""

import numpy as np
import pytest

from dedup.core.geometry import Agreement, Placement, agreement, placement
from dedup.core.grading import brightened, cropped, middle, shifted, turned
from dedup.core.local_features import MOST_POINTS, LocalFeatures, local_features
from tests.pictures import scene

# A scene needs detail for SIFT, which a drawn one has little of: many things on a large frame.
PICTURE = np.asarray(scene(5, (640, 480)))
OTHER = np.asarray(scene(6, (640, 480)))


def found_again(
    changed: np.ndarray, *, mirrored: bool = False
) -> tuple[Agreement, Placement | None]:
    first, second = local_features(middle(PICTURE)), local_features(changed)
    found = agreement(first, second, mirrored=mirrored)
    return found, placement(found.homography, first, second)


def test_features_come_back_from_bytes() -> None:
    found = local_features(PICTURE)
    again = LocalFeatures.from_bytes(found.to_bytes())
    assert 20 < len(again.points) <= MOST_POINTS
    assert np.abs(again.points - found.points).max() <= 1 / 128
    assert np.abs((again.angles - found.angles + 180) % 360 - 180).max() <= 1
    assert (again.descriptors == found.descriptors).all()
    assert (again.frame == found.frame).all()


def test_a_shift_is_measured_by_size_and_direction() -> None:
    found, placed = found_again(shifted(PICTURE, 0.1))
    assert found.votes > 20
    assert placed is not None
    assert placed.right == pytest.approx(-0.1, abs=0.01)
    assert placed.down == pytest.approx(0, abs=0.01)
    assert placed.overlap == pytest.approx(0.9, abs=0.02)


def test_a_turn_is_measured_in_degrees() -> None:
    _, placed = found_again(turned(PICTURE, 5))
    assert placed is not None
    assert placed.turn == pytest.approx(-5, abs=0.5)


def test_a_closer_look_is_measured_as_zoom() -> None:
    _, placed = found_again(cropped(PICTURE, 0.2))
    assert placed is not None
    assert placed.zoom == pytest.approx(1.25, abs=0.02)


@pytest.mark.parametrize("steps", [-2, 2])
def test_two_steps_of_exposure_hide_no_scene(steps: float) -> None:
    found, _ = found_again(brightened(PICTURE, steps))
    assert found.votes > 10


def test_a_mirrored_picture_is_found_in_the_mirror_only() -> None:
    mirror = np.ascontiguousarray(middle(PICTURE)[:, ::-1])
    plain, _ = found_again(mirror)
    found, placed = found_again(mirror, mirrored=True)
    assert found.votes > 10 * max(1, plain.votes)
    assert placed is not None
    assert placed.overlap > 0.97


def test_a_quarter_turn_is_found() -> None:
    found, placed = found_again(np.rot90(middle(PICTURE)).copy())
    assert found.votes > 20
    assert placed is not None
    assert abs(placed.turn) == pytest.approx(90, abs=1)


def test_another_scene_does_not_agree() -> None:
    found, _ = found_again(OTHER)
    assert found.votes < 4


def test_pictures_without_points_agree_on_nothing() -> None:
    flat = local_features(np.full((200, 300, 3), 90, np.uint8))
    assert len(flat.points) == 0
    assert agreement(flat, local_features(PICTURE)).votes == 0
    assert agreement(flat, flat).homography is None


def test_a_senseless_homography_places_nothing() -> None:
    features = local_features(PICTURE)
    folded = np.array([[-1.0, 0, 0], [0, 1, 0], [0, 0, 1]])
    exploding = np.diag([9.0, 9, 1])
    for homography in (None, folded, exploding):
        assert placement(homography, features, features) is None
