"""Photos with real bytes behind them, for the pages that show them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from gallery.files import originals
from gallery.models import Photo, User

MakePhoto = Callable[..., Photo]


@pytest.fixture
def make_photo(tmp_path: Path) -> MakePhoto:
    """Make a photo of this owner; another ``seed`` is another picture."""

    def make(owner: User, *, seed: int = 1, name: str = "IMG_0001.jpg", **fields: Any) -> Photo:
        data = jpeg(seed)
        checksum = hashlib.sha256(data).hexdigest()
        path = tmp_path / f"{checksum}.jpg"
        path.write_bytes(data)
        originals.store(path, checksum)
        now = timezone.now()
        values: dict[str, Any] = {
            "owner": owner,
            "checksum": checksum,
            "file_name": name,
            "size_bytes": len(data),
            "format": "JPEG",
            "width": 640,
            "height": 480,
            "taken_at": now,
            "taken_day": now.date(),
            "taken_precision": "second",
            "taken_source": "exif",
            "imported_at": now,
        }
        return Photo.objects.create(**(values | fields))

    return make


def jpeg(seed: int) -> bytes:
    """A picture with enough in it that two seeds never give the same bytes."""
    image = Image.effect_noise((640, 480), 20 + seed % 50).convert("RGB")
    image.putpixel((0, 0), (seed % 256, seed // 256 % 256, 0))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()
