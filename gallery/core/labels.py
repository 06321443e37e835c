"""Rating and tags: what files say of them, and how a tag is written.

Three places inside a picture speak of them (EXIF, Windows' own EXIF tags, XMP), and side files.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

LONGEST_TAG = 100
MOST_TAGS = 200  # of one photo; more is no description but an accident or an attack
BEST_RATING = 5


def rating_of(text: str) -> int | None:
    """Stars from XMP's text. Adobe writes -1 for "rejected", which is no number of stars."""
    try:
        rating = round(float(text))
    except (ValueError, OverflowError):
        return None
    return rating if 0 <= rating <= BEST_RATING else None


def tags_of(names: Iterable[str]) -> tuple[str, ...]:
    """The tags as they are kept: each word once, in the order given."""
    found: dict[str, str] = {}
    for name in names:
        tag = cleaned(name)
        if tag and len(found) < MOST_TAGS:
            found.setdefault(key_of(tag), tag)
    return tuple(found.values())


def cleaned(name: str) -> str:
    """A tag without what cannot be seen, on one line; empty if nothing is left."""
    shown = "".join(each if each.isprintable() else " " for each in name)
    return unicodedata.normalize("NFC", " ".join(shown.split()))[:LONGEST_TAG].strip()


def key_of(tag: str) -> str:
    """The same for all ways to write a tag in capitals. Up to twice as long as the tag."""
    return unicodedata.normalize("NFC", tag.casefold())[: 2 * LONGEST_TAG]


def split(text: str) -> tuple[str, ...]:
    """The tags of a line in which commas or semicolons stand between them."""
    return tags_of(text.replace(";", ",").split(","))


def windows_keywords(value: object) -> tuple[str, ...]:
    """XPKeywords: UTF-16 with semicolons between, as bytes or as numbers."""
    if isinstance(value, Sequence) and not isinstance(value, (bytes, str)):
        value = bytes(each for each in value if isinstance(each, int) and 0 <= each < 256)
    if isinstance(value, bytes):
        value = value.decode("utf-16-le", errors="replace")
    return tags_of(value.split("\0", 1)[0].split(";")) if isinstance(value, str) else ()
