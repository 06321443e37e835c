"""JPEG XL, and pictures of several in one file."""

import numpy as np
import pylibjxl
import pytest
from PIL import Image

from gallery.core import jxl, pictures
from gallery.core.pictures import UnreadablePicture
from tests.gallery.core.test_pictures import difference
from tests.pictures import encoded, scene, with_exif


@pytest.mark.parametrize("form", ["AVIF", "HEIF", "TIFF"])
def test_first_picture_of_a_sequence_is_shown_and_all_are_counted(form: str) -> None:
    frames = [Image.new("RGB", (64, 64), color) for color in ("red", "lime", "blue")]
    content = encoded(frames[0], form, save_all=True, append_images=frames[1:])
    decoded = pictures.decode_once(content)
    assert decoded.facts.frames == 3
    red, green, blue = pixel_of(decoded.image)
    assert red > 230 and green < 30 and blue < 30


def test_avif_under_the_brand_of_all_heif_files_is_read() -> None:
    content = encoded(scene(1, (96, 64)), "AVIF").replace(b"ftypavif", b"ftypmif1", 1)
    assert pictures.decode_once(content).facts.format == "AVIF"


def test_jpeg_xl_is_refused_by_name_where_there_is_no_decoder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = encoded(scene(1, (96, 64)), "JXL")
    monkeypatch.setattr(jxl, "is_available", False)
    with pytest.raises(UnreadablePicture, match="JPEG XL cannot be read"):
        pictures.decode_once(content)


def test_jpeg_kept_as_jpeg_xl_is_turned_once() -> None:
    # The turn stands in the code stream and in EXIF; only the first one counts.
    held = with_exif(scene(2, (64, 96)), "JPEG", orientation=6)
    decoded = pictures.decode_once(pylibjxl.jpeg_to_jxl(held))
    assert (decoded.facts.width, decoded.facts.height) == (96, 64)
    turned = scene(2, (64, 96)).transpose(Image.Transpose.ROTATE_270)
    assert difference(decoded.image, turned) < 12


def pixel_of(image: Image.Image) -> tuple[int, int, int]:
    red, green, blue = np.asarray(image)[image.height // 2, image.width // 2].tolist()
    return red, green, blue
