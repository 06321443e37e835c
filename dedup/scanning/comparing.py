"""The second stage of a scan: score the pairs inside the window that have no score yet."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from django.db.models import F

from dedup.core.identity import SamePixels
from dedup.core.scoring import MEASURES, FeatureBlock, LocalSource, score_pairs
from dedup.core.values import Flags, Indices, PairScores
from dedup.measuring import SCORE_VERSION, local_features_of
from dedup.models import PairScore, PhotoFeatures, Scan
from dedup.neighbours import NO_CAMERA, Key, Shots, slice_between
from dedup.originals import Originals
from dedup.scanning.storing import store_scores
from gallery.core.batches import batches
from gallery.work.claims import Claim, extend, finish, step

# Committed together: some tenths of a second of work that a killed worker loses.
PAIRS_PER_STEP = 20_000
LOCAL_AT_ONCE = 200  # some 4 MB


def compare(claim: Claim, scan: Scan) -> None:
    """Score the pairs whose left photo lies in the slice that the payload names.

    What is stored already is not computed again; what is computed is committed step by step.
    """
    payload: dict[str, Any] = claim.payload
    end = _key(payload["end"]) if payload["end"] else None
    part = slice_between(scan, _key(payload["first"]), end)
    left, right = part.pairs(scan.chosen)
    known = _known(part.shots, left, right)
    block = _Block(part.shots, np.unique(np.append(left[~known], right[~known])))
    for start, stop in _steps(left, part.left_count):
        inside = (left >= start) & (left < stop)
        chosen = inside & ~known & block.has(left) & block.has(right)
        found = block.score(claim, left[chosen], right[chosen])
        effects = partial(_store, scan, found, int(inside.sum()))
        if stop == part.left_count:
            finish(claim, effects)
            return
        step(
            claim,
            effects,
            done=min(stop - start, _left_to_count(claim)),
            payload=payload | {"first": list(part.shots.key(stop))},
        )


def _store(scan: Scan, found: tuple[Indices, Indices, PairScores], pair_count: int) -> None:
    store_scores(*found)
    Scan.objects.filter(pk=scan.pk).update(pair_count=F("pair_count") + pair_count)


_NO_SCORES = PairScores(
    np.empty(0, np.float32), np.empty((0, len(MEASURES)), np.float32), np.empty(0, np.uint8)
)


class _Block:
    """The stored features of the shots that have a pair to score."""

    def __init__(self, shots: Shots, places: Indices) -> None:
        self.shots = shots
        ids = shots.ids[places].tolist()
        light = _light(ids)
        measured = [photo_id in light for photo_id in ids]
        self.rows = np.full(len(shots), -1, dtype=np.int64)  # of the block, by place of the shot
        self.rows[places[measured]] = np.arange(sum(measured))
        self.ids = [photo_id for photo_id in ids if photo_id in light]
        self.local: dict[int, bytes] = {}
        self.expected: dict[int, int] = {}  # rows whose local features are asked for: to their turn
        self.originals = Originals(self.ids)
        # A scan of a library that was compared before has no pair to score and stacks nothing.
        self.block = (
            FeatureBlock.from_light([light[photo_id] for photo_id in self.ids])
            if self.ids
            else None
        )

    def has(self, places: Indices) -> Flags:
        found: Flags = self.rows[places] >= 0
        return found

    def score(
        self, claim: Claim, left: Indices, right: Indices
    ) -> tuple[Indices, Indices, PairScores]:
        """The pairs as (smaller id, larger id) with their scores: the stored direction."""
        if self.block is None:
            return left, right, _NO_SCORES
        swap = self.shots.ids[left] > self.shots.ids[right]
        first, second = np.where(swap, right, left), np.where(swap, left, right)
        cameras = self.shots.camera_ids
        scores = score_pairs(
            self.block,
            self.rows[first],
            self.rows[second],
            local=LocalSource(lambda row: self._local(claim, row), self._expect),
            same_pixels=self._same_pixels(claim),
            same_camera=(cameras[first] == cameras[second]) & (cameras[first] != NO_CAMERA),
        )
        return self.shots.ids[first], self.shots.ids[second], scores

    def _same_pixels(self, claim: Claim) -> SamePixels:
        def same(one: int, other: int, *, copies_are_equal: bool) -> bool:
            extend(claim)  # to decode an original takes long
            return self.originals.are_equal(
                self.ids[one], self.ids[other], copies_are_equal=copies_are_equal
            )

        return same

    def _expect(self, rows: list[int]) -> None:
        once = dict.fromkeys(rows)
        self.expected = dict(zip(once, range(len(once)), strict=True))

    def _local(self, claim: Claim, row: int) -> bytes:
        """Local features, read together with those that are asked for next."""
        if row not in self.local:
            extend(claim)  # local features are the slow part of a step
            turn = self.expected[row]
            rows = list(self.expected)[turn : turn + LOCAL_AT_ONCE]
            found = local_features_of([self.ids[each] for each in rows], needed=self.ids[row])
            self.local = {each: found[self.ids[each]] for each in rows if self.ids[each] in found}
        return self.local[row]


def _steps(left: Indices, count: int) -> Iterator[tuple[int, int]]:
    """Ranges of left places with about PAIRS_PER_STEP pairs each; at least one, maybe empty."""
    pairs_before = np.searchsorted(left, np.arange(count + 1))
    if count == 0:
        yield 0, 0
    start = 0
    while start < count:
        limit = pairs_before[start] + PAIRS_PER_STEP
        stop = max(start + 1, int(np.searchsorted(pairs_before, limit, side="right")) - 1)
        yield start, stop
        start = stop


def _known(shots: Shots, left: Indices, right: Indices) -> Flags:
    """Which pairs have a score of the current version."""
    ids = np.unique(shots.ids)
    stored = [
        pair
        for some in batches(ids.tolist())
        for pair in PairScore.objects.filter(version=SCORE_VERSION, photo_a__in=some).values_list(
            "photo_a", "photo_b"
        )
    ]
    if not stored:
        return np.zeros(len(left), dtype=bool)
    pairs = np.array(stored, dtype=np.int64)
    pairs = pairs[np.isin(pairs[:, 1], ids)]
    one, other = shots.ids[left], shots.ids[right]
    found: Flags = np.isin(
        _number(ids, np.minimum(one, other), np.maximum(one, other)),
        _number(ids, pairs[:, 0], pairs[:, 1]),
    )
    return found


def _number(ids: Indices, small: Indices, large: Indices) -> Indices:
    """One number for each pair of these ids."""
    number: Indices = np.searchsorted(ids, small) * len(ids) + np.searchsorted(ids, large)
    return number


def _light(ids: list[int]) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for some in batches(ids):
        rows = PhotoFeatures.objects.filter(photo__in=some, version=SCORE_VERSION // 1000)
        found.update(
            (photo_id, bytes(light)) for photo_id, light in rows.values_list("photo", "light")
        )
    return found


def _left_to_count(claim: Claim) -> int:
    """Photos that arrived in the slice while the scan ran are compared, but not counted."""
    return int(claim.payload["size"]) - claim.settled


def _key(stored: list[int]) -> Key:
    return stored[0], stored[1]
