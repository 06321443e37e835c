"""Which part of a file a Range header asks for."""

from __future__ import annotations

import pytest

from gallery.web.stored_files import NotSatisfiable, requested_span


@pytest.mark.parametrize(
    ("header", "span"),
    [
        pytest.param("bytes=0-99", (0, 99), id="the_beginning"),
        pytest.param("bytes=900-", (900, 999), id="from_there_to_the_end"),
        pytest.param("bytes=-100", (900, 999), id="the_last_hundred"),
        pytest.param("bytes=-5000", (0, 999), id="a_longer_end_than_there_is"),
        pytest.param("bytes=990-5000", (990, 999), id="beyond_the_end"),
        pytest.param("bytes=5-2", None, id="backwards_is_no_range"),
        pytest.param("bytes=0-1,5-6", None, id="several_ranges_get_everything"),
        pytest.param("bytes=-", None, id="nothing_at_all"),
        pytest.param("pages=1-2", None, id="another_unit"),
        pytest.param("bytes=٣-٤", None, id="digits_of_another_script"),
    ],
)
def test_a_range_header_names_a_span(header: str, span: tuple[int, int] | None) -> None:
    assert requested_span(header, 1000) == span


@pytest.mark.parametrize(
    ("header", "size"), [("bytes=1000-", 1000), ("bytes=-0", 1000), ("bytes=-1", 0)]
)
def test_a_span_outside_of_the_file_is_not_satisfiable(header: str, size: int) -> None:
    with pytest.raises(NotSatisfiable):
        requested_span(header, size)
