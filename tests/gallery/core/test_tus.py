"""The readers of tus headers: whatever they hold, the answer is a value or BadHeader."""

from __future__ import annotations

import base64
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gallery.core import tus

# What a web server can hand over: headers are Latin-1.
HEADERS = st.text(st.characters(min_codepoint=0, max_codepoint=255), max_size=300)
KEYS = st.text("abcdefXYZ0123-_.!/", min_size=1, max_size=20)
READERS: list[Callable[[str], Any]] = [
    lambda text: tus.number("Upload-Offset", text),
    lambda text: tus.described(tus.metadata(text)),
    tus.checksum,
    tus.modified_at,
    lambda text: tus.described({"filename": text, "sha256": text, "modified": text}),
]


@pytest.mark.parametrize("read", READERS)
def test_no_header_raises_anything_but_a_refusal(read: Callable[[str], Any]) -> None:
    @given(HEADERS)
    @settings(max_examples=300, deadline=None)
    def refuses_or_reads(text: str) -> None:
        with suppress(tus.BadHeader):
            read(text)

    refuses_or_reads()


@given(st.dictionaries(KEYS, st.text(max_size=40)))
@settings(max_examples=200, deadline=None)
def test_metadata_come_back_as_they_were_sent(data: dict[str, str]) -> None:
    text = ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in data.items()
    )
    assert tus.metadata(text) == data


@given(st.integers(0, tus.LARGEST))
def test_numbers_come_back_as_they_were_sent(count: int) -> None:
    assert tus.number("Upload-Length", str(count)) == count


@pytest.mark.parametrize("text", [None, "", " 1", "+1", "1_000", "\xb2", "9" * 17, "0x10"])
def test_what_is_no_number_is_refused_by_name(text: str | None) -> None:
    with pytest.raises(tus.BadHeader, match="Upload-Offset"):
        tus.number("Upload-Offset", text)


def test_a_time_that_no_calendar_has_is_left_out() -> None:
    assert tus.modified_at("999999999999999") is None
    assert str(tus.modified_at("-86400000")) == "1969-12-31 00:00:00+00:00"
