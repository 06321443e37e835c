"""Compare two frames fully that are known to show one view, and that differ in few places.

Their shift is known from the small copies, and so are the places: the maps of a rectangle around
them are made in a tenth of the time. One place is enough to tell that something changed, and
further ones could only make that surer. That nothing did is believed where the places are sure of
it, for the rest of the frame differs even less. In between the frames are compared as a whole:
places that the small copies hide, far and thin things, can still decide.
"""

from __future__ import annotations

import cv2
import numpy as np

from dedup.core.camera_alignment import FramePair, lay_over
from dedup.core.camera_frames import FrameComparison, judged
from dedup.core.camera_maps import EDGE_PX
from dedup.core.camera_parts import Part, around_each, outlined
from dedup.core.camera_prepared import PreparedFrame
from dedup.core.camera_settings import FrameSettings
from dedup.core.camera_solid import find_solid
from dedup.core.values import Gray

# Around the places: all of a thing, and what is measured of it.
AROUND_PLACES_PX = 24
# Of the frame. Where more differs, it may be the view; and a larger rectangle saves nothing.
MOST_PLACES_SHARE, LARGEST_SHARE = 0.2, 0.5
# Of 141 pairs whose places were redundant the whole frames never overruled one; of a webcam's
# frames they overruled two, of 69 and 77 %.
SURE_PERCENT = 80.0


def look_closer(
    a: PreparedFrame, b: PreparedFrame, places: Gray, shift: tuple[int, int]
) -> FrameComparison | None:
    """Compare frames of one size that differ in some ``places``, flags in a size of their own.

    ``shift`` is where the second frame lies on the first, in pixels across and down. None if the
    places are all over the frame, or if a frame shows nothing at all.
    """
    if cv2.countNonZero(places) > MOST_PLACES_SHARE * places.size:
        return None
    if a.is_flat or b.is_flat:
        return None
    pair = lay_over(a, b, *shift)
    shape = pair.counts.shape
    solid = find_solid(pair.a.solid, pair.b.solid, pair.counts)
    rectangles = outlined(places, shape) + (outlined(solid.part, shape) if solid else [])
    clusters = around_each(rectangles, AROUND_PLACES_PX, EDGE_PX, shape)
    if sum(pair.counts[outer].size for _, outer in clusters) <= LARGEST_SHARE * pair.counts.size:
        parts = [_only(pair, core, outer) for core, outer in clusters]
        found = judged(pair, a.settings, solid, parts).comparison
        if _is_enough(found.redundant_percent, a.settings):
            return found
    return judged(pair, a.settings, solid).comparison


def _is_enough(redundant_percent: float, settings: FrameSettings) -> bool:
    return redundant_percent < settings.threshold_percent or redundant_percent >= SURE_PERCENT


def _only(pair: FramePair, core: Part, outer: Part) -> FramePair:
    """The outer rectangle of the pair, of which the inner one counts."""
    counts = np.zeros_like(pair.counts)
    counts[core] = pair.counts[core]
    return pair.part(outer, counts[outer])
