"""A file on its way into the library: read once, checked once, decoded from our own copy."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO

from django.conf import settings

from gallery.files import originals

# Nearly every photo. Larger files are read a second time, so that memory does not grow with them.
LARGEST_IN_MEMORY = 64 * 1024 * 1024


class Arrival:
    """A file whose checksum is known, and whose bytes nobody else can change any more."""

    def __init__(self, path: Path, *, is_ours: bool, cleaner: contextlib.ExitStack) -> None:
        self._offered = path
        self._is_ours = is_ours
        self._cleaner = cleaner
        self._data: bytes | None = None
        self._copy: Path | None = None
        self._on_disk: Future[None] | None = None
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            self.size_bytes, self._written_at = found.st_size, found.st_mtime_ns
            self.checksum = self._read(file)

    @property
    def path(self) -> Path:
        """Where to decode it from: a copy that is being brought to the disk meanwhile.

        A large file is decoded where it lies, since what is refused need not be copied.
        """
        if self._data is not None and self._copy is None:
            self._copy = self._written(self._data)
        return self._copy or self._offered

    def store(self) -> None:
        """Put it into the storage. Raises ChangedMeanwhile if somebody still writes to it."""
        now = self._offered.stat()
        if (now.st_size, now.st_mtime_ns) != (self.size_bytes, self._written_at):
            raise originals.ChangedMeanwhile(f"{self._offered} changed while it was read")
        if self._is_ours or self._data is None:
            if self._is_ours and not originals.exists(self.checksum):
                _bring_to_disk(self._offered)  # the original will be this very file
            originals.store(self._offered, self.checksum, may_link=self._is_ours)
            return
        copy = self.path
        if self._on_disk:
            self._on_disk.result()
        originals.store(copy, self.checksum, may_link=True)

    def _read(self, file: IO[bytes]) -> str:
        if self._is_ours or self.size_bytes > LARGEST_IN_MEMORY:
            return originals.checksum_of(file)
        self._data = file.read(self.size_bytes + 1)
        if len(self._data) != self.size_bytes:
            raise originals.ChangedMeanwhile(f"{self._offered} is being written to")
        return hashlib.sha256(self._data).hexdigest()

    def _written(self, data: bytes) -> Path:
        suffix = self._offered.suffix[:16]
        copy = self._cleaner.enter_context(
            tempfile.NamedTemporaryFile(dir=settings.INCOMING_FOLDER, suffix=suffix)  # noqa: SIM115
        )
        # In pieces: ext4 takes ten times as long for one large write.
        for start in range(0, len(data), originals.READ_BYTES):
            copy.write(data[start : start + originals.READ_BYTES])
        copy.flush()
        # Waiting for the disk costs no processor: the picture is decoded in that time.
        pool = self._cleaner.enter_context(ThreadPoolExecutor(1))
        self._on_disk = pool.submit(os.fsync, copy.fileno())
        return Path(copy.name)


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
