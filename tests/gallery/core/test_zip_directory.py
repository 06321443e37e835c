from __future__ import annotations

import struct
import tracemalloc
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gallery.core import zip_directory
from gallery.core.zip_directory import Entry, UnreadableArchive
from tests.zips import Raw, zip_file


def entries(path: Path) -> list[Entry]:
    with path.open("rb") as file:
        return list(zip_directory.entries(file, zip_directory.find(file)))


def test_the_directory_says_what_the_standard_library_says(tmp_path: Path) -> None:
    files = {"a/b.jpg": b"one" * 100, "ü/日本.png": b"two", "empty": b""}
    path = zip_file(tmp_path / "a.zip", files)
    with zipfile.ZipFile(path) as archive:
        theirs = [
            (each.filename, each.header_offset, each.compress_size, each.file_size, each.CRC)
            for each in archive.infolist()
        ]
    ours = [(e.name, e.offset, e.packed_bytes, e.size_bytes, e.crc) for e in entries(path)]
    assert ours == theirs


def test_zip64_numbers_are_read_from_their_own_field(tmp_path: Path) -> None:
    path = tmp_path / "large.zip"
    with (
        zipfile.ZipFile(path, "w") as archive,
        archive.open("a.jpg", "w", force_zip64=True) as one,
    ):
        one.write(b"picture")
    large = struct.pack("<2H2Q", 1, 16, 5 * 1024**3, 4 * 1024**3)
    raw = Raw().add(b"b.jpg", b"x", size=0xFFFFFFFF, packed=0xFFFFFFFF, extra=large)
    [small] = entries(path)
    [big] = entries(raw.written(tmp_path / "raw.zip"))
    assert small.size_bytes == 7
    assert (big.size_bytes, big.packed_bytes) == (5 * 1024**3, 4 * 1024**3)


def test_more_entries_than_sixteen_bits_count_are_all_read_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    count = 70_000
    raw = Raw()
    raw.add(b"%040d.jpg" % 0, b"")
    one_record = raw._records
    end = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, 0, 0)
    size = len(one_record) * count
    end = end[:-16] + struct.pack("<2Q", size, len(raw._body))
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, len(raw._body) + size, 1)
    last = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    path.write_bytes(raw._body + one_record * count + end + locator + last)
    tracemalloc.start()
    with path.open("rb") as file:
        found = sum(1 for _ in zip_directory.entries(file, zip_directory.find(file)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == count
    assert peak < 2_000_000


def test_bytes_before_the_zip_and_a_comment_behind_it_do_no_harm(tmp_path: Path) -> None:
    raw = Raw().add(b"a.jpg", b"picture")
    path = raw.written(tmp_path / "a.zip", before=b"#!/bin/sh\n" * 50, comment=b"PK\5\6 hello")
    [entry] = entries(path)
    assert entry.offset == 500


def test_what_is_no_file_is_told_apart(tmp_path: Path) -> None:
    raw = (
        Raw()
        .add(b"folder/", attributes=0o040755 << 16)
        .add(b"link.jpg", b"/etc/passwd", attributes=0o120777 << 16)
        .add(b"device", b"", attributes=0o060600 << 16)
        .add(b"windows.jpg", b"x", made_on=0, attributes=0xA000_0000)
        .add(b"locked.jpg", b"x", flags=1)
        .add(b"aes.jpg", b"x", method=0, extra=struct.pack("<2H", 0x9901, 0))
    )
    found = {each.name: each for each in entries(raw.written(tmp_path / "a.zip"))}
    assert [each.name for each in found.values() if each.is_folder] == ["folder/"]
    assert [each.name for each in found.values() if each.is_special] == ["link.jpg", "device"]
    assert [each.name for each in found.values() if each.is_encrypted] == ["locked.jpg", "aes.jpg"]


def test_a_stated_moment_is_utc_and_the_old_one_local(tmp_path: Path) -> None:
    moment = struct.pack("<2HBl", 0x5455, 5, 1, 1577880000)
    raw = Raw().add(b"a.jpg", b"", extra=moment).add(b"b.jpg", b"")
    first, second = entries(raw.written(tmp_path / "a.zip"))
    assert first.modified == datetime(2020, 1, 1, 12, tzinfo=UTC)
    assert second.modified == datetime(2024, 1, 1)  # noqa: DTZ001  the zip says no zone


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "0 bytes", id="empty"),
        pytest.param(b"\xff\xd8\xff" + b"x" * 500, "no zip archive", id="a_jpeg"),
        pytest.param(b"PK\3\4" + b"x" * 500, "incomplete", id="cut_off"),
        pytest.param(
            b"PK\3\4" + struct.pack("<4s4H2LH", b"PK\5\6", 1, 1, 1, 1, 1, 1, 0),
            "split archive",
            id="one_of_several_disks",
        ),
        pytest.param(
            b"PK\3\4" + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, 900, 900, 0),
            "directory is damaged",
            id="directory_before_the_file",
        ),
        pytest.param(
            b"PK\3\4" * 30 + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, 100, 20, 0),
            "directory is damaged",
            id="directory_of_something_else",
        ),
        pytest.param(
            b"PK" + b"x" * 60 + struct.pack("<4sLQL", b"PK\6\7", 0, 3, 1)
            + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 1, 1, 0),
            "part for large archives",
            id="zip64_record_missing",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_opened_says_why(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    with pytest.raises(UnreadableArchive) as refused:
        entries(path)
    assert reason in refused.value.reason
    assert refused.value.reason.endswith(".")


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_damaged_zip_is_read_or_refused_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    raw = Raw().add(b"a.jpg", b"hello" * 20, method=8).add("ü.jpg".encode(), b"x", flags=2048)
    content = bytearray(raw.written(folder / "a.zip", comment=b"end").read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = folder / "b.zip"
    path.write_bytes(bytes(content[: data.draw(st.integers(0, len(content)))]))
    try:
        found = entries(path)
    except UnreadableArchive as refused:
        assert refused.reason
    else:
        assert all(each.name.isprintable() for each in found)
