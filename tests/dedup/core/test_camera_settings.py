"""What may be set for the frames of a camera, and what it changes."""

import datetime as dt

import numpy as np
import pytest

from dedup.core.camera_frames import Outcome, compare, compare_prepared, prepare
from dedup.core.camera_masks import NO_BORDER, BorderMask
from dedup.core.camera_prepared import with_settings
from dedup.core.camera_settings import CameraRules, FrameSettings, TimeOfDay
from tests.dedup.core.test_camera_frames import brightened, site, with_person

CORNER = ((0.0, 0.0), (0.5, 0.0), (0.5, 0.5))


@pytest.mark.parametrize("radii", [(4,), (0,), (-3,), (101,), (3, 5, 7, 9, 11, 13)])
def test_a_senseless_list_of_blurs_is_refused(radii: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="blur"):
        FrameSettings(blur_radii=radii)


@pytest.mark.parametrize("percent", [0, 100, -1])
def test_a_line_that_tells_nothing_apart_is_refused(percent: float) -> None:
    with pytest.raises(ValueError, match="line"):
        FrameSettings(threshold_percent=percent)


def test_settings_come_back_from_json_as_they_were() -> None:
    chosen = FrameSettings(
        border=BorderMask(1, 2, 3, 4),
        ignored=(CORNER,),
        minimum_area_percent=0.5,
        blur_radii=(3, 11),
        threshold_percent=62.5,
        evens_light=False,
    )
    assert FrameSettings.from_json(chosen.to_json()) == chosen


def test_only_the_line_leaves_stored_scores_as_they_are() -> None:
    settings = FrameSettings()
    assert FrameSettings(threshold_percent=80).digest == settings.digest
    assert FrameSettings(blur_radii=(3,)).digest != settings.digest
    assert FrameSettings(ignored=(CORNER,)).digest != settings.digest


def test_other_masks_need_no_frame_to_be_prepared_again() -> None:
    before, after = site(), with_person(site(noise_seed=1))
    masked = FrameSettings(border=NO_BORDER, ignored=(CORNER,))
    anew = compare(before, after, masked)
    again = compare_prepared(
        with_settings(prepare(before), masked), with_settings(prepare(after), masked)
    )
    assert anew == again
    with pytest.raises(ValueError, match="blur"):
        with_settings(prepare(before), FrameSettings(blur_radii=(3,)))


def test_a_wide_blur_hides_what_is_smaller_than_it() -> None:
    before, after = site(), with_person(site(noise_seed=1), (0.45, 0.55, 0.01, 0.02))
    sharp = compare(before, after).redundant_percent
    blurred = compare(before, after, FrameSettings(blur_radii=(21, 21))).redundant_percent
    assert blurred > sharp


def test_a_change_of_light_counts_where_light_is_not_evened_out() -> None:
    before, brighter = site(), brightened(site(noise_seed=1), 1.5)
    assert compare(before, brighter).outcome is Outcome.ONLY_LIGHT
    found = compare(before, brighter, FrameSettings(evens_light=False))
    assert found.outcome is Outcome.MOVED
    assert found.boxes


def test_an_unchanged_scene_stays_the_same_where_light_counts() -> None:
    found = compare(site(noise_seed=1), site(noise_seed=2), FrameSettings(evens_light=False))
    assert found.outcome is Outcome.SAME


def test_the_line_says_which_frames_changed_but_not_how_sure_that_is() -> None:
    before, after = site(), with_person(site(noise_seed=1), (0.45, 0.55, 0.02, 0.05))
    found = [
        compare(before, after, FrameSettings(threshold_percent=percent)) for percent in (1, 50, 99)
    ]
    assert len({each.redundant_percent for each in found}) == 1
    percent = found[0].redundant_percent
    assert 1 <= percent < 99
    assert found[0].outcome is not Outcome.MOVED
    assert found[2].outcome is Outcome.MOVED and found[2].boxes


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("05:59", "night"),
        ("06:00", "day"),
        ("19:59", "day"),
        ("20:00", "night"),
        ("00:00", "night"),
    ],
)
def test_the_clock_of_the_camera_says_whether_it_is_day(clock: str, expected: str) -> None:
    moment = dt.datetime.combine(dt.date(2024, 5, 17), dt.time.fromisoformat(clock))
    assert CameraRules().time_of_day(moment) == expected


def test_a_camera_whose_clock_is_half_a_day_off_has_its_day_over_midnight() -> None:
    rules = CameraRules(day_begins=12 * 60, night_begins=4 * 60)
    times = [
        rules.time_of_day(dt.datetime(2024, 5, 17, hour, tzinfo=dt.UTC))
        for hour in (3, 4, 11, 12, 23)
    ]
    assert times == [
        TimeOfDay.DAY, TimeOfDay.NIGHT, TimeOfDay.NIGHT, TimeOfDay.DAY, TimeOfDay.DAY,
    ]  # fmt: skip


def test_a_mask_over_everything_but_the_change_leaves_only_the_change() -> None:
    frame = site()
    left_half = ((0.0, 0.0), (0.44, 0.0), (0.44, 1.0), (0.0, 1.0))
    found = compare(
        frame,
        with_person(site(noise_seed=1)),
        FrameSettings(border=NO_BORDER, ignored=(left_half,)),
    )
    assert all(box.left >= 0.43 for box in found.boxes)
    assert np.isfinite(found.redundant_percent)
