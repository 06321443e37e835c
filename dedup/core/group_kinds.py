"""What a group of similar photos is: copies of one picture, a burst, a scene, or a set to keep.

Each group is of exactly one kind, the first that fits.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

# By hand, one after the other: nobody who waits longer between two shots is at the same burst.
BURST_GAP_US = 10_000_000


class GroupKind(StrEnum):
    EXACT = "exact"  # every photo has the same bytes or pixels as the cover
    SAME_PICTURE = "same_picture"  # resized, recompressed, turned: copies of one shot
    BURST = "burst"  # taken by hand, each at most BURST_GAP_US after the one before
    SCENE = "scene"  # frames of fixed cameras, or the same scene over a longer time
    SET = "set"  # exposure series, panorama, focus series: belong together, all to keep


@dataclass(frozen=True, slots=True)
class GroupedShot:
    """One photo of a group, as far as the kind of the group depends on it."""

    taken_us: int  # microseconds since the epoch
    camera_id: int | None
    is_fixed_camera: bool
    pixels: int  # width times height
    is_copy: bool  # the engine calls it the same picture as the cover; true for the cover itself


def kind_of(cover: GroupedShot, others: Iterable[GroupedShot], *, lowest: float) -> GroupKind:
    """The kind of a group that is no set; lowest is its lowest percent to the cover."""
    others = list(others)
    if lowest >= 100:
        return GroupKind.EXACT
    if all(each.is_copy and not _is_another_shot(each, cover) for each in others):
        return GroupKind.SAME_PICTURE
    if all(each.is_fixed_camera for each in (cover, *others)):
        return GroupKind.SCENE
    times = sorted(each.taken_us for each in (cover, *others))
    gaps = (later - earlier for earlier, later in itertools.pairwise(times))
    return GroupKind.BURST if max(gaps, default=0) <= BURST_GAP_US else GroupKind.SCENE


def _is_another_shot(one: GroupedShot, other: GroupedShot) -> bool:
    """Whether a camera took both: a still subject looks the same in each frame of a burst.

    A copy keeps its time, or it lost its camera or its size with it. Fixed cameras are told by
    the time alone: some change their resolution between frames.
    """
    if one.taken_us == other.taken_us or one.camera_id != other.camera_id:
        return False
    return one.is_fixed_camera or one.pixels == other.pixels
