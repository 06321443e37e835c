import io
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from gallery.core import pictures, signatures
from gallery.core.pictures import GRID, LARGE, PREVIEW, Limits, Problem, UnreadablePicture
from tests.pictures import encoded, exif, jpeg, scene, with_exif

FORMATS = {
    "JPEG": ("JPEG", "image/jpeg", "jpg"),
    "PNG": ("PNG", "image/png", "png"),
    "WEBP": ("WebP", "image/webp", "webp"),
    "TIFF": ("TIFF", "image/tiff", "tiff"),
    "GIF": ("GIF", "image/gif", "gif"),
    "BMP": ("BMP", "image/bmp", "bmp"),
    "AVIF": ("AVIF", "image/avif", "avif"),
    "HEIF": ("HEIC", "image/heic", "heic"),
    "JXL": ("JPEG XL", "image/jxl", "jxl"),
}


def refusal(content: bytes, limits: Limits | None = None) -> UnreadablePicture:
    with pytest.raises(UnreadablePicture) as refused:
        pictures.decode_once(content, limits)
    return refused.value


def difference(one: Image.Image, other: Image.Image) -> float:
    """The mean difference of two pictures of one size, of 255."""
    assert one.size == other.size
    return float(np.abs(np.asarray(one, np.int16) - np.asarray(other, np.int16)).mean())


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_decoded_as_what_it_is(form: str) -> None:
    drawn = scene(1, (96, 64))
    decoded = pictures.decode_once(encoded(drawn, form))
    facts = decoded.facts
    assert (facts.format, facts.mime, facts.extension) == FORMATS[form]
    assert (facts.width, facts.height) == (96, 64)
    assert decoded.image.mode == "RGB"
    assert difference(decoded.image, drawn) < 12


def test_content_decides_about_the_format_not_the_name(tmp_path: Path) -> None:
    path = tmp_path / "holiday.jpg"
    path.write_bytes(encoded(scene(1), "PNG"))
    assert pictures.probe(path).format == "PNG"
    assert pictures.decode_once(path).facts.format == "PNG"


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_picture_is_turned_upright_once(form: str, orientation: int) -> None:
    upright = scene(2, (96, 64))
    undo = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    held = upright if undo is None else upright.transpose(undo)
    content = with_exif(held, form, orientation=orientation)
    decoded = pictures.decode_once(content)
    probed = pictures.probe(content)
    assert (probed.width, probed.height) == (96, 64)
    assert (decoded.facts.width, decoded.facts.height) == (96, 64)
    assert difference(decoded.image, upright) < 12


def test_turn_stands_in_the_container_of_a_heic_too() -> None:
    # Else the test above would not show that it is applied once.
    assert b"irot" in with_exif(scene(2, (64, 96)), "HEIF", orientation=6)


@pytest.mark.parametrize("size", [(1200, 900), (900, 1200), (2000, 500), (610, 610)])
@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_decoded_picture_has_about_the_edge_that_was_asked_for(
    form: str, size: tuple[int, int]
) -> None:
    decoded = pictures.decode_once(encoded(scene(3, size), form), long_edge_px=300)
    assert 270 <= max(decoded.image.size) <= 300
    ratio = decoded.image.width / decoded.image.height
    assert ratio == pytest.approx(size[0] / size[1], rel=0.01)
    assert (decoded.facts.width, decoded.facts.height) == size


def test_small_picture_is_not_blown_up() -> None:
    decoded = pictures.decode_once(jpeg(scene(4, (200, 100))))
    assert decoded.image.size == (200, 100)
    small = Image.open(io.BytesIO(pictures.encode(decoded.image, LARGE)))
    assert small.size == (200, 100)


@pytest.mark.parametrize("derivative", pictures.SIZES, ids=lambda each: each.name)
def test_derivative_is_a_jpeg_of_its_size(derivative: pictures.Derivative) -> None:
    drawn = scene(5, (300, 200)).resize((2400, 1600))
    made = Image.open(io.BytesIO(pictures.encode(drawn, derivative)))
    assert made.format == "JPEG"
    assert 0.9 * derivative.long_edge_px <= max(made.size) <= derivative.long_edge_px
    assert difference(made, drawn.resize(made.size)) < 3
    assert "progressive" not in made.info
    assert not made.getexif()


