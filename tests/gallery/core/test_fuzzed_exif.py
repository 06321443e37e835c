"""EXIF as cameras write it, with any bytes of it changed, ends as facts and never as an error."""

from __future__ import annotations

import io
import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from gallery.core import cameras, exif, pictures, places
from gallery.core.pictures import UnreadablePicture
from tests.gallery.core.sound import assert_camera_sound, assert_candidates_sound, assert_storable
from tests.pictures import scene

# Pillow warns of damage, which is what these files are made of.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")

Base, GPS, IFD = ExifTags.Base, ExifTags.GPS, ExifTags.IFD

numbers = st.integers(-2, 100).map(str) | st.integers(0, 99).map("{:02}".format)
dates = st.builds(
    "{}{}{}{}{} {}:{}:{}{}".format,
    st.integers(-1, 99_999) | st.integers(1990, 2040),
    st.sampled_from(":-/. "),
    numbers,
    st.sampled_from(":-/. "),
    *(numbers, numbers, numbers, numbers),
    st.sampled_from(["", "Z", "+02:00", "-99:99", "\0junk", ".5", " "]),
)
texts = (
    dates
    | st.text(max_size=300)
    | st.sampled_from(["", "0000:00:00 00:00:00", "    :  :     :  :  ", "\0" * 19])
)
values: st.SearchStrategy[Any] = texts | st.integers(-(2**31), 2**31 - 1) | st.binary(max_size=64)
ratios = st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
triples: st.SearchStrategy[Any] = st.tuples(ratios, ratios, ratios) | values

MAIN = (Base.DateTime, Base.Make, Base.Model, Base.Software, Base.Orientation, exif.RATING)
SHOT = (
    *(Base.DateTimeOriginal, Base.DateTimeDigitized, Base.OffsetTimeOriginal, Base.OffsetTime),
    *(Base.SubsecTimeOriginal, Base.BodySerialNumber, Base.LensModel, Base.ExposureTime),
    *(Base.FNumber, Base.ISOSpeedRatings, Base.FocalLength, Base.Flash, Base.ExposureBiasValue),
)
PLACE = (
    *(GPS.GPSLatitudeRef, GPS.GPSLatitude, GPS.GPSLongitudeRef, GPS.GPSLongitude),
    *(GPS.GPSDateStamp, GPS.GPSTimeStamp),
)


def some(tags: tuple[Any, ...], what: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[Any, Any]]:
    return st.dictionaries(st.sampled_from(tags), what, max_size=len(tags))


def check(facts: exif.ExifFacts) -> None:
    assert_candidates_sound(facts.candidates)
    assert_camera_sound(cameras.identify(facts, "IMG_0001.JPG"))
    told = facts.to_json()
    assert_storable(told)
    assert len(places.name_of(told)) <= places.LONGEST
    if facts.latitude is not None and facts.longitude is not None:
        assert abs(facts.latitude) <= 90
        assert abs(facts.longitude) <= 180
        assert (facts.latitude, facts.longitude) != (0, 0)


class Tags(dict[int, Any]):
    """Tags as Pillow hands them over, with values of any kind."""

    def __init__(self, main: dict[int, Any], parts: dict[int, dict[int, Any]]) -> None:
        super().__init__(main)
        self.parts = parts

    def get_ifd(self, tag: int) -> dict[int, Any]:
        return self.parts[tag]


@settings(max_examples=150, deadline=None)
@given(some(MAIN, values), some(SHOT, values), some(PLACE, triples))
def test_any_values_in_any_tags_give_facts(
    main: dict[int, Any], shot: dict[int, Any], place: dict[int, Any]
) -> None:
    tags: Any = Tags(main, {IFD.Exif: shot, IFD.GPSInfo: place})
    check(exif.facts_of(tags))


def real_shaped() -> bytes:
    """A block as a phone writes it: three directories, all kinds of values."""
    made = Image.Exif()
    made[Base.Make], made[Base.Model] = "Google", "Pixel 7"
    made[Base.DateTime], made[Base.Orientation] = "2021:06:03 10:20:30", 6
    made.get_ifd(IFD.Exif).update(
        {
            Base.DateTimeOriginal: "2021:06:03 10:20:30",
            Base.SubsecTimeOriginal: "123",
            Base.OffsetTimeOriginal: "+02:00",
            Base.ExposureTime: 0.004,
            Base.ISOSpeedRatings: 64,
        }
    )
    made.get_ifd(IFD.GPSInfo).update(
        {
            GPS.GPSLatitudeRef: "N",
            GPS.GPSLatitude: (45.0, 54.0, 3.1),
            GPS.GPSLongitudeRef: "E",
            GPS.GPSLongitude: (6.0, 7.0, 46.0),
            GPS.GPSDateStamp: "2021:06:03",
            GPS.GPSTimeStamp: (8.0, 20.0, 30.0),
        }
    )
    return bytes(made.tobytes())


BLOCK = real_shaped()
changes = st.lists(
    st.tuples(st.integers(6, len(BLOCK) - 1), st.integers(0, 255)), min_size=1, max_size=12
)


@settings(max_examples=150, deadline=None)
@given(changes, st.integers(0, len(BLOCK)))
def test_a_block_with_changed_bytes_gives_facts_or_none(
    changed: list[tuple[int, int]], length: int
) -> None:
    data = bytearray(BLOCK)
    for place, value in changed:
        data[place] = value
    for block in (bytes(data), bytes(data[:length])):
        loaded = Image.Exif()
        try:
            loaded.load(block)
        except exif.DAMAGE:
            continue
        check(exif.facts_of(loaded))


@settings(max_examples=60, deadline=None)
@given(changes)
def test_a_picture_with_changed_tags_is_decoded_or_refused_with_a_reason(
    changed: list[tuple[int, int]],
) -> None:
    data = bytearray(BLOCK)
    for place, value in changed:
        data[place] = value
    out = io.BytesIO()
    scene(1, (64, 48)).save(out, "JPEG", exif=bytes(data))
    try:
        decoded = pictures.decode_once(io.BytesIO(out.getvalue()))
    except UnreadablePicture as refused:
        assert refused.reason.endswith(".")
    else:
        check(decoded.facts.exif)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["<", ">"]), st.integers(0, 2**32 - 1))
def test_any_bytes_behind_a_tiff_head_give_facts_or_none(data: bytes, order: str, at: int) -> None:
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, at % 500)
    loaded = Image.Exif()
    try:
        loaded.load(b"Exif\0\0" + head + data)
    except exif.DAMAGE:
        return
    check(exif.facts_of(loaded))
