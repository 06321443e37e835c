import numpy as np
import pytest

from dedup.core.camera_classic import ClassicSettings, classic_score, prepare_classic
from dedup.core.camera_masks import DEFAULT_BORDER, NO_BORDER, BorderMask, check_polygon, counted


def test_the_default_border_leaves_out_five_ten_five_and_zero_percent() -> None:
    counts = counted((200, 100), DEFAULT_BORDER)
    assert counts[:10].sum() == 0 and counts[:, :10].sum() == 0 and counts[:, 190:].sum() == 0
    assert counts[10:, 10:190].all()


def test_a_polygon_is_left_out_at_every_resolution() -> None:
    corner = ((0.5, 0.5), (1.0, 0.5), (1.0, 1.0), (0.5, 1.0))
    for size in ((64, 48), (640, 480)):
        counts = counted(size, NO_BORDER, (corner,))
        assert counts[-1, -1] == 0 and counts[0, 0] == 1
        assert counts.mean() == pytest.approx(0.75, abs=0.03)


@pytest.mark.parametrize(
    "border", [(-1, 0, 0, 0), (0, 100, 0, 0), (60, 0, 40, 0), (0, 50, 0, 50)], ids=str
)
def test_a_border_that_leaves_nothing_is_refused(border: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="border"):
        BorderMask(*border)


@pytest.mark.parametrize("polygon", [((0, 0), (1, 1)), ((0, 0), (2, 0), (1, 1))], ids=str)
def test_a_polygon_without_area_or_outside_is_refused(
    polygon: tuple[tuple[float, float], ...],
) -> None:
    with pytest.raises(ValueError, match="masked area"):
        check_polygon(polygon)


def test_the_classic_score_is_the_area_of_what_differs() -> None:
    settings = ClassicSettings(blur_radii=(1,), border=NO_BORDER, minimum_area_px=100)
    before = np.full((120, 160), 80, np.uint8)
    after = before.copy()
    after[50:70, 60:90] = 200
    score = classic_score(
        prepare_classic(before, settings), prepare_classic(after, settings), settings
    )
    # 30 by 20 px, grown by two dilations and measured along the contour's pixel centres.
    assert score == (30 + 4 - 1) * (20 + 4 - 1)


def test_the_classic_score_leaves_out_what_is_small_faint_or_masked() -> None:
    settings = ClassicSettings(blur_radii=(3, 5))
    before = np.full((120, 160), 80, np.uint8)
    small, faint, masked = before.copy(), before.copy(), before.copy()
    small[60:64, 60:64] = 255
    faint[40:100, 40:120] = 120
    masked[0:11, :] = 255
    prepared = prepare_classic(before, settings)
    for other in (small, faint, masked):
        assert classic_score(prepared, prepare_classic(other, settings), settings) == 0


@pytest.mark.parametrize("radius", [0, 2, -3])
def test_an_even_blur_radius_is_refused(radius: int) -> None:
    with pytest.raises(ValueError, match="odd"):
        ClassicSettings(blur_radii=(5, radius))


def test_classic_frames_of_unequal_size_are_refused() -> None:
    with pytest.raises(ValueError, match="one size"):
        classic_score(np.zeros((4, 4), np.uint8), np.zeros((4, 5), np.uint8), ClassicSettings())
