"""Which files are parts of one shot, told by their names: RAW and JPEG, edited versions, videos.

Names alone join nothing: counters begin again, so the moment has to be the same as well.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum

from gallery.core.formats import FORMATS
from gallery.core.sidecar_names import EDITED as EDITED_BY_GOOGLE


class Part(IntEnum):
    """What a file is of its shot; the smallest that is there is shown for all."""

    EDITED = 0
    PICTURE = 1
    RAW = 2


@dataclass(frozen=True, slots=True)
class NamedPart:
    stem: str  # the same for all parts of a shot
    part: Part


# IMG_E1234.HEIC is what its owner made of IMG_1234.HEIC.
APPLE_EDITED = re.compile(r"\A(?P<start>img_)e(?P<number>\d{4,}.*)\Z")
# Google Photos: "~2"; Lightroom: "-Edit", "-Edit-2".
OTHER_EDITED = re.compile(r"\A(?P<stem>.+?)(?:~\d|[-_]edit(?:ed)?(?:-\d{1,2})?)\Z")
NUMBERED = re.compile(r"\A(?P<stem>.+)(?P<number>\(\d{1,4}\))\Z")
# PXL_20231207_032111247.RAW-01.COVER.jpg beside ….RAW-02.ORIGINAL.dng. The frames of a burst are
# shots of their own.
PIXEL = re.compile(
    r"\A(?P<stem>(?:pxl|mvimg|img)_\d{8}_\d{6,9}(?:~\d)?)"
    r"\.(?:raw|mp|motion|long_exposure|portrait|night|ls)(?:-\d\d\.(?P<role>cover|original|main))?\Z"
)
# DSC_0001.NEF.jpg, as some converters name what they made.
INNER_ENDING = re.compile(r"\.(?:dng|cr2|cr3|nef|nrw|arw|raf|orf|rw2|pef|srw|heic|heif)\Z")


def part_of(file_name: str, picture_format: str) -> NamedPart:
    """What the photo is of which shot; its format is that of the content."""
    stem, is_edited = _plain(_without_ending(file_name))
    if picture_format == FORMATS["RAW"].name:
        return NamedPart(stem, Part.RAW)
    return NamedPart(stem, Part.EDITED if is_edited else Part.PICTURE)


def stem_of(file_name: str) -> str:
    """The stem of the shot that a video, or any other file, belongs to by its name."""
    return _plain(_without_ending(file_name))[0]


def folder_of(path: str) -> str:
    return path.rpartition("/")[0]


def are_one_shot(one: tuple[NamedPart, str], other: tuple[NamedPart, str]) -> bool:
    """Whether two photos of one moment and one folder are parts of a shot, by part and format.

    Two of the same kind and format are two pictures, or copies of one: nobody's companions.
    """
    (part, form), (other_part, other_form) = one, other
    if part.stem != other_part.stem or not part.stem:
        return False
    return part.part != other_part.part or form != other_form


def _without_ending(file_name: str) -> str:
    name = unicodedata.normalize("NFC", file_name.rpartition("/")[2]).casefold()
    stem, dot, ending = name.rpartition(".")
    # ".mp" is the whole ending of a Pixel's video, and the last but one of its photo.
    return INNER_ENDING.sub("", stem) if dot and len(ending) <= 5 else name


def _plain(stem: str) -> tuple[str, bool]:
    """The stem without what marks an edited version, and whether something did."""
    if pixel := PIXEL.match(stem):
        return pixel["stem"], False
    number = ""
    if numbered := NUMBERED.match(stem):
        # "IMG_1234-edited(1)" was made of "IMG_1234(1)".
        stem, number = numbered["stem"], numbered["number"]
    if apple := APPLE_EDITED.match(stem):
        return f"{apple['start']}{apple['number']}{number}", True
    for ending in EDITED_BY_GOOGLE:
        if stem.endswith(ending) and len(stem) > len(ending):
            return stem.removesuffix(ending) + number, True
    if other := OTHER_EDITED.match(stem):
        return other["stem"] + number, True
    return stem + number, False
