"""The gray pixels of a whole JPEG, byte for byte as Pillow gives them, in four fifths of its time.

OpenCV tells neither that data is missing nor what is wrong with it. So it only decodes what is
whole to its last byte, of the one kind that cameras write: a single scan. The rest is Pillow's.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Size: TypeAlias = tuple[int, int]  # width, height
SizeWanted: TypeAlias = Callable[[int, int], Size]  # of the original to the least that is needed
Gray: TypeAlias = NDArray[np.uint8]

JPEG_BEGINS = b"\xff\xd8"
_START_OF_SCAN, _END = 0xDA, 0xD9
_SEQUENTIAL_FRAMES = (0xC0, 0xC1)
_GRAY_OR_COLOUR = (1, 3)  # components; Pillow and OpenCV convert four of them differently
_STUFFED, _RESTARTS = 0x00, (0xD0, 0xD7)  # what may follow 0xFF within a scan
# The shares of an edge that a decoder can make by itself, and how OpenCV is asked for them.
_REDUCED = (
    (8, cv2.IMREAD_REDUCED_GRAYSCALE_8),
    (4, cv2.IMREAD_REDUCED_GRAYSCALE_4),
    (2, cv2.IMREAD_REDUCED_GRAYSCALE_2),
    (1, cv2.IMREAD_GRAYSCALE),
)


def jpeg_gray(data: bytes, least_size: SizeWanted, most_pixels: int) -> tuple[Size, Gray] | None:
    """Size of the original, and its gray pixels as small as they may get; None: for Pillow."""
    found = _frame_and_scan(data)
    if found is None:
        return None
    (width, height), scan = found
    bytes_ = np.frombuffer(data, np.uint8)
    if not 0 < width * height <= most_pixels or not _is_whole(bytes_[scan:]):
        return None
    across, down = least_size(width, height)
    times = min(width // across, height // down)
    flag = next((flag for divisor, flag in _REDUCED if times >= divisor), cv2.IMREAD_GRAYSCALE)
    try:
        gray = cv2.imdecode(bytes_, flag | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error:
        return None
    return None if gray is None else ((width, height), np.asarray(gray, np.uint8))


def _frame_and_scan(data: bytes) -> tuple[Size, int] | None:
    """Size, and where the only scan begins."""
    if not data.startswith(JPEG_BEGINS):
        return None
    at, size, components = len(JPEG_BEGINS), None, 0
    while at + 10 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if marker in _SEQUENTIAL_FRAMES:
            bits, height, width, components = struct.unpack_from(">BHHB", data, at + 4)
            size = (width, height) if bits == 8 and components in _GRAY_OR_COLOUR else None
        if marker == _START_OF_SCAN:
            return (size, at + 2 + length) if size and data[at + 4] == components else None
        at += 2 + length
    return None


def _is_whole(scan: Gray) -> bool:
    """Whether the picture's end is the first marker behind its data."""
    before = np.flatnonzero(scan[:-1] == 0xFF)
    after = scan[before + 1]
    first, last = _RESTARTS
    markers = after[(after != _STUFFED) & ((after < first) | (after > last))]
    return len(markers) > 0 and int(markers[0]) == _END
