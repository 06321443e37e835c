import io
import random
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

from gallery.core import exif
from gallery.core.exif import ExifFacts
from gallery.core.taken_at import Candidate, Precision, Source
from tests.pictures import scene, with_exif

BASE, GPS = ExifTags.Base, ExifTags.GPS


def read(**tags: Any) -> ExifFacts:
    content = with_exif(scene(1, (64, 48)), **tags)
    return exif.read(Image.open(io.BytesIO(content)))


def candidate(facts: ExifFacts, source: Source) -> Candidate:
    [found] = [each for each in facts.candidates if each.source is source]
    return found


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_date_is_read_from_every_format(form: str) -> None:
    tags = {"taken": "2019:05:09 15:47:33", "subsec": "05", "offset": "+02:00"}
    image = Image.open(io.BytesIO(with_exif(scene(1, (64, 48)), form, **tags)))
    found = candidate(exif.read(image), Source.EXIF)
    assert found.local == wall("2019-05-09 15:47:33.050")
    assert found.offset_minutes == 120
    assert found.precision is Precision.SUBSECOND
    assert found.text == "2019:05:09 15:47:33"


def test_date_without_offset_has_none() -> None:
    assert candidate(read(taken="2019:05:09 15:47:33"), Source.EXIF).offset_minutes is None


def test_three_dates_are_three_candidates() -> None:
    facts = read(
        taken="2019:05:09 15:47:33", digitized="2019:05:10 15:47:33", modified="2019:05:11 15:47:33"
    )
    assert [each.source for each in facts.candidates] == [
        Source.EXIF,
        Source.EXIF_DIGITIZED,
        Source.EXIF_MODIFIED,
    ]
    original, digitized, modified = (each.confidence for each in facts.candidates)
    assert original > digitized > modified


def test_offset_of_the_same_second_is_lent() -> None:
    facts = read(
        taken="2019:05:09 15:47:33",
        modified="2019:05:09 15:47:33",
        shot={BASE.OffsetTime: "-05:00"},
    )
    assert candidate(facts, Source.EXIF).offset_minutes == -300


def test_offset_of_a_later_edit_is_not_lent() -> None:
    facts = read(
        taken="2019:05:09 15:47:33",
        modified="2021:01:01 10:00:00",
        shot={BASE.OffsetTime: "-05:00"},
    )
    assert candidate(facts, Source.EXIF).offset_minutes is None
    assert candidate(facts, Source.EXIF_MODIFIED).offset_minutes == -300


def test_damaged_date_is_kept_as_refused() -> None:
    found = candidate(read(taken="2019:13:09 15:47:33"), Source.EXIF)
    assert found.refusal == "has month 13"
    assert not found.is_usable
    assert found.confidence == 0


@pytest.mark.parametrize("blank", ["    :  :     :  :  ", " "])
def test_blank_date_is_no_candidate(blank: str) -> None:
    assert read(taken=blank).candidates == ()


def test_gps_time_is_a_moment_in_utc() -> None:
    gps = {GPS.GPSDateStamp: "2019:05:09", GPS.GPSTimeStamp: (13.0, 47.0, 33.25)}
    found = candidate(read(gps=gps), Source.GPS)
    assert found.instant == datetime(2019, 5, 9, 13, 47, 33, tzinfo=UTC)
    assert found.local is None


def test_position_is_read_with_its_hemispheres() -> None:
    gps = {
        GPS.GPSLatitude: (34.0, 35.0, 59.6),
        GPS.GPSLatitudeRef: "S",
        GPS.GPSLongitude: (58.0, 22.0, 55.5),
        GPS.GPSLongitudeRef: "W",
    }
    facts = read(gps=gps)
    assert facts.latitude == pytest.approx(-34.5998889)
    assert facts.longitude == pytest.approx(-58.3820833)


