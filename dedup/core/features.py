"""Everything measured once per photo, and how it is stored.

The light part has one fixed layout, so that the features of thousands of photos become one array
at once; it is read for every pair. The heavy part holds the local features and is read only for
pairs that the light one leaves undecided.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from dedup.core import embeddings
from dedup.core.hashes import SIDES, hashes
from dedup.core.local_features import LocalFeatures, local_features
from dedup.core.quality import (
    FOCUS_SIDE,
    Quality,
    at_size,
    focus_grid,
    gray_of,
    judged_size,
    quality_of,
)
from dedup.core.values import Rgb

# Raised whenever the same picture would give other features, or they are stored another way.
FEATURES_VERSION = 500 + embeddings.EMBEDDING_VERSION

GRAY_SIDE = 32
COLOUR_SIDE = 4
# Half the time of a full small copy, and not one bit of a 64-bit hash differs on average.
_HASHED_LONG_EDGE_PX = 256
MOST_BYTES = 24 * 1024

_MAGIC = b"CSF3"

LIGHT = np.dtype(
    [
        ("magic", "S4"),
        ("version", "<u2"),
        ("pixels", "V16"),  # digest of the small copy: see identity.py
        *((name, "u1", (side * side // 8,)) for name, side in SIDES.items()),
        ("gray", "u1", (GRAY_SIDE, GRAY_SIDE)),  # the whole frame, squashed
        ("colours", "u1", (COLOUR_SIDE, COLOUR_SIDE, 3)),  # mean Lab of the parts of a grid
        ("focus", "u1", (FOCUS_SIDE, FOCUS_SIDE)),  # fine detail of the parts of a grid
        ("embedding", "i1", (embeddings.EMBEDDING_SIZE,)),  # unit vector times 127 / largest
        ("aspect", "<f4"),  # width / height
        ("sharpness", "<f4"),
        ("clipped_dark", "<f4"),
        ("clipped_bright", "<f4"),
        ("noise", "<f4"),
        ("exposure_ev", "<f4"),
        ("contrast", "<f4"),
    ]
)

_QUALITY = ("sharpness", "clipped_dark", "clipped_bright", "noise", "exposure_ev", "contrast")


class StaleFeatures(ValueError):
    """Stored features of another version: measure the photo again."""


@dataclass(frozen=True, slots=True)
class Features:
    light: NDArray[Any]  # one record of LIGHT
    local: LocalFeatures

    def light_bytes(self) -> bytes:
        return self.light.tobytes()

    def local_bytes(self) -> bytes:
        return self.local.to_bytes()

    def to_bytes(self) -> bytes:
        return self.light_bytes() + self.local_bytes()

    @classmethod
    def from_bytes(cls, stored: bytes) -> Features:
        light = light_records([stored[: LIGHT.itemsize]])
        return cls(light[0:1], LocalFeatures.from_bytes(stored[LIGHT.itemsize :]))

    @property
    def quality(self) -> Quality:
        return quality_in(self.light)


def measure(picture: Rgb) -> Features:
    """Measure everything of a small copy: see measure_light and measure_local."""
    return Features(measure_light(picture), measure_local(picture))


def measure_local(picture: Rgb) -> LocalFeatures:
    """The dear part, which only pairs need that stay undecided without it."""
    _refuse_unusable(picture)
    return local_features(gray_of(picture))


def measure_light(picture: Rgb) -> NDArray[Any]:
    """Measure a small copy: RGB, the right way up, at best 512 px along its long edge.

    One record of LIGHT: what every pair is compared by.
    """
    _refuse_unusable(picture)
    light = np.zeros(1, dtype=LIGHT)
    light["magic"], light["version"] = _MAGIC, FEATURES_VERSION
    light["pixels"] = np.void(digest(picture))
    gray = gray_of(picture)
    # Each small picture comes from the smallest that is large enough: shrinking costs as many
    # steps as there are pixels to read.
    hashed = at_size(gray, _HASHED_LONG_EDGE_PX)
    for name, bits in hashes(hashed).items():
        light[name] = bits
    light["gray"] = cv2.resize(hashed, (GRAY_SIDE, GRAY_SIDE), interpolation=cv2.INTER_AREA)
    squashed = embeddings.squashed(picture)
    light["colours"] = _colours(squashed)
    light["embedding"] = quantised(embeddings.embed([squashed])[0])
    light["aspect"] = picture.shape[1] / picture.shape[0]
    judged = judged_size(gray)
    light["focus"] = focus_grid(judged)
    found = quality_of(judged)
    for name in _QUALITY:
        light[name] = getattr(found, name)
    return light


def quality_in(light: NDArray[Any]) -> Quality:
    """The quality that one record of LIGHT holds."""
    return Quality(*(float(light[name][0]) for name in _QUALITY))


def light_records(stored: Sequence[bytes]) -> NDArray[Any]:
    """The light parts of many photos as one array of LIGHT records."""
    wrong = [index for index, each in enumerate(stored) if len(each) != LIGHT.itemsize]
    if wrong:
        raise StaleFeatures(f"The features at place {wrong[0]} have another layout.")
    records = np.frombuffer(b"".join(stored), dtype=LIGHT)
    if np.any(records["magic"] != _MAGIC) or np.any(records["version"] != FEATURES_VERSION):
        raise StaleFeatures("Some features are of another version.")
    return records


def quantised(vector: NDArray[np.float32]) -> NDArray[np.int8]:
    largest = float(np.abs(vector).max()) or 1.0
    return np.round(vector * (127 / largest)).astype(np.int8)


def _refuse_unusable(picture: Rgb) -> None:
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3 or not picture.size:
        raise ValueError(
            "A picture to measure must be RGB bytes of shape (height, width, 3), "
            f"not {picture.dtype} of shape {picture.shape}."
        )


def digest(picture: Rgb) -> bytes:
    """Of the pixels and their arrangement; 16 bytes."""
    found = hashlib.blake2b(np.ascontiguousarray(picture).data, digest_size=16)
    found.update(repr((picture.shape[:2], picture.shape)).encode())
    return found.digest()


def _colours(picture: Rgb) -> NDArray[np.uint8]:
    small = cv2.resize(picture, (COLOUR_SIDE, COLOUR_SIDE), interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(small, cv2.COLOR_RGB2LAB).astype(np.uint8, copy=False)
