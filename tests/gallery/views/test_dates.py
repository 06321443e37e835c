from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from gallery.dating import acts
from gallery.models import Camera, Change, Job, Photo, User
from tests.factories import NOON, make_camera, make_photo, make_photos

pytestmark = pytest.mark.django_db

EXIF = {
    "source": "exif",
    "local": "2024-05-17T12:00:00",
    "precision": "second",
    "confidence": 90,
}


def exif_photo(owner: User, *, later: int = 0, **fields: Any) -> Photo:
    local = NOON.replace(tzinfo=None) + dt.timedelta(seconds=later)
    said = EXIF | {"local": local.isoformat()}
    moment = NOON + dt.timedelta(seconds=later)
    return make_photo(owner, taken_at=moment, taken_candidates=[said], **fields)


def text(answer: HttpResponseBase) -> str:
    assert isinstance(answer, HttpResponse)
    return answer.content.decode()


@pytest.fixture
def camera(alice: User) -> Camera:
    return make_camera(alice)


def test_the_date_of_one_photo_is_set_on_its_page_and_can_be_undone(
    alice: User, alice_client: Client
) -> None:
    photo = exif_photo(alice)
    address = reverse("gallery:photo-date", args=[photo.pk])
    page = text(alice_client.get(address))
    assert 'value="2024-05-17"' in page
    assert 'value="12:00:00"' in page
    answer = alice_client.post(address, {"day": "1999-08-11", "time": "12:33:07", "zone": ""})
    assert answer["Location"] == photo.get_absolute_url()
    page = text(alice_client.get(photo.get_absolute_url()))
    assert "11 August 1999" in page
    assert "From a person." in page
    assert "2024-05-17 12:00:00" in page, "what the file said stays listed"
    change = Change.objects.get()
    assert reverse("gallery:undo", args=[change.pk]) in page
    alice_client.post(reverse("gallery:undo", args=[change.pk]))
    photo.refresh_from_db()
    assert photo.taken_at == NOON


def test_the_time_stands_in_the_form_as_browsers_take_it(alice: User, alice_client: Client) -> None:
    moment = NOON.replace(microsecond=250_400)
    for precision, shown in (("second", "12:00:00"), ("subsecond", "12:00:00.250")):
        photo = make_photo(alice, taken_at=moment, taken_precision=precision)
        page = text(alice_client.get(reverse("gallery:photo-date", args=[photo.pk])))
        assert f'value="{shown}"' in page


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"day": "", "time": ""}, "required"),
        ({"day": "1799-01-01"}, "oldest photograph"),
        ({"day": "2999-01-01"}, "has not come yet"),
        ({"day": "2021-02-30"}, "valid date"),
        ({"day": "2021-02-03", "time": "25:00"}, "valid time"),
        ({"day": "2021-02-03", "zone": "Mars/Olympus"}, "valid choice"),
    ],
)
def test_a_date_that_cannot_be_is_refused_with_the_reason(
    alice: User, alice_client: Client, given: dict[str, str], complaint: str
) -> None:
    photo = exif_photo(alice)
    answer = alice_client.post(reverse("gallery:photo-date", args=[photo.pk]), given)
    assert answer.status_code == 422
    assert complaint in text(answer)
    assert not Change.objects.exists()


def test_going_by_the_file_again(alice: User, alice_client: Client) -> None:
    photo = exif_photo(alice)
    alice_client.post(reverse("gallery:photo-date", args=[photo.pk]), {"day": "1999-08-11"})
    alice_client.post(reverse("gallery:forget-date", args=[photo.pk]))
    photo.refresh_from_db()
    assert (photo.taken_at, photo.taken_by_hand) == (NOON, None)


def test_dates_of_selected_photos_are_previewed_before_they_change(
    alice: User, alice_client: Client
) -> None:
    photos = [exif_photo(alice, later=at * 3600) for at in range(3)]
    given = {"photo": [photo.pk for photo in photos], "next": "/"}
    asked = text(alice_client.post(reverse("gallery:dates"), given))
    assert "Dates of 3 photos" in asked
    shift = given | {"how": "shift", "shift-sign": "-1", "shift-days": "1", "shift-hours": "2"}
    shown = text(alice_client.post(reverse("gallery:dates"), shift | {"act": "preview"}))
    assert "17 May 2024 12:00:00" in shown
    assert "16 May 2024 10:00:00" in shown
    assert "Change 3 dates" in shown
    assert not Change.objects.exists()
    answer = alice_client.post(reverse("gallery:dates"), shift | {"act": "apply"})
    assert answer["Location"] == "/"
    assert Change.objects.get().photo_count == 3


@pytest.mark.parametrize(
    ("given", "hour"),
    [
        ({"how": "day", "day-day": "2020-01-02"}, 12),
        ({"how": "zone", "zone-zone": "Asia/Tokyo"}, 3),
    ],
)
def test_one_day_or_a_zone_for_many(
    alice: User, alice_client: Client, given: dict[str, str], hour: int
) -> None:
    photos = [exif_photo(alice, later=at) for at in range(2)]
    given |= {"act": "apply"}
    ids = {"photo": [photo.pk for photo in photos]}
    alice_client.post(reverse("gallery:dates"), given | ids)
    photos[0].refresh_from_db()
    assert photos[0].taken_at.hour == hour


