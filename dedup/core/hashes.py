"""Perceptual hashes as packed bits, and Hamming distances of whole blocks.

The hashes are imagehash's, so their known answers are those of the field.
"""

from __future__ import annotations

import imagehash
import numpy as np
import scipy.fftpack  # noqa: F401 - phash would import it in every worker anew: half a second each
from numpy.typing import NDArray
from PIL import Image

from dedup.core.values import Gray, Rgb

Packed = NDArray[np.uint8]  # (bits / 8,) or (n, bits / 8)

# name: bits along one side
SIDES = {"phash64": 8, "dhash64": 8, "phash256": 16, "dhash256": 16}


def hashes(picture: Rgb | Gray) -> dict[str, Packed]:
    """The four hashes of one picture by name, eight bits to a byte, row by row."""
    gray = Image.fromarray(picture).convert("L")
    return {
        "phash64": packed(imagehash.phash(gray, 8)),
        "dhash64": packed(imagehash.dhash(gray, 8)),
        "phash256": packed(imagehash.phash(gray, 16)),
        "dhash256": packed(imagehash.dhash(gray, 16)),
    }


def packed(found: imagehash.ImageHash) -> Packed:
    return np.packbits(found.hash.ravel())


def distances(left: Packed, right: Packed) -> NDArray[np.int64]:
    """How many bits differ between the rows of two blocks of equal shape."""
    width = left.shape[-1] // 8
    words_left = np.ascontiguousarray(left).view(np.uint64).reshape(-1, width)
    words_right = np.ascontiguousarray(right).view(np.uint64).reshape(-1, width)
    differing: NDArray[np.int64] = np.bitwise_count(words_left ^ words_right).sum(
        axis=1, dtype=np.int64
    )
    return differing
