"""Files and rows in numbers, drawn for measuring."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from django.db import connection, transaction
from django.db.models import Field, Model
from PIL import ExifTags, Image

from gallery.models import Photo, User

START = dt.datetime(2024, 1, 1, 8, 0, tzinfo=dt.UTC)
SIZE = (4000, 3000)  # twelve megapixels, as phones have
QUALITY = 90
DIFFERENT_PICTURES = 20
ROWS_AT_ONCE = 10_000


def photo_files(folder: Path, count: int) -> list[Path]:
    """Write 12-megapixel JPEGs of about 3 MB with EXIF, no two of equal bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = [_jpeg(seed) for seed in range(min(count, DIFFERENT_PICTURES))]
    paths = []
    for number in range(count):
        path = folder / f"IMG_{number:05}.jpg"
        path.write_bytes(with_exif(pictures[number % len(pictures)], number))
        paths.append(path)
    return paths


def photo_rows(owner: User, count: int, *, seconds_apart: int = 12) -> None:
    """Rows without files: enough for pages and queries."""
    insert_alike(
        _row(owner, 0, seconds_apart),
        (_of_number(number, seconds_apart) for number in range(count)),
    )


def insert_alike(first: Model, rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows that are as ``first``, which is not saved, but for the fields they name.

    All rows name the same fields. One prepared statement: hundreds of thousands take seconds.
    """
    fields = [field for field in first._meta.concrete_fields if not field.primary_key]
    usual = [_stored(field, field.pre_save(first, add=True)) for field in fields]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    table = connection.ops.quote_name(first._meta.db_table)

    places_of = {field.attname: place for place, field in enumerate(fields)}

    def values(row: dict[str, Any]) -> list[Any]:
        found = usual.copy()
        for name, value in row.items():
            place = places_of[name]
            found[place] = _stored(fields[place], value)
        return found

    with transaction.atomic(), connection.cursor() as cursor:
        statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"
        stored = map(values, rows)
        while some := list(islice(stored, ROWS_AT_ONCE)):
            cursor.executemany(statement, some)


def _stored(field: Field[Any, Any], value: Any) -> Any:
    return field.get_db_prep_save(value, connection)


def _jpeg(seed: int) -> bytes:
    """Detail at every scale, as photos have it, so that it compresses like one."""
    random = np.random.default_rng(seed)
    width, height = SIZE
    picture = np.zeros((height, width, 3), np.float32)
    for cells, strength in ((6, 60), (24, 30), (120, 18), (600, 12), (2400, 5)):
        coarse = random.normal(0, 1, (cells * 3 // 4, cells, 3)).astype(np.float32)
        picture += strength * cv2.resize(coarse, SIZE, interpolation=cv2.INTER_CUBIC)
    pixels = np.clip(picture + 120, 0, 255).astype(np.uint8)
    done, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    assert done
    return data.tobytes()


def with_exif(jpeg: bytes, number: int) -> bytes:
    """Put an EXIF block behind the first marker; the picture itself is not encoded again."""
    tags = Image.Exif()
    tags[ExifTags.Base.Make] = "Drawn"
    tags[ExifTags.Base.Model] = "Drawn 12"
    taken = START + dt.timedelta(seconds=25 * number)
    shot = tags.get_ifd(ExifTags.IFD.Exif)
    shot[ExifTags.Base.DateTimeOriginal] = taken.strftime("%Y:%m:%d %H:%M:%S")
    shot[ExifTags.Base.SubsecTimeOriginal] = f"{number % 1000:03}"
    body = tags.tobytes()
    segment = b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body
    return jpeg[:2] + segment + jpeg[2:]


def _row(owner: User, number: int, seconds_apart: int) -> Photo:
    return Photo(
        owner=owner,
        size_bytes=3_000_000,
        format="JPEG",
        width=4000,
        height=3000,
        taken_precision="second",
        taken_source="exif",
        taken_confidence=95,
        imported_at=START,
        **_of_number(number, seconds_apart),
    )


def _of_number(number: int, seconds_apart: int) -> dict[str, Any]:
    taken = START + dt.timedelta(seconds=seconds_apart * number)
    return {
        "checksum": hashlib.sha256(str(number).encode()).hexdigest(),
        "file_name": f"IMG_{number:06}.jpg",
        "taken_at": taken,
        "taken_day": taken.date(),
    }
