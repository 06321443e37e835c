"""Writes small camera raw files (DNG), so that none of a real camera has to be kept."""

from __future__ import annotations

import io
import struct
from fractions import Fraction
from typing import Any

import numpy as np
from PIL import Image

BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED, SRATIONAL = 1, 2, 3, 4, 5, 7, 10
SIZES = {BYTE: 1, ASCII: 1, SHORT: 2, LONG: 4, RATIONAL: 8, UNDEFINED: 1, SRATIONAL: 8}
FORMS = {BYTE: "B", SHORT: "H", LONG: "I"}

# From XYZ to the camera's colours: those of linear sRGB, so that developing changes no colour.
XYZ_TO_SRGB = (3.2406, -1.5372, -0.4986, -0.9689, 1.8758, 0.0415, 0.0557, -0.2040, 1.0570)

Tags = dict[int, tuple[int, Any]]


def dng(
    picture: Image.Image,
    *,
    preview_px: int | None = 256,
    preview: Image.Image | None = None,
    taken: str = "2024:05:17 10:30:00",
    orientation: int = 1,
    make: str = "Test",
    model: str = "Rawcam 1",
    exif: Tags | None = None,
) -> bytes:
    """A raw file that shows the picture, with an embedded JPEG unless ``preview_px`` is None.

    The picture's edges have to be even numbers. Its orientation turns all that is in it.
    """
    mosaic = _mosaic(picture)
    height, width = mosaic.shape
    raw: Tags = {
        0xFE: (LONG, 0),
        0x100: (LONG, width),
        0x101: (LONG, height),
        0x102: (SHORT, 16),
        0x103: (SHORT, 1),
        0x106: (SHORT, 32803),
        0x115: (SHORT, 1),
        0x116: (LONG, height),
        0x828D: (SHORT, (2, 2)),
        0x828E: (BYTE, (0, 1, 1, 2)),
        0xC61A: (SHORT, 0),
        0xC61D: (SHORT, 65535),
    }
    shot: Tags = {0x9003: (ASCII, taken), 0x829A: (RATIONAL, (1, 125)), **(exif or {})}
    main: Tags = {
        0xFE: (LONG, 1),
        0x10F: (ASCII, make),
        0x110: (ASCII, model),
        0x112: (SHORT, orientation),
        0x132: (ASCII, taken),
        0xC612: (BYTE, (1, 4, 0, 0)),
        0xC614: (ASCII, f"{make} {model}"),
        0xC621: (SRATIONAL, _fractions(XYZ_TO_SRGB)),
        0xC628: (RATIONAL, (1, 1, 1, 1, 1, 1)),
        0xC65A: (SHORT, 21),
    }
    writer = _Writer()
    if preview_px or preview:
        small = preview or picture.copy()
        small.thumbnail((preview_px or 9999, preview_px or 9999))
        jpeg = io.BytesIO()
        small.save(jpeg, "JPEG", quality=90)
        main |= {
            0x100: (LONG, small.width),
            0x101: (LONG, small.height),
            0x102: (SHORT, (8, 8, 8)),
            0x103: (SHORT, 7),
            0x106: (SHORT, 6),
            0x111: (LONG, writer.add(jpeg.getvalue())),
            0x115: (SHORT, 3),
            0x116: (LONG, small.height),
            0x117: (LONG, len(jpeg.getvalue())),
        }
    data = mosaic.astype("<u2").tobytes()
    # The pixels of the sensor come last, as in the files of cameras.
    return writer.finished(main, shot, raw, data)


def _mosaic(picture: Image.Image) -> np.ndarray:
    """What a sensor with red, green and blue filters would have measured."""
    values = np.asarray(picture.convert("RGB"), np.float64) / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    mosaic = linear[:, :, 1].copy()
    mosaic[0::2, 0::2] = linear[0::2, 0::2, 0]
    mosaic[1::2, 1::2] = linear[1::2, 1::2, 2]
    return np.round(mosaic * 65535)


def _fractions(values: tuple[float, ...]) -> tuple[int, ...]:
    found = [Fraction(value).limit_denominator(10000) for value in values]
    return tuple(part for each in found for part in (each.numerator, each.denominator))


class _Writer:
    def __init__(self) -> None:
        self.content = bytearray(b"II*\0\0\0\0\0")

    def add(self, data: bytes) -> int:
        offset = len(self.content)
        self.content += data + b"\0" * (len(data) % 2)
        return offset

    def finished(self, main: Tags, shot: Tags, raw: Tags, pixels: bytes) -> bytes:
        main = main | {0x8769: (LONG, self.directory(shot))}
        # Where the pixels will be is known when the directories before them have been laid out.
        places = raw | {0x111: (LONG, 0), 0x117: (LONG, len(pixels))}
        start = len(self.content) + self.size(places) + self.size(main | {0x14A: (LONG, 0)})
        raw_at = self.directory(places | {0x111: (LONG, start)})
        main_at = self.directory(main | {0x14A: (LONG, raw_at)})
        assert len(self.content) == start
        self.content[4:8] = struct.pack("<I", main_at)
        return bytes(self.content + pixels)

    def size(self, tags: Tags) -> int:
        probe = _Writer()
        probe.directory(tags)
        return len(probe.content) - 8

    def directory(self, tags: Tags) -> int:
        entries = []
        for tag, (kind, value) in sorted(tags.items()):
            data = _packed(kind, value)
            count = len(data) // SIZES[kind]
            field = data.ljust(4, b"\0") if len(data) <= 4 else struct.pack("<I", self.add(data))
            entries.append(struct.pack("<HHI", tag, kind, count) + field)
        body = struct.pack("<H", len(entries)) + b"".join(entries) + b"\0\0\0\0"
        return self.add(body)


def _packed(kind: int, value: Any) -> bytes:
    if kind == ASCII:
        return str(value).encode() + b"\0"
    values = value if isinstance(value, tuple) else (value,)
    if kind == RATIONAL:
        return struct.pack(f"<{len(values)}I", *values)
    if kind == SRATIONAL:
        return struct.pack(f"<{len(values)}i", *values)
    if kind == UNDEFINED:
        return bytes(value)
    return struct.pack(f"<{len(values)}{FORMS[kind]}", *values)
