import itertools
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery.core.taken_at import (
    Candidate,
    Precision,
    Source,
    TakenAt,
    choose,
    complete_order,
    from_json,
    to_json,
)

BERLIN = ZoneInfo("Europe/Berlin")
IMPORTED_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def wall(shown: str) -> datetime:
    return datetime.fromisoformat(shown)


def local(source: Source, shown: str, **options: Any) -> Candidate:
    base = Candidate(source, wall(shown), None, Precision.SECOND, 80)
    return replace(base, **options)


def utc(source: Source, shown: str, **options: Any) -> Candidate:
    base = Candidate(source, None, None, Precision.SECOND, 80)
    return replace(base, instant=wall(shown).replace(tzinfo=UTC), **options)


def chosen(*candidates: Candidate) -> TakenAt:
    return choose(candidates, home_zone=BERLIN, imported_at=IMPORTED_AT)


ORDER = [
    Source.PERSON,
    Source.EXIF,
    Source.EXIF_DIGITIZED,
    Source.SIDECAR,
    Source.GPS,
    Source.NAME,
    Source.EXIF_MODIFIED,
    Source.FILE,
]


@pytest.mark.parametrize(
    ("stronger", "weaker"), list(itertools.pairwise(ORDER)), ids=lambda each: each.value
)
def test_stronger_source_wins(stronger: Source, weaker: Source) -> None:
    strong = local(stronger, "2019-05-09 15:47:33", confidence=50)
    weak = local(weaker, "2018-01-01 01:01:01", confidence=95)
    assert chosen(weak, strong).source is stronger
    assert chosen(strong, weak).local == strong.local


def test_nothing_known_gives_the_time_of_the_import_and_says_so() -> None:
    found = chosen()
    assert found.source is Source.IMPORT
    assert found.precision is Precision.UNKNOWN
    assert found.instant == IMPORTED_AT
    assert found.confidence == 0
    assert found.reasons


def test_time_without_offset_is_shown_as_it_was_written() -> None:
    found = chosen(local(Source.EXIF, "2019-07-09 15:47:33"))
    assert found.local == wall("2019-07-09 15:47:33")
    assert found.offset_known is False
    assert found.offset_minutes == 120
    assert found.instant == datetime(2019, 7, 9, 13, 47, 33, tzinfo=UTC)


def test_home_zone_knows_winter() -> None:
    assert chosen(local(Source.EXIF, "2019-01-09 15:47:33")).offset_minutes == 60


def test_written_offset_is_kept() -> None:
    found = chosen(local(Source.EXIF, "2019-05-09 15:47:33", offset_minutes=-300))
    assert (found.offset_minutes, found.offset_known) == (-300, True)
    assert found.instant == datetime(2019, 5, 9, 20, 47, 33, tzinfo=UTC)


@pytest.mark.parametrize(
    ("witness", "offset"),
    [
        pytest.param(utc(Source.GPS, "2019-05-09 06:44:10"), 540, id="gps_three_minutes_old"),
        pytest.param(utc(Source.GPS, "2019-05-09 10:02:33"), 345, id="gps_in_nepal"),
        pytest.param(utc(Source.NAME, "2019-05-09 22:47:33.603"), -420, id="pixel_name"),
        pytest.param(utc(Source.NAME, "2019-05-09 15:47:33"), 0, id="name_in_utc_itself"),
        pytest.param(utc(Source.SIDECAR, "2019-05-09 10:17:33"), 330, id="takeout"),
    ],
)
def test_moment_in_utc_gives_the_offset_of_a_wall_clock(witness: Candidate, offset: int) -> None:
    found = chosen(local(Source.EXIF, "2019-05-09 15:47:33"), witness)
    assert (found.offset_minutes, found.offset_known) == (offset, True)
    assert found.local.replace(microsecond=0) == wall("2019-05-09 15:47:33")


@pytest.mark.parametrize(
    "witness",
    [
        pytest.param(utc(Source.GPS, "2019-05-09 06:40:10"), id="gps_fix_too_old"),
        pytest.param(utc(Source.NAME, "2019-05-09 13:48:10"), id="name_half_a_minute_off"),
        pytest.param(utc(Source.NAME, "2019-05-09 13:32:33"), id="offset_no_country_has"),
        pytest.param(utc(Source.NAME, "2019-05-08 13:47:33"), id="another_day"),
        pytest.param(utc(Source.FILE, "2019-05-09 13:47:33"), id="time_of_a_copy"),
        pytest.param(utc(Source.SIDECAR, "2019-05-09 15:47:33"), id="takeout_without_a_zone"),
    ],
)
def test_moment_that_proves_no_offset_is_left_aside(witness: Candidate) -> None:
    assert chosen(local(Source.EXIF, "2019-05-09 15:47:33"), witness).offset_known is False


