import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.core import frames
from dedup.core.values import Gray


def texture(seed: int, size: tuple[int, int] = (120, 160)) -> Gray:
    """Blobs of every size: a picture with something to line up everywhere."""
    random = np.random.default_rng(seed)
    height, width = size
    picture = np.zeros(size)
    for side in (6, 12, 24):
        coarse = random.normal(0, 1, (height // side + 2, width // side + 2))
        picture += np.kron(coarse, np.ones((side, side)))[:height, :width]
    spread = 127 + 30 * picture
    return np.clip(spread, 0, 255).astype(np.uint8)


def window(picture: Gray, dx: int = 0, dy: int = 0) -> Gray:
    return picture[10 + dy : 82 + dy, 16 + dx : 112 + dx]


@pytest.mark.parametrize(("dx", "dy"), [(0, 0), (3, 0), (0, -4), (-5, 2), (7, 5)])
def test_the_shift_between_two_frames_is_found(dx: int, dy: int) -> None:
    picture = texture(1)
    a, b = frames.normalise(window(picture)), frames.normalise(window(picture, dx, dy))
    found = frames.align(a, b)
    # b starts further right, so what a shows at x lies in b at x - dx.
    assert found.dx == pytest.approx(-dx, abs=0.6)
    assert found.dy == pytest.approx(-dy, abs=0.6)
    assert found.score > 0.8


def test_swapping_the_frames_negates_the_shift() -> None:
    picture = texture(2)
    a, b = frames.normalise(window(picture)), frames.normalise(window(picture, 4, -3))
    forth, back = frames.align(a, b), frames.align(b, a)
    assert (forth.dx, forth.dy, forth.score) == pytest.approx((-back.dx, -back.dy, back.score))


@pytest.mark.parametrize(("gain", "offset"), [(0.5, 0), (0.7, 40), (1.0, -30), (0.4, 120)])
def test_exposure_makes_no_difference(gain: float, offset: float) -> None:
    picture = texture(3)
    other = np.clip(picture * gain + offset, 0, 255).astype(np.uint8)
    a, b = frames.normalise(picture), frames.normalise(other)
    assert frames.difference(a, b).share < 0.02


def test_a_new_thing_is_a_box_in_its_place() -> None:
    picture = texture(4)
    changed = picture.copy()
    changed[40:60, 100:120] = 255 - changed[40:60, 100:120]
    found = frames.difference(frames.normalise(picture), frames.normalise(changed))
    box = found.boxes[0]
    assert box.left <= 105 / 160 and box.left + box.width >= 115 / 160
    assert box.top <= 45 / 120 and box.top + box.height >= 55 / 120
    assert 0.005 < found.share < 0.1


def test_a_shifted_frame_differs_only_until_it_is_lined_up() -> None:
    picture = texture(5)
    a, b = frames.normalise(window(picture)), frames.normalise(window(picture, 4, 3))
    apart = frames.difference(a, b).share
    lined_up = frames.difference(a, b, frames.align(a, b)).share
    assert lined_up < apart / 3


def test_the_difference_does_not_depend_on_the_order() -> None:
    a, b = frames.normalise(texture(6)), frames.normalise(texture(7))
    alignment = frames.align(a, b)
    back = frames.align(b, a)
    assert frames.difference(a, b, alignment) == frames.difference(b, a, back)


def test_frames_of_unequal_size_are_refused() -> None:
    a, b = np.zeros((48, 64), np.float32), np.zeros((48, 60), np.float32)
    with pytest.raises(ValueError, match="one size"):
        frames.align(a, b)
    with pytest.raises(ValueError, match="one size"):
        frames.difference(a, b)


@given(
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    levels=st.tuples(st.integers(0, 255), st.integers(0, 255)),
)
@settings(max_examples=60, deadline=None)
def test_flat_and_tiny_frames_agree_and_never_crash(
    height: int, width: int, levels: tuple[int, int]
) -> None:
    a, b = (frames.normalise(np.full((height, width), level, np.uint8)) for level in levels)
    found = frames.align(a, b)
    assert (found.dx, found.dy) == (0, 0)
    assert frames.difference(a, b, found).share == 0


@given(seed=st.integers(0, 2**32 - 1), width=st.integers(1, 90), height=st.integers(1, 90))
@settings(max_examples=40, deadline=None)
def test_any_two_frames_give_a_score_between_the_bounds(seed: int, width: int, height: int) -> None:
    random = np.random.default_rng(seed)
    a, b = (frames.normalise(random.integers(0, 256, (height, width), np.uint8)) for _ in range(2))
    alignment = frames.align(a, b)
    found = frames.difference(a, b, alignment)
    assert -1 <= alignment.score <= 1
    assert 0 <= found.share <= 1
    assert abs(alignment.dx) <= 0.08 * width + 1 and abs(alignment.dy) <= 0.08 * height + 1
