from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gallery.core import pictures, raw_facts
from gallery.core.pictures import Limits, Problem, UnreadablePicture
from tests.dng import ASCII, SHORT, dng
from tests.pictures import encoded, jpeg, scene

RED, BLUE = (200, 30, 30), (30, 30, 200)


def plain(color: tuple[int, int, int], size: tuple[int, int] = (640, 480)) -> Image.Image:
    return Image.new("RGB", size, color)


def refusal(content: bytes, limits: Limits | None = None) -> UnreadablePicture:
    with pytest.raises(UnreadablePicture) as refused:
        pictures.decode_once(content, limits)
    return refused.value


def color_of(image: Image.Image) -> list[float]:
    means: list[float] = np.asarray(image, np.float64).mean((0, 1)).tolist()
    return means


def test_raw_file_tells_its_size_and_its_shot() -> None:
    decoded = pictures.decode_once(dng(scene(1, (640, 480))))
    facts = decoded.facts
    assert (facts.format, facts.width, facts.height) == ("RAW", 640, 480)
    assert (facts.exif.make, facts.exif.model) == ("Test", "Rawcam 1")
    assert facts.exif.exposure_seconds == pytest.approx(1 / 125)
    assert str(facts.exif.candidates[0].local) == "2024-05-17 10:30:00"


def test_offset_and_fraction_of_the_time_are_read_as_in_a_jpeg() -> None:
    more = {0x9291: (ASCII, "25"), 0x9011: (ASCII, "+02:00")}
    taken = pictures.probe(dng(scene(1, (64, 64)), exif=more)).exif.candidates[0]
    assert taken.local is not None and taken.local.microsecond == 250_000
    assert taken.offset_minutes == 120


def test_preview_is_shown_where_it_is_large_enough() -> None:
    content = dng(plain(RED, (1200, 900)), preview=plain(BLUE, (1200, 900)), preview_px=None)
    decoded = pictures.decode_once(content, long_edge_px=1024)
    assert decoded.image.size == (1024, 768)
    assert color_of(decoded.image)[2] > 150


def test_sensor_is_developed_where_the_preview_is_too_small() -> None:
    content = dng(plain(RED, (1200, 900)), preview=plain(BLUE, (300, 225)), preview_px=None)
    decoded = pictures.decode_once(content, long_edge_px=480)
    assert decoded.image.size == (480, 360)
    assert color_of(decoded.image)[0] > 150


def test_file_without_a_preview_is_developed_in_its_colors() -> None:
    decoded = pictures.decode_once(dng(plain((120, 80, 40)), preview_px=None))
    red, green, blue = color_of(decoded.image)
    assert red > green > blue
    # LibRaw brightens as a whole; what stays are the proportions, in linear light.
    linear = np.array([red, green, blue]) ** 2.2
    wanted = np.array([120.0, 80.0, 40.0]) ** 2.2
    assert linear / linear.sum() == pytest.approx(wanted / wanted.sum(), abs=0.05)


@pytest.mark.parametrize(("orientation", "corner"), [(1, 0), (3, 3), (6, 1), (8, 2)])
@pytest.mark.parametrize("preview_px", [None, 640])
def test_raw_file_is_turned_upright_once(
    orientation: int, corner: int, preview_px: int | None
) -> None:
    picture = plain((20, 20, 20), (640, 480))
    picture.paste((240, 240, 240), (0, 0, 320, 240))
    decoded = pictures.decode_once(dng(picture, orientation=orientation, preview_px=preview_px))
    width, height = decoded.image.size
    assert (decoded.facts.width, decoded.facts.height) == (width, height)
    assert (width < height) == (orientation in (6, 8))
    corners = [(0, 0), (1, 0), (0, 1), (1, 1)]
    light = [
        np.asarray(decoded.image.crop(_quarter(place, (width, height)))).mean() for place in corners
    ]
    assert int(np.argmax(light)) == corner


def _quarter(place: tuple[int, int], size: tuple[int, int]) -> tuple[int, int, int, int]:
    left, top = place[0] * size[0] // 2, place[1] * size[1] // 2
    return left + 20, top + 20, left + size[0] // 2 - 20, top + size[1] // 2 - 20


