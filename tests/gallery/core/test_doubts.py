from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery.core.doubts import Doubt, Numbered, of_date, out_of_order
from gallery.core.taken_at import Candidate, Precision, Source, choose

BERLIN = ZoneInfo("Europe/Berlin")
IMPORTED_AT = datetime(2026, 11, 22, 12, tzinfo=BERLIN)
HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def doubt(*candidates: Candidate) -> Doubt | None:
    found = of_date(choose(candidates, home_zone=BERLIN, imported_at=IMPORTED_AT))
    return found.doubt if found else None


def local(
    source: Source, when: str, precision: Precision = Precision.SECOND, **fields: object
) -> Candidate:
    return Candidate(source, wall(when), None, precision, 80, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2000-01-01 00:00:00", Doubt.RESET),
        ("2000-01-01 17:20:10", Doubt.RESET),
        ("1980-01-01 03:00:00", Doubt.RESET),
        ("2002-01-01 12:34:56", Doubt.RESET),
        ("2016-01-01 00:00:00", Doubt.RESET),
        ("2016-01-01 00:00:01", None),
        ("2002-01-02 12:34:56", None),
        ("2021-06-03 10:00:00", None),
    ],
)
def test_a_clock_that_starts_again_is_doubted(text: str, expected: Doubt | None) -> None:
    assert doubt(local(Source.EXIF, text)) is expected


def test_a_day_that_a_person_or_a_name_wrote_is_not_taken_for_a_reset() -> None:
    assert doubt(local(Source.PERSON, "2000-01-01 00:00:00")) is None
    assert doubt(local(Source.NAME, "2000-01-01 00:10:00")) is None


def test_a_future_date_is_named_when_nothing_better_was_found() -> None:
    future = local(Source.EXIF, "2036-03-01 10:00:00", text="2036:03:01 10:00:00")
    file = Candidate(Source.FILE, None, None, Precision.SECOND, 10, instant=IMPORTED_AT)
    assert doubt(future) is Doubt.FUTURE
    assert doubt(future, file) is Doubt.FUTURE
    found = of_date(choose([future, file], home_zone=BERLIN, imported_at=IMPORTED_AT))
    assert found
    assert found.reason == "“2036:03:01 10:00:00” lies in the future."
    assert doubt(future, local(Source.NAME, "2021-03-01 10:00:00")) is None


def test_a_file_time_alone_and_no_date_at_all_are_doubted() -> None:
    assert doubt(local(Source.FILE, "2021-03-01 10:00:00")) is Doubt.FILE_TIME
    assert doubt() is Doubt.NO_DATE


def series(*days: float, step: int = 1) -> list[Numbered]:
    return [Numbered(at * step, round(day * DAY_US)) for at, day in enumerate(days)]


def outliers(*days: float, step: int = 1) -> list[int]:
    return [place for place, *_ in out_of_order(series(*days, step=step))]


def test_a_photo_far_from_those_counted_around_it_is_found() -> None:
    assert outliers(1, 1.1, 1.2, 5000, 1.3, 1.4, 2) == [3]
    assert outliers(900, 900.1, 900.2, 3, 900.3, 900.4, 901) == [3]


def test_the_nearest_believed_neighbours_are_told() -> None:
    found = list(out_of_order(series(1, 1.1, 1.2, 5000, 4000, 1.4, 2, 2.1)))
    assert [(place, before, after) for place, before, after in found] == [(3, 2, 5), (4, 2, 5)]


@pytest.mark.parametrize(
    "days",
    [
        pytest.param((1, 1, 1, 300, 300.1, 300.2), id="months in a drawer"),
        pytest.param((1, 5, 9, 14, 20, 30), id="a photo every week"),
        pytest.param((800, 800.1, 800.2, 800.3, 1, 1.1, 1.2, 1.3), id="a clock set back half-way"),
        pytest.param((1, 1.2, 2.9, 1.4, 1.6), id="another time zone"),
        pytest.param((1, 900, 2, 901, 3, 902, 4, 903), id="two series under the same names"),
        pytest.param((1, 5000), id="too few to judge"),
        pytest.param((1, 1, 1, 1, 400), id="the newest"),
        pytest.param((1, 400, 400, 400, 400), id="the oldest"),
        pytest.param((), id="nothing"),
    ],
)
def test_what_happens_to_honest_photos_is_no_contradiction(days: tuple[float, ...]) -> None:
    assert outliers(*days) == []


def test_the_ends_of_a_series_can_contradict_too() -> None:
    assert outliers(5000, 1, 1, 1, 1) == [0]
    assert outliers(500, 500, 500, 500, 1) == [4]


def test_numbers_far_apart_are_no_neighbours() -> None:
    assert outliers(1, 1.1, 1.2, 5000, 1.3, 1.4, 2, step=60) == []


@given(
    st.lists(st.floats(0, 20_000, allow_nan=False), max_size=60).map(sorted),
    st.data(),
)
def test_photos_in_the_order_of_time_are_never_doubted(
    days: list[float], data: st.DataObject
) -> None:
    assert outliers(*days) == []
    if len(days) < 12:
        return
    # One that goes back behind all the others is found, wherever it stands but at the front.
    place = data.draw(st.integers(1, len(days) - 1))
    wrong = [*days[:place], days[0] - 10, *days[place:]]
    assert place in outliers(*wrong)
