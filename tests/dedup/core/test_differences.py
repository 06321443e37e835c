import cv2
import numpy as np
import pytest

from dedup.core.differences import difference_picture
from dedup.core.frames import Box
from dedup.core.values import Rgb


def scene(seed: int, width: int = 400, height: int = 300) -> Rgb:
    random = np.random.default_rng(seed)
    picture = np.full((height, width, 3), 128.0)
    for _ in range(60):
        x, y = random.integers(0, width), random.integers(0, height)
        across, down = random.integers(width // 20, width // 5, 2)
        picture[y : y + down, x : x + across] = random.integers(20, 235, 3)
    return picture.astype(np.uint8)


def colourfulness(picture: Rgb) -> np.ndarray:
    levels = picture.astype(int)
    return np.asarray(levels.max(axis=2) - levels.min(axis=2))


def test_heat_lies_where_something_was_added_and_nowhere_else() -> None:
    before = scene(1)
    after = before.copy()
    after[100:150, 200:260] = 255 - after[100:150, 200:260]
    heat = colourfulness(difference_picture(before, after))
    assert np.percentile(heat[105:145, 205:255], 75) > 40
    heat[80:170, 180:280] = 0
    assert np.percentile(heat, 99) < 20


def test_an_exposure_change_and_a_small_shift_are_cold() -> None:
    wide = scene(2, 420, 320)
    before = wide[10:310, 10:410]
    after = (wide[14:314, 5:405] * 0.6).astype(np.uint8)
    heat = colourfulness(difference_picture(before, after))
    assert (heat > 60).mean() < 0.02


def test_boxes_of_ones_own_are_drawn() -> None:
    photo = np.full((300, 400, 3), 100, np.uint8)
    picture = difference_picture(photo, photo, (Box(0.25, 0.5, 0.25, 0.25),))
    assert tuple(picture[150, 150]) == (255, 255, 255)
    assert tuple(picture[60, 60]) != (255, 255, 255)
    assert (picture[250:, 250:] < 255).all()


def test_a_large_photo_gives_a_small_picture_of_its_shape() -> None:
    picture = difference_picture(scene(3, 1600, 900), scene(4, 1600, 900))
    assert picture.shape == (450, 800, 3)
    assert picture.dtype == np.uint8


@pytest.mark.parametrize(
    ("first", "second"),
    [((1, 1, 3), (1, 1, 3)), ((1, 2000, 3), (300, 4, 3)), ((40, 60), (90, 30, 3))],
    ids=str,
)
def test_unequal_and_tiny_photos_give_a_picture(
    first: tuple[int, ...], second: tuple[int, ...]
) -> None:
    picture = difference_picture(np.zeros(first, np.uint8), np.full(second, 200, np.uint8))
    assert picture.shape == (*second[:2], 3)


def test_a_photo_without_pixels_is_refused() -> None:
    with pytest.raises(ValueError, match="without pixels"):
        difference_picture(np.zeros((0, 4, 3), np.uint8), np.zeros((4, 4, 3), np.uint8))


def test_a_zoomed_view_is_cold_once_it_is_known_how_the_photos_lie() -> None:
    before = scene(5)
    # The second photo shows the middle 70 % of the first, larger.
    after = np.asarray(cv2.resize(before[45:255, 60:340], (400, 300)), np.uint8)
    view = np.array([[1 / 0.7, 0, -0.15 / 0.7], [0, 1 / 0.7, -0.15 / 0.7], [0, 0, 1]])
    blind = colourfulness(difference_picture(before, after))
    found = colourfulness(difference_picture(before, after, view=view))
    assert (blind > 60).mean() > 0.2
    assert (found > 60).mean() < 0.05


def test_a_view_that_explains_nothing_is_not_used() -> None:
    before = scene(6)
    wrong = np.array([[1.4, 0, -0.3], [0, 1.4, 0.1], [0, 0, 1]])
    expected = difference_picture(before, before)
    assert np.array_equal(difference_picture(before, before, view=wrong), expected)
