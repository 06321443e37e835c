from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gallery.models import Change, ImportRun, Job, Photo, User
from tests.factories import NOON, make_camera, make_photo

pytestmark = pytest.mark.django_db

ADDRESS = "/dates/suspicious/"


def doubtful(owner: User, doubt: str = "file_time", **fields: Any) -> Photo:
    reason = "Only the file's own time is known."
    values: dict[str, Any] = {"taken_doubt": doubt, "taken_doubt_reason": reason} | fields
    return make_photo(owner, **values)


def test_every_suspicious_date_stands_there_with_its_reason(
    alice: User, alice_client: Client, bob: User
) -> None:
    photo, reset = doubtful(alice), doubtful(alice, "reset")
    settled, theirs = make_photo(alice), doubtful(bob)
    page = alice_client.get(ADDRESS).content.decode()
    assert page.count("Only the file&#x27;s own time is known.") == 2
    for shown in (photo, reset):
        assert shown.file_name in page
    for hidden in (settled, theirs):
        assert hidden.file_name not in page
    assert 'href="?kind=reset"' in page
    only = alice_client.get(ADDRESS, {"kind": "reset"}).content.decode()
    assert reset.file_name in only
    assert photo.file_name not in only


def test_no_suspicious_dates_is_said_in_words(alice_client: Client) -> None:
    assert "No suspicious dates" in alice_client.get(ADDRESS).content.decode()


def test_one_date_is_kept_with_one_click_and_one_undo(alice: User, alice_client: Client) -> None:
    photo = doubtful(alice, taken_source="file")
    alice_client.post(reverse("gallery:keep-dates"), {"photo": photo.pk, "next": ADDRESS})
    photo.refresh_from_db()
    assert photo.taken_doubt == ""
    alice_client.post(reverse("gallery:undo", args=[Change.objects.get().pk]))
    photo.refresh_from_db()
    assert photo.taken_doubt == "file_time"


def test_all_of_one_kind_are_kept_at_once(alice: User, alice_client: Client, bob: User) -> None:
    for _ in range(3):
        doubtful(alice, taken_source="file")
    reset, theirs = doubtful(alice, "reset"), doubtful(bob)
    alice_client.post(reverse("gallery:keep-dates"), {"kind": "file_time"})
    left = Photo.objects.exclude(taken_doubt="")
    assert set(left) == {reset, theirs}


def test_the_day_of_the_photo_counted_beside_it_is_offered_and_taken(
    alice: User, alice_client: Client
) -> None:
    series: dict[str, Any] = {"camera": make_camera(alice), "series_key": "k"}
    make_photo(alice, series_number=4, **series)
    photo = doubtful(alice, "series", series_number=5, **series)
    assert "Use 17 May 2024" in alice_client.get(ADDRESS).content.decode()
    alice_client.post(reverse("gallery:dates-beside"), {"photo": photo.pk})
    photo.refresh_from_db()
    assert (photo.taken_precision, photo.taken_doubt) == ("day", "")


def test_the_page_of_a_photo_tells_its_doubt(alice: User, alice_client: Client) -> None:
    page = alice_client.get(doubtful(alice).get_absolute_url()).content.decode()
    assert "stays out of scans" in page
    assert "Keep this date" in page


def test_a_stranger_settles_nothing(alice: User, bob_client: Client) -> None:
    photo = doubtful(alice)
    for name in ("keep-dates", "dates-beside"):
        answer = bob_client.post(reverse(f"gallery:{name}"), {"photo": photo.pk})
        assert answer.status_code == 404
    bob_client.post(reverse("gallery:keep-dates"), {"kind": "file_time"})
    photo.refresh_from_db()
    assert photo.taken_doubt == "file_time"


def test_the_page_of_an_import_counts_the_suspicious_dates_it_brought(
    alice: User, alice_client: Client
) -> None:
    job = Job.objects.create(
        kind="import", owner=alice, title="An import", status="done", finished_at=NOON
    )
    run = ImportRun.objects.create(owner=alice, job=job, door="upload", started_at=NOON)
    for photo, outcome in (
        (doubtful(alice), "added"),
        (doubtful(alice), "already_here"),
        (make_photo(alice), "added"),
    ):
        run.files.create(path=photo.file_name, outcome=outcome, photo=photo)
    doubtful(alice)
    page = alice_client.get(run.get_absolute_url()).content.decode()
    assert "1 of the new photos has a date that is hardly true and stays out of scans." in page
    assert ADDRESS in page


def test_an_unknown_kind_is_not_found(alice_client: Client) -> None:
    assert alice_client.get(ADDRESS, {"kind": "astrology"}).status_code == 404


def test_the_number_of_queries_does_not_grow(alice: User, alice_client: Client) -> None:
    def queries(count: int) -> int:
        for number in range(count):
            camera = make_camera(alice, f"Camera {Photo.objects.count()}")
            key = f"k{camera.pk}"
            for at in (1, 2, 3):
                make = doubtful if at == 2 else make_photo
                make(alice, camera=camera, series_key=key, series_number=number + at)
        with CaptureQueriesContext(connection) as captured:
            assert alice_client.get(ADDRESS).status_code == 200
        return len(captured)

    queries(1)
    assert queries(2) == queries(15) <= 8
