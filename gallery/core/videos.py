"""Videos that belong to a photo: the moving part of a live photo, and one inside a motion photo.

Only the boxes that say when and for whom are read; no frame is ever decoded.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import dataclass
from typing import Any, BinaryIO

from gallery.core import boxes, written_dates
from gallery.core.exif import DAMAGE

# QuickTime counts from 1904.
EPOCH = dt.datetime(1904, 1, 1, tzinfo=dt.UTC)
CONTENT_ID = b"com.apple.quicktime.content.identifier"
CREATION_DATE = b"com.apple.quicktime.creationdate"

HEAD_BYTES = 256 * 1024
SAMSUNG_END = b"SEFT"
SAMSUNG_MARK = b"MotionPhoto_Data"
# Names of files that are surely no photos. Content decides; a name only says when to look.
ENDINGS = (".mov", ".mp4", ".m4v", ".mp", ".mpg", ".3gp", ".avi", ".mkv", ".mts", ".webm", ".wmv")
LARGEST_VIDEO = 64 * 1024 * 1024
# How far the video reaches back from the end: Google's new words for it, and the old one.
LENGTH_FORMS = (
    re.compile(rb'Semantic="MotionPhoto"[^>]*?Length="(\d{1,9})"', re.DOTALL),
    re.compile(rb'Length="(\d{1,9})"[^>]*?Semantic="MotionPhoto"', re.DOTALL),
    re.compile(rb'MicroVideoOffset="(\d{1,9})"'),
)


@dataclass(frozen=True, slots=True)
class VideoFacts:
    started: dt.datetime | None = None  # aware; from the header in UTC, or from Apple's date
    seconds: float | None = None
    content_id: str = ""  # Apple's, the same in the photo

    def to_json(self) -> dict[str, Any]:
        started = self.started.isoformat() if self.started else None
        return {"started": started, "seconds": self.seconds, "content_id": self.content_id}


# Pictures are boxes as well; these brands are theirs.
PICTURE_BRANDS = frozenset({b"hei", b"hev", b"mif", b"msf", b"avi", b"crx"})


def is_video(head: bytes) -> bool:
    if head[4:8] == b"ftyp":
        return head[8:11] not in PICTURE_BRANDS
    return head[4:8] in (b"moov", b"wide", b"mdat")


def read(stream: BinaryIO) -> VideoFacts:
    """What an MP4 or MOV tells of itself; nothing of what makes no sense. Never raises."""
    try:
        movie = boxes.find(stream, b"moov")
        if movie is None:
            return VideoFacts()
        started, seconds = _header(movie)
        told = _apple(movie)
        own = written_dates.read(told.get(CREATION_DATE, ""))
        if own and own.local and own.offset_minutes is not None:
            zone = dt.timezone(dt.timedelta(minutes=own.offset_minutes))
            started = own.local.replace(tzinfo=zone)
        return VideoFacts(started, seconds, told.get(CONTENT_ID, "")[:80])
    except DAMAGE:
        return VideoFacts()


def inside(stream: BinaryIO) -> dict[str, int] | None:
    """Where a motion photo of Google or Samsung keeps its video: offset and length in the file."""
    size = stream.seek(0, io.SEEK_END)
    offset = _by_google(stream, size) or _by_samsung(stream, size)
    if offset is None or not 0 < offset < size - 8:
        return None
    stream.seek(offset + 4)
    return {"offset": offset, "length": size - offset} if stream.read(4) == b"ftyp" else None


def _by_google(stream: BinaryIO, size: int) -> int | None:
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    if b"MotionPhoto" not in head and b"MicroVideo" not in head:
        return None
    found = next((match for form in LENGTH_FORMS if (match := form.search(head))), None)
    return size - int(found[1]) if found else None


def _by_samsung(stream: BinaryIO, size: int) -> int | None:
    stream.seek(max(0, size - 4))
    if stream.read(4) != SAMSUNG_END:
        return None
    stream.seek(max(0, size - LARGEST_VIDEO))
    start = stream.tell()
    place = stream.read().rfind(SAMSUNG_MARK)
    return start + place + len(SAMSUNG_MARK) if place >= 0 else None


def _header(movie: boxes.Box) -> tuple[dt.datetime | None, float | None]:
    header = movie.find(b"mvhd")
    if header is None:
        return None, None
    content = header.read(64)
    size, at = (8, 4) if content[0] == 1 else (4, 4)
    made = int.from_bytes(content[at : at + size], "big")
    scale = int.from_bytes(content[at + 2 * size : at + 2 * size + 4], "big")
    length = int.from_bytes(content[at + 2 * size + 4 : at + 3 * size + 4], "big")
    # Zero is what those write who have no clock; before 1970 there was no such file.
    started = EPOCH + dt.timedelta(seconds=made) if 2**31 - 65_000_000 < made < 2**32 else None
    return started, length / scale if scale else None


def _apple(movie: boxes.Box) -> dict[bytes, str]:
    """Apple's table of names and values."""
    meta = movie.find(b"meta")
    if meta is None:
        return {}
    # In QuickTime the boxes begin at once, in MP4 after version and flags.
    skip = 0 if meta.read(8)[4:] in (b"hdlr", b"keys") else boxes.VERSION_AND_FLAGS
    parts = {box.kind: box for box in meta.inside(skip)}
    if b"keys" not in parts or b"ilst" not in parts:
        return {}
    names = [box.read(200) for box in _keys(parts[b"keys"])]
    found: dict[bytes, str] = {}
    for item in parts[b"ilst"].inside():
        number = int.from_bytes(item.kind, "big")
        value = item.find(b"data")
        if value and 0 < number <= len(names):
            found[names[number - 1]] = value.read(300)[8:].decode("utf-8", "replace").strip("\0 ")
    return found


def _keys(table: boxes.Box) -> list[boxes.Box]:
    return list(table.inside(VERSION_FLAGS_COUNT))


VERSION_FLAGS_COUNT = 8
