"""Which rectangles of a frame are looked at."""

from __future__ import annotations

import numpy as np
import pytest

from dedup.core.camera_parts import Part, around, around_each, inside, outlined
from dedup.core.values import Gray

SHAPE = (400, 700)


def flagged(*rectangles: tuple[int, int, int, int]) -> Gray:
    flags = np.zeros(SHAPE, np.uint8)
    for left, top, right, bottom in rectangles:
        flags[top:bottom, left:right] = 1
    return flags


def clusters(flags: Gray, by_px: int = 20, edge_px: int = 30) -> list[tuple[Part, Part]]:
    return around_each(outlined(flags, SHAPE), by_px, edge_px, SHAPE)


def test_a_rectangle_ends_at_the_edge_of_the_frame() -> None:
    assert around(flagged((5, 100, 15, 110)), 20) == (slice(80, 130), slice(0, 35))


def test_clusters_far_apart_have_a_rectangle_each_with_its_edge() -> None:
    found = clusters(flagged((5, 100, 15, 110), (600, 300, 620, 310)))
    assert sorted(found, key=str) == sorted(
        [
            ((slice(80, 130), slice(0, 35)), (slice(50, 160), slice(0, 65))),
            ((slice(280, 330), slice(580, 640)), (slice(250, 360), slice(550, 670))),
        ],
        key=str,
    )


def test_clusters_side_by_side_share_one() -> None:
    found = clusters(flagged((100, 100, 110, 110), (115, 105, 130, 110)))
    assert found == [((slice(80, 130), slice(80, 150)), (slice(50, 160), slice(50, 180)))]


def test_a_cluster_that_joins_two_is_joined_with_both() -> None:
    apart = [(100, 100, 110, 110), (600, 100, 610, 110)]
    assert len(clusters(flagged(*apart))) == 2
    assert len(clusters(flagged(*apart, (120, 102, 590, 104)))) == 1


def test_flags_of_a_smaller_frame_are_outlined_in_the_larger_one_and_not_cut_short() -> None:
    flags = np.zeros((40, 70), np.uint8)
    flags[3, 5] = 1
    assert outlined(flags, (400, 700)) == [(50, 30, 60, 40)]
    assert outlined(flags, (395, 693)) == [(49, 29, 60, 40)]


def test_where_nothing_is_flagged_there_is_no_rectangle() -> None:
    assert clusters(flagged()) == []


@pytest.mark.parametrize("seed", range(5))
def test_every_flag_lies_in_a_rectangle(seed: int) -> None:
    flags = (np.random.default_rng(seed).random(SHAPE) > 0.999).astype(np.uint8)
    found = clusters(flags, 3, 5)
    seen = np.zeros(SHAPE, bool)
    for core, outer in found:
        seen[core] = True
        assert flags[outer][inside(core, outer)].shape == flags[core].shape
    assert seen[flags > 0].all()
