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


# What cameras write of one shot side by side, where neither is a RAW nor an edited version.
WRITTEN_TOGETHER = {FORMATS["JPEG"].name, FORMATS["HEIF"].name}
ASPECT_TOLERANCE = 0.03


@dataclass(frozen=True, slots=True)
class File:
    """A photo as far as it tells what it is a part of."""

    named: NamedPart
    format: str
    aspect: float  # width by height, as shown


def are_one_shot(one: File, other: File) -> bool:
    """Whether two photos of one moment and one folder are parts of a shot.

    Two of the same kind and format are two pictures, or copies of one; and two pictures of
    another shape, or in formats that no camera writes together, only share a name.
    """
    if one.named.stem != other.named.stem or not one.named.stem:
        return False
    if one.named.part != other.named.part:
        return True
    if {one.format, other.format} != WRITTEN_TOGETHER:
        return False
    return abs(one.aspect / other.aspect - 1) <= ASPECT_TOLERANCE


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
