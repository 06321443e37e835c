"""The story of a day: its changes, each a link to the two frames, and the frames to play."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dedup import camera_settings
from dedup.core.camera_settings import FrameSettings, TimeOfDay
from gallery.models import Camera, User
from tests.dedup.test_frame_steps import add_frames, compare
from tests.factories import make_camera

pytestmark = pytest.mark.django_db

DAY = "2024-05-17"


@pytest.fixture
def camera(alice: User) -> Camera:
    return make_camera(alice, "c21", prefix="c21")


def page(client: Client, camera: Camera, day: str = DAY) -> str:
    return client.get(reverse("dedup:day", args=[camera.pk, day])).content.decode()


def test_every_change_is_a_link_to_its_two_frames(alice_client: Client, camera: Camera) -> None:
    frames = add_frames(camera, "..cc.")
    compare(camera)
    text = page(alice_client, camera)
    assert "5 frames · 2 changes" in text
    assert reverse("dedup:compare", args=[frames[1].pk, frames[2].pk]) in text
    assert reverse("dedup:compare", args=[frames[3].pk, frames[4].pk]) in text
    assert "something moved in 1 place" in text


def test_the_player_gets_every_frame_with_its_boxes(alice_client: Client, camera: Camera) -> None:
    add_frames(camera, "..c")
    compare(camera)
    answer = alice_client.get(reverse("dedup:day-frames", args=[camera.pk, DAY]))
    frames = answer.json()["frames"]
    assert [frame["changed"] for frame in frames] == [False, False, True]
    assert len(frames[2]["boxes"]) == 1 and frames[0]["boxes"] == []


def test_frames_that_were_not_compared_yet_are_said(alice_client: Client, camera: Camera) -> None:
    add_frames(camera, "...")
    assert "2 frames of this day were not compared" in page(alice_client, camera)


def test_what_was_compared_under_other_settings_does_not_count(
    alice: User, alice_client: Client, camera: Camera
) -> None:
    add_frames(camera, "..c")
    compare(camera)
    blurred = FrameSettings(blur_radii=(3,))
    camera_settings.save([camera], {TimeOfDay.DAY: (blurred, 360)}, by=alice)
    assert "2 frames of this day were not compared" in page(alice_client, camera)


def test_a_higher_line_makes_more_changes_at_once(
    alice: User, alice_client: Client, camera: Camera
) -> None:
    add_frames(camera, "...")
    compare(camera)
    assert "0 changes" in page(alice_client, camera)
    strict = FrameSettings(threshold_percent=99)
    camera_settings.save([camera], {TimeOfDay.DAY: (strict, 360)}, by=alice)
    assert "2 changes" in page(alice_client, camera)


def test_a_day_without_frames_says_so_and_no_day_is_not_found(
    alice_client: Client, camera: Camera
) -> None:
    assert "No frames on this day" in page(alice_client, camera, "2001-01-01")
    assert alice_client.get(f"/cameras/{camera.pk}/days/tomorrow/").status_code == 404


def test_the_camera_leads_to_its_newest_day(alice_client: Client, camera: Camera) -> None:
    add_frames(camera, "..")
    answer = alice_client.get(reverse("dedup:days", args=[camera.pk]))
    assert answer["Location"] == reverse("dedup:day", args=[camera.pk, DAY])


def test_a_stranger_finds_no_day(bob_client: Client, camera: Camera) -> None:
    for name, arguments in (("days", []), ("day", [DAY]), ("day-frames", [DAY])):
        address = reverse(f"dedup:{name}", args=[camera.pk, *arguments])
        assert bob_client.get(address).status_code == 404


def test_more_frames_cost_no_more_queries(
    alice_client: Client,
    camera: Camera,
    django_assert_max_num_queries: Any,
) -> None:
    add_frames(camera, "." * 12)
    with django_assert_max_num_queries(14):
        page(alice_client, camera)
