from __future__ import annotations

import tracemalloc
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gallery.core import zip_directory, zip_entries
from gallery.core.zip_directory import Entry
from gallery.core.zip_entries import BadEntry
from tests.zips import Raw, zip_file

MB = 1024**2
PLAIN = Entry("a.jpg", offset=0, packed_bytes=1000, size_bytes=1000, method=0, crc=0)


def first(path: Path) -> Entry:
    with path.open("rb") as file:
        return next(zip_directory.entries(file, zip_directory.find(file)))


def content(path: Path, entry: Entry | None = None) -> bytes:
    with path.open("rb") as file:
        return b"".join(zip_entries.content(file, entry or first(path)))


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
@pytest.mark.parametrize("size", [0, 1, 65_536, 262_144, 3_000_001])
def test_every_packing_that_is_read_gives_the_bytes_back(
    tmp_path: Path, packing: int, size: int
) -> None:
    data = bytes(range(251)) * (size // 251 + 1)
    path = zip_file(tmp_path / "a.zip", {"a.jpg": data[:size]}, packing=packing)
    assert content(path) == data[:size]


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        pytest.param(replace(PLAIN, is_special=True), "link", id="link"),
        pytest.param(replace(PLAIN, is_encrypted=True), "encrypted", id="encrypted"),
        pytest.param(replace(PLAIN, method=14), "unknown_packing", id="lzma"),
        pytest.param(replace(PLAIN, method=9), "unknown_packing", id="deflate64"),
        pytest.param(replace(PLAIN, method=4711), "unknown_packing", id="no_known_method"),
        pytest.param(replace(PLAIN, size_bytes=301 * MB), "too_large", id="too_large"),
        pytest.param(replace(PLAIN, size_bytes=200 * MB, method=8), "bomb", id="bomb"),
        pytest.param(replace(PLAIN, name="x.zip"), "nested_archive", id="nested"),
        pytest.param(replace(PLAIN, name="../x.jpg"), "bad_name", id="name"),
    ],
)
def test_what_is_not_opened_says_why(entry: Entry, code: str) -> None:
    refusal = zip_entries.refusal_of(entry, most_bytes=300 * MB)
    assert refusal is not None and refusal.code == code
    assert refusal.reason.endswith(".")


def test_a_large_picture_of_one_colour_is_no_bomb() -> None:
    flat = replace(PLAIN, size_bytes=40 * MB, packed_bytes=40_000, method=8)
    assert zip_entries.refusal_of(flat, most_bytes=300 * MB) is None


def test_entries_that_share_their_bytes_are_found() -> None:
    honest = [(0, 100), (140, 50), (230, 10)]
    assert zip_entries.overlapping(honest) == set()
    assert zip_entries.overlapping([*honest, (100, 1000)]) == {100, 140, 230}
    assert zip_entries.overlapping([(0, 100), (0, 100)]) == {0}


@pytest.mark.parametrize("method", [0, 8])
@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        pytest.param({"size": 10}, "more than the archive says", id="larger_than_said"),
        pytest.param({"size": 5000}, "only a part", id="smaller_than_said"),
        pytest.param({"crc": 1}, "checksum", id="wrong_checksum"),
        pytest.param({"offset": 3}, "does not begin there", id="offset_into_nothing"),
        pytest.param({"offset": 2**32 - 2}, "does not begin there", id="offset_behind_the_end"),
    ],
)
def test_lies_of_the_directory_are_found_out(
    tmp_path: Path, method: int, lie: dict[str, int], reason: str
) -> None:
    raw = Raw().add(b"a.jpg", b"hello" * 200, method=method, **lie)
    with pytest.raises(BadEntry) as refused:
        content(raw.written(tmp_path / "a.zip"))
    assert reason in refused.value.reason


def test_damaged_packed_bytes_are_refused(tmp_path: Path) -> None:
    raw = Raw().add(b"a.jpg", b"hello" * 200, method=8, packed_data=b"\xff" * 60)
    with pytest.raises(BadEntry):
        content(raw.written(tmp_path / "a.zip"))


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_a_bomb_is_stopped_at_the_stated_size_in_little_memory(
    tmp_path: Path, packing: int
) -> None:
    path = zip_file(tmp_path / "a.zip", {"a.jpg": b"\0" * 100 * MB}, packing=packing)
    liar = replace(first(path), size_bytes=1 * MB)
    received = 0
    tracemalloc.start()
    with path.open("rb") as file, pytest.raises(BadEntry) as refused:
        for piece in zip_entries.content(file, liar):
            received += len(piece)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refused.value.code == "bomb"
    assert received <= 1 * MB
    assert peak < 8 * MB


@settings(max_examples=300, deadline=None)
@given(
    method=st.sampled_from([0, 8, 12]),
    packed=st.binary(max_size=300),
    size=st.integers(0, 2**40),
    crc=st.integers(0, 2**32 - 1),
)
def test_any_bytes_are_unpacked_or_refused_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, method: int, packed: bytes, size: int, crc: int
) -> None:
    raw = Raw().add(b"a.jpg", b"", packed_data=packed)
    path = raw.written(tmp_path_factory.mktemp("fuzz") / "a.zip")
    entry = Entry("a.jpg", 0, len(packed), size_bytes=size, method=method, crc=crc)
    try:
        data = content(path, entry)
    except BadEntry as refused:
        assert refused.reason
    else:
        assert (len(data), zlib.crc32(data)) == (size, crc)