def test_names_of_sizes_are_the_addresses_of_files_on_disk() -> None:
    assert [(each.name, each.long_edge_px) for each in (GRID, PREVIEW, LARGE)] == [
        ("grid", 512),
        ("preview", 1024),
        ("large", 2048),
    ]


def test_path_file_and_bytes_give_the_same_picture(tmp_path: Path) -> None:
    content = jpeg(scene(6))
    path = tmp_path / "a"
    path.write_bytes(content)
    with path.open("rb") as file:
        file.read(7)
        from_file = pictures.decode_once(file)
        assert not file.closed
    from_path, from_bytes = pictures.decode_once(str(path)), pictures.decode_once(content)
    assert from_file.image.tobytes() == from_path.image.tobytes() == from_bytes.image.tobytes()


def test_average_color_is_the_color_of_a_plain_picture() -> None:
    decoded = pictures.decode_once(encoded(Image.new("RGB", (64, 64), "#1e90ff"), "PNG"))
    assert decoded.average_color == "#1e90ff"


def test_average_color_of_a_large_picture_is_that_of_all_its_pixels() -> None:
    halves = Image.new("RGB", (1000, 750), "#102030")
    halves.paste(Image.new("RGB", (500, 750), "#506070"))
    assert pictures.decode_once(encoded(halves, "PNG")).average_color == "#304050"


def test_all_black_picture_is_a_picture() -> None:
    decoded = pictures.decode_once(jpeg(Image.new("RGB", (640, 480))))
    assert decoded.average_color == "#000000"


def test_cmyk_is_shown_in_its_colors() -> None:
    decoded = pictures.decode_once(jpeg(scene(7).convert("CMYK"), quality=95))
    assert difference(decoded.image, scene(7)) < 12


@pytest.mark.parametrize("mode", ["P", "PA", "LA", "RGBA"])
def test_transparent_pixels_become_white(mode: str) -> None:
    clear = Image.new("RGBA", (64, 64), (200, 30, 30, 0)).convert(mode)
    form = "TIFF" if mode == "PA" else "PNG"
    if mode == "PA":
        clear = Image.new("RGBA", (64, 64), (200, 30, 30, 0)).convert("LA")
    if mode == "P":
        clear = Image.new("P", (64, 64), 0)
        clear.putpalette([200, 30, 30] * 256)
        clear.info["transparency"] = 0
    decoded = pictures.decode_once(encoded(clear, form))
    assert decoded.average_color == "#ffffff"


def test_palette_keeps_its_colors() -> None:
    decoded = pictures.decode_once(encoded(scene(8).quantize(64), "PNG"))
    assert difference(decoded.image, scene(8)) < 12


def test_black_and_white_bitmap_is_decoded() -> None:
    decoded = pictures.decode_once(encoded(Image.new("1", (64, 64), 1), "PNG"))
    assert decoded.average_color == "#ffffff"


@pytest.mark.parametrize(
    ("values", "form"),
    [
        pytest.param(np.full((64, 64), 32768, np.uint16), "PNG", id="16 bits"),
        pytest.param(np.full((64, 64), 32768, np.uint16), "TIFF", id="16 bits in a TIFF"),
        pytest.param(np.full((64, 64), 32768, np.int32), "TIFF", id="32 bits holding 16"),
        pytest.param(np.full((64, 64), 128, np.int32), "TIFF", id="32 bits holding 8"),
        pytest.param(np.full((64, 64), 0.5, np.float32), "TIFF", id="a share of one"),
    ],
)
def test_wide_gray_values_keep_their_brightness(values: np.ndarray, form: str) -> None:
    decoded = pictures.decode_once(encoded(Image.fromarray(values), form))
    assert decoded.average_color in ("#7f7f7f", "#808080")


def test_floats_that_are_no_numbers_do_no_harm() -> None:
    values = np.full((64, 64), np.nan, np.float32)
    values[:32] = np.inf
    assert pictures.decode_once(encoded(Image.fromarray(values), "TIFF")).average_color == "#000000"


