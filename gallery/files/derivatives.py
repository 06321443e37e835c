"""Derivatives: small copies of originals, which can always be made again."""

from __future__ import annotations

import io

import numpy as np
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages
from PIL import Image

from gallery.core import pictures
from gallery.decoding.decoder import decoder
from gallery.files import originals
from gallery.models import Photo

# Raised when a derivative is drawn differently, so that old ones are made again.
VERSION = 1

SIZES = {size.name: size for size in pictures.SIZES}
AT_IMPORT = ("grid", "preview")
MIME = "image/jpeg"


def storage() -> Storage:
    return storages["derivatives"]


def name_of(checksum: str, name: str) -> str:
    return f"{checksum[:2]}/{checksum[2:4]}/{checksum}-{name}-{VERSION}.jpg"


def save(checksum: str, name: str, data: bytes) -> None:
    storage().save(name_of(checksum, name), ContentFile(data))


def missing(checksum: str) -> list[str]:
    return [name for name in AT_IMPORT if not storage().exists(name_of(checksum, name))]


def make_missing(photo: Photo) -> list[str]:
    """Make what is missing of the import's derivatives; return their names.

    Raises UnreadablePicture if the original cannot be decoded.
    """
    names = missing(photo.checksum)
    for name in names:
        _make(photo, name)
    return names


def open_or_make(photo: Photo, name: str) -> File[bytes]:
    """The derivative as an open file, made first if it is not there.

    Raises KeyError for an unknown name, UnreadablePicture for a damaged original.
    """
    stored = name_of(photo.checksum, name)
    if not storage().exists(stored):
        _make(photo, name)
    return storage().open(stored, "rb")


def read_rgb(photo: Photo, name: str = "grid") -> np.ndarray:
    """The pixels of a derivative, (height, width, 3) uint8, for measuring."""
    with open_or_make(photo, name) as file, Image.open(io.BytesIO(file.read())) as image:
        return np.asarray(image.convert("RGB"))


def delete_all(checksum: str) -> None:
    for name in SIZES:
        storage().delete(name_of(checksum, name))


def _make(photo: Photo, name: str) -> None:
    if name not in SIZES:
        raise KeyError(name)
    with originals.local_copy(photo) as path:
        found = decoder().read(path, (name,), name=photo.file_name)
    save(photo.checksum, name, found.derivatives[name])
