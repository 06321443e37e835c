"""What a scan keeps of its scores, so that other windows and thresholds are counted at once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dedup import apart
from dedup.apart import Originals
from dedup.core import scored_library
from dedup.core.features import FEATURES_VERSION
from dedup.core.grouping import places_of, sorted_edges
from dedup.core.scored_library import ScoredLibrary
from dedup.core.series import SeriesSet
from dedup.core.values import Flags, Floats, Group, Indices
from dedup.models import PhotoFeatures, Scan
from dedup.neighbours import Shots
from dedup.scanning.group_rows import Found
from dedup.scanning.scored import ScoredPairs

# Some 60 MB of arrays. Of a library with more pairs no page counts while a slider moves.
MOST_PAIRS = 5_000_000


def remembered(
    scan: Scan, shots: Shots, pairs: ScoredPairs, found: Found, decided: frozenset[Originals]
) -> bytes | None:
    """The scored library of a scan as it is stored; None where it would be too large."""
    if len(pairs.a) > MOST_PAIRS:
        return None
    ids, in_time = _ranked(shots, found)
    edges = sorted_edges(places_of(pairs.a, ids), places_of(pairs.b, ids), pairs.percent)
    covers, frames, stays = _seen(found, ids)
    numbers, places, percents = _sets(found, pairs, ids)
    library = ScoredLibrary(
        ids=ids,
        taken_us=_by_place(shots.taken_us, in_time),
        cameras=_by_place(shots.camera_ids, in_time),
        size_bytes=np.array([_size(found, photo_id) for photo_id in ids.tolist()], np.int64),
        measured=_measured(scan, ids),
        fixed=np.isin(_by_place(shots.camera_ids, in_time), sorted(found.fixed_cameras)),
        in_time=in_time,
        better=edges.better,
        worse=edges.worse,
        hundredths=np.round(edges.percent.astype(np.float64) * 100).astype(np.uint16),
        decided=_decided(scan, decided, ids, edges.better, edges.worse),
        seen_cover=covers,
        seen_frame=frames,
        seen_stays=stays,
        set_number=numbers,
        set_place=places,
        set_percent=percents,
    )
    return library.to_bytes()


def _ranked(shots: Shots, found: Found) -> tuple[Indices, Indices]:
    """The photos in the order of the ranking, and their places in the order of time.

    Photos without any pair come last: they only stand between others in time.
    """
    ranked = np.array(found.ranking.photo_ids, dtype=np.int64)
    ids = np.append(ranked, np.setdiff1d(shots.ids, ranked))
    return ids, places_of(shots.ids, ids)


def _by_place(in_order_of_time: Indices, in_time: Indices) -> Indices:
    values = np.empty(len(in_time), dtype=np.int64)
    values[in_time] = in_order_of_time
    return values


def _size(found: Found, photo_id: int) -> int:
    facts = found.facts.get(photo_id)
    return facts.size_bytes if facts else 0


def _measured(scan: Scan, ids: Indices) -> Flags:
    # Of all photos of the owner: to look up each of these by its id takes five times as long.
    rows = PhotoFeatures.objects.filter(photo__owner=scan.owner_id, version=FEATURES_VERSION)
    known = np.fromiter(rows.values_list("photo", flat=True).iterator(), np.int64)
    measured: Flags = np.isin(ids, known)
    return measured


def _decided(
    scan: Scan, decided: frozenset[Originals], ids: Indices, better: Indices, worse: Indices
) -> Flags:
    one, other = ids[better], ids[worse]
    pairs = apart.as_photos(scan.owner_id, decided, ids)
    return apart.is_among(np.minimum(one, other), np.maximum(one, other), pairs, ids)


def _seen(found: Found, ids: Indices) -> tuple[Indices, Indices, Flags]:
    """Frames of fixed cameras beside their covers, and whether they are to stay."""
    seen = [
        (group.cover, member.photo_id, member.photo_id in found.stays)
        for group in found.groups
        if _is_of_fixed_camera(found, group)
        for member in group.members
    ]
    return (
        places_of(np.array([cover for cover, _, _ in seen], np.int64), ids),
        places_of(np.array([frame for _, frame, _ in seen], np.int64), ids),
        np.array([stays for _, _, stays in seen], bool),
    )


def _is_of_fixed_camera(found: Found, group: Group) -> bool:
    camera_id = found.shots[group.cover].camera_id
    return camera_id in found.fixed_cameras and all(
        found.shots[member.photo_id].camera_id == camera_id for member in group.members
    )


def _sets(found: Found, pairs: ScoredPairs, ids: Indices) -> tuple[Indices, Indices, Floats]:
    sets = list(found.sets.values())
    percents = dict(_percents_within(sets, pairs))
    numbers = [number for number, each in enumerate(sets) for _ in each.photo_ids]
    photos = [photo_id for each in sets for photo_id in each.photo_ids]
    highest = [scored_library.set_threshold(each.photo_ids, percents) for each in sets]
    return (
        np.array(numbers, np.int64),
        places_of(np.array(photos, np.int64), ids),
        np.array(highest, np.float32),
    )


def _percents_within(
    sets: list[SeriesSet], pairs: ScoredPairs
) -> Iterator[tuple[tuple[int, int], float]]:
    photos = [photo_id for each in sets for photo_id in each.photo_ids]
    chosen = np.isin(pairs.a, photos) & np.isin(pairs.b, photos)
    rows = zip(
        pairs.a[chosen].tolist(),
        pairs.b[chosen].tolist(),
        pairs.percent[chosen].tolist(),
        strict=True,
    )
    return (((a, b), percent) for a, b, percent in rows)
