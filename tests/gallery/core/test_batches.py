from __future__ import annotations

import pytest

from gallery.core.batches import batches, tapering


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 31, 32, 33, 500])
def test_pieces_hold_every_row_once_and_in_order(count: int) -> None:
    rows = list(range(count))
    for pieces in (list(tapering(rows, 32)), list(batches(rows, 32))):
        assert [row for piece in pieces for row in piece] == rows
        assert all(pieces)


def test_tapering_pieces_shrink_towards_the_end() -> None:
    sizes = [len(piece) for piece in tapering(range(500), 32)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == 32
    assert sizes[-1] <= 8


def test_tapering_pieces_of_few_rows_are_not_crumbs() -> None:
    assert [len(piece) for piece in tapering(range(20), 32)] == [8, 8, 4]
