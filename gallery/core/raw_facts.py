"""Camera raw: which files are it, and the EXIF tags in its various containers.

Most raw files are TIFF inside, some under another magic number; Canon's newest are boxes, Fuji's
carry their tags in the JPEG preview.
"""

from __future__ import annotations

import io
from typing import BinaryIO

from PIL import Image

from gallery.core import boxes, exif, signatures
from gallery.core.exif import DAMAGE, ExifFacts

DNG_VERSION, SUB_IFDS, NEW_SUBFILE_TYPE = 0xC612, 0x14A, 0xFE
COMPRESSION, PHOTOMETRIC = 0x103, 0x106
REDUCED_RESOLUTION = 1
# Of the sensor itself: a mosaic of colours, or linear values.
SENSOR_PHOTOMETRICS = frozenset({32803, 34892})
# Sony, Kodak, Nikon, Pentax: no picture program writes these.
MAKERS_COMPRESSIONS = frozenset({32767, 32769, 32770, 34713, 65000, 65535})

# Olympus, Panasonic and Leica write TIFF under a number of their own; 512 KB hold all of its tags.
OTHER_TIFF = (b"IIRO", b"IIRS", b"MMOR", b"IIU\0")
TAG_BYTES = 512 * 1024
CANON_BOXES = b"\x85\xc0\xb6\x87\x82\x0f\x11\xe0\x81\x11\xf4\xce\x46\x2b\x6a\x48"
FUJI_PREVIEW_PLACE = 84


def is_raw(stream: BinaryIO) -> bool:
    """Whether the file is camera raw. Costs a read of its first bytes for everything but TIFF."""
    stream.seek(0)
    head = stream.read(signatures.HEAD_BYTES)
    if head[:3] == b"\xff\xd8\xff":
        return False
    name = signatures.name_of(head)
    if name == "TIFF":
        return head[8:10] == b"CR" or _is_raw_tiff(stream)
    return name == signatures.RAW


def _is_raw_tiff(stream: BinaryIO) -> bool:
    """Whether a TIFF is camera raw, of which a decoder would show the small preview only."""
    try:
        tags = _tiff_tags(stream)
        if DNG_VERSION in tags or tags.get(PHOTOMETRIC) in SENSOR_PHOTOMETRICS:
            return True
        if tags.get(COMPRESSION) in MAKERS_COMPRESSIONS:
            return True
        return SUB_IFDS in tags and tags.get(NEW_SUBFILE_TYPE, 0) == REDUCED_RESOLUTION
    except DAMAGE:
        return False


def read(stream: BinaryIO) -> ExifFacts:
    """The facts of the shot; none of what cannot be found. Never raises."""
    try:
        stream.seek(0)
        head = stream.read(signatures.HEAD_BYTES)
        if head.startswith(b"FUJIFILMCCD-RAW"):
            return _of_fuji(stream)
        if head[4:8] == b"ftyp":
            return _of_boxes(stream)
        return exif.facts_of(_tiff_tags(stream))
    except DAMAGE:
        return ExifFacts()


def _tiff_tags(stream: BinaryIO) -> Image.Exif:
    stream.seek(0)
    head = stream.read(4)
    stream.seek(0)
    tags = Image.Exif()
    if head in OTHER_TIFF:
        plain = b"II*\0" if head.startswith(b"II") else b"MM\0*"
        stream = io.BytesIO(plain + stream.read(TAG_BYTES)[4:])
    tags.load_from_fp(stream)
    return tags


def _of_fuji(stream: BinaryIO) -> ExifFacts:
    stream.seek(FUJI_PREVIEW_PLACE)
    place = stream.read(8)
    stream.seek(int.from_bytes(place[:4], "big"))
    length = min(int.from_bytes(place[4:], "big"), boxes.LARGEST_READ)
    with Image.open(io.BytesIO(stream.read(length)), formats=["JPEG"]) as preview:
        return exif.read(preview)


def _of_boxes(stream: BinaryIO) -> ExifFacts:
    """Canon keeps each directory of tags in a box of its own, as a TIFF that holds only it."""
    movie = boxes.find(stream, b"moov")
    own = next(
        (box for box in (movie.inside() if movie else ()) if box.read(16) == CANON_BOXES), None
    )
    found = {box.kind: box.read(TAG_BYTES) for box in (own.inside(16) if own else ())}
    main, shot, gps = (_directory(found.get(kind, b"")) for kind in (b"CMT1", b"CMT2", b"CMT4"))
    return exif.facts_from(main, shot, gps)


def _directory(content: bytes) -> exif.Tags:
    if not content:
        return {}
    tags = Image.Exif()
    tags.load_from_fp(io.BytesIO(content))
    return dict(tags)