def test_first_frame_of_an_animation_is_shown() -> None:
    frames = [Image.new("RGB", (64, 64), color) for color in ("red", "lime", "blue")]
    for form in ("GIF", "WEBP", "PNG"):
        content = encoded(frames[0], form, save_all=True, append_images=frames[1:], lossless=True)
        decoded = pictures.decode_once(content)
        assert decoded.facts.frames == 3
        assert decoded.average_color in ("#ff0000", "#fe0000")


def profile_with_red_and_green_swapped() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    named = profile.replace("sRGB".encode("utf-16-be"), "Odd ".encode("utf-16-be"))
    return named.replace(b"rXYZ", b"tmp.").replace(b"gXYZ", b"rXYZ").replace(b"tmp.", b"gXYZ")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF"])
def test_foreign_color_profile_is_converted_to_srgb(form: str) -> None:
    red = Image.new("RGB", (64, 64), "red")
    content = encoded(red, form, icc_profile=profile_with_red_and_green_swapped())
    decoded = pictures.decode_once(content)
    pixel = decoded.image.getpixel((30, 30))
    assert isinstance(pixel, tuple)
    assert pixel[0] < 40 and pixel[1] > 220 and pixel[2] < 40


def test_profile_that_makes_no_sense_is_left_aside() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    plain = scene(9)
    # A profile of another colour space than the pixels makes no sense and is left aside.
    wrong = pictures.decode_once(encoded(plain, "PNG", icc_profile=lab.tobytes()))
    assert difference(wrong.image, plain) == 0
    same = pictures.decode_once(encoded(plain, "PNG", icc_profile=srgb.tobytes()))
    assert difference(same.image, plain) < 1
    damaged = pictures.decode_once(encoded(plain, "PNG", icc_profile=b"nonsense"))
    assert difference(damaged.image, plain) == 0


def test_exif_is_read_in_the_same_pass() -> None:
    content = with_exif(scene(1), taken="2019:05:09 15:47:33", make="Canon")
    facts = pictures.decode_once(content).facts.exif
    assert facts.make == "Canon"
    assert facts.candidates[0].text == "2019:05:09 15:47:33"
    assert pictures.probe(content).exif == facts


def test_tags_behind_the_pixels_of_a_png_are_read() -> None:
    content = encoded(scene(1, (64, 32)), "PNG")
    tags = exif(taken="2019:05:09 15:47:33", orientation=6).tobytes().removeprefix(b"Exif\0\0")
    end = content.index(b"IEND") - 4
    chunk = len(tags).to_bytes(4, "big") + b"eXIf" + tags
    chunk += zlib.crc32(chunk[4:]).to_bytes(4, "big")
    late = content[:end] + chunk + content[end:]
    for facts in (pictures.probe(late), pictures.decode_once(late).facts):
        assert facts.exif.candidates[0].text == "2019:05:09 15:47:33"
        assert (facts.width, facts.height) == (32, 64)


def test_empty_file_is_named_so() -> None:
    assert refusal(b"").code is Problem.EMPTY


@pytest.mark.parametrize("content", [b"hello", b"\0" * 4096, b"{}", b"<html>", b"\xff\xd9"])
def test_what_is_no_picture_is_named_so(content: bytes) -> None:
    assert refusal(content).code is Problem.NOT_AN_IMAGE


@pytest.mark.parametrize(
    ("form", "name"),
    [("TGA", "Targa"), ("DDS", "DDS"), ("JPEG2000", "JPEG 2000"), ("ICO", "ICO"), ("PPM", "PPM")],
)
def test_format_that_is_not_read_is_refused_by_name(form: str, name: str) -> None:
    refused = refusal(encoded(scene(1, (64, 64)), form))
    assert refused.code is Problem.UNKNOWN_FORMAT
    assert name in refused.reason


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n", "PostScript"),
        (b"8BPS\0\1" + b"\0" * 30, "Photoshop"),
        (b"%PDF-1.7", "PDF"),
        (b"\0\0\0\x18ftypmp42", "Video"),
        (b"qoif\0\0\0\x40", "QOI"),
        (b'<?xml version="1.0"?>\n<svg xmlns="x"/>', "SVG"),
    ],
)
def test_known_file_that_is_no_photo_is_refused_by_name(content: bytes, name: str) -> None:
    refused = refusal(content)
    assert refused.code is Problem.UNKNOWN_FORMAT
    assert name in refused.reason


