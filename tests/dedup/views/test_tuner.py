"""The tuner of a camera: what it shows, tries and saves."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dedup import camera_settings
from dedup.core.camera_settings import DEFAULT_RULES, FrameSettings
from dedup.frame_forms import values_of
from dedup.models import CameraSettings
from gallery.models import Camera, Change, User
from tests.dedup.test_frame_steps import add_frames, compare
from tests.factories import make_camera

pytestmark = pytest.mark.django_db

AROUND_CAR = FrameSettings(ignored=(((0.4, 0.5), (0.7, 0.5), (0.7, 0.8), (0.4, 0.8)),))


@pytest.fixture
def camera(alice: User) -> Camera:
    return make_camera(alice, "c21", prefix="c21")


def fields(settings: FrameSettings = FrameSettings(), **more: Any) -> dict[str, Any]:  # noqa: B008
    """What the page sends for these settings."""
    values = values_of(settings, 360) | {"time": "day"} | more
    if not values["evens_light"]:
        del values["evens_light"]
    return values


def score(client: Client, camera: Camera, **query: Any) -> Any:
    return client.get(reverse("dedup:tuner-score", args=[camera.pk]), query)


def test_a_camera_without_frames_says_what_is_needed(alice_client: Client, camera: Camera) -> None:
    answer = alice_client.get(reverse("dedup:tuner", args=[camera.pk]))
    assert "needs two frames" in answer.content.decode()


def test_the_page_shows_two_frames_and_their_score(alice_client: Client, camera: Camera) -> None:
    add_frames(camera, ".c")
    text = alice_client.get(reverse("dedup:tuner", args=[camera.pk])).content.decode()
    assert "something moved in 1 place" in text
    assert "No neighbouring frames of this camera were compared yet" in text


def test_the_page_shows_the_scores_of_all_frames_and_pairs_worth_a_look(
    alice_client: Client, camera: Camera
) -> None:
    add_frames(camera, "..c.")
    compare(camera)
    text = alice_client.get(reverse("dedup:tuner", args=[camera.pk])).content.decode()
    assert "2 changed" in text and "1 redundant" in text
    assert "Pairs worth a look" in text and "near the line" in text


def test_a_pair_is_scored_under_settings_that_are_only_tried(
    alice_client: Client, camera: Camera
) -> None:
    first, second = add_frames(camera, ".c")
    pair = {"first": first.pk, "second": second.pk}
    before = score(alice_client, camera, **fields(), **pair).json()
    assert before["outcome"] == "moved" and before["boxes"] and not before["is_redundant"]
    assert before["heat"].startswith("data:image/png;base64,")
    masked = score(alice_client, camera, **fields(AROUND_CAR), **pair).json()
    assert masked["is_redundant"] and masked["boxes"] == []
    assert camera_settings.rules_for(camera) == DEFAULT_RULES


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"blur_radii": "4"}, "odd number"),
        ({"blur_radii": "wide"}, "odd numbers"),
        ({"ignored": "[[[0,0],[1,1]]]"}, "three corners"),
        ({"ignored": "nothing"}, "cannot be read"),
        ({"ignored": "[1]"}, "cannot be read"),
        ({"border_left": "60", "border_right": "50"}, "leave nothing"),
        ({"threshold_percent": "nan"}, "number"),
        ({"minimum_area_percent": "-1"}, "greater than or equal to 0"),
    ],
)
def test_settings_without_sense_are_refused_in_words(
    alice_client: Client, camera: Camera, wrong: dict[str, Any], said: str
) -> None:
    first, second = add_frames(camera, ".c")
    answer = score(alice_client, camera, **fields(**wrong), first=first.pk, second=second.pk)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    saved = alice_client.post(
        reverse("dedup:save-tuner", args=[camera.pk]), fields(**wrong, first=first.pk)
    )
    assert saved.status_code == 422 and said in saved.content.decode()
    assert not CameraSettings.objects.exists()


def test_saving_is_one_change_and_can_be_undone(alice_client: Client, camera: Camera) -> None:
    add_frames(camera, ".c")
    alice_client.post(reverse("dedup:save-tuner", args=[camera.pk]), fields(AROUND_CAR))
    assert camera_settings.rules_for(camera).day == AROUND_CAR
    assert camera_settings.rules_for(camera).night == FrameSettings()
    alice_client.post(reverse("gallery:undo", args=[Change.objects.get().pk]))
    assert camera_settings.rules_for(camera) == DEFAULT_RULES


def test_trying_without_a_script_saves_nothing(alice_client: Client, camera: Camera) -> None:
    add_frames(camera, ".c")
    address = reverse("dedup:save-tuner", args=[camera.pk])
    answer = alice_client.post(address, fields(AROUND_CAR, act="try"))
    assert answer.status_code == 200 and "Redundant" in answer.content.decode()
    assert not CameraSettings.objects.exists()


def test_the_way_back_to_the_defaults_can_be_undone(alice_client: Client, camera: Camera) -> None:
    add_frames(camera, ".c")
    alice_client.post(reverse("dedup:save-tuner", args=[camera.pk]), fields(AROUND_CAR))
    alice_client.post(reverse("dedup:reset-tuner", args=[camera.pk]), {"time": "day"})
    assert camera_settings.rules_for(camera) == DEFAULT_RULES
    newest = Change.objects.first()
    assert newest and "defaults" in newest.summary
    alice_client.post(reverse("gallery:undo", args=[newest.pk]))
    assert camera_settings.rules_for(camera).day == AROUND_CAR


def test_a_dragged_line_names_the_pairs_that_would_change_sides(
    alice_client: Client, camera: Camera
) -> None:
    add_frames(camera, "..c.")
    compare(camera)
    address = reverse("dedup:tuner-examples", args=[camera.pk])
    text = alice_client.get(address, {"time": "day", "threshold_percent": "99"}).content.decode()
    assert "3 changed" in text and "1 would change sides" in text


def test_frames_can_be_chosen_by_their_time(alice_client: Client, camera: Camera) -> None:
    frames = add_frames(camera, "....")
    query: dict[str, Any] = {"first_at": "2024-05-17T12:04", "second_at": "2024-05-17T12:15:00"}
    answer = alice_client.get(reverse("dedup:tuner", args=[camera.pk]), query)
    chosen = answer.context["chosen"]
    assert (chosen.earlier, chosen.later) == (frames[1], frames[3])


@pytest.mark.parametrize("name", ["tuner", "tuner-score", "tuner-examples", "frames-progress"])
def test_a_stranger_finds_no_tuner(bob_client: Client, camera: Camera, name: str) -> None:
    assert bob_client.get(reverse(f"dedup:{name}", args=[camera.pk])).status_code == 404


@pytest.mark.parametrize("name", ["save-tuner", "reset-tuner", "compare-frames"])
def test_a_stranger_changes_nothing(bob_client: Client, camera: Camera, name: str) -> None:
    answer = bob_client.post(reverse(f"dedup:{name}", args=[camera.pk]), fields())
    assert answer.status_code == 404
    assert not CameraSettings.objects.exists()


def test_frames_of_others_are_not_shown(
    alice: User, bob: User, alice_client: Client, camera: Camera
) -> None:
    theirs = add_frames(make_camera(bob, "c9", prefix="c9"), "..")
    add_frames(camera, "..")
    answer = score(alice_client, camera, **fields(), first=theirs[0].pk, second=theirs[1].pk)
    assert answer.status_code == 404
