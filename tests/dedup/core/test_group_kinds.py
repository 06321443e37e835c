"""Which kind a group is of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dedup.core.group_kinds import GroupedShot, GroupKind, kind_of

COVER = GroupedShot(taken_us=0, camera_id=1, is_fixed_camera=False, pixels=12_000_000, is_copy=True)
SECOND = 1_000_000


def shot(seconds: float = 0, *, is_copy: bool = False, **fields: object) -> GroupedShot:
    return replace(COVER, taken_us=round(seconds * SECOND), is_copy=is_copy, **fields)  # type: ignore[arg-type]


def frame(seconds: float, *, is_copy: bool = False, **fields: object) -> GroupedShot:
    return shot(seconds, is_copy=is_copy, is_fixed_camera=True, **fields)


@pytest.mark.parametrize(
    ("cover", "others", "lowest", "kind"),
    [
        pytest.param(COVER, [shot(), shot(4)], 100, GroupKind.EXACT, id="exact"),
        pytest.param(
            COVER, [shot(is_copy=True, pixels=300_000)], 97, GroupKind.SAME_PICTURE, id="resized"
        ),
        pytest.param(COVER, [shot(is_copy=True)], 99, GroupKind.SAME_PICTURE, id="recompressed"),
        pytest.param(
            COVER,
            [shot(90, is_copy=True, camera_id=None)],
            97,
            GroupKind.SAME_PICTURE,
            id="sent on, without its camera",
        ),
        pytest.param(
            COVER, [shot(0.3, is_copy=True)], 99, GroupKind.BURST, id="a still subject in a burst"
        ),
        pytest.param(
            COVER,
            [shot(is_copy=True, pixels=300_000), shot(1)],
            90,
            GroupKind.BURST,
            id="a burst with a copy of one of its photos",
        ),
        pytest.param(COVER, [shot(10), shot(20)], 90, GroupKind.BURST, id="gaps of ten seconds"),
        pytest.param(COVER, [shot(10), shot(20.1)], 90, GroupKind.SCENE, id="a longer gap"),
        pytest.param(frame(0), [frame(1)], 90, GroupKind.SCENE, id="frames in quick succession"),
        pytest.param(
            frame(0, is_copy=True),
            [frame(600, is_copy=True, pixels=300_000)],
            99,
            GroupKind.SCENE,
            id="frames of two sizes in which nothing moved",
        ),
        pytest.param(
            frame(0, is_copy=True),
            [frame(0, is_copy=True, pixels=300_000)],
            99,
            GroupKind.SAME_PICTURE,
            id="a small copy of a frame",
        ),
        pytest.param(frame(0), [frame(600)], 100, GroupKind.EXACT, id="the very same frame"),
    ],
)
def test_a_group_is_of_the_first_kind_that_fits(
    cover: GroupedShot, others: list[GroupedShot], lowest: float, kind: GroupKind
) -> None:
    assert kind_of(cover, others, lowest=lowest) == kind
    assert kind_of(cover, reversed(others), lowest=lowest) == kind
