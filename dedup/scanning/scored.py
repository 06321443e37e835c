"""The stored scores of the pairs of a scan, as arrays."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from dedup.core.measures import MEASURES, column
from dedup.core.values import Codes, Flags, Floats, Indices, Kind
from dedup.measuring import SCORE_VERSION
from dedup.models import PairScore, Scan
from dedup.neighbours import Shots

# Scores read from the database at once: some tens of megabytes until they are arrays.
ROWS_AT_ONCE = 100_000


@dataclass(frozen=True, slots=True)
class ScoredPairs:
    """Pairs by photo id, the smaller first."""

    a: Indices
    b: Indices
    percent: Floats
    kind: Codes  # values of Kind
    right: Floats  # how far what is seen moved, in shares of the picture; NaN where not measured
    down: Floats

    def __len__(self) -> int:
        return len(self.a)

    def where(self, chosen: Flags | Indices) -> ScoredPairs:
        return ScoredPairs(*(getattr(self, each.name)[chosen] for each in fields(self)))

    def copies(self) -> frozenset[tuple[int, int]]:
        """Those that the engine calls one picture."""
        return self.where(self.kind <= Kind.SAME_PICTURE).both()

    def at_one_moment(self, shots: Shots) -> ScoredPairs:
        """Those of photos with one time, in which nothing moved."""
        order = np.argsort(shots.ids)
        ids, times = shots.ids[order], shots.taken_us[order]
        same = times[np.searchsorted(ids, self.a)] == times[np.searchsorted(ids, self.b)]
        return self.where((self.kind == Kind.LIGHT) & same)

    def both(self) -> frozenset[tuple[int, int]]:
        return frozenset(zip(self.a.tolist(), self.b.tolist(), strict=True))


def scored_pairs(scan: Scan, shots: Shots) -> ScoredPairs:
    """All pairs of these shots that have a score, however low."""
    stored = PairScore.objects.filter(version=SCORE_VERSION, photo_a__owner=scan.owner_id)
    rows = stored.values_list("photo_a", "photo_b", "percent", "kind", "measures")
    waiting = rows.iterator(chunk_size=20_000)
    parts = [_of([])]
    while some := list(itertools.islice(waiting, ROWS_AT_ONCE)):
        pairs = _of(some)
        parts.append(pairs.where(np.isin(pairs.a, shots.ids) & np.isin(pairs.b, shots.ids)))
    columns = ([getattr(part, each.name) for part in parts] for each in fields(ScoredPairs))
    return ScoredPairs(*map(np.concatenate, columns))


def _of(rows: Sequence[tuple[int, int, float, int, bytes | memoryview]]) -> ScoredPairs:
    a, b, percent, kind, stored = zip(*rows, strict=True) if rows else ((),) * 5
    measures = np.frombuffer(b"".join(stored), "<f4").reshape(len(rows), len(MEASURES))
    return ScoredPairs(
        np.array(a, np.int64),
        np.array(b, np.int64),
        np.array(percent, np.float32),
        np.array(kind, np.uint8),
        column(measures, "right").copy(),  # a view would hold all the others
        column(measures, "down").copy(),
    )
