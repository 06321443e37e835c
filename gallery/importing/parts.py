"""Part files: what has arrived of a file that is on its way, and the right to write to it.

The length of a part file is the truth of how much has arrived. One process may write to it at a
time; the lock ends with that process, however it ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from gallery.core.tus import Checksum
from gallery.models import Upload

# The web server hands a piece over when it is whole: what a kill costs a slow line is one piece.
READ_BYTES = 64 * 1024


class Busy(Exception):
    """Another request is writing to this part file right now."""


class Mismatch(Exception):
    """What arrived is not what was sent, and was thrown away."""


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Part:
    """An open part file, ours to write to."""

    def __init__(self, upload: Upload, descriptor: int) -> None:
        self.path = upload.part
        self._descriptor = descriptor
        # While a checked piece arrives, this says from where on nothing is verified yet.
        self._unverified = _mark_of(upload.part)
        self._forget_unverified()

    @property
    def offset(self) -> int:
        return os.fstat(self._descriptor).st_size

    def append(self, stream: Readable, most: int) -> None:
        """Write what arrives, at most ``most`` bytes; what did arrive stays, whatever happens."""
        try:
            for piece in _pieces(stream, most):
                _write(self._descriptor, piece)
        finally:
            self.sync()

    def append_checked(self, stream: Readable, most: int, expected: Checksum) -> None:
        """Write a piece whole and verified, or nothing of it. Raises Mismatch.

        A crash in the middle leaves bytes that nobody has verified: they are cut off when the
        part is opened again.
        """
        start = self.offset
        digest = hashlib.new(expected.algorithm, usedforsecurity=False)
        self._mark_unverified(start)
        try:
            for piece in _pieces(stream, most):
                _write(self._descriptor, piece)
                digest.update(piece)
            if self.offset - start < most or digest.digest() != expected.digest:
                raise Mismatch
        except BaseException:
            os.ftruncate(self._descriptor, start)
            raise
        finally:
            self.sync()
            self._unverified.unlink(missing_ok=True)

    def truncate(self) -> None:
        os.ftruncate(self._descriptor, 0)
        self.sync()

    def sync(self) -> None:
        """What is promised to the sender must outlive a loss of power."""
        os.fsync(self._descriptor)

    def sha256(self) -> str:
        digest = hashlib.sha256()
        start = 0
        while piece := os.pread(self._descriptor, READ_BYTES, start):
            digest.update(piece)
            start += len(piece)
        return digest.hexdigest()

    def _mark_unverified(self, start: int) -> None:
        with self._unverified.open("x") as file:
            file.write(str(start))
            file.flush()
            os.fsync(file.fileno())
        sync_folder(self.path.parent)

    def _forget_unverified(self) -> None:
        try:
            text = self._unverified.read_text()
        except FileNotFoundError:
            return
        # An empty mark was cut short itself: nothing had been written behind it yet.
        if text and int(text) < self.offset:
            os.ftruncate(self._descriptor, int(text))
            self.sync()
        self._unverified.unlink()


@contextlib.contextmanager
def held(upload: Upload) -> Iterator[Part]:
    """Open the part file, alone. Raises Busy."""
    folder = upload.part.parent
    if not folder.is_dir():
        folder.mkdir(mode=0o750, exist_ok=True)
    descriptor = os.open(upload.part, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o640)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        yield Part(upload, descriptor)
    finally:
        os.close(descriptor)


def arrived(upload: Upload) -> int:
    """How much of a file is here for sure, for a look without the right to write."""
    size = size_of(upload.part)
    try:
        verified = _mark_of(upload.part).read_text()
    except FileNotFoundError:
        return size
    return min(size, int(verified)) if verified else size


def size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def remove(upload: Upload) -> None:
    upload.part.unlink(missing_ok=True)
    _mark_of(upload.part).unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """A new file's name is not safe before its folder is on the disk, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _mark_of(part: Path) -> Path:
    return part.with_suffix(".unverified")


def _pieces(stream: Readable, most: int) -> Iterator[bytes]:
    left = most
    while left and (piece := stream.read(min(READ_BYTES, left))):
        left -= len(piece)
        yield piece


def _write(descriptor: int, piece: bytes) -> None:
    view = memoryview(piece)
    while view:
        view = view[os.write(descriptor, view) :]
