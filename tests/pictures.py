"""Draws test pictures: scenes that look like photos to a hash, and the ways photos differ."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
from PIL import ExifTags, Image, ImageDraw, ImageEnhance, ImageFilter

from gallery.core import jxl

pillow_heif.register_heif_opener(thumbnails=False)
if jxl.is_available:
    jxl.register()

Exif = Image.Exif


def scene(seed: int, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """A view with sky, ground and things; another seed is another view, the same seed the same."""
    random = np.random.default_rng(seed)
    width, height = size
    top, bottom = random.integers(40, 216, (2, 3))
    blend = np.linspace(0, 1, height)[:, None, None]
    sky = (top * (1 - blend) + bottom * blend) * np.ones((1, width, 1))
    image = Image.fromarray(sky.astype(np.uint8))
    draw = ImageDraw.Draw(image)
    for _ in range(24):
        left, upper = random.integers(0, width), random.integers(0, height)
        across, down = random.integers(width // 16, width // 3, 2)
        color = tuple(int(each) for each in random.integers(0, 256, 3))
        box = (int(left), int(upper), int(left + across), int(upper + down))
        shape = draw.ellipse if random.random() < 0.5 else draw.rectangle
        shape(box, fill=color)
    return with_grain(image.filter(ImageFilter.GaussianBlur(1)), seed)


def with_grain(image: Image.Image, seed: int, strength: float = 4.0) -> Image.Image:
    """The noise of a sensor, so that two shots of one scene are never equal byte for byte."""
    noise = np.random.default_rng(seed).normal(0, strength, (*image.size[::-1], 3))
    return Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))


def shifted(image: Image.Image, right_px: int, down_px: int = 0) -> Image.Image:
    """The camera moved a little: the edge that comes into view repeats the border."""
    pixels = np.asarray(image)
    pad_x, pad_y = abs(right_px), abs(down_px)
    padded = np.pad(pixels, ((pad_y, pad_y), (pad_x, pad_x), (0, 0)), mode="edge")
    top, left = pad_y - down_px, pad_x - right_px
    return Image.fromarray(padded[top : top + image.height, left : left + image.width])


def brightened(image: Image.Image, factor: float = 1.2) -> Image.Image:
    return ImageEnhance.Brightness(image).enhance(factor)


def blurred(image: Image.Image, radius: float = 3) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(radius))


def with_thing(image: Image.Image, box: tuple[int, int, int, int]) -> Image.Image:
    """Something came into the view."""
    changed = image.copy()
    ImageDraw.Draw(changed).rectangle(box, fill=(230, 30, 30), outline=(20, 20, 20), width=3)
    return changed


def exif(
    *,
    taken: str | None = None,
    subsec: str | None = None,
    offset: str | None = None,
    digitized: str | None = None,
    modified: str | None = None,
    make: str | None = None,
    model: str | None = None,
    serial: str | None = None,
    orientation: int | None = None,
    gps: dict[int, Any] | None = None,
    main: dict[int, Any] | None = None,
    shot: dict[int, Any] | None = None,
) -> Exif:
    """EXIF tags by the names people use; `main` and `shot` take any further tag by its number."""
    base, tags = ExifTags.Base, Image.Exif()
    written = {
        base.DateTime: modified,
        base.Make: make,
        base.Model: model,
        base.Orientation: orientation,
        **(main or {}),
    }
    tags.update({tag: value for tag, value in written.items() if value is not None})
    written = {
        base.DateTimeOriginal: taken,
        base.SubsecTimeOriginal: subsec,
        base.OffsetTimeOriginal: offset,
        base.DateTimeDigitized: digitized,
        base.BodySerialNumber: serial,
        **(shot or {}),
    }
    tags.get_ifd(ExifTags.IFD.Exif).update(
        {tag: value for tag, value in written.items() if value is not None}
    )
    if gps:
        tags.get_ifd(ExifTags.IFD.GPSInfo).update(gps)
    return tags


def encoded(image: Image.Image, format: str = "JPEG", **options: Any) -> bytes:
    """The bytes of a file; `options` are Pillow's for the format."""
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def jpeg(image: Image.Image, quality: int = 90, **options: Any) -> bytes:
    return encoded(image, "JPEG", quality=quality, **options)


def with_exif(image: Image.Image, format: str = "JPEG", **tags: Any) -> bytes:
    """The bytes of a file with these tags; see `exif` for their names.

    A HEIC is written as phones do, the turn in the container too.
    """
    # As bytes: Pillow takes tags whose main directory is empty for none at all.
    return encoded(image, format, exif=exif(**tags).tobytes())


def write_frames(folder: Path, camera: str, pictures: Sequence[Image.Image]) -> None:
    """Frames of a fixed camera every five minutes, with the local time in their names."""
    folder.mkdir(parents=True, exist_ok=True)
    for at, picture in enumerate(pictures):
        name = f"{camera}_2021_03_27__{10 + at // 12:02}_{at % 12 * 5:02}_00.jpg"
        picture.save(folder / name, quality=92)
