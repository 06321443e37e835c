"""One directory at a time: what lies in it, without following links out of it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

# What systems leave beside photos: not offered, so not refused either.
JUNK = {"thumbs.db", "desktop.ini", ".ds_store", "@eadir", "__macosx", "#recycle", "lost+found"}
NOT_FOLLOWED = "it is a link to another folder, which is not followed"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file as it is listed: one question to the disk, and no byte of it read."""

    name: str
    size_bytes: int
    modified_us: int
    is_link: bool


@dataclass(slots=True)
class Listing:
    files: list[Entry] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    # Each names what could not be read: a file, or the folder if that is where the trouble lies.
    problems: list[OSError] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)  # names of which nothing can be said
    is_listed: bool = True


def listing(folder: Path) -> Listing:
    """Files and folders in the order of their names; hidden names and junk are left out."""
    found = Listing()
    try:
        with os.scandir(folder) as entries:
            kept = sorted((each for each in entries if not is_junk(each.name)), key=_by_name)
    except OSError as error:
        found.is_listed = False
        found.problems.append(_named(error, folder))
        return found
    for entry in kept:
        _take(entry, folder, found)
    return found


def every_folder(root: Path) -> Iterator[tuple[Path, Listing]]:
    """The folder and those below it, each before its own subfolders."""
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        found = listing(folder)
        waiting += [folder / name for name in reversed(found.folders)]
        yield folder, found


def is_junk(name: str) -> bool:
    return name.startswith(".") or name.lower() in JUNK


def is_junk_path(path: str) -> bool:
    """The same of a file in an archive: whether it or a folder above it is junk."""
    return any(is_junk(part) for part in path.split("/") if part.strip("."))


def _take(entry: os.DirEntry[str], folder: Path, found: Listing) -> None:
    try:
        if entry.is_dir(follow_symlinks=False):
            found.folders.append(entry.name)
        elif entry.is_dir():
            problem = OSError(errno.ELOOP, NOT_FOLLOWED, str(folder / entry.name))
            found.problems.append(problem)
        elif entry.is_file():
            status = entry.stat()
            modified_us = status.st_mtime_ns // 1000
            found.files.append(Entry(entry.name, status.st_size, modified_us, entry.is_symlink()))
    except FileNotFoundError:
        pass  # gone since the folder was listed, or a link to nothing
    except PermissionError as error:  # a folder that can be listed, but not entered
        if not found.unknown:
            found.problems.append(_named(error, folder))
        found.unknown.append(entry.name)
    except OSError as error:
        found.problems.append(_named(error, folder / entry.name))
        found.unknown.append(entry.name)


def _named(error: OSError, folder: Path) -> OSError:
    return type(error)(error.errno, error.strerror, str(folder))


def _by_name(entry: os.DirEntry[str]) -> str:
    return entry.name
