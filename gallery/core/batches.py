"""Long lists in pieces that a database takes in one statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

Row = TypeVar("Row")

# SQLite takes 32,766 values in one statement; PostgreSQL is content with less.
ROWS_PER_STATEMENT = 2000


def batches(rows: Sequence[Row], size: int = ROWS_PER_STATEMENT) -> Iterator[Sequence[Row]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))


def tapering(rows: Sequence[Row], size: int, *, least: int = 8) -> Iterator[Sequence[Row]]:
    """Pieces for several workers: smaller towards the end, so that all have work until the end."""
    start = 0
    while start < len(rows):
        end = start + min(size, max(least, (len(rows) - start) // 4))
        yield rows[start:end]
        start = end
