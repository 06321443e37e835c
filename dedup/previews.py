"""What another window or threshold would give, counted from what a scan left behind; reads only.

A page asks while a person drags a slider. Nothing is measured, compared or decided: the answer
follows from arrays that this process keeps of the scans asked for last.
"""

from __future__ import annotations

import datetime as dt
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from django.db.models import Q

from dedup import apart
from dedup.core import scored_library
from dedup.core.grouping import places_of
from dedup.core.scored_library import Counts, ScoredLibrary, State
from dedup.core.values import Flags, Indices, Options
from dedup.models import EVERYTHING, DecidedPair, Scan, ScanPairs, Scope, in_album
from gallery.models import Change, Photo, User

# Each is some 30 MB for 300,000 photos.
LIBRARIES_KEPT = 2
EXAMPLES = 3

Stamp: TypeAlias = tuple[int, dt.datetime]


@dataclass(frozen=True, slots=True)
class ExamplePair:
    first: Photo
    second: Photo
    percent: float


@dataclass(frozen=True, slots=True)
class Examples:
    """Pairs that lie closest to the threshold, so that it has a face."""

    above: list[ExamplePair]
    below: list[ExamplePair]


def source_for(owner: User, scope: Scope) -> Scan | None:
    """The newest scan that looked at these photos, or at all, and left its scores."""
    scans = (
        Scan.objects.owned_by(owner)
        .finished()
        .filter(pairs__isnull=False, first_day=None, last_day=None)
    )
    of_all = scans.filter(camera=None, album=None).first()
    same = scans.filter(camera=scope.camera, album=scope.album).first()
    return max(filter(None, (of_all, same)), key=lambda scan: scan.started_at, default=None)


def counts(scan: Scan, options: Options, scope: Scope = EVERYTHING) -> Counts | None:
    """What a scan with these options would find; None where the scan left no scores."""
    known = _known(scan)
    if known is None:
        return None
    library, known_at = known
    return scored_library.count(library, options, _state(scan, known_at, library, scope))


def examples(scan: Scan, options: Options, scope: Scope = EVERYTHING) -> Examples:
    """Pairs just above and just below the threshold."""
    known = _known(scan)
    if known is None:
        return Examples([], [])
    library, known_at = known
    state = _state(scan, known_at, library, scope)
    above, below = scored_library.examples(library, options, state, most=EXAMPLES)
    ids = {each for pair in (*above, *below) for each in (pair.better_id, pair.worse_id)}
    photos = Photo.objects.defer("taken_candidates", "facts").in_bulk(list(ids))
    return Examples(*(_in_order_of_time(pairs, photos) for pairs in (above, below)))


def _in_order_of_time(
    pairs: list[scored_library.Example], photos: dict[int, Photo]
) -> list[ExamplePair]:
    found = []
    for pair in pairs:
        both = [photos[each] for each in (pair.better_id, pair.worse_id) if each in photos]
        if len(both) == 2:
            first, second = sorted(both, key=lambda photo: (photo.taken_at, photo.pk))
            found.append(ExamplePair(first, second, pair.percent))
    return found


def stamp_of(scan: Scan) -> Stamp | None:
    """Names the arrays that a scan left, and the moment they tell of."""
    return ScanPairs.objects.filter(scan=scan).values_list("pk", "known_at").first()


def times(stamp: Stamp) -> tuple[Indices, Indices]:
    """When the photos of a scan were taken, in order, and their cameras."""
    library = _library(*stamp)
    if library is None:
        nothing = np.empty(0, dtype=np.int64)
        return nothing, nothing
    return library.taken_us[library.in_time], library.cameras[library.in_time]


def forget() -> None:
    """Let go of the arrays that this process keeps."""
    _library.cache_clear()


def _known(scan: Scan) -> tuple[ScoredLibrary, dt.datetime] | None:
    stamp = stamp_of(scan)
    library = _library(*stamp) if stamp else None
    return (library, stamp[1]) if stamp and library else None


