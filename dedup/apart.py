"""Pairs of originals that their owner does not want to be offered together again, as photos."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeAlias

import numpy as np

from dedup.core.grouping import places_of
from dedup.core.values import Flags, Indices
from dedup.models import DecidedPair
from gallery.core.batches import batches
from gallery.models import Photo

Originals: TypeAlias = tuple[str, str]  # two checksums, the smaller first


def decided_pairs(owner_id: int) -> frozenset[Originals]:
    """What was called not similar, or was kept together, and stands."""
    pairs = DecidedPair.objects.standing().filter(owner=owner_id)
    return frozenset(pairs.values_list("checksum_a", "checksum_b"))


def as_photos(owner_id: int, decided: Collection[Originals], photo_ids: Indices) -> Indices:
    """The decided pairs among these photos, of shape (n, 2), the smaller id first.

    What was decided of one part of a shot holds for the part that is shown now.
    """
    known = set(photo_ids.tolist()) if decided else set()
    rows = [
        row
        for some in batches(sorted({checksum for pair in decided for checksum in pair}))
        for row in Photo.objects.filter(owner=owner_id, checksum__in=some).values_list(
            "checksum", "pk", "stack"
        )
    ]
    shown = _shown_of({stack_id for _, _, stack_id in rows if stack_id}, known)
    ids = {checksum: shown.get(stack_id, photo_id) for checksum, photo_id, stack_id in rows}
    found = {
        (min(ids[one], ids[other]), max(ids[one], ids[other]))
        for one, other in decided
        if one in ids and other in ids
    }
    both = [pair for pair in found if pair[0] in known and pair[1] in known]
    return np.array(sorted(both), dtype=np.int64).reshape(-1, 2)


def is_among(one: Indices, other: Indices, pairs: Indices, photo_ids: Indices) -> Flags:
    """Which of the pairs of photos (smaller id first) are among those of shape (n, 2)."""
    count = len(photo_ids)
    wanted = places_of(one, photo_ids) * count + places_of(other, photo_ids)
    known = places_of(pairs[:, 0], photo_ids) * count + places_of(pairs[:, 1], photo_ids)
    found: Flags = np.isin(wanted, known)
    return found


def _shown_of(stack_ids: set[int], known: set[int]) -> dict[int, int]:
    """Which of the known photos stands for which stack."""
    return {
        stack_id: photo_id
        for some in batches(sorted(stack_ids))
        for stack_id, photo_id in Photo.objects.filter(stack__in=some).values_list("stack", "pk")
        if photo_id in known
    }
