"""Which formats are read, within which limits, how a file is refused; and which copies are made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Problem(StrEnum):
    NOT_AN_IMAGE = "not_an_image"
    UNKNOWN_FORMAT = "unknown_format"
    EMPTY = "empty"
    TRUNCATED = "truncated"
    DAMAGED = "damaged"
    TOO_SMALL = "too_small"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_LARGE_FILE = "too_large_file"


class UnreadablePicture(Exception):
    """A file that is no picture for us; `reason` is a sentence for the person who gave it."""

    def __init__(self, code: Problem, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Limits:
    # 200-megapixel phones exist (16320 x 12240), and a panorama may be a little larger.
    max_pixels: int = 250_000_000
    # What one decode may take; with the interpreter a worker stays under 700 MB.
    max_decode_bytes: int = 600_000_000
    # Below this there is nothing to see: cut-off frames of fixed cameras are 10 x 6, icons 16.
    min_edge_px: int = 16
    # Larger than any photo; uncompressed scans of 80 megapixels have 480 MB.
    max_bytes: int = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Format:
    name: str  # as people call it
    mime: str
    extension: str
    # Peak while decoding, measured: Pillow holds four bytes a pixel, libheif, libavif and libwebp
    # hand over a finished copy besides.
    decode_bytes_per_pixel: int


FORMATS = {
    "JPEG": Format("JPEG", "image/jpeg", "jpg", 7),  # progressive: all coefficients at once
    "PNG": Format("PNG", "image/png", "png", 8),
    "WEBP": Format("WebP", "image/webp", "webp", 15),
    "TIFF": Format("TIFF", "image/tiff", "tiff", 8),
    "GIF": Format("GIF", "image/gif", "gif", 9),
    "BMP": Format("BMP", "image/bmp", "bmp", 8),
    # Before HEIC: an AVIF may be named by the brand that both have in common.
    "AVIF": Format("AVIF", "image/avif", "avif", 9),
    "HEIF": Format("HEIC", "image/heic", "heic", 9),
    "JXL": Format("JPEG XL", "image/jxl", "jxl", 16),
    # Developed at half size: the values of the sensor, their mosaic at half size, the picture.
    "RAW": Format("RAW", "image/x-raw", "dng", 6),
}
# Decoded upright; whatever EXIF says of their orientation is done already.
TURNED_BY_DECODER = frozenset({"TIFF", "JPEG XL"})
# Pillow's other names for the same kinds: the JPEG of a stereo or gain-map phone, the headless BMP.
ALIASES = {"MPO": "JPEG", "DIB": "BMP"}
# JPEG first: Pillow asks one after the other, and nearly every photo is one. The other two have
# decoders that are loaded by the first such file.
PILLOW_FORMATS = tuple(name for name in [*FORMATS, *ALIASES] if name not in {"RAW", "JXL"})
# A sequential JPEG is decoded row by row at the scale that is asked for.
SCALED_DECODE_BYTES_PER_PIXEL = 1


@dataclass(frozen=True, slots=True)
class Derivative:
    name: str
    long_edge_px: int
    quality: int


# Half of a preview, because halving takes a third of the time of any other step.
GRID = Derivative("grid", 512, 78)
PREVIEW = Derivative("preview", 1024, 82)
LARGE = Derivative("large", 2048, 85)
SIZES = (GRID, PREVIEW, LARGE)
