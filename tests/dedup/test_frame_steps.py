"""Neighbouring frames are compared by a job, once, and again when what they depend on changes."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from dedup import camera_settings, frame_steps
from dedup.core.camera_settings import FrameSettings, TimeOfDay
from dedup.models import FrameStep
from gallery.files import derivatives
from gallery.models import Camera, Photo, User
from gallery.work import runner
from tests.dedup.test_fixed_cameras import CAR, VIEW
from tests.factories import NOON, make_camera, make_stored_photo
from tests.pictures import with_grain, with_thing

pytestmark = pytest.mark.django_db


@pytest.fixture
def camera(alice: User) -> Camera:
    return make_camera(alice, "c21", prefix="c21")


def add_frames(camera: Camera, pictures: str) -> list[Photo]:
    """One frame every five minutes: "." of the empty view, "c" with a car."""
    first = camera.photos.count()
    drawn = {".": VIEW, "c": with_thing(VIEW, CAR)}
    return [
        make_stored_photo(
            camera.owner,
            with_grain(drawn[kind], number),
            taken_at=NOON + dt.timedelta(minutes=5 * number),
            camera=camera,
        )
        for number, kind in enumerate(pictures, start=first)
    ]


def compare(camera: Camera) -> None:
    job = frame_steps.compare_later(camera, camera.owner)
    assert job is not None
    runner.drain(job, processes=0)


def test_every_frame_but_the_first_is_compared_with_the_one_before(camera: Camera) -> None:
    frames = add_frames(camera, "..c.")
    compare(camera)
    steps = list(FrameStep.objects.order_by("later__taken_at"))
    assert [(step.earlier_id, step.later_id) for step in steps] == [
        (earlier.pk, later.pk) for earlier, later in itertools.pairwise(frames)
    ]
    changed = [(step.redundant_percent or 0) < 50 for step in steps]
    assert changed == [False, True, True]
    assert steps[1].boxes and steps[1].outcome == "moved"


def test_what_is_compared_is_not_compared_again(alice: User, camera: Camera) -> None:
    add_frames(camera, "...")
    compare(camera)
    assert frame_steps.compare_later(camera, alice) is None
    add_frames(camera, ".")
    assert len(frame_steps.missing(camera)) == 1


def test_a_frame_that_came_between_two_others_is_compared_with_both(camera: Camera) -> None:
    add_frames(camera, "..")
    compare(camera)
    make_stored_photo(camera.owner, VIEW, taken_at=NOON + dt.timedelta(minutes=2), camera=camera)
    assert len(frame_steps.missing(camera)) == 2


def test_other_settings_compare_anew_but_another_line_only_what_now_counts_as_changed(
    alice: User, camera: Camera
) -> None:
    add_frames(camera, "..c")
    compare(camera)

    def save(settings: FrameSettings) -> None:
        camera_settings.save([camera], {TimeOfDay.DAY: (settings, 360)}, by=alice)

    save(FrameSettings(threshold_percent=45))
    assert frame_steps.missing(camera) == []
    save(FrameSettings(blur_radii=(3,)))
    assert len(frame_steps.missing(camera)) == 2


def test_a_lost_frame_is_named_with_the_reason_and_stops_nothing(camera: Camera) -> None:
    frames = add_frames(camera, "...")
    derivatives.delete_all(frames[1].checksum)
    Photo.objects.filter(pk=frames[1].pk).update(checksum="0" * 64)
    compare(camera)
    steps = list(FrameStep.objects.order_by("later__taken_at"))
    assert [step.redundant_percent for step in steps] == [None, None]
    assert all(step.reason for step in steps)
    assert frame_steps.missing(camera) == []


def test_one_job_at_a_time_works_for_a_camera(alice: User, camera: Camera) -> None:
    add_frames(camera, "...")
    first = frame_steps.compare_later(camera, alice)
    assert frame_steps.compare_later(camera, alice) == first