def test_preview_that_the_camera_has_turned_already_is_not_turned_again() -> None:
    content = dng(
        plain(RED, (640, 480)), preview=plain(BLUE, (480, 640)), preview_px=None, orientation=6
    )
    decoded = pictures.decode_once(content, long_edge_px=480)
    assert decoded.image.size == (360, 480)
    assert color_of(decoded.image)[2] > 150


@pytest.mark.parametrize("share", [0.9, 0.5, 0.2])
def test_raw_file_without_its_end_is_refused_though_its_preview_is_whole(share: float) -> None:
    content = dng(scene(1, (640, 480)))
    refused = refusal(content[: int(len(content) * share)])
    assert refused.code is Problem.TRUNCATED
    assert "cut off" in refused.reason


def test_raw_file_of_an_unknown_kind_is_refused_by_name() -> None:
    for content in (b"\0\0\0\x18ftypcrx " + b"\0" * 200, b"FUJIFILMCCD-RAW" + b"\0" * 200):
        refused = refusal(content)
        assert "raw" in refused.reason.lower()


def test_raw_file_over_the_pixel_limit_is_refused() -> None:
    refused = refusal(dng(scene(1, (640, 480))), Limits(max_pixels=100_000))
    assert refused.code is Problem.TOO_MANY_PIXELS


def test_ordinary_tiff_is_no_raw_file() -> None:
    assert not raw_facts.is_raw(io.BytesIO(encoded(scene(1), "TIFF")))
    assert not raw_facts.is_raw(io.BytesIO(jpeg(scene(1))))


@pytest.mark.parametrize(
    "tags",
    [{0xC612: b"\1\4\0\0"}, {0x106: 32803}, {0x103: 34713}],
    ids=["DNG version", "mosaic of colours", "compression of a maker"],
)
def test_raw_file_is_told_by_its_tags_whatever_its_name(tags: dict[int, object]) -> None:
    whole = dng(scene(1, (64, 64)))
    assert raw_facts.is_raw(io.BytesIO(whole))
    directory = _tiff_with(tags)
    assert raw_facts.is_raw(io.BytesIO(directory))


def _tiff_with(tags: dict[int, object]) -> bytes:
    out = io.BytesIO(b"II*\0\x08\0\0\0" + len(tags).to_bytes(2, "little"))
    out.seek(0, io.SEEK_END)
    for tag, value in tags.items():
        if isinstance(value, bytes):
            entry = (1).to_bytes(2, "little") + len(value).to_bytes(4, "little") + value
        else:
            assert isinstance(value, int)
            entry = SHORT.to_bytes(2, "little") + (1).to_bytes(4, "little")
            entry += value.to_bytes(4, "little")
        out.write(tag.to_bytes(2, "little") + entry)
    out.write(b"\0\0\0\0")
    return out.getvalue()


def test_path_is_read_without_the_whole_file_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "without ending"
    path.write_bytes(dng(scene(1, (640, 480))))
    assert pictures.decode_once(path).facts.format == "RAW"


def test_tags_of_olympus_and_panasonic_are_read_under_their_own_magic() -> None:
    content = dng(scene(1, (64, 64)))
    for magic in (b"IIRO", b"IIU\0"):
        facts = raw_facts.read(io.BytesIO(magic + content[4:]))
        assert facts.model == "Rawcam 1"
        assert facts.candidates


def test_tags_of_canon_boxes_are_read() -> None:
    def box(kind: bytes, content: bytes) -> bytes:
        return (len(content) + 8).to_bytes(4, "big") + kind + content

    main = _directory({0x10F: "Canon", 0x110: "Canon EOS R5"})
    shot = _directory({0x9003: "2023:01:02 03:04:05"})
    own = raw_facts.CANON_BOXES + box(b"CMT1", main) + box(b"CMT2", shot)
    content = box(b"ftyp", b"crx \0\0\0\1") + box(b"moov", box(b"uuid", own))
    facts = raw_facts.read(io.BytesIO(content))
    assert facts.model == "Canon EOS R5"
    assert str(facts.candidates[0].local) == "2023-01-02 03:04:05"


def _directory(tags: dict[int, str]) -> bytes:
    exif = Image.Exif()
    exif.update(tags)
    return exif.tobytes()[6:]