@lru_cache(maxsize=LIBRARIES_KEPT)
def _library(pairs_id: int, known_at: dt.datetime) -> ScoredLibrary | None:
    """The arrays of a scan. A scan that is worked on again leaves a new row with another time."""
    data = ScanPairs.objects.filter(pk=pairs_id, known_at=known_at).values_list("data", flat=True)
    stored = data.first()
    if stored is None:
        return None
    try:
        return ScoredLibrary.from_bytes(bytes(stored))
    except (ValueError, KeyError, zlib.error):
        return None  # of an earlier version: the next scan leaves new ones


def _state(scan: Scan, known_at: dt.datetime, library: ScoredLibrary, scope: Scope) -> State:
    return State(
        there=_there(scan.owner_id, known_at, library) & _inside(scan.owner_id, library, scope),
        apart=_apart(scan.owner_id, known_at, library),
    )


def _there(owner_id: int, known_at: dt.datetime, library: ScoredLibrary) -> Flags:
    """Which photos are on the timeline still: what left it since is looked up."""
    photos = Photo.objects.filter(owner=owner_id).order_by()
    gone = [
        *photos.filter(archived_at__gte=known_at).values_list("pk", flat=True),
        *photos.filter(trashed_at__gte=known_at).values_list("pk", flat=True),
    ]
    there = np.ones(len(library), dtype=bool)
    places = places_of(np.array(gone, np.int64), library.ids) if gone else np.empty(0, np.int64)
    there[places[places >= 0]] = False
    deleted = Change.objects.filter(
        owner=owner_id, act=Change.Act.DELETE_FOREVER, made_at__gte=known_at
    )
    if deleted.exists():
        there &= np.isin(library.ids, list(photos.values_list("pk", flat=True)))
    return there


def _inside(owner_id: int, library: ScoredLibrary, scope: Scope) -> Flags:
    inside = np.ones(len(library), dtype=bool)
    if scope.camera:
        inside &= library.cameras == scope.camera.pk
    photos = Photo.objects.filter(owner=owner_id).order_by()
    chosen = []
    if scope.album:
        chosen.append(photos.filter(in_album(scope.album.pk)))
    if scope.first_day:
        chosen.append(photos.filter(taken_day__gte=scope.first_day))
    if scope.last_day:
        chosen.append(photos.filter(taken_day__lte=scope.last_day))
    for each in chosen:
        inside &= np.isin(library.ids, list(each.values_list("pk", flat=True)))
    return inside


def _apart(owner_id: int, known_at: dt.datetime, library: ScoredLibrary) -> Flags:
    """Which pairs are not to be offered together: as the scan knew, and as was decided since."""
    pairs = DecidedPair.objects.filter(owner=owner_id)
    since = Q(decision__made_at__gte=known_at) | Q(decision__reopened_by__undone_at__gte=known_at)
    undone = Q(decision__change__undone_at__gte=known_at)
    reopened = Q(decision__reopened_by__made_at__gte=known_at)
    added, taken_back = (
        frozenset(rows.values_list("checksum_a", "checksum_b"))
        for rows in (
            pairs.standing().filter(since),
            pairs.filter(undone | reopened, decision__made_at__lt=known_at),
        )
    )
    if not added and not taken_back:
        return library.decided
    still = _still_standing(owner_id, taken_back)
    apart_now = library.decided & ~_among(owner_id, library, taken_back - still)
    return apart_now | _among(owner_id, library, added)


def _still_standing(owner_id: int, pairs: frozenset[apart.Originals]) -> frozenset[apart.Originals]:
    """Those of them that another decision holds apart."""
    if not pairs:
        return frozenset()
    return pairs & apart.decided_pairs(owner_id)


def _among(owner_id: int, library: ScoredLibrary, decided: frozenset[apart.Originals]) -> Flags:
    if not decided:
        return np.zeros(len(library.better), dtype=bool)
    photos: Indices = apart.as_photos(owner_id, decided, library.ids)
    one, other = library.ids[library.better], library.ids[library.worse]
    return apart.is_among(np.minimum(one, other), np.maximum(one, other), photos, library.ids)
