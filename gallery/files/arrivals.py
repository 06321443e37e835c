"""A file on its way into the library: read once, checked once, brought to the disk meanwhile."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import mmap
import os
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from io import BufferedReader
from pathlib import Path

from django.conf import settings

from gallery.files import originals

# Nearly every photo. Larger files are read a second time, so that memory does not grow with them.
LARGEST_IN_MEMORY = 32 * 1024 * 1024
NO_DIRECT_WRITES = {errno.EINVAL, errno.EOPNOTSUPP}

_of_this_thread = threading.local()


class Arrival:
    """A file whose checksum is known, and a copy of it on its way to our disk."""

    def __init__(self, path: Path, *, is_ours: bool, cleaner: contextlib.ExitStack) -> None:
        self._offered = path
        self._is_ours = is_ours
        self._cleaner = cleaner
        self._data: memoryview | None = None
        self._copy: Future[Path] | None = None
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            self.size_bytes, self._written_at = found.st_size, found.st_mtime_ns
            self.checksum = self._read(file)

    def begin_copy(self) -> None:
        """Bring the bytes to the disk while the picture is decoded: waiting costs no processor.

        A large file is copied by ``store``, since what is refused need not be copied.
        """
        if self._data is not None and self._copy is None:
            place = self._cleaner.enter_context(_temporary_place(self._offered.suffix[:16]))
            self._copy = _copier().submit(_write, place, self._data, self.size_bytes)
            self._cleaner.callback(wait, [self._copy])  # before its bytes and its place are gone

    def check_unchanged(self) -> None:
        """Raise ChangedMeanwhile if somebody has written to the file since it was read."""
        now = self._offered.stat()
        if (now.st_size, now.st_mtime_ns) != (self.size_bytes, self._written_at):
            raise originals.ChangedMeanwhile(f"{self._offered} changed while it was read")

    def store(self) -> None:
        """Put it into the storage. Raises ChangedMeanwhile if somebody still writes to it."""
        self.check_unchanged()
        is_here = originals.exists(self.checksum)
        if not is_here:
            self.begin_copy()
        if self._copy is None:
            if self._is_ours and not is_here:
                _bring_to_disk(self._offered)  # the original will be this very file
            originals.store(self._offered, self.checksum, may_link=self._is_ours)
        else:
            originals.store(self._copy.result(), self.checksum, may_link=True)

    def _read(self, file: BufferedReader) -> str:
        if self._is_ours or self.size_bytes > LARGEST_IN_MEMORY:
            return originals.checksum_of(file)
        room = self._cleaner.enter_context(_room_for(self.size_bytes))
        # A byte more than there should be, to notice a file that is being written to.
        if file.readinto(room[: self.size_bytes + 1]) != self.size_bytes:
            raise originals.ChangedMeanwhile(f"{self._offered} is being written to")
        self._data = room
        return hashlib.sha256(room[: self.size_bytes]).hexdigest()


def _copier() -> ThreadPoolExecutor:
    """The thread that writes for this one; a forked worker starts its own."""
    if getattr(_of_this_thread, "process_id", None) != os.getpid():
        _of_this_thread.copier = ThreadPoolExecutor(1)
        _of_this_thread.process_id = os.getpid()
    found: ThreadPoolExecutor = _of_this_thread.copier
    return found


def _bring_to_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


@contextlib.contextmanager
def arriving(path: Path, *, is_ours: bool = False) -> Iterator[Arrival]:
    """Read the file; what is not stored until the end is gone then. Raises OSError.

    A file ``is_ours`` if it lies in our own incoming folder, where nobody writes to it: it is
    linked to instead of copied.
    """
    with contextlib.ExitStack() as cleaner:
        yield Arrival(path, is_ours=is_ours, cleaner=cleaner)


@contextlib.contextmanager
def _room_for(size: int) -> Iterator[memoryview]:
    """Whole pages for this many bytes and one more, used again for later files of this thread."""
    if not hasattr(_of_this_thread, "rooms"):
        _of_this_thread.rooms = []
    rooms: list[mmap.mmap] = _of_this_thread.rooms
    needed = (size // mmap.PAGESIZE + 1) * mmap.PAGESIZE
    room = rooms.pop() if rooms else None
    if room is None or len(room) < needed:
        # Not shared with processes that are forked later, which would write into it.
        room = mmap.mmap(-1, needed, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    try:
        yield memoryview(room)[:needed]
    finally:
        rooms.append(room)


@contextlib.contextmanager
def _temporary_place(suffix: str) -> Iterator[Path]:
    descriptor, name = tempfile.mkstemp(dir=settings.INCOMING_FOLDER, suffix=suffix)
    os.close(descriptor)
    try:
        yield Path(name)
    finally:
        Path(name).unlink()


def _write(place: Path, room: memoryview, size: int) -> Path:
    """Write the first ``size`` bytes of whole pages, and wait until they are on the disk."""
    try:
        _write_with(place, os.O_DIRECT, room, size)
    except OSError as problem:
        if problem.errno not in NO_DIRECT_WRITES:
            raise
        _write_with(place, 0, room, size)
    return place


def _write_with(place: Path, flags: int, room: memoryview, size: int) -> None:
    # Past the cache of the system, from which many photos would push out what is used: finding
    # fresh memory for them took three times as long as all else that storing does.
    descriptor = os.open(place, os.O_WRONLY | os.O_TRUNC | flags)
    try:
        written = 0
        while written < size:
            written += os.write(descriptor, room[written:])
        os.ftruncate(descriptor, size)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
