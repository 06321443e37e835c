"""Reads the directory of a zip file one record at a time, however many it has.

The standard library's reader keeps all of them in memory: 200,000 entries take 200 MB there.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

from gallery.core import zip_names

END = struct.Struct("<4s4H2LH")
END_SIGNATURE = b"PK\5\6"
LOCATOR = struct.Struct("<4sLQL")
LOCATOR_SIGNATURE = b"PK\6\7"
END_64 = struct.Struct("<4sQ2H2L4Q")
END_64_SIGNATURE = b"PK\6\6"
RECORD = struct.Struct("<4s4B4HL2L5H2L")
RECORD_SIGNATURE = b"PK\1\2"

LONGEST_COMMENT = 0xFFFF
FULL_16, FULL_32 = 0xFFFF, 0xFFFFFFFF  # "the true value stands in the zip64 part"

ENCRYPTED_FLAG, STRONG_FLAG, MASKED_FLAG, UTF8_FLAG = 1, 1 << 6, 1 << 13, 1 << 11
ZIP64_EXTRA, UNIX_TIME_EXTRA, UNICODE_NAME_EXTRA, AES_EXTRA = 1, 0x5455, 0x7075, 0x9901
MADE_ON_UNIX = (3, 19)  # Unix and macOS: the upper half of the attributes is a file mode
FILE_KIND, SYMLINK, REGULAR, FOLDER = 0xF000, 0xA000, 0x8000, 0x4000
DOS_FOLDER = 0x10


class UnreadableArchive(Exception):
    """A file that cannot be opened as a zip; `reason` is a sentence for the person who gave it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Entry:
    """What the directory says of one entry. Nothing of it is to be believed yet."""

    name: str  # readable, with "/" between folders
    offset: int  # of its header in the file
    packed_bytes: int
    size_bytes: int
    method: int
    crc: int
    is_folder: bool = False
    is_encrypted: bool = False
    is_special: bool = False  # a symbolic link, a device: no file
    modified: datetime | None = None  # aware if the zip says UTC, else local to who packed it


@dataclass(frozen=True, slots=True)
class Directory:
    """Where the directory lies in the file."""

    start: int
    end: int
    count: int
    shift: int  # bytes before the zip begins, as self-extracting ones have


def find(file: BinaryIO) -> Directory:
    """Find the directory at the end of the file. Raises UnreadableArchive."""
    size = file.seek(0, 2)
    if size == 0:
        raise UnreadableArchive("The archive is empty: it has 0 bytes.")
    tail_start = max(0, size - END.size - LONGEST_COMMENT)
    file.seek(tail_start)
    tail = file.read()
    at = _end_in(tail)
    if at is None:
        raise UnreadableArchive(_why_no_end(file))
    _, disk, first_disk, _, count, length, offset, _ = END.unpack_from(tail, at)
    end = tail_start + at
    if FULL_16 in (count, disk) or FULL_32 in (length, offset):
        end, disk, first_disk, count, length, offset = _zip64_end(file, end) or (
            (end, disk, first_disk, count, length, offset)
        )
    if disk or first_disk:
        raise UnreadableArchive("It is one part of a split archive. Put the parts together first.")
    start = end - length
    if start < offset or start < 0:
        raise UnreadableArchive("Its directory is damaged: it does not lie where it should.")
    return Directory(start, end, count, shift=start - offset)


def entries(file: BinaryIO, directory: Directory) -> Iterator[Entry]:
    """Every entry in the order of the directory. Raises UnreadableArchive where it is damaged."""
    position = directory.start
    while position + RECORD.size <= directory.end:
        file.seek(position)
        record = RECORD.unpack(file.read(RECORD.size))
        if record[0] != RECORD_SIGNATURE:
            raise UnreadableArchive("Its directory is damaged: an entry in it cannot be read.")
        name_length, extra_length, comment_length = record[12:15]
        rest = file.read(name_length + extra_length)
        if len(rest) < name_length + extra_length:
            raise UnreadableArchive("Its directory is damaged: it ends within an entry.")
        yield _entry(record, rest[:name_length], rest[name_length:], directory.shift)
        position += RECORD.size + name_length + extra_length + comment_length


