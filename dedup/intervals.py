"""The time between neighbours in somebody's photos: from the newest scan, or from the rows."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from dedup import previews
from dedup.core.intervals import Intervals, intervals_of
from dedup.models import Scan, Scope
from dedup.neighbours import all_shots
from gallery.models import User

# Each is one number for each photo.
KEPT = 8


def intervals(owner: User, scan: Scan | None, scope: Scope, *, by_camera: bool) -> Intervals:
    """Of the photos of the scope. A scan that knew them all spares reading every row again."""
    stamp = previews.stamp_of(scan) if scan else None
    if stamp is None or scope.album or scope.first_day or scope.last_day:
        return _read(owner, scope, by_camera=by_camera)
    return _known(stamp, scope.camera.pk if scope.camera else None, by_camera)


@lru_cache(maxsize=KEPT)
def _known(
    stamp: tuple[int, dt.datetime],
    camera_id: int | None,
    by_camera: bool,  # noqa: FBT001 - a key of the cache
) -> Intervals:
    taken_us, cameras = previews.times(stamp)
    if camera_id is not None:
        taken_us, cameras = taken_us[cameras == camera_id], cameras[cameras == camera_id]
    return intervals_of(taken_us, cameras if by_camera else None)


def _read(owner: User, scope: Scope, *, by_camera: bool) -> Intervals:
    shots = all_shots(
        Scan(
            owner=owner,
            camera=scope.camera,
            album=scope.album,
            first_day=scope.first_day,
            last_day=scope.last_day,
        )
    )
    return intervals_of(shots.taken_us, shots.camera_ids if by_camera else None)
