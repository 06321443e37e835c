"""The frames of a plain folder: which camera, when, how large, and whether they can be read."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from gallery.core import cameras, filenames
from gallery.core.camera_overview import FrameFacts
from gallery.core.exif import ExifFacts
from gallery.core.formats import Limits, UnreadablePicture
from gallery.core.frame_jpegs import JPEG_BEGINS, Gray, Size, SizeWanted, jpeg_gray
from gallery.core.pictures import probe
from gallery.core.taken_at import Candidate

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"})
SMALLEST = (64, 64)  # enough to tell the brightness
LARGEST_READ_BYTES = 64 << 20  # at once; Pillow reads what is larger bit by bit


class UnreadableFrame(Exception):
    """A file that shows no frame; the text says why, without its name."""


@dataclass(frozen=True, slots=True)
class FrameFile:
    path: Path
    camera: str
    taken: dt.datetime | None  # aware
    form: str


def find(folder: Path) -> Iterator[Path]:
    """All picture files below a folder by name; no links, and nothing hidden."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if (
            path.suffix.lower() in SUFFIXES
            and not hidden
            and path.is_file()
            and not path.is_symlink()
        ):
            yield path


def named(path: Path, root: Path, zone: ZoneInfo, now: dt.datetime) -> FrameFile:
    """What the name tells, or else the tags inside. Without a camera the folder stands for it."""
    relative = path.relative_to(root).as_posix()
    read = [each for each in filenames.read(relative, now=now) if each.is_usable]
    identity = cameras.identify(None, path.name, path.parent.name)
    if not read or identity is None:
        exif = _exif(path)
        read += [each for each in exif.candidates if each.is_usable] if exif else []
        identity = identity or cameras.identify(exif, path.name, path.parent.name)
    taken, form = _moment(read[0], zone) if read else (None, "no time")
    camera = identity.name if identity else (path.parent.name or root.name)
    return FrameFile(path, camera, taken, form)


def _exif(path: Path) -> ExifFacts | None:
    try:
        return probe(path).exif
    except (UnreadablePicture, OSError):
        return None


def _moment(candidate: Candidate, zone: ZoneInfo) -> tuple[dt.datetime, str]:
    where = "the name" if candidate.source == "name" else "the file's tags"
    if candidate.instant is not None:
        return candidate.instant, f"the time in {where} as a number or in UTC"
    assert candidate.local is not None
    if candidate.offset_minutes is not None:
        offset = dt.timezone(dt.timedelta(minutes=candidate.offset_minutes))
        return candidate.local.replace(tzinfo=offset), f"the time in {where} with its offset"
    local = candidate.local.replace(tzinfo=zone)
    return local, f"the local time in {where}, taken as {zone.key}"


def leaps(taken: dt.datetime, form: str) -> str:
    """Why a local time is no moment, or two: the hours in which a clock is put on or back."""
    if taken.tzinfo is None or "taken as" not in form:
        return ""
    there = taken.astimezone(dt.UTC).astimezone(taken.tzinfo)
    if there.replace(tzinfo=None) != taken.replace(tzinfo=None):
        return "This hour does not exist: the clock was put forward."
    if taken.utcoffset() != taken.replace(fold=1).utcoffset():
        return "This hour came twice: the clock was put back."
    return ""


def facts(frame: FrameFile, root: Path) -> FrameFacts:
    """Decode the frame as small as its format allows, and tell what it is."""
    problem, size, brightness = "", (0, 0), None
    try:
        size, level = _looked_at(frame.path)
        brightness = level
    except UnreadableFrame as error:
        problem = str(error)
        size = _size(frame.path)
    return FrameFacts(
        name=frame.path.relative_to(root).as_posix(),
        taken=frame.taken,
        width=size[0],
        height=size[1],
        size_bytes=frame.path.stat().st_size,
        brightness=brightness,
        problem=problem,
        form=frame.form,
        doubt=leaps(frame.taken, frame.form) if frame.taken else "",
    )


def read_gray(path: Path, least_size: SizeWanted) -> tuple[Size, Gray]:
    """Size of the original, and its gray pixels; a JPEG as small as it may get for that size.

    Raises UnreadableFrame for everything that is no whole picture within the limits.
    """
    try:
        with path.open("rb") as file:
            return _whole_jpeg(file, least_size) or _by_pillow(file, least_size)
    except UnidentifiedImageError:
        empty = path.stat().st_size == 0
        raise UnreadableFrame("It is empty." if empty else "It is no picture.") from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise UnreadableFrame(f"It is damaged: {error}.") from error


def _whole_jpeg(file: BinaryIO, least_size: SizeWanted) -> tuple[Size, Gray] | None:
    is_jpeg = file.read(len(JPEG_BEGINS)) == JPEG_BEGINS
    file.seek(0)
    # Python finds memory for all that is asked for, however little there is to read.
    size = os.fstat(file.fileno()).st_size
    if not is_jpeg or size > LARGEST_READ_BYTES:
        return None
    data = file.read(size)
    file.seek(0)
    return jpeg_gray(data, least_size, Limits().max_pixels)


def _by_pillow(file: BinaryIO, least_size: SizeWanted) -> tuple[Size, Gray]:
    with Image.open(file) as image:
        size = image.size
        if size[0] * size[1] > Limits().max_pixels:
            raise UnreadableFrame("It has too many pixels.")
        if image.format == "PNG":
            file.seek(0)
            gray = _png(file.read())
            if gray is not None:
                return size, gray
        image.draft("L", least_size(*size))
        return size, np.asarray(image.convert("L"), np.uint8)


def _png(data: bytes) -> Gray | None:
    """Half the time of Pillow, which is left to say what is wrong with a damaged one."""
    if b"IEND" not in data[-64:]:
        return None
    try:
        gray = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    except cv2.error:
        return None
    return None if gray is None else np.asarray(gray, np.uint8)


def _looked_at(path: Path) -> tuple[Size, float]:
    size, gray = read_gray(path, lambda _width, _height: SMALLEST)
    return size, float(gray.mean())


def _size(path: Path) -> tuple[int, int]:
    try:
        with Image.open(path) as image:
            return image.size
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return 0, 0