@pytest.mark.parametrize(
    "position",
    [
        pytest.param(((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)), id="no_fix"),
        pytest.param(((95.0, 0.0, 0.0), (10.0, 0.0, 0.0)), id="beyond_the_pole"),
        pytest.param(((48.0, 0.0, 0.0), None), id="half_of_it"),
    ],
)
def test_position_that_cannot_be_is_left_out(position: tuple[Any, Any]) -> None:
    latitude, longitude = position
    gps = {GPS.GPSLatitude: latitude, GPS.GPSLatitudeRef: "N", GPS.GPSLongitudeRef: "E"}
    if longitude is not None:
        gps[GPS.GPSLongitude] = longitude
    facts = read(gps=gps)
    assert (facts.latitude, facts.longitude) == (None, None)


def test_settings_of_the_shot_are_read() -> None:
    facts = read(
        make="Canon",
        model="Canon EOS 40D",
        serial="0123456789",
        shot={
            BASE.ExposureTime: IFDRational(1, 160),
            BASE.FNumber: IFDRational(71, 10),
            BASE.ISOSpeedRatings: 200,
            BASE.FocalLength: IFDRational(135),
            BASE.ExposureBiasValue: IFDRational(-1, 3),
            BASE.ExposureMode: 2,
            BASE.Flash: 9,
            BASE.LensModel: "EF-S 18-135mm",
        },
        main={exif.RATING: 4, BASE.Software: "Firmware 1.0"},
    )
    assert facts.exposure_seconds == pytest.approx(1 / 160)
    assert facts.f_number == pytest.approx(7.1)
    assert (facts.iso, facts.focal_length_mm, facts.exposure_mode) == (200, 135, 2)
    assert facts.exposure_bias_ev == pytest.approx(-1 / 3)
    assert facts.flash is True
    assert (facts.make, facts.model, facts.serial) == ("Canon", "Canon EOS 40D", "0123456789")
    assert (facts.lens, facts.software, facts.rating) == ("EF-S 18-135mm", "Firmware 1.0", 4)


def test_numbers_that_cannot_be_are_left_out() -> None:
    facts = read(
        orientation=9,
        shot={BASE.ExposureTime: IFDRational(1, 0), BASE.FNumber: IFDRational(0, 0)},
        main={exif.RATING: 99},
    )
    assert facts.orientation == 1
    assert (facts.exposure_seconds, facts.f_number, facts.rating) == (None, None, None)


def test_text_ends_at_the_first_zero_and_shows_no_control_characters() -> None:
    facts = read(make="Canon\0garbage", model="\x1b[31mEOS\x07 5D ")
    assert (facts.make, facts.model) == ("Canon", "[31mEOS 5D")


def test_facts_for_a_page_hold_what_is_known_only() -> None:
    shown = read(make="Canon", shot={BASE.ISOSpeedRatings: 200}).to_json()
    assert shown == {"make": "Canon", "iso": 200, "orientation": 1}


def test_picture_without_tags_has_no_facts() -> None:
    assert exif.read(scene(1)) == ExifFacts()


@pytest.mark.filterwarnings("ignore")  # Pillow warns of each damaged tag; `pictures` silences it
def test_tags_damaged_at_random_never_raise() -> None:
    gps = {
        GPS.GPSDateStamp: "2019:05:09",
        GPS.GPSTimeStamp: (13.0, 47.0, 33.0),
        GPS.GPSLatitude: (48.0, 51.0, 30.0),
        GPS.GPSLatitudeRef: "N",
        GPS.GPSLongitude: (2.0, 17.0, 40.0),
    }
    content = with_exif(
        scene(1, (64, 48)),
        taken="2019:05:09 15:47:33",
        subsec="05",
        make="Canon",
        orientation=6,
        gps=gps,
        shot={BASE.ExposureTime: IFDRational(1, 160), BASE.ISOSpeedRatings: 200},
    )
    start = content.index(b"Exif\0\0") + 6
    end = start + int.from_bytes(content[start - 8 : start - 6], "big") - 8
    dice = random.Random(20261122)
    still_read = 0
    for _ in range(600):
        damaged = bytearray(content)
        for _ in range(dice.randint(1, 6)):
            damaged[dice.randrange(start, end)] = dice.choice((0, 1, 255, dice.randrange(256)))
        facts = exif.read(Image.open(io.BytesIO(bytes(damaged))))
        assert 1 <= facts.orientation <= 8
        still_read += facts.make == "Canon"
    assert still_read > 300