def test_one_selected_photo_leads_to_its_own_page(alice: User, alice_client: Client) -> None:
    photo = exif_photo(alice)
    answer = alice_client.post(reverse("gallery:dates"), {"photo": photo.pk})
    assert answer["Location"] == reverse("gallery:photo-date", args=[photo.pk])


def test_nothing_said_is_a_complaint_and_changes_nothing(alice: User, alice_client: Client) -> None:
    ids = {"photo": [photo.pk for photo in make_photos(alice, 2)], "act": "apply"}
    for given in ({"how": "shift", "shift-sign": "1"}, {"how": "day"}, {"how": "zone"}):
        assert alice_client.post(reverse("gallery:dates"), ids | given).status_code == 422
    assert not Change.objects.exists()


def test_a_cameras_clock_is_shifted_by_an_amount(
    alice: User, alice_client: Client, camera: Camera
) -> None:
    photos = [exif_photo(alice, camera=camera, later=at * 60) for at in range(10)]
    exif_photo(alice)
    address = reverse("gallery:clock", args=[camera.pk])
    given = {"how": "amount", "sign": "-1", "hours": "1", "minutes": "2", "seconds": "3"}
    shown = text(alice_client.post(address, given | {"act": "preview"}))
    assert "17 May 2024 10:57:57" in shown
    assert "17 May 2024 11:06:57" in shown, "the last photo"
    assert "Shift 10 photos" in shown
    alice_client.post(address, given | {"act": "apply"})
    photos[0].refresh_from_db()
    assert photos[0].taken_at == NOON - dt.timedelta(seconds=3723)
    assert Change.objects.get().photo_count == 10


def test_one_photo_shows_the_true_time(alice: User, alice_client: Client, camera: Camera) -> None:
    first, second = (exif_photo(alice, camera=camera, later=at) for at in (0, 90))
    address = reverse("gallery:clock", args=[camera.pk])
    page = text(alice_client.get(address, {"photo": second.pk}))
    assert f'value="{second.pk}" checked' in page
    given = {
        "how": "photo",
        "photo": second.pk,
        "act": "apply",
        "true_day": "2025-05-17",
        "true_time": "14:01:30",
    }
    assert alice_client.post(address, given).status_code == 302
    first.refresh_from_db()
    assert first.taken_local == dt.datetime(2025, 5, 17, 14)  # noqa: DTZ001


def test_only_photos_of_some_days_are_shifted(
    alice: User, alice_client: Client, camera: Camera
) -> None:
    for day in range(4):
        exif_photo(alice, camera=camera, later=day * 86_400)
    given = {"how": "amount", "sign": "1", "hours": "1", "act": "apply"}
    days = {"first_day": "2024-05-18", "last_day": "2024-05-19"}
    alice_client.post(reverse("gallery:clock", args=[camera.pk]), given | days)
    assert Change.objects.get().photo_count == 2


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"how": "amount", "sign": "1"}, "all of it is zero"),
        ({"how": "photo"}, "Choose the photo"),
        ({"how": "amount", "sign": "1", "days": "-1"}, "greater than or equal to 0"),
        (
            {
                "how": "amount",
                "sign": "1",
                "days": "1",
                "first_day": "2024-02-02",
                "last_day": "2024-01-01",
            },
            "lies before the first",
        ),
    ],
)
def test_a_shift_that_says_nothing_is_refused(
    alice_client: Client, camera: Camera, given: dict[str, str], complaint: str
) -> None:
    answer = alice_client.post(reverse("gallery:clock", args=[camera.pk]), given)
    assert answer.status_code == 422
    assert complaint in text(answer)


def test_many_photos_are_left_to_the_workers(
    alice: User, alice_client: Client, camera: Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acts, "MOST_AT_ONCE", 3)
    for at in range(5):
        exif_photo(alice, camera=camera, later=at)
    given = {"how": "amount", "sign": "1", "days": "1", "act": "apply"}
    answer = alice_client.post(reverse("gallery:clock", args=[camera.pk]), given)
    job = Job.objects.get(kind="dates")
    assert answer["Location"] == reverse("gallery:job", args=[job.pk])
    assert "Clock shifted by +1 d: 5 photos" in text(alice_client.get(answer["Location"]))


def test_a_stranger_finds_no_dates_to_correct(
    alice: User, bob_client: Client, camera: Camera
) -> None:
    photo = exif_photo(alice, camera=camera)
    for name, number in (
        ("photo-date", photo.pk),
        ("forget-date", photo.pk),
        ("clock", camera.pk),
    ):
        assert bob_client.post(reverse(f"gallery:{name}", args=[number])).status_code == 404
    assert bob_client.post(reverse("gallery:dates"), {"photo": photo.pk}).status_code == 404
