"""Finds the sidecar that belongs to a photo among the names of its folder.

Google cuts the names of sidecars, moves the "(1)" of a second file of one name behind the
extension, and gives edited pictures none; nothing of it is documented, all of it occurs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

SUPPLEMENT = ".supplemental-metadata"
# A sidecar's name has at most 51 characters, five of them ".json". The cut falls a place earlier
# where it would split a character that UTF-16 writes as two.
CUT_STEM_LENGTHS = (46, 45)
# A photo's name is cut to 51 as well, extension included, so an edited suffix may be cut too.
CUT_PHOTO_STEM = 47
NUMBERED = re.compile(r"\A(?P<base>.+)(?P<number>\(\d{1,4}\))\Z")

# "edited" as Google translates it in the languages of an account, and its effects.
EDITED = (
    "-edited",
    "-effects",
    "-smile",
    "-mix",
    "-collage",
    "-animation",
    "-cover",
    "-edytowane",
    "-bearbeitet",
    "-bewerkt",
    "-編集済み",
    "-编辑",
    "-modificato",
    "-modifié",
    "-ha editado",
    "-editado",
    "-editat",
)


def sidecar_for(photo_name: str, names_in_folder: Collection[str]) -> str | None:
    """The name of the photo's sidecar in its folder, or None.

    The most certain form wins: the full name, the moved number, the cut name, the name of the
    original of an edited picture, the name without extension.

    Every photo of a folder is looked up on its own: hand over one frozenset for all of them, so
    that its names are prepared only once.
    """
    exact = f"{photo_name}.json"
    if exact in names_in_folder:
        return exact
    folder = _by_normal_name(frozenset(names_in_folder))
    photo = _normal(photo_name)
    for form in _takeout_forms(photo):
        found = _lookup(form, folder)
        if found:
            return found
    stem, _, _ = photo.rpartition(".")
    names = (f"{photo}.xmp", f"{stem}.xmp") if stem else (f"{photo}.xmp",)
    return next((folder[name] for name in names if name in folder), None)


@lru_cache(maxsize=4)
def _by_normal_name(names: frozenset[str]) -> Mapping[str, str]:
    # Sorted, so that of two names that differ in case only the same one is always found.
    return {_normal(name): name for name in sorted(names, reverse=True)}


def _normal(name: str) -> str:
    # Zip files from a Mac write accents as two characters. Only what stays one character becomes
    # small: names are cut by their length.
    composed = unicodedata.normalize("NFC", name)
    return "".join(small if len(small := each.lower()) == 1 else each for each in composed)


# What a sidecar may be called: the stem it begins with, and the number behind it.
Form = tuple[str, str]


def _takeout_forms(photo: str) -> Iterator[Form]:
    stem, dot, extension = photo.rpartition(".")
    if not dot:
        stem, extension = photo, ""
    yield photo, ""
    numbered = NUMBERED.match(stem)
    if numbered:
        yield f"{numbered['base']}{dot}{extension}", numbered["number"]
    original = _unedited(stem)
    if original:
        yield from _takeout_forms(f"{original}{dot}{extension}")
    if dot:
        # Sometimes the extension is missing; last, since "a.json" could be meant for "a.heic".
        yield stem, ""


def _lookup(form: Form, folder: Mapping[str, str]) -> str | None:
    """The sidecar of this form: its name whole, with any part of the supplement, or cut."""
    name, number = form
    supplemented = name + SUPPLEMENT
    # The plain old form first, then the longest part of the supplement.
    lengths = [len(name), *range(len(supplemented), len(name), -1)]
    cuts = [length - len(number) for length in CUT_STEM_LENGTHS] + list(CUT_STEM_LENGTHS)
    lengths += [length for length in cuts if 0 < length < len(name)]
    for length in lengths:
        candidate = f"{supplemented[:length]}{number}.json"
        if candidate in folder and not _belongs_to_another(candidate, name, folder):
            return folder[candidate]
    return None


def _belongs_to_another(sidecar: str, name: str, folder: Mapping[str, str]) -> bool:
    """Whether a photo in the folder has exactly the name that this sidecar states."""
    stated = sidecar.removesuffix(".json")
    return stated != name and stated in folder


def _unedited(stem: str) -> str | None:
    """The stem of the original of an edited picture."""
    for suffix in map(_normal, EDITED):
        if stem.endswith(suffix):
            return stem[: -len(suffix)]
        # "IMG_1234-edited(1)": the second original's edited picture.
        numbered = NUMBERED.match(stem)
        if numbered and numbered["base"].endswith(suffix):
            return numbered["base"][: -len(suffix)] + numbered["number"]
        if len(stem) == CUT_PHOTO_STEM:
            for length in range(len(suffix) - 1, 1, -1):
                if stem.endswith(suffix[:length]):
                    return stem[:-length]
    return None
