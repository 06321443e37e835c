"""The overview of one camera: its page, and the files to take along."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from gallery.models import Camera, User
from tests.factories import NOON, make_camera, make_photo


@pytest.fixture
def camera(alice: User) -> Camera:
    alice.home_zone_name = "Europe/Berlin"
    alice.save()
    found = make_camera(alice, "c21", prefix="c21")
    for minutes in (0, 5, 10, 15, 15.5, 60 * 50):
        taken = NOON + dt.timedelta(minutes=minutes)
        make_photo(alice, camera=found, taken_at=taken, file_name=f"c21-{minutes:g}.png")
    return found


def page(client: Client, name: str, camera: Camera) -> str:
    answer = client.get(reverse(f"gallery:{name}", args=[camera.pk]))
    assert answer.status_code == 200
    return answer.getvalue().decode()


def test_the_page_tells_what_is_usual_and_names_what_is_odd(
    alice_client: Client, camera: Camera
) -> None:
    shown = page(alice_client, "camera-overview", camera)
    assert "400 \N{MULTIPLICATION SIGN} 300: 6" in shown
    assert "17 May 2024, 14:00:00" in shown
    assert "Europe/Berlin" in shown
    assert "c21-15.5.png" in shown
    assert "2 d 1 h" in shown
    assert shown.count('role="img"') == 2
    assert "style=" not in shown


def test_what_it_tells_can_be_taken_along(alice_client: Client, camera: Camera) -> None:
    assert "| c21 | 6 |" in page(alice_client, "camera-overview-md", camera)
    assert "c21,6," in page(alice_client, "camera-overview-csv", camera)
    told = alice_client.get(reverse("gallery:camera-overview-json", args=[camera.pk])).json()
    assert told["intervals"]["median_s"] == 300
    assert sum(sum(counts) for counts in told["hours"].values()) == 6


@pytest.mark.parametrize("ending", ["csv", "json", "md"])
def test_a_stranger_gets_no_file(bob_client: Client, camera: Camera, ending: str) -> None:
    address = reverse(f"gallery:camera-overview-{ending}", args=[camera.pk])
    assert bob_client.get(address).status_code == 404


def test_frames_in_the_trash_are_not_counted(alice_client: Client, camera: Camera) -> None:
    photo = camera.photos.earliest("pk")
    photo.trashed_at = NOON
    photo.save()
    assert "| c21 | 5 |" in page(alice_client, "camera-overview-md", camera)


def test_years_of_frames_fit_into_the_drawing(alice: User, alice_client: Client) -> None:
    found = make_camera(alice, "c30", prefix="c30")
    for day in range(0, 1500, 30):
        make_photo(alice, camera=found, taken_at=NOON + dt.timedelta(days=day))
    shown = page(alice_client, "camera-overview", found)
    assert shown.count("heat__cell ") <= 24 * 92
