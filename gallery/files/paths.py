"""Paths as text that can be stored and shown, and back."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def shown(path: Path) -> str:
    """A path as text that can be stored: names that are no UTF-8 are written with escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def find(root: Path, text: str) -> Path:
    """The path that ``shown`` wrote. Raises FileNotFoundError."""
    path = root / text
    if path.exists() or "\\x" not in text:
        return path
    found = root
    for part in Path(text).parts:
        found = _beside(found, part)
    return found


def key_of(path: Path) -> str:
    """A digest of the path's bytes: short enough for an index, the same for no other path."""
    return hashlib.blake2b(os.fsencode(path), digest_size=16).hexdigest()


def _beside(folder: Path, name: str) -> Path:
    if (folder / name).exists():
        return folder / name
    for path in folder.iterdir():
        if shown(Path(path.name)) == name:
            return path
    raise FileNotFoundError(name)
