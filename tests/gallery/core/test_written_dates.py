from datetime import datetime

import pytest

from gallery.core import written_dates
from gallery.core.taken_at import Precision


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2019:05:09 15:47:33", "2019-05-09T15:47:33", id="exif"),
        pytest.param("2019:05:09 15:47:33\0\0", "2019-05-09T15:47:33", id="trailing_zeros"),
        pytest.param("2019-05-09 15:47:33", "2019-05-09T15:47:33", id="dashes"),
        pytest.param("2019/05/09 15:47:33", "2019-05-09T15:47:33", id="slashes"),
        pytest.param("2019.05.09 15.47.33", "2019-05-09T15:47:33", id="dots"),
        pytest.param("2019:5:9 5:7:3", "2019-05-09T05:07:03", id="without_zeros"),
        pytest.param("2019-05-09T15:47:33.25", "2019-05-09T15:47:33.250000", id="iso"),
        pytest.param("2019-05-09T15:47", "2019-05-09T15:47:00", id="xmp_without_seconds"),
        pytest.param("2019:05:09", "2019-05-09T00:00:00", id="day"),
    ],
)
def test_date_is_read(text: str, expected: str) -> None:
    date = written_dates.read(text)
    assert date is not None
    assert date.local == datetime.fromisoformat(expected)


def test_day_is_known_as_a_day() -> None:
    date = written_dates.read("2019:05:09")
    assert date is not None
    assert date.precision is Precision.DAY


@pytest.mark.parametrize("text", ["", "   ", "\0" * 20, "    :  :     :  :  "])
def test_blank_field_is_nothing_at_all(text: str) -> None:
    assert written_dates.read(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0000:00:00 00:00:00", "zeros"),
        ("2019:13:09 15:47:33", "month 13"),
        ("2019:05:00 15:47:33", "day 0"),
        ("2019:02:30 15:47:33", "day 30"),
        ("2019:05:09 24:24:27", "hour 24"),
        ("2019:05:09 25:00:00", "hour 25"),
        ("2019:05:09 15:61:33", "minute 61"),
        ("12019:05:09 15:47:33", "five digits"),
        ("2022:09:02 14:28:", "cut off"),
        ("1066:05:09 15:47:33", "year 1066"),
        ("yesterday", "not a date"),
        ("2019:05:09 15:47:33 or so", "something else"),
        ("٢٠١٩:05:09 15:47:33", "not a date"),
    ],
)
def test_damaged_date_is_refused_with_the_reason(text: str, reason: str) -> None:
    date = written_dates.read(text)
    assert date is not None
    assert date.local is None
    assert reason in (date.refusal or "")


@pytest.mark.parametrize(
    ("fraction", "microsecond"),
    [("5", 500_000), ("05", 50_000), ("054", 54_000), ("1234567", 123_456)],
)
def test_fraction_field_is_read_as_decimal_digits(fraction: str, microsecond: int) -> None:
    date = written_dates.read("2019:05:09 15:47:33", fraction=fraction)
    assert date is not None and date.local is not None
    assert date.local.microsecond == microsecond
    assert date.precision is Precision.SUBSECOND


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("+05:30", 330), ("-0800", -480), ("Z", 0), ("+00:00", 0), ("+14:00", 840), ("+02:00\0", 120)],
)
def test_offset_is_read(text: str, minutes: int) -> None:
    assert written_dates.read_offset(text) == minutes


@pytest.mark.parametrize("text", ["", "+15:00", "+05:75", "05:30", "   :  ", "Europe/Berlin"])
def test_what_is_no_offset_is_left_out(text: str) -> None:
    assert written_dates.read_offset(text) is None