def test_moment_alone_is_shown_in_the_home_zone() -> None:
    found = chosen(utc(Source.NAME, "2019-07-09 21:06:42"))
    assert found.instant == datetime(2019, 7, 9, 21, 6, 42, tzinfo=UTC)
    assert found.local == wall("2019-07-09 23:06:42")
    assert found.offset_known is False


def test_sidecar_moment_takes_its_offset_from_the_name() -> None:
    found = chosen(
        utc(Source.SIDECAR, "2019-05-09 06:47:33"), local(Source.NAME, "2019-05-09 15:47:33")
    )
    assert found.source is Source.SIDECAR
    assert (found.offset_minutes, found.offset_known) == (540, True)


def test_finer_name_lends_the_fraction_of_the_second() -> None:
    fine = local(Source.NAME, "2019-05-09 15:47:33.783", precision=Precision.SUBSECOND)
    found = chosen(local(Source.EXIF, "2019-05-09 15:47:33"), fine)
    assert found.source is Source.EXIF
    assert found.precision is Precision.SUBSECOND
    assert found.local == wall("2019-05-09 15:47:33.783000")


def test_fraction_of_another_second_is_not_borrowed() -> None:
    fine = local(Source.NAME, "2019-05-09 15:47:34.783", precision=Precision.SUBSECOND)
    found = chosen(local(Source.EXIF, "2019-05-09 15:47:33"), fine)
    assert found.precision is Precision.SECOND
    assert found.local.microsecond == 0


def test_fraction_of_a_pixel_name_is_borrowed_across_zones() -> None:
    name = utc(Source.NAME, "2019-05-09 13:47:33.603", precision=Precision.SUBSECOND)
    found = chosen(local(Source.EXIF, "2019-05-09 15:47:33"), name)
    assert found.local == wall("2019-05-09 15:47:33.603000")
    assert found.instant == name.instant


def test_day_in_the_name_does_not_override_exif() -> None:
    day = local(Source.NAME, "2019-05-10 00:00:00", precision=Precision.DAY)
    exif = local(Source.EXIF, "2019-05-09 15:47:33")
    assert chosen(day, exif).local == exif.local


def test_day_takes_its_time_from_a_weaker_source_of_the_same_day() -> None:
    day = local(
        Source.NAME, "2019-05-09 00:00:00", precision=Precision.DAY, confidence=40, sequence=28
    )
    file = utc(Source.FILE, "2019-05-09 10:00:00", confidence=10)
    found = chosen(day, file)
    assert found.local == wall("2019-05-09 12:00:00")
    assert found.precision is Precision.SECOND
    assert found.confidence >= 40


def test_day_stays_a_day_when_the_file_is_of_another_one() -> None:
    day = local(Source.NAME, "2019-05-09 00:00:00", precision=Precision.DAY)
    found = chosen(day, utc(Source.FILE, "2021-01-01 10:00:00", confidence=10))
    assert found.precision is Precision.DAY
    assert found.local == wall("2019-05-09 00:00:00")


def test_future_is_refused_and_the_next_source_taken() -> None:
    future = local(Source.EXIF, "2026-11-24 15:47:33")
    found = chosen(future, local(Source.NAME, "2019-05-09 15:47:33"))
    assert found.source is Source.NAME
    assert "future" in (found.candidates[0].refusal or "")


def test_clock_that_is_some_hours_ahead_is_no_future() -> None:
    assert chosen(local(Source.EXIF, "2026-11-23 11:00:00")).source is Source.EXIF


@pytest.mark.parametrize("zero", ["1904-01-01 00:00:00", "1970-01-01 01:00:00"])
def test_zero_of_a_counter_is_refused(zero: str) -> None:
    found = chosen(local(Source.EXIF, zero))
    assert found.source is Source.IMPORT
    assert found.candidates[0].refusal


def test_person_may_say_1970() -> None:
    assert chosen(local(Source.PERSON, "1970-01-01 00:00:00")).source is Source.PERSON


@pytest.mark.parametrize(
    "never_set", ["1980-01-01 00:03:12", "2000-01-01 00:00:05", "1998-01-01 00:00:00"]
)
def test_clock_that_was_never_set_is_the_last_resort(never_set: str) -> None:
    default = local(Source.EXIF, never_set, confidence=90)
    alone = chosen(default)
    assert alone.source is Source.EXIF
    assert alone.confidence <= 15
    assert "never set" in alone.candidates[0].note
    assert chosen(default, utc(Source.FILE, "2019-05-09 10:00:00")).source is Source.FILE


