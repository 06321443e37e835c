"""Copying settings to many cameras and thinning them, from the admin."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from dedup import camera_settings
from dedup.core.camera_settings import DEFAULT_RULES, FrameSettings, TimeOfDay
from dedup.models import Thinning
from gallery import bulk, row_acts
from gallery.models import Camera, Job, Photo, User
from gallery.work import runner
from tests.conftest import signed_in
from tests.factories import NOON, make_camera, make_stored_photo
from tests.many_rows import done, looked, page, undone
from tests.pictures import scene, with_grain

pytestmark = pytest.mark.django_db

PLAN = {"told": "1", "keep": "first"}
ARCHIVE = {"told": "1", "act": "archive"}


@pytest.fixture
def staff() -> Client:
    return signed_in(User.objects.create_superuser("root", "", "a long password"))


@pytest.fixture
def cameras(alice: User, bob: User) -> list[Camera]:
    """Two cameras with three still frames each, and one with a single frame."""
    found = [make_camera(alice, "c1"), make_camera(bob, "c2"), make_camera(bob, "c3")]
    for number, (camera, count) in enumerate(zip(found, (3, 3, 1), strict=True)):
        for at in range(count):
            make_stored_photo(
                camera.owner,
                with_grain(scene(5 + number, (640, 480)), at),
                camera=camera,
                taken_at=NOON + dt.timedelta(minutes=5 * at),
            )
    return found


def work_off() -> None:
    for job in Job.objects.filter(finished_at=None):
        runner.drain(job, processes=0)


def test_frames_of_many_cameras_are_planned_thinned_and_brought_back(
    staff: Client, cameras: list[Camera]
) -> None:
    preview = looked(staff, cameras, "plan_thinning", **PLAN)
    told = page(staff, preview)
    assert "with 6 photos" in told and "1: There are fewer than two frames" in told
    assert not Thinning.objects.exists()
    done(staff, preview)
    work_off()
    preview = looked(staff, cameras, "thin_cameras", **ARCHIVE)
    told = page(staff, preview)
    assert "To the archive" in told and "2 of 3 frames" in told and "with 4 photos" in told
    assert Photo.objects.on_timeline().count() == 7
    job = done(staff, preview)
    work_off()
    assert Photo.objects.archived().count() == 4
    undone(staff, job)
    work_off()
    assert Photo.objects.on_timeline().count() == 7


def test_without_a_plan_no_camera_is_thinned(staff: Client, cameras: list[Camera]) -> None:
    preview = looked(staff, cameras, "thin_cameras", **ARCHIVE)
    assert row_acts.counts(preview) == {"nothing_to_do": 3}
    assert "choose “Plan thinning” first" in page(staff, preview)


def test_the_comparing_can_be_stopped_as_one(staff: Client, cameras: list[Camera]) -> None:
    job = done(staff, looked(staff, cameras, "plan_thinning", **PLAN))
    again = looked(staff, cameras, "plan_thinning", **PLAN)
    assert "2: Its frames are being compared." in page(staff, again)
    undone(staff, job)
    assert {plan.job.status for plan in Thinning.objects.all()} == {Job.Status.CANCELLED}


def test_an_undo_waits_for_the_jobs_that_move_the_frames(
    staff: Client, cameras: list[Camera]
) -> None:
    done(staff, looked(staff, cameras[:1], "plan_thinning", **PLAN))
    work_off()
    job = done(staff, looked(staff, cameras[:1], "thin_cameras", **ARCHIVE))
    undoing = undone(staff, job)
    assert "Its job has not ended. Undo it then." in page(staff, undoing)
    assert "Not all of it could be undone" in page(staff, job)
    moving = Job.objects.get(kind=bulk.KIND)
    runner.drain(moving, processes=0)
    undone(staff, job)
    work_off()
    assert not Photo.objects.archived().exists()


def test_settings_are_copied_to_the_other_cameras_of_each_owner_and_undone(
    alice: User, bob: User, staff: Client
) -> None:
    cameras = [make_camera(alice, name) for name in ("c1", "c2", "c3")]
    other = make_camera(bob, "c4")
    strict = FrameSettings(threshold_percent=90)
    camera_settings.save(cameras[:1], {TimeOfDay.NIGHT: (strict, 1260)}, by=alice)
    preview = looked(staff, [*cameras, other], "copy_settings")
    told = page(staff, preview)
    assert "From c1" in told and "No chosen camera of this owner has settings" in told
    job = done(staff, preview)
    assert [camera_settings.rules_for(camera).night for camera in cameras] == [strict] * 3
    assert camera_settings.rules_for(other) == DEFAULT_RULES
    repeated = looked(staff, cameras, "copy_settings")
    assert "2: It has these settings." in page(staff, repeated)
    undone(staff, job)
    assert camera_settings.rules_for(cameras[2]) == DEFAULT_RULES
    assert camera_settings.rules_for(cameras[0]).night == strict
