"""Rows with sensible defaults: plain functions, named for what they make."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from pathlib import Path
from typing import Any

from PIL import Image

from gallery.core.pictures import SIZES, encode
from gallery.files import derivatives, originals
from gallery.models import Camera, Photo, User
from tests.pictures import scene

NOON = dt.datetime(2024, 5, 17, 12, 0, tzinfo=dt.UTC)
_numbers = itertools.count(1)


def make_photo(
    owner: User, *, taken_at: dt.datetime = NOON, checksum: str = "", **fields: Any
) -> Photo:
    """A photo row without files. ``make_stored_photo`` has those too."""
    number = next(_numbers)
    offset = fields.get("utc_offset_minutes", 0)
    values = {
        "checksum": checksum or hashlib.sha256(str(number).encode()).hexdigest(),
        "file_name": f"IMG_{number:04}.jpg",
        "size_bytes": 1000 + number,
        "format": "JPEG",
        "width": 400,
        "height": 300,
        "taken_day": (taken_at + dt.timedelta(minutes=offset)).date(),
        "taken_precision": "second",
        "taken_source": "exif",
        "taken_confidence": 95,
        "imported_at": NOON,
    }
    return Photo.objects.create(owner=owner, taken_at=taken_at, **(values | fields))


def make_photos(
    owner: User, count: int, *, seconds_apart: float = 10, **fields: Any
) -> list[Photo]:
    step = dt.timedelta(seconds=seconds_apart)
    return [make_photo(owner, taken_at=NOON + step * index, **fields) for index in range(count)]


def make_stored_photo(owner: User, picture: Image.Image | None = None, **fields: Any) -> Photo:
    """A photo with its original and its small copies in the storage."""
    image = picture or scene(next(_numbers))
    data = encode(image, SIZES[-1])
    checksum = hashlib.sha256(data).hexdigest()
    store_original(checksum, data)
    for size in SIZES[:2]:
        derivatives.save(checksum, size.name, encode(image, size))
    return make_photo(
        owner,
        checksum=checksum,
        width=image.width,
        height=image.height,
        size_bytes=len(data),
        **fields,
    )


def store_original(checksum: str, data: bytes) -> None:
    from django.core.files.base import ContentFile

    originals.storage().save(originals.name_of(checksum), ContentFile(data))


def make_camera(owner: User, name: str = "Canon EOS 6D", **fields: Any) -> Camera:
    return Camera.objects.create(owner=owner, key=f"exif:{name.lower()}", name=name, **fields)


def write_picture(path: Path, image: Image.Image, **options: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)
    return path
