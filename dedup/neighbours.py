"""The photos of a scan in the order of time, by slices, and the pairs that share a window.

A slice is bounded by times, not by row numbers: photos that come or go while a scan runs
shift no border. A pair belongs to the slice of its left photo, so no border splits it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from django.db.models import Q

from dedup.core.values import Indices, Options, WindowMode
from dedup.core.windows import pairs_of_slice
from dedup.models import Scan
from gallery.core.taken_at import Precision
from gallery.models import PhotoQuerySet

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)
NO_CAMERA = -1

# Without an exact time a photo is in no window: equal dates say nothing about seconds.
PRECISE = [Precision.SECOND.value, Precision.SUBSECOND.value]

# Partners beyond a slice are read in blocks of this many photos.
READ_AHEAD = 1000

Key: TypeAlias = tuple[int, int]  # taken at in microseconds, photo id: the order of time


@dataclass(frozen=True, slots=True)
class Shots:
    """Photos in the order of time, as arrays."""

    ids: Indices
    taken_us: Indices
    camera_ids: Indices  # NO_CAMERA where none is known

    def __len__(self) -> int:
        return len(self.ids)

    def key(self, place: int) -> Key:
        return int(self.taken_us[place]), int(self.ids[place])

    def followed_by(self, later: Shots) -> Shots:
        return Shots(
            np.append(self.ids, later.ids),
            np.append(self.taken_us, later.taken_us),
            np.append(self.camera_ids, later.camera_ids),
        )


@dataclass(frozen=True, slots=True)
class Slice:
    """The first ``left_count`` shots are the slice; the others are partners that follow it."""

    shots: Shots
    left_count: int

    def pairs(self, options: Options) -> tuple[Indices, Indices]:
        """Places (left, right) in the shots of all pairs whose left photo is in the slice."""
        return window_pairs(self.shots, slice(0, self.left_count), options)


def window_pairs(shots: Shots, part: slice, options: Options) -> tuple[Indices, Indices]:
    return pairs_of_slice(
        shots.taken_us,
        options.window_us,
        part,
        camera_ids=None if options.across_cameras else shots.camera_ids,
        max_neighbours=options.max_neighbours,
        mode=options.mode,
    )


def precise(photos: PhotoQuerySet) -> PhotoQuerySet:
    """Those with a time to the second that nothing speaks against."""
    return photos.filter(taken_precision__in=PRECISE, taken_doubt="")


def doubtful(photos: PhotoQuerySet) -> PhotoQuerySet:
    """Those held out of every window until their owner has settled their date."""
    return photos.exclude(taken_doubt="")


def all_shots(scan: Scan) -> Shots:
    return _read(precise(scan.photos()))


def slice_between(scan: Scan, first: Key, end: Key | None) -> Slice:
    """The shots from ``first`` until before ``end``, and all their partners."""
    photos = precise(scan.photos())
    part = photos.filter(_from(first))
    lefts = _read(part.exclude(_from(end)) if end else part)
    return _with_partners(photos, lefts, scan.chosen)


def slices_from(scan: Scan, first: Key | None, *, count: int) -> Iterator[Slice]:
    """Slices of growing size, beginning with ``count`` shots at ``first`` or at the oldest."""
    photos = precise(scan.photos())
    rest = photos.filter(_from(first)) if first else photos
    while True:
        read = _read(rest, count + 1)
        yield _with_partners(photos, _first(read, count), scan.chosen)
        if len(read) <= count:
            return
        rest = photos.filter(_from(read.key(count)))
        count = min(2 * count, 5000)


def microseconds(moment: dt.datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def moment(taken_us: int) -> dt.datetime:
    return EPOCH + taken_us * MICROSECOND


def _with_partners(photos: PhotoQuerySet, lefts: Shots, options: Options) -> Slice:
    count = len(lefts)
    if not count:
        return Slice(lefts, 0)
    after = photos.filter(_from(lefts.key(count - 1))).exclude(pk=int(lefts.ids[-1]))
    if options.mode is WindowMode.SPAN:
        until = moment(int(lefts.taken_us[-1]) + options.window_us)
        return Slice(lefts.followed_by(_read(after.filter(taken_at__lte=until))), count)
    shots = lefts
    while not _all_partners_read(shots, count, options):
        more = _read(after, READ_AHEAD)
        if not len(more):
            break
        shots = shots.followed_by(more)
        after = photos.filter(_from(shots.key(len(shots) - 1))).exclude(pk=int(shots.ids[-1]))
    return Slice(shots, count)


def _all_partners_read(shots: Shots, left_count: int, options: Options) -> bool:
    """Whether nothing further on can still share a run with a shot of the slice."""
    if options.across_cameras:
        return _run_is_over(shots.taken_us, left_count, shots.taken_us[-1], options)
    for camera in np.unique(shots.camera_ids[:left_count]).tolist():
        own = shots.camera_ids == camera
        times = shots.taken_us[own]
        if not _run_is_over(times, int(own[:left_count].sum()), shots.taken_us[-1], options):
            return False
    return True


def _run_is_over(times: Indices, left_count: int, read_until: int, options: Options) -> bool:
    """Whether a gap, or as many shots as one may be compared with, follow the last left shot."""
    if len(times) - left_count >= options.max_neighbours:
        return True
    gaps = np.diff(times[left_count - 1 :])
    return bool(np.any(gaps > options.window_us)) or read_until - times[-1] > options.window_us


def _first(shots: Shots, count: int) -> Shots:
    return Shots(shots.ids[:count], shots.taken_us[:count], shots.camera_ids[:count])


def _from(key: Key) -> Q:
    taken_at = moment(key[0])
    # The bound is repeated so that the databases start in the index.
    return Q(taken_at__gte=taken_at) & (Q(taken_at__gt=taken_at) | Q(pk__gte=key[1]))


def _read(photos: PhotoQuerySet, limit: int | None = None) -> Shots:
    rows: list[tuple[Any, ...]] = list(
        photos.oldest_first().values_list("pk", "taken_at", "camera")[:limit]
    )
    count = len(rows)
    return Shots(
        np.fromiter((row[0] for row in rows), np.int64, count),
        np.fromiter((microseconds(row[1]) for row in rows), np.int64, count),
        np.fromiter((NO_CAMERA if row[2] is None else row[2] for row in rows), np.int64, count),
    )
