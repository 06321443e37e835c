"""Brings every kind of pixel to plain sRGB: profiles, CMYK, 16 bits, palettes, transparency."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

from PIL import Image, ImageCms

WHITE = (255, 255, 255)
SIXTEEN_BIT = frozenset({"I;16", "I;16L", "I;16B", "I;16N", "I", "F"})
PROFILE_SPACES = {"RGB": "RGB ", "L": "GRAY", "CMYK": "CMYK", "LAB": "Lab "}

# Enough points to tell the colour of a picture by.
SAMPLED_SHORT_EDGE_PX = 96

# Larger profiles exist for printing machines; a photo's has a few kilobytes.
LARGEST_PROFILE_BYTES = 4 * 1024 * 1024


def to_srgb(image: Image.Image, long_edge_px: int) -> Image.Image:
    """An RGB picture in sRGB on white. It may be made smaller, down to `long_edge_px`."""
    profile = image.info.get("icc_profile")
    # The wide modes are the only ones whose conversion takes more room than the picture itself.
    narrow = _reduced(image, long_edge_px) if image.mode in ("I", "F") else image
    small = _reduced(_without_alpha(_eight_bits(narrow)), long_edge_px)
    if isinstance(profile, bytes):
        small = _converted(small, profile)
    return small if small.mode == "RGB" else small.convert("RGB")


def average(image: Image.Image) -> str:
    """The colour of the whole picture as "#rrggbb", for what is shown while it loads.

    Of a large picture some ten thousand points spread over it are asked: the same colour to the
    eye, for hardly any time.
    """
    step = max(1, min(image.size) // SAMPLED_SHORT_EDGE_PX)
    points = (image.width // step, image.height // step)
    small = image.resize(points, Image.Resampling.NEAREST) if step > 1 else image
    red, green, blue = small.resize((1, 1), Image.Resampling.BOX).tobytes()
    return f"#{red:02x}{green:02x}{blue:02x}"


def _eight_bits(image: Image.Image) -> Image.Image:
    if image.mode not in SIXTEEN_BIT:
        return image
    # Few pictures need it, and it is half of the time in which a decoder process starts.
    import numpy as np

    values = np.asarray(image)
    if image.mode == "F":
        values = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    largest = float(values.max(initial=0))
    # Only the values tell whether a wide picture holds 8 or 16 bits, or a share of one.
    full = next((each for each in (1.0, 255.0, 65535.0) if largest <= each), largest)
    if image.mode.startswith("I;16"):
        full = 65535.0
    scale = np.float32(255.0 / full)
    eight = np.empty(values.shape, np.uint8)
    for top in range(0, values.shape[0], 256):  # in bands, to need no second whole copy
        band = values[top : top + 256].astype(np.float32) * scale
        eight[top : top + 256] = np.clip(band, 0, 255)
    return Image.fromarray(eight)


def _without_alpha(image: Image.Image) -> Image.Image:
    if image.mode == "P" and "transparency" not in image.info:
        return image.convert("RGB")
    if image.mode in ("1", "L", "RGB", "CMYK", "LAB") and "transparency" not in image.info:
        return image.convert("L") if image.mode == "1" else image
    if image.mode not in ("P", "LA", "PA", "La", "RGBA", "RGBa", "1", "L", "RGB"):
        return image.convert("RGB")
    whole = image if image.mode == "RGBA" else image.convert("RGBA")
    paper = Image.new("RGB", whole.size, WHITE)
    paper.paste(whole, mask=whole.getchannel("A"))
    return paper


def _reduced(image: Image.Image, long_edge_px: int) -> Image.Image:
    factor = max(image.size) // (2 * long_edge_px)
    return image.reduce(factor) if factor > 1 else image


def _converted(image: Image.Image, profile: bytes) -> Image.Image:
    """The picture as the profile means it; as it is where the profile makes no sense."""
    if image.mode not in PROFILE_SPACES or len(profile) > LARGEST_PROFILE_BYTES:
        return image
    try:
        transform = _transform(profile, image.mode)
        return image if transform is None else ImageCms.applyTransform(image, transform) or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image


# A library has a handful of profiles, one for each kind of camera; building a transform takes
# longer than using it on a small picture.
@lru_cache(maxsize=16)
def _transform(profile: bytes, mode: str) -> Any:
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    if source.profile.xcolor_space != PROFILE_SPACES[mode]:
        return None
    if "srgb" in (source.profile.profile_description or "").lower():
        return None
    target = ImageCms.createProfile("sRGB")
    return ImageCms.buildTransform(
        source, target, mode, "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC
    )
