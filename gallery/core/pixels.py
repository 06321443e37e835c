"""Tells whether two files show the same picture, to the last pixel, whatever stores it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from gallery.core.pictures import Limits, decode_whole, probe

DIGEST_BYTES = 32
ROWS_AT_ONCE = 256  # to need no second copy of the whole picture
READ_BYTES = 1024 * 1024


def digest(path: Path, limits: Limits | None = None) -> bytes:
    """Equal for two files exactly when every pixel is: decoded in full, upright and in sRGB.

    Of a file with several pictures only the first is looked at, and a raw file is more than what
    is developed of it: either is equal to its own bytes only. Raises UnreadablePicture or OSError.
    """
    facts = probe(path, limits)
    if facts.frames > 1 or facts.format == "RAW":
        return _of_bytes(path)
    image = decode_whole(path, limits)
    found = hashlib.blake2b(repr(image.size).encode(), digest_size=DIGEST_BYTES)
    for top in range(0, image.height, ROWS_AT_ONCE):
        bottom = min(top + ROWS_AT_ONCE, image.height)
        found.update(image.crop((0, top, image.width, bottom)).tobytes())
    return found.digest()


def _of_bytes(path: Path) -> bytes:
    found = hashlib.blake2b(b"the file itself", digest_size=DIGEST_BYTES)
    with path.open("rb") as file:
        while piece := file.read(READ_BYTES):
            found.update(piece)
    return found.digest()
