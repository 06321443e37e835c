"""The window slides: no clock border, no slice and no camera order decides who meets whom."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core import windows
from dedup.core.values import WindowMode
from dedup.core.windows import candidate_pairs, pairs_of_slice, runs

SECOND = 1_000_000
WINDOW = 60 * SECOND

times = st.lists(st.integers(0, 600 * SECOND), max_size=40).map(
    lambda found: np.array(sorted(found), dtype=np.int64)
)


def pairs(taken_us: np.ndarray, **options: object) -> set[tuple[int, int]]:
    left, right = candidate_pairs(taken_us, WINDOW, **options)  # type: ignore[arg-type]
    return set(zip(left.tolist(), right.tolist(), strict=True))


@pytest.mark.parametrize(
    ("apart_us", "meet"),
    [
        pytest.param(0, True, id="same moment"),
        pytest.param(WINDOW - 1, True, id="just inside"),
        pytest.param(WINDOW, True, id="exactly a window"),
        pytest.param(WINDOW + 1, False, id="a microsecond too far"),
    ],
)
@pytest.mark.parametrize("start", [0, 59_900_000, 86_399_950_000], ids=["0", "minute", "midnight"])
@pytest.mark.parametrize("mode", WindowMode)
def test_two_shots_share_a_window_up_to_exactly_its_length(
    apart_us: int, meet: bool, start: int, mode: WindowMode
) -> None:
    assert bool(pairs(np.array([start, start + apart_us]), mode=mode)) is meet


def test_gap_mode_pairs_a_whole_chain_and_span_mode_only_what_fits() -> None:
    chain = np.array([0, 50, 100]) * SECOND
    assert pairs(chain, mode=WindowMode.GAP) == {(0, 1), (0, 2), (1, 2)}
    assert pairs(chain, mode=WindowMode.SPAN) == {(0, 1), (1, 2)}


def test_cameras_do_not_meet_when_they_are_kept_apart() -> None:
    taken = np.array([0, 1, 2, 3]) * SECOND
    cameras = np.array([7, 9, 7, 9])
    assert pairs(taken, camera_ids=cameras) == {(0, 2), (1, 3)}


def test_a_shot_of_another_camera_does_not_bridge_a_gap() -> None:
    taken = np.array([0, 50, 100]) * SECOND
    assert pairs(taken, camera_ids=np.array([1, 2, 1]), mode=WindowMode.GAP) == set()


def test_neighbours_are_capped_to_the_nearest() -> None:
    taken = np.arange(10, dtype=np.int64) * SECOND
    found = pairs(taken, max_neighbours=2)
    assert found == {(a, b) for a in range(10) for b in (a + 1, a + 2) if b < 10}


def test_no_shots_make_no_pairs() -> None:
    assert pairs(np.array([], dtype=np.int64)) == set()
    assert len(runs(np.array([], dtype=np.int64), WINDOW)) == 0


def test_unsorted_shots_are_refused() -> None:
    with pytest.raises(ValueError, match="sorted"):
        candidate_pairs(np.array([2, 1]), WINDOW)


@given(times, st.sampled_from(WindowMode), st.booleans(), st.integers(1, 50), st.integers(1, 4))
def test_pairs_are_those_of_the_definition(
    taken: np.ndarray, mode: WindowMode, by_camera: bool, most: int, reach: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(windows, "GAP_REACH", reach)
        found = _pairs_of(taken, mode, by_camera=by_camera, most=most)
    assert found == _expected(taken, mode, reach, by_camera=by_camera, most=most)


def _cameras(taken: np.ndarray, *, by_camera: bool) -> np.ndarray:
    return np.arange(len(taken)) % 3 if by_camera else np.zeros(len(taken), dtype=np.int64)


def _pairs_of(
    taken: np.ndarray, mode: WindowMode, *, by_camera: bool, most: int
) -> set[tuple[int, int]]:
    cameras = _cameras(taken, by_camera=by_camera)
    return pairs(taken, camera_ids=cameras, mode=mode, max_neighbours=most)


def _expected(
    taken: np.ndarray, mode: WindowMode, reach: int, *, by_camera: bool, most: int
) -> set[tuple[int, int]]:
    cameras = _cameras(taken, by_camera=by_camera)
    run = runs(taken, WINDOW, camera_ids=cameras)
    expected = set()
    for a in range(len(taken)):
        later = [b for b in range(a + 1, len(taken)) if cameras[a] == cameras[b]]
        inside = [b for b in later if taken[b] - taken[a] <= WINDOW]
        of_run = [b for b in later[: max(reach, len(inside))] if run[a] == run[b]]
        others = of_run if mode is WindowMode.GAP else inside
        expected |= {(a, b) for b in others[:most]}
    return expected


@given(times, st.integers(1, 10), st.sampled_from(WindowMode))
def test_slices_together_give_every_pair_once(
    taken: np.ndarray, size: int, mode: WindowMode
) -> None:
    found = []
    for start in range(0, max(1, len(taken)), size):
        left, right = pairs_of_slice(taken, WINDOW, slice(start, start + size), mode=mode)
        found += list(zip(left.tolist(), right.tolist(), strict=True))
    assert len(found) == len(set(found))
    assert set(found) == pairs(taken, mode=mode)


@given(times)
def test_runs_break_exactly_where_the_gap_is_longer_than_the_window(taken: np.ndarray) -> None:
    found = runs(taken, WINDOW)
    assert (np.diff(found) == (np.diff(taken) > WINDOW)).all()


@given(times)
def test_span_runs_are_never_longer_than_the_window(taken: np.ndarray) -> None:
    found = runs(taken, WINDOW, mode=WindowMode.SPAN)
    assert all(np.ptp(taken[found == run]) <= WINDOW for run in np.unique(found))


def test_a_run_without_end_is_followed_for_a_hundred_shots_only() -> None:
    taken = np.arange(2000, dtype=np.int64) * 50 * SECOND
    left, right = candidate_pairs(taken, WINDOW, mode=WindowMode.GAP)
    assert (right - left).max() == windows.GAP_REACH
    burst = np.arange(400, dtype=np.int64) * SECOND // 10
    left, right = candidate_pairs(burst, WINDOW, mode=WindowMode.GAP)
    assert (right - left).max() == 399  # all inside one window


def test_a_hundred_thousand_shots_have_as_many_pairs_as_they_must() -> None:
    taken = np.arange(100_000, dtype=np.int64) * 10 * SECOND
    left, _ = candidate_pairs(taken, WINDOW)
    assert len(left) == 6 * 100_000 - 21
