"""What is told of a camera's frames, and how."""

from __future__ import annotations

import datetime as dt
import itertools

from gallery.core import camera_report
from gallery.core.camera_overview import CameraOverview, FrameFacts, Named, SizeCount, overview
from gallery.core.camera_times import Oddity, histogram, in_words

NOON = dt.datetime(2021, 3, 27, 12, 0, tzinfo=dt.UTC)
LATER = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def frame(minutes: float, name: str = "", **fields: object) -> FrameFacts:
    taken = NOON + dt.timedelta(minutes=minutes)
    values = {"width": 1920, "height": 1080, "size_bytes": 1000, "brightness": 120.0} | fields
    return FrameFacts(name or f"c21-{minutes:g}.png", taken, **values)  # type: ignore[arg-type]


def described(*frames: FrameFacts, zone: str = "Europe/Berlin") -> CameraOverview:
    return overview("c21", frames, zone, LATER)


def test_counts_sizes_and_times_are_of_all_frames() -> None:
    found = described(frame(0), frame(5), frame(10, width=1100, height=619))
    assert (found.frames, found.size_bytes) == (3, 3000)
    assert found.sizes == (SizeCount(1920, 1080, 2), SizeCount(1100, 619, 1))
    assert found.first == NOON
    assert found.last == NOON + dt.timedelta(minutes=10)
    assert found.intervals.median_s == found.intervals.mean_s == 300


def test_intervals_out_of_step_are_named_with_the_frames_around() -> None:
    step = [frame(5 * at) for at in range(8)]
    quick = frame(35 + 26 / 60, "quick.png")
    late = frame(35 + 26 / 60 + 18 + 49 / 60, "late.png")
    days = frame(60 + 2.4 * 1440, "days.png")
    odd = described(*step, quick, late, days).intervals.odd
    assert [(each.kind, in_words(each.seconds), each.after) for each in odd] == [
        (Oddity.SHORT, "26 s", "quick.png"),
        (Oddity.LONG, "18 min 49 s", "late.png"),
        (Oddity.GAP, in_words((days.taken - late.taken).total_seconds()), "days.png"),  # type: ignore[operator]
    ]
    assert odd[0].before == "c21-35.png"


def test_an_hour_that_the_clock_skips_is_no_gap_between_frames() -> None:
    """The night to 28 March 2021: from 01:59 to 03:00 it is a minute."""
    start = dt.datetime(2021, 3, 28, 0, 0, tzinfo=dt.UTC)
    frames = [
        FrameFacts(f"{at}.png", start + dt.timedelta(minutes=10 * at), 640, 480) for at in range(12)
    ]
    found = described(*frames)
    assert found.intervals.odd == ()
    assert len(found.bars) == 1


def test_unreadable_and_tiny_frames_are_named_with_the_reason() -> None:
    broken = frame(5, "broken.png", width=0, height=0, problem="It is damaged.", brightness=None)
    found = described(frame(0), broken, frame(10, "tiny.png", width=10, height=6))
    assert found.unreadable == (Named("broken.png", "It is damaged."),)
    assert found.tiny == (Named("tiny.png", "10 by 6 pixels"),)
    assert (found.daylight.day, found.daylight.night, found.daylight.unknown) == (1, 0, 0)


def test_dark_frames_are_night_and_the_way_it_is_told_is_stated() -> None:
    found = described(frame(0, brightness=30.0), frame(5), frame(10, brightness=69.9))
    assert (found.daylight.day, found.daylight.night) == (1, 2)
    assert "below 70 of 255" in camera_report.HOW_DAY_IS_TOLD


def test_a_clock_that_was_reset_and_two_frames_of_one_moment_are_doubted() -> None:
    reset = FrameFacts("old.png", dt.datetime(2000, 1, 1, 3, tzinfo=dt.UTC), 640, 480)
    ahead = FrameFacts("ahead.png", dt.datetime(2031, 1, 1, tzinfo=dt.UTC), 640, 480)
    timeless = FrameFacts("what.png", None, 640, 480)
    found = described(reset, frame(0, "a.png"), frame(0, "b.png"), ahead, timeless)
    assert {each.name: each.reason for each in found.doubts} == {
        "old.png": "Clocks that were reset start again on 1 January 2000.",
        "ahead.png": "Lies in the future.",
        "what.png": "Nothing tells when it was taken.",
        "b.png": "The same moment as a.png.",
    }


def test_hours_are_counted_on_the_clock_of_the_zone() -> None:
    (day, counts), (other, _) = described(frame(0), frame(1), frame(11 * 60)).hours
    assert (day, counts[13]) == (dt.date(2021, 3, 27), 2)
    assert other == dt.date(2021, 3, 28)


def test_a_camera_without_frames_in_time_has_an_overview_too() -> None:
    found = described(FrameFacts("x.png", None))
    assert (found.first, found.intervals.median_s, found.bars, found.hours) == (None, None, (), ())
    assert "c21" in camera_report.markdown([found])


def test_a_window_is_suggested_that_reaches_the_neighbours() -> None:
    assert described(*(frame(5 * at) for at in range(9))).intervals.suggested_window_s == 900


def test_the_histogram_counts_every_interval_once() -> None:
    times = [NOON + dt.timedelta(seconds=at) for at in (0, 26, 326, 626, 200_000)]
    bars = histogram(times)
    assert sum(bar.count for bar in bars) == 4
    assert all(a.until_s == b.from_s for a, b in itertools.pairwise(bars))


def test_the_report_is_a_table_for_people_and_values_for_programs() -> None:
    found = described(frame(0), frame(5), frame(10, "tiny|odd.png", width=10, height=6))
    text = camera_report.markdown([found])
    assert "| c21 | 3 |" in text
    assert "tiny\\|odd.png" in text
    told = camera_report.to_json(found)
    assert told["first"] == "2021-03-27T13:00:00+01:00"
    head, row = camera_report.rows([found])
    assert dict(zip(head, row, strict=True))["tiny"] == "tiny|odd.png"