@pytest.mark.parametrize(
    "form", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "AVIF", "HEIF", "JXL"]
)
def test_file_without_its_end_is_refused(form: str) -> None:
    content = encoded(scene(1), form)
    refused = refusal(content[: len(content) * 2 // 3])
    assert refused.code in (Problem.TRUNCATED, Problem.DAMAGED)
    if form in ("JPEG", "PNG"):
        assert refused.code is Problem.TRUNCATED
        assert "cut off" in refused.reason


def test_file_with_nothing_but_a_header_is_damaged() -> None:
    refused = refusal(jpeg(scene(1))[:30])
    assert refused.code is Problem.DAMAGED
    assert "JPEG" in refused.reason


@pytest.mark.parametrize("size", [(1, 1), (1, 20_000), (20_000, 1), (10, 6), (6, 10), (15, 400)])
def test_picture_too_small_to_show_anything_is_refused_with_its_size(size: tuple[int, int]) -> None:
    refused = refusal(encoded(Image.new("RGB", size), "PNG"))
    assert refused.code is Problem.TOO_SMALL
    assert f"{size[0]} x {size[1]}" in refused.reason


def test_long_strip_is_shrunk_without_vanishing() -> None:
    decoded = pictures.decode_once(encoded(Image.new("RGB", (16, 20_000)), "PNG"))
    assert decoded.image.size == (1, 1024)
    assert pictures.encode(decoded.image, GRID)


def test_picture_over_the_pixel_limit_is_refused_before_it_is_decoded() -> None:
    bomb = encoded(Image.new("1", (20_000, 20_000)), "PNG")
    assert len(bomb) < 100_000
    refused = refusal(bomb)
    assert refused.code is Problem.TOO_MANY_PIXELS
    assert "20000 x 20000" in refused.reason
    assert "400 megapixels" in refused.reason


def test_header_that_states_absurd_dimensions_is_refused() -> None:
    content = bytearray(encoded(Image.new("1", (64, 64)), "PNG"))
    content[16:24] = (60_000).to_bytes(4, "big") * 2
    content[29:33] = zlib.crc32(content[12:29]).to_bytes(4, "big")
    assert refusal(bytes(content)).code is Problem.TOO_MANY_PIXELS


def test_limits_can_be_set() -> None:
    content = jpeg(scene(1, (320, 240)))
    assert refusal(content, Limits(max_pixels=70_000)).code is Problem.TOO_MANY_PIXELS
    assert refusal(content, Limits(max_bytes=1000)).code is Problem.TOO_LARGE_FILE
    assert refusal(content, Limits(min_edge_px=300)).code is Problem.TOO_SMALL
    memory = Limits(max_decode_bytes=100_000)
    assert pictures.decode_once(content, memory).image.size == (320, 240)
    progressive = jpeg(scene(1, (320, 240)), progressive=True)
    assert refusal(progressive, memory).code is Problem.TOO_MANY_PIXELS


def test_phone_of_200_megapixels_is_within_the_limits() -> None:
    flat = jpeg(Image.new("RGB", (16_320, 12_240), "navy"), quality=30)
    decoded = pictures.decode_once(flat)
    assert decoded.facts.width == 16_320
    assert 1000 < max(decoded.image.size) <= 1024


def test_pages_of_a_tiff_are_counted_without_end() -> None:
    pages = [scene(number, (32, 32)) for number in range(3)]
    content = encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    assert pictures.probe(content).frames == 3
    assert pictures.decode_once(content).facts.frames == 3


def test_tiff_whose_pages_run_in_a_circle_is_read() -> None:
    content = bytearray(encoded(scene(1, (32, 32)), "TIFF"))
    start = int.from_bytes(content[4:8], "little")
    end = start + 2 + 12 * int.from_bytes(content[start : start + 2], "little")
    content[end : end + 4] = start.to_bytes(4, "little")
    assert pictures.probe(bytes(content)).frames == signatures.MOST_PAGES
