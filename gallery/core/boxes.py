"""Walks through the boxes of the ISO base media format: HEIC, AVIF, MP4, MOV and CR3.

Every length is foreign: a walk never leaves the box it is in, and ends after `MOST_BOXES`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MOST_BOXES = 2000
LARGEST_READ = 16 * 1024 * 1024
# What stands before the boxes inside some boxes.
VERSION_AND_FLAGS = 4


@dataclass(frozen=True, slots=True)
class Box:
    kind: bytes
    start: int  # of its content
    end: int
    stream: BinaryIO

    def read(self, most: int = LARGEST_READ) -> bytes:
        self.stream.seek(self.start)
        return self.stream.read(min(most, self.end - self.start))

    def inside(self, skip: int = 0) -> Iterator[Box]:
        return _walk(self.stream, self.start + skip, self.end)

    def find(self, *path: bytes) -> Box | None:
        """The first box along the path of names."""
        return _find(self.inside(), path)


def boxes_of(stream: BinaryIO, start: int = 0, end: int | None = None) -> Iterator[Box]:
    return _walk(stream, start, stream.seek(0, io.SEEK_END) if end is None else end)


def find(stream: BinaryIO, *path: bytes) -> Box | None:
    return _find(boxes_of(stream), path)


def _find(boxes: Iterator[Box], path: tuple[bytes, ...]) -> Box | None:
    for box in boxes:
        if box.kind == path[0]:
            return box.find(*path[1:]) if path[1:] else box
    return None


def _walk(stream: BinaryIO, start: int, end: int) -> Iterator[Box]:
    for _ in range(MOST_BOXES):
        if end - start < 8:
            return
        stream.seek(start)
        header = stream.read(8)
        if len(header) < 8:
            return
        length, kind, content = int.from_bytes(header[:4], "big"), header[4:], start + 8
        if length == 1:
            length, content = int.from_bytes(stream.read(8), "big"), start + 16
        elif length == 0:
            length = end - start
        if start + length < content or start + length > end:
            return
        yield Box(kind, content, start + length, stream)
        start += length
