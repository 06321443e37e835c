"""Compare two frames fully that are known to show one view, and that differ in few places.

Their shift is known from the small copies, and so are the places: the maps of rectangles around
them are made in a fraction of the time. One place is enough to tell that something changed, and
further ones could only make that surer. That nothing did is believed where the places are sure of
it, for the rest of the frame differs even less; and where they are not, if fainter places say so
too. Places that the small copies hide, far and thin things, are found by those.
"""

from __future__ import annotations

import cv2
import numpy as np

from dedup.core.camera_alignment import FramePair, lay_over
from dedup.core.camera_frames import FrameComparison, judged
from dedup.core.camera_maps import EDGE_PX
from dedup.core.camera_parts import Part, around_each, inside, outlined
from dedup.core.camera_prepared import PreparedFrame
from dedup.core.camera_solid import Solid, find_solid
from dedup.core.values import Gray

# Around the places: all of a thing, and what is measured of it.
AROUND_PLACES_PX = 24
# Of the frame. Where more differs, it may be the view; and a larger rectangle saves nothing.
MOST_PLACES_SHARE, LARGEST_SHARE = 0.2, 0.5
# Of 482 pairs whose places left a doubt the whole frames overruled two, of 69 and 73 %. Fainter
# places would have too; they were never further from the whole frames than 0.3 %.
SURE_PERCENT = 80.0


def look_closer(
    a: PreparedFrame, b: PreparedFrame, places: Gray, fainter: Gray, shift: tuple[int, int]
) -> FrameComparison | None:
    """Compare frames of one size that differ in some ``places``, flags in a size of their own.

    ``fainter`` has the same places and those that differ less. ``shift`` is where the second frame
    lies on the first, in pixels across and down. None if the places are all over the frame, or if
    a frame shows nothing at all.
    """
    if cv2.countNonZero(places) > MOST_PLACES_SHARE * places.size:
        return None
    if a.is_flat or b.is_flat:
        return None
    pair = lay_over(a, b, *shift)
    solid = find_solid(pair.a.solid, pair.b.solid, pair.counts)
    for flags, sure_percent in ((places, SURE_PERCENT), (fainter, 0.0)):
        parts = _parts(pair, flags, solid)
        if sum(part.counts.size for part in parts) > LARGEST_SHARE * pair.counts.size:
            break
        found = judged(pair, a.settings, solid, parts).comparison
        percent = found.redundant_percent
        if percent < a.settings.threshold_percent or percent >= sure_percent:
            return found
    return judged(pair, a.settings, solid).comparison


def _parts(pair: FramePair, flags: Gray, solid: Solid | None) -> list[FramePair]:
    """Rectangles around what is flagged and what is solid."""
    shape = pair.counts.shape
    rectangles = outlined(flags, shape) + (outlined(solid.part, shape) if solid else [])
    clusters = around_each(rectangles, AROUND_PLACES_PX, EDGE_PX, shape)
    return [_only(pair, core, outer) for core, outer in clusters]


def _only(pair: FramePair, core: Part, outer: Part) -> FramePair:
    """The outer rectangle of the pair, of which the inner one counts."""
    counts = np.zeros_like(pair.counts[outer])
    counts[inside(core, outer)] = pair.counts[core]
    return pair.part(outer, counts)