def test_refused_candidates_stay_to_explain_the_choice() -> None:
    refused = Candidate(
        Source.EXIF, None, None, Precision.UNKNOWN, 0, refusal="has month 13", text="2019:13:01"
    )
    name = local(Source.NAME, "2019-05-09 15:47:33")
    assert chosen(refused, name).candidates == (refused, name)


def test_sources_that_agree_make_surer_and_days_apart_less_sure() -> None:
    exif = local(Source.EXIF, "2019-05-09 15:47:33")
    alone = chosen(exif).confidence
    agreed = chosen(exif, local(Source.NAME, "2019-05-09 15:47:34"))
    apart = chosen(exif, local(Source.NAME, "2019-06-09 15:47:34"))
    assert agreed.confidence > alone > apart.confidence
    assert any("2019-06-09" in reason for reason in apart.reasons)


def test_time_before_standard_time_is_shown_as_it_was_written() -> None:
    found = chosen(local(Source.NAME, "1869-12-30 16:59:57", confidence=30))
    assert found.local == wall("1869-12-30 16:59:57")


def test_hour_that_daylight_saving_skips_is_shown_as_it_was_written() -> None:
    assert chosen(local(Source.EXIF, "2019-03-31 02:30:00")).local == wall("2019-03-31 02:30:00")


def test_candidates_survive_the_way_through_json() -> None:
    candidates = (
        local(Source.EXIF, "2019-05-09 15:47:33.5", offset_minutes=-300, text="2019:05:09"),
        utc(Source.NAME, "2019-05-09 15:47:33", sequence=0, burst_key="k", note="Pixel"),
        Candidate(Source.GPS, None, None, Precision.UNKNOWN, 0, refusal="is all zeros"),
    )
    assert from_json(json.loads(json.dumps(to_json(candidates)))) == candidates


def test_the_owner_may_say_which_source_is_believed_first() -> None:
    candidates = (
        local(Source.EXIF, "2019-05-09 15:47:33"),
        local(Source.NAME, "2019-06-01 10:00:00"),
        utc(Source.FILE, "2020-01-01 10:00:01"),
    )
    for first in (Source.NAME, Source.FILE, Source.EXIF):
        found = choose(candidates, home_zone=BERLIN, imported_at=IMPORTED_AT, order=[first])
        assert found.source is first


def test_no_order_lets_a_clock_that_was_never_set_win() -> None:
    candidates = (
        local(Source.EXIF, "2000-01-01 00:00:00"),
        local(Source.NAME, "2019-06-01 10:00:00"),
    )
    order = [Source.EXIF, Source.NAME]
    found = choose(candidates, home_zone=BERLIN, imported_at=IMPORTED_AT, order=order)
    assert found.source is Source.NAME


@pytest.mark.parametrize("order", [[], ["import", "person"], [Source.NAME, Source.NAME]])
def test_any_order_is_completed_to_all_sources_once(order: list[Source]) -> None:
    complete = complete_order(order)
    assert sorted(complete) == sorted(Source)
    assert (complete[0], complete[-1]) == (Source.PERSON, Source.IMPORT)


def test_a_day_that_a_person_said_borrows_no_time() -> None:
    found = chosen(
        local(Source.PERSON, "2019-05-09 00:00:00", precision=Precision.DAY),
        local(Source.EXIF, "2019-05-09 15:47:33"),
    )
    assert (found.precision, found.source) == (Precision.DAY, Source.PERSON)


times = st.datetimes()
# A candidate is a wall-clock time or a moment, never both.
whens: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"local": times, "offset_minutes": st.none() | st.integers(-840, 840)}),
    st.fixed_dictionaries({"instant": times.map(lambda each: each.replace(tzinfo=UTC))}),
)
candidates = st.builds(
    lambda when, **rest: Candidate(**({"local": None, "offset_minutes": None} | when | rest)),
    whens,
    source=st.sampled_from(Source),
    precision=st.sampled_from(Precision),
    confidence=st.integers(0, 100),
    refusal=st.none() | st.just("refused"),
)


@given(st.lists(candidates, max_size=5))
def test_any_candidates_give_an_answer_that_hangs_together(given_: list[Candidate]) -> None:
    found = chosen(*given_)
    assert found.instant.tzinfo is UTC
    # What a person says was checked when it was said, later than the import.
    assert found.source is Source.PERSON or found.instant <= IMPORTED_AT + timedelta(days=2)
    assert 0 <= found.confidence <= 100
    assert abs(found.offset_minutes) <= 24 * 60
    assert len(found.candidates) >= len(given_)
    assert found.local == found.instant.replace(tzinfo=None) + timedelta(
        minutes=found.offset_minutes
    )
