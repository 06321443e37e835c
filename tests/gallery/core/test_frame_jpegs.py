"""OpenCV decodes whole JPEG frames to Pillow's very pixels; what is not whole is left to Pillow."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gallery.core.frame_files import UnreadableFrame, read_gray
from gallery.core.frame_jpegs import jpeg_gray
from tests.pictures import scene, with_grain

SIZE = (322, 245)  # no multiple of a block
MOST_PIXELS = 1_000_000
TURNED = Image.Exif()
TURNED[0x0112] = 6


def written(mode: str = "RGB", **options: Any) -> bytes:
    file = io.BytesIO()
    with_grain(scene(3, SIZE), 3).convert(mode).save(file, "JPEG", **options)
    return file.getvalue()


def by_pillow(data: bytes, wanted: tuple[int, int]) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        image.draft("L", wanted)
        return np.asarray(image.convert("L"))


@pytest.mark.parametrize("wanted", [SIZE, (162, 123), (161, 122), (80, 61), (20, 20), (1, 1)])
def test_the_pixels_are_those_of_pillow_at_every_size(wanted: tuple[int, int]) -> None:
    data = written()
    found = jpeg_gray(data, lambda _width, _height: wanted, MOST_PIXELS)
    assert found is not None
    assert found[0] == SIZE
    assert np.array_equal(found[1], by_pillow(data, wanted))


@pytest.mark.parametrize(
    "data",
    [
        written("L"),
        written(exif=TURNED),
        written(keep_rgb=True),
        written(subsampling=0, restart_marker_blocks=4),
        written() + b"what a camera writes behind the picture",
    ],
    ids=["gray", "turned", "RGB", "restarts", "more behind"],
)
def test_of_every_kind_that_cameras_write(data: bytes) -> None:
    found = jpeg_gray(data, lambda width, height: (width // 2, height // 2), MOST_PIXELS)
    assert found is not None
    assert np.array_equal(found[1], by_pillow(data, (SIZE[0] // 2, SIZE[1] // 2)))


WHOLE = written()
AMID = len(WHOLE) * 2 // 3


@pytest.mark.parametrize(
    "data",
    [
        b"",
        WHOLE[:2],
        WHOLE[:300],
        WHOLE[:AMID],
        WHOLE[:-2],
        WHOLE[:AMID] + b"\xff\xda" + WHOLE[AMID:],
        written(progressive=True),
        written("CMYK"),
    ],
    ids=["empty", "begun", "head", "cut", "no end", "two scans", "progressive", "CMYK"],
)
def test_what_is_not_whole_or_of_another_kind_is_left_to_pillow(data: bytes) -> None:
    assert jpeg_gray(data, lambda width, height: (width, height), MOST_PIXELS) is None


def test_too_many_pixels_are_not_decoded() -> None:
    assert jpeg_gray(WHOLE, lambda *size: size, SIZE[0] * SIZE[1] - 1) is None


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "It is empty."),
        (b"\xff\xd8 and no picture", "It is no picture."),
        (WHOLE[:AMID], "It is damaged: image file is truncated"),
        (WHOLE[:AMID] + b"\xff\xda" + WHOLE[AMID:], "It is damaged: broken data stream"),
    ],
    ids=["empty", "no picture", "cut", "broken"],
)
def test_pillow_says_what_is_wrong(tmp_path: Path, data: bytes, problem: str) -> None:
    path = tmp_path / "frame.jpg"
    path.write_bytes(data)
    with pytest.raises(UnreadableFrame, match=problem):
        read_gray(path, lambda *size: size)
