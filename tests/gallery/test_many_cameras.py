"""Merging, renaming and shifting the clocks of many cameras from the admin."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from gallery import many_cameras, row_acts
from gallery.core.taken_at import Candidate, Precision, Source
from gallery.dating import columns
from gallery.models import Camera, Change, Photo, RowResult, Stack, User
from tests.conftest import signed_in
from tests.factories import make_camera, make_photo, make_photos
from tests.many_rows import asked, done, looked, page, undone

pytestmark = pytest.mark.django_db

LOCAL = dt.datetime(2024, 5, 1, 23, 30, tzinfo=dt.UTC)
AN_HOUR = {"told": "1", "sign": "1", "hours": "1"}


@pytest.fixture
def staff() -> Client:
    return signed_in(User.objects.create_superuser("sam", "", "sam's password"))


def by_clock(owner: User, camera: Camera, number: int = 0, **fields: Any) -> Photo:
    """A photo that its camera's clock has dated."""
    at = LOCAL + dt.timedelta(seconds=number)
    written = Candidate(Source.EXIF, at.replace(tzinfo=None), 0, Precision.SECOND, 90)
    taken = columns.chosen([written], owner, at)
    dates = {"taken_at": taken.instant} | columns.columns_of(taken)
    return make_photo(owner, camera=camera, **(dates | fields))


def times() -> dict[int, dt.datetime]:
    return dict(Photo.objects.values_list("pk", "taken_at"))


def test_cameras_are_merged_after_a_look_and_undone_as_one(staff: Client, alice: User) -> None:
    small, large, none = (make_camera(alice, name) for name in ("c1", "c2", "c3"))
    make_photos(alice, 1, camera=small)
    make_photos(alice, 3, camera=large)
    preview = looked(staff, [small, large, none], "merge_into_largest")
    told = page(staff, preview)
    assert "Into c2, which has 3 photos" in told and "1 photo to c2." in told
    assert Photo.objects.filter(camera=large).count() == 3
    job = done(staff, preview)
    assert Photo.objects.filter(camera=large).count() == 4
    assert row_acts.counts(job) == {"done": 2}
    undone(staff, job)
    assert Photo.objects.filter(camera=large).count() == 3
    assert not Camera.objects.exclude(merged_into=None).exists()


def test_cameras_of_several_owners_are_not_merged(staff: Client, alice: User, bob: User) -> None:
    answer = asked(staff, [make_camera(alice), make_camera(bob)], "merge_into_largest")
    assert "/jobs/" not in answer.get("Location", "")
    assert not RowResult.objects.exists()


def test_names_are_made_by_a_pattern_and_taken_back(staff: Client, alice: User) -> None:
    cameras = [make_camera(alice, name, prefix=name) for name in ("c1", "c2")]
    form = {"told": "1", "pattern": "Gate {prefix}"}
    preview = looked(staff, cameras, "rename_cameras", **form)
    assert "c1 → Gate c1" in page(staff, preview)
    job = done(staff, preview)
    assert set(Camera.objects.values_list("name", flat=True)) == {"Gate c1", "Gate c2"}
    undone(staff, job)
    assert set(Camera.objects.values_list("name", flat=True)) == {"c1", "c2"}


@pytest.mark.parametrize(
    ("pattern", "complaint"), [("Gate", "All would get one name."), ("{colour}", "There is no")]
)
def test_a_pattern_that_cannot_be_meant_is_asked_for_again(
    staff: Client, alice: User, pattern: str, complaint: str
) -> None:
    camera = make_camera(alice)
    answer = asked(staff, [camera], "rename_cameras", told="1", pattern=pattern)
    assert answer.status_code == 422
    assert complaint in answer.content.decode()


def test_the_form_keeps_the_choice_of_all_pages(staff: Client, alice: User) -> None:
    cameras = [make_camera(alice, name) for name in ("c1", "c2", "c3")]
    answer = asked(staff, cameras[:1], "shift_clocks", select_across="1")
    shown = answer.content.decode()
    assert "Shift clocks: 3 cameras" in shown
    assert 'name="select_across" value="1"' in shown
    assert shown.count('name="_selected_action"') == 1


def test_clocks_of_cameras_are_shifted_after_a_look_and_undone_as_one(
    staff: Client, alice: User, bob: User
) -> None:
    cameras = [make_camera(alice, "c1"), make_camera(bob, "c2"), make_camera(alice, "c3")]
    photos = [by_clock(alice, cameras[0]), by_clock(bob, cameras[1])]
    before = times()
    preview = looked(staff, cameras, "shift_clocks", **AN_HOUR)
    told = page(staff, preview)
    assert "By +1 h" in told and "with 2 photos" in told
    assert "1 photo, 1 of them to another day." in told
    assert "1: It has no photos in this time." in told
    assert times() == before
    job = done(staff, preview)
    assert all(times()[photo.pk] == before[photo.pk] + dt.timedelta(hours=1) for photo in photos)
    assert Change.objects.count() == 2
    undone(staff, job)
    assert times() == before


def test_only_the_days_that_are_named_are_shifted(staff: Client, alice: User) -> None:
    camera = make_camera(alice)
    early, late = by_clock(alice, camera), by_clock(alice, camera, 3600)
    before = times()
    form = AN_HOUR | {"first_day": "2024-05-02"}
    done(staff, looked(staff, [camera], "shift_clocks", **form))
    assert times()[early.pk] == before[early.pk]
    assert times()[late.pk] == before[late.pk] + dt.timedelta(hours=1)


def test_a_camera_with_many_photos_is_shifted_in_pieces_as_one_change(
    staff: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many_cameras, "PHOTOS_AT_ONCE", 2)
    camera = make_camera(alice)
    for number in range(5):
        by_clock(alice, camera, number)
    before = times()
    job = done(staff, looked(staff, [camera], "shift_clocks", **AN_HOUR))
    assert {pk: at - before[pk] for pk, at in times().items()} == dict.fromkeys(
        before, dt.timedelta(hours=1)
    )
    assert Change.objects.get().photo_count == 5
    assert (job.done, job.total) == (1, 1)
    undone(staff, job)
    assert times() == before


@pytest.mark.parametrize("at_once", [1, 2000])
def test_parts_of_one_shot_are_shifted_once_whatever_cameras_they_have(
    staff: Client, alice: User, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(many_cameras, "PHOTOS_AT_ONCE", at_once)
    stack = Stack.objects.create(owner=alice)
    cameras = [make_camera(alice, "c1"), make_camera(alice, "c2")]
    for number, camera in enumerate([*cameras, cameras[0]]):
        by_clock(alice, camera, stack=stack, stack_place=number)
    before = times()
    done(staff, looked(staff, cameras, "shift_clocks", **AN_HOUR))
    assert {at - before[pk] for pk, at in times().items()} == {dt.timedelta(hours=1)}


def test_a_shift_by_nothing_is_asked_for_again(staff: Client, alice: User) -> None:
    answer = asked(staff, [make_camera(alice)], "shift_clocks", told="1", hours="0")
    assert answer.status_code == 422
    assert "Say by how much" in answer.content.decode()
