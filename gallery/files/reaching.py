"""Is a folder of the server really there? And may it become a library folder beside the others?"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

# A share whose server is gone can keep a process waiting for ever; one that is only slow, or
# a disk that has to start turning, answers sooner.
SECONDS_TO_ANSWER = 20.0


class FolderRefused(Exception):
    """The folder cannot be imported; the text says why."""


class FolderOffline(Exception):
    """The folder cannot be reached now; the text says how that shows."""


def check_reachable(root: Path) -> None:
    """Raises FolderOffline for what is not there, is no folder, or gives no answer."""
    outcome: list[str] = []
    # A thread, because a process that waits for a dead share cannot be interrupted.
    asking = threading.Thread(target=lambda: outcome.append(_trouble(root)), daemon=True)
    asking.start()
    asking.join(SECONDS_TO_ANSWER)
    if not outcome:
        raise FolderOffline(f"It has not answered for {SECONDS_TO_ANSWER:.0f} seconds.")
    if outcome[0]:
        raise FolderOffline(outcome[0])


def file_system_of(root: Path) -> str:
    """What tells one mounted file system from another, as far as it can be told."""
    return f"{os.statvfs(root).f_fsid:x}-{root.stat().st_dev:x}"


def check_folder(root: Path) -> Path:
    """The real path of a folder of photos. Raises FolderRefused."""
    root = root.expanduser().resolve()
    if not root.is_dir():
        raise FolderRefused(f"{root} is not a folder.")
    data = Path(settings.DATA_FOLDER).resolve()
    if _one_holds_the_other(root, data):
        raise FolderRefused(f"{root} overlaps with the data folder {data} of Contact Sheet itself.")
    return root


def check_no_overlap(root: Path, others: Iterable[Path]) -> None:
    """Refuse a folder that shares files with one of the others. Raises FolderRefused.

    By their real paths, and by what the disk says is one and the same folder: a folder mounted
    at two places has two paths.
    """
    for other in others:
        if root == other or _is_same(root, other):
            raise FolderRefused(f"{root} is a library folder already: {other}.")
        if other in root.parents or any(_is_same(above, other) for above in root.parents):
            raise FolderRefused(f"{root} lies inside the library folder {other}.")
        if root in other.parents or any(_is_same(above, root) for above in other.parents):
            raise FolderRefused(f"{root} holds the library folder {other}.")


def _trouble(root: Path) -> str:
    try:
        with os.scandir(root) as entries:
            next(entries, None)
    except FileNotFoundError:
        return "There is no such folder now."
    except NotADirectoryError:
        return "It is no folder any more."
    except OSError as error:
        return f"It cannot be read: {error.strerror or error}."
    return ""


def _one_holds_the_other(one: Path, other: Path) -> bool:
    return one == other or one in other.parents or other in one.parents


def _is_same(one: Path, other: Path) -> bool:
    try:
        first, second = one.stat(), other.stat()
    except OSError:
        return False  # offline: its path alone can be compared
    return (first.st_dev, first.st_ino) == (second.st_dev, second.st_ino)