def _end_in(tail: bytes) -> int | None:
    """Where the end record begins: the last signature whose comment reaches the file's end."""
    at = tail.rfind(END_SIGNATURE)
    while at >= 0:
        if at + END.size <= len(tail):
            (comment_length,) = struct.unpack_from("<H", tail, at + END.size - 2)
            if at + END.size + comment_length <= len(tail):
                return at
        at = tail.rfind(END_SIGNATURE, 0, at)
    return None


def _why_no_end(file: BinaryIO) -> str:
    file.seek(0)
    if file.read(2) != b"PK":
        return "It is no zip archive, whatever its name says."
    return (
        "The archive is incomplete: its directory, which stands at the end, is missing. "
        "Download or copy it again."
    )


def _zip64_end(file: BinaryIO, end: int) -> tuple[int, int, int, int, int, int] | None:
    """Where the zip64 record begins, then disk, first disk, count, length, offset."""
    if end < LOCATOR.size:
        return None
    file.seek(end - LOCATOR.size)
    signature, _, offset, _ = LOCATOR.unpack(file.read(LOCATOR.size))
    if signature != LOCATOR_SIGNATURE:
        return None
    # Bytes before the zip shift the record, but then it lies right before its locator.
    for place in (offset, end - LOCATOR.size - END_64.size):
        if 0 <= place <= end - END_64.size:
            file.seek(place)
            record = END_64.unpack(file.read(END_64.size))
            if record[0] == END_64_SIGNATURE:
                return (place, record[4], record[5], record[7], record[8], record[9])
    raise UnreadableArchive("Its directory is damaged: the part for large archives is missing.")


def _entry(record: tuple[int, ...], raw_name: bytes, extra: bytes, shift: int) -> Entry:
    made_on, flags, method = record[2], record[5], record[6]
    crc, packed, size = record[9:12]
    offset, attributes = record[18], record[17]
    fields = dict(_extra_fields(extra))
    size, packed, offset = _true_sizes(fields.get(ZIP64_EXTRA, b""), size, packed, offset)
    name = zip_names.readable(
        raw_name, is_utf8=bool(flags & UTF8_FLAG), unicode_extra=fields.get(UNICODE_NAME_EXTRA)
    )
    kind = (attributes >> 16) & FILE_KIND if made_on in MADE_ON_UNIX else 0
    return Entry(
        name=name,
        offset=offset + shift,
        packed_bytes=packed,
        size_bytes=size,
        method=method,
        crc=crc,
        is_folder=name.endswith("/") or kind == FOLDER or bool(attributes & DOS_FOLDER),
        is_encrypted=bool(flags & (ENCRYPTED_FLAG | STRONG_FLAG | MASKED_FLAG))
        or AES_EXTRA in fields,
        is_special=kind not in {0, REGULAR, FOLDER},
        modified=_unix_time(fields.get(UNIX_TIME_EXTRA, b"")) or _dos_time(record[8], record[7]),
    )


def _extra_fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    position = 0
    while position + 4 <= len(extra):
        tag, length = struct.unpack_from("<2H", extra, position)
        yield tag, extra[position + 4 : position + 4 + length]
        position += 4 + length


def _true_sizes(zip64: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    """The three numbers, those that did not fit into 32 bits taken from the zip64 field."""
    values = [value for (value,) in struct.iter_unpack("<Q", zip64[: len(zip64) // 8 * 8])]
    found = []
    for number in (size, packed, offset):
        found.append(values.pop(0) if number == FULL_32 and values else number)
    return found[0], found[1], found[2]


def _unix_time(field: bytes) -> datetime | None:
    if len(field) < 5 or not field[0] & 1:
        return None
    (seconds,) = struct.unpack_from("<l", field, 1)
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds) if seconds > 0 else None


def _dos_time(date: int, time: int) -> datetime | None:
    """None for the first of January 1980 too, which is what packers write who know nothing."""
    try:
        moment = datetime(  # noqa: DTZ001  a zip does not say of which zone its times are
            1980 + (date >> 9), date >> 5 & 15, date & 31, time >> 11, time >> 5 & 63, time % 32 * 2
        )
    except ValueError:
        return None
    return moment if (date, time) != (0x21, 0) else None
