"""Derivatives: small copies of originals, which can always be made again."""

from __future__ import annotations

import io

import numpy as np
from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages
from PIL import Image

from gallery.core import pictures
from gallery.files import originals
from gallery.models import Photo

# Raised when a derivative is drawn differently, so that old ones are made again.
VERSION = 1

AT_IMPORT = ("grid", "preview")
MIME = "image/jpeg"


def storage() -> Storage:
    return storages["derivatives"]


def limits() -> pictures.Limits:
    return pictures.Limits(max_pixels=settings.MAX_PIXELS, max_bytes=settings.MAX_FILE_BYTES)


def name_of(checksum: str, name: str) -> str:
    return f"{checksum[:2]}/{checksum[2:4]}/{checksum}-{name}-{VERSION}.jpg"


def save_all(checksum: str, image: Image.Image) -> None:
    """Make and store what the import makes, from one decoded picture."""
    for name in AT_IMPORT:
        image = _save(checksum, name, image)


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
    for name in pictures.SIZES:
        storage().delete(name_of(checksum, name))


def _make(photo: Photo, name: str) -> None:
    size = pictures.SIZES[name]
    with originals.open_original(photo) as file:
        decoded = pictures.decode_once(file, limits(), long_edge_px=size.long_edge_px)
    _save(photo.checksum, name, decoded.image)


def _save(checksum: str, name: str, image: Image.Image) -> Image.Image:
    """Store one derivative and return the shrunk picture, to make smaller ones from."""
    data = pictures.encode(image, pictures.SIZES[name])
    storage().save(name_of(checksum, name), ContentFile(data))
    return image
