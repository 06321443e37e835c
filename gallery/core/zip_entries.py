"""The content of one zip entry, piece by piece, believing nothing that its headers say."""

from __future__ import annotations

import bz2
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from gallery.core import sizes, zip_names
from gallery.core.zip_directory import Entry

HEADER = struct.Struct("<4s2B4HL2L2H")
HEADER_SIGNATURE = b"PK\3\4"
READ_BYTES = 64 * 1024
PIECE_BYTES = 256 * 1024  # what one step of unpacking may give, whatever was packed

STORED, DEFLATED, BZIP2 = 0, 8, 12
METHODS = {
    1: "Shrink",
    6: "Implode",
    9: "Deflate64",
    14: "LZMA",
    20: "Zstandard",
    93: "Zstandard",
    95: "XZ",
    96: "JPEG",
    97: "WavPack",
    98: "PPMd",
    99: "AES",
}

# Photos are packed already: they shrink by some percent. Only pictures of one plain colour shrink
# more than this, and those are small.
BOMB_RATIO = 200
BOMB_BYTES = 64 * 1024**2
# What all entries together may unpack to, measured by the archive's own size.
WHOLE_RATIO = 20
WHOLE_BYTES = 4 * 1024**3

BOMB = "bomb"


class BadEntry(Exception):
    """An entry that cannot be unpacked; `reason` is a sentence for the person who gave it."""

    def __init__(self, reason: str, code: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


@dataclass(frozen=True, slots=True)
class Refusal:
    reason: str
    code: str


class Unpacker(Protocol):
    @property
    def is_done(self) -> bool: ...

    def unpack(self, packed: bytes) -> Iterator[bytes]: ...


def refusal_of(entry: Entry, *, most_bytes: int) -> Refusal | None:
    """Why this entry is not even opened, or None."""
    if reason := zip_names.refusal_of(entry.name):
        nested = entry.name.lower().endswith(zip_names.NESTED)
        return Refusal(reason, "nested_archive" if nested else "bad_name")
    if entry.is_special:
        return Refusal("It is a link to another file, not a file.", "link")
    if entry.is_encrypted:
        return Refusal("It is encrypted. Unpack the archive with its password first.", "encrypted")
    if entry.method not in {STORED, DEFLATED, BZIP2}:
        name = METHODS.get(entry.method, f"method {entry.method}")
        return Refusal(
            f"It is packed by a method that is not read here ({name}). "
            "Pack the archive again with ordinary compression.",
            "unknown_packing",
        )
    if entry.size_bytes > most_bytes:
        limit = sizes.in_words(most_bytes)
        return Refusal(f"It is larger than {limit}, the largest file taken in.", "too_large")
    if entry.size_bytes > BOMB_BYTES and entry.size_bytes > BOMB_RATIO * entry.packed_bytes:
        ratio = entry.size_bytes // max(1, entry.packed_bytes)
        return Refusal(f"It would unpack to {ratio:,} times its size, as no photo does.", BOMB)
    return None


def overlapping(places: Iterable[tuple[int, int]]) -> set[int]:
    """Offsets of entries that begin inside another one: one content counted many times.

    `places` are offset and packed size of all entries.
    """
    found: set[int] = set()
    last_end = -1
    last_offset = -1
    for offset, packed in sorted(places):
        if offset < last_end or offset == last_offset:
            found.add(offset)
        last_offset = offset
        last_end = max(last_end, offset + HEADER.size + packed)
    return found


def most_unpacked(archive_bytes: int) -> int:
    """How much all entries of an archive may unpack to; the rest is refused."""
    return max(WHOLE_BYTES, WHOLE_RATIO * archive_bytes)


def content(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    """The unpacked bytes in pieces. Raises BadEntry, at the latest after the last piece.

    Never gives more than the directory said, whatever the packed bytes would give.
    """
    _go_to_data(file, entry)
    crc = size = 0
    for piece in _unpacked(file, entry):
        size += len(piece)
        if size > entry.size_bytes:
            raise BadEntry("It unpacks to more than the archive says.", BOMB)
        crc = zlib.crc32(piece, crc)
        yield piece
    if size < entry.size_bytes:
        raise BadEntry("The archive is damaged here: it holds only a part of this file.", "damaged")
    if crc != entry.crc:
        raise BadEntry("The archive is damaged here: the checksum does not fit.", "damaged")


def _go_to_data(file: BinaryIO, entry: Entry) -> None:
    try:
        file.seek(entry.offset)
        header = file.read(HEADER.size)
    except (OverflowError, ValueError):
        header = b""
    if len(header) < HEADER.size or not header.startswith(HEADER_SIGNATURE):
        raise BadEntry("The archive is damaged here: the file does not begin there.", "damaged")
    name_length, extra_length = struct.unpack_from("<2H", header, HEADER.size - 4)
    file.seek(name_length + extra_length, 1)


def _unpacked(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    unpacker = _unpacker(entry.method)
    left = entry.packed_bytes
    try:
        while left > 0 and not unpacker.is_done:
            packed = file.read(min(READ_BYTES, left))
            if not packed:
                return  # the archive ends here: too short, said by the caller
            left -= len(packed)
            yield from unpacker.unpack(packed)
    except (zlib.error, OSError, EOFError, ValueError) as error:
        if isinstance(error, OSError) and error.errno:
            raise  # the disk's trouble, not the archive's
        raise BadEntry("The archive is damaged here: it cannot be unpacked.", "damaged") from error


def _unpacker(method: int) -> Unpacker:
    kinds: dict[int, type[Unpacker]] = {STORED: _Stored, DEFLATED: _Deflated, BZIP2: _Bzip2}
    return kinds[method]()


class _Stored:
    is_done = False

    def unpack(self, packed: bytes) -> Iterator[bytes]:
        yield packed


class _Deflated:
    def __init__(self) -> None:
        self._inner = zlib.decompressobj(-zlib.MAX_WBITS)

    @property
    def is_done(self) -> bool:
        return self._inner.eof

    def unpack(self, packed: bytes) -> Iterator[bytes]:
        is_full = False  # more may wait inside although nothing packed is left
        while (packed or is_full) and not self._inner.eof:
            piece = self._inner.decompress(packed, PIECE_BYTES)
            packed, is_full = self._inner.unconsumed_tail, len(piece) == PIECE_BYTES
            if piece:
                yield piece


class _Bzip2:
    def __init__(self) -> None:
        self._inner = bz2.BZ2Decompressor()

    @property
    def is_done(self) -> bool:
        return self._inner.eof

    def unpack(self, packed: bytes) -> Iterator[bytes]:
        while not self._inner.eof:
            piece = self._inner.decompress(packed, PIECE_BYTES)
            packed = b""
            if piece:
                yield piece
            elif self._inner.needs_input:
                return
