"""Storage on local disk in which a name is there completely or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class LinkedFile(File):  # type: ignore[type-arg]
    """A file of our own that the storage may link to instead of copying its bytes."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        super().__init__(file, name=path.name)
        self.path = path


class DiskStorage(FileSystemStorage):
    """FileSystemStorage for names made of content: the first one in wins, and stays.

    Django's own writes into the final name, so a crash in the middle would leave half an
    original that looks whole.
    """

    def __init__(self, *args: Any, durable: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Originals must survive a loss of power the moment their row is written; small copies
        # are made again.
        self.durable = durable

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name: str, content: File[bytes]) -> str:
        target = Path(self.path(name))
        target.parent.mkdir(
            parents=True, exist_ok=True, mode=self.directory_permissions_mode or 0o777
        )
        temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            self._write(temporary, content)
            temporary.replace(target)
            if not self.sync_later(name):
                _sync(self._folders_of(name))
        finally:
            temporary.unlink(missing_ok=True)
        return name

    def sync_later(self, name: str) -> bool:
        """Whether the name is brought to the disk at the end of ``synced_together``."""
        waiting = _waiting.get()
        if waiting is None or not self.durable:
            return not self.durable
        waiting.update(dict.fromkeys(self._folders_of(name)))
        return True

    def _folders_of(self, name: str) -> list[Path]:
        """The folders whose entries lead to the file, its own first."""
        parents = list(Path(self.path(name)).parents)
        return parents[: parents.index(Path(self.location)) + 1]

    def _write(self, temporary: Path, content: File[bytes]) -> None:
        if not (isinstance(content, LinkedFile) and _linked(content.path, temporary)):
            self._copy(temporary, content)
        if self.file_permissions_mode is not None:
            temporary.chmod(self.file_permissions_mode)

    def _copy(self, temporary: Path, content: File[bytes]) -> None:
        with temporary.open("xb") as file:
            content.seek(0)
            shutil.copyfileobj(content, file, 1024 * 1024)
            file.flush()
            if self.durable:  # the row that names this file may be on disk sooner than the file
                os.fsync(file.fileno())


# Folders whose entries are to be brought to the disk at the end of ``synced_together``.
_waiting: ContextVar[dict[Path, None] | None] = ContextVar("_waiting", default=None)


@contextlib.contextmanager
def synced_together() -> Iterator[None]:
    """Files stored inside are durable at the end, not each by itself: a fraction of the waiting.

    No row may name such a file before the end. After an exception nothing is promised.
    """
    waiting: dict[Path, None] = {}
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    _sync(waiting)


def _sync(folders: Iterable[Path]) -> None:
    """A file whose name is not on disk yet is lost with the power, however safe its bytes are."""
    for folder in folders:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _linked(source: Path, target: Path) -> bool:
    """Whether a hard link could be made: not across file systems, nor on all of them."""
    try:
        os.link(source, target)
    except OSError:
        return False
    return True
