from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from gallery.core import taken_at
from gallery.core.taken_at import Candidate, Precision, Source
from gallery.models import User
from tests.factories import NOON, make_camera, make_photo, make_photos

pytestmark = pytest.mark.django_db


def test_the_page_of_a_photo_shows_what_is_known_of_it(alice: User, alice_client: Client) -> None:
    photo = make_photo(
        alice,
        camera=make_camera(alice, "Nikon COOLPIX P6000"),
        width=4000,
        height=3000,
        size_bytes=3_500_000,
        facts={"exposure_seconds": 0.004, "f_number": 2.8, "iso": 64, "focal_length_mm": 24.0},
    )
    page = alice_client.get(photo.get_absolute_url()).content.decode()
    for fact in (
        "Friday, 17 May 2024",
        "12:00:00",
        "zone unknown",
        "Nikon COOLPIX P6000",
        "1/250 s · f/2.8 · ISO 64 · 24 mm",
        "4000 \N{MULTIPLICATION SIGN} 3000, 12.0 megapixels",
        photo.file_name,
        "JPEG",
        photo.checksum[:16],
    ):
        assert fact in page


def test_the_page_says_why_this_date_and_what_was_refused(
    alice: User, alice_client: Client
) -> None:
    candidates = (
        Candidate(Source.EXIF, NOON.replace(tzinfo=None), 120, Precision.SECOND, 95),
        Candidate(
            Source.NAME,
            None,
            None,
            Precision.DAY,
            0,
            text="IMG_20249999",
            refusal="There is no 99th.",
        ),
    )
    photo = make_photo(alice, taken_candidates=taken_at.to_json(candidates))
    page = alice_client.get(photo.get_absolute_url()).content.decode()
    assert "2024-05-17 12:00:00 UTC+02:00" in page
    assert "Refused: There is no 99th." in page
    assert "IMG_20249999" in page


def test_the_neighbours_are_one_step_away(alice: User, alice_client: Client) -> None:
    older, shown, newer = make_photos(alice, 3)
    page = alice_client.get(shown.get_absolute_url()).content.decode()
    assert f'href="{newer.get_absolute_url()}" rel="prev"' in page
    assert f'href="{older.get_absolute_url()}" rel="next"' in page


def test_the_neighbours_of_a_trashed_photo_are_in_the_trash(
    alice: User, alice_client: Client
) -> None:
    older, shown = make_photos(alice, 2, trashed_at=NOON)
    make_photo(alice, taken_at=NOON + dt.timedelta(seconds=5))
    page = alice_client.get(shown.get_absolute_url()).content.decode()
    assert f'href="{older.get_absolute_url()}" rel="next"' in page
    assert f'href="/trash/?photo={shown.pk}#photo-{shown.pk}"' in page


def test_a_photo_of_somebody_else_is_a_404(bob: User, alice_client: Client) -> None:
    assert alice_client.get(make_photo(bob).get_absolute_url()).status_code == 404


def test_a_name_is_shown_as_text_and_never_as_markup(alice: User, alice_client: Client) -> None:
    photo = make_photo(alice, file_name='"><script>alert(1)</script>.jpg')
    page = alice_client.get(photo.get_absolute_url()).content.decode()
    assert "<script>alert" not in page


def test_archiving_leads_on_to_the_next_older_photo(alice: User, alice_client: Client) -> None:
    older, shown = make_photos(alice, 2)
    page = alice_client.get(shown.get_absolute_url()).content.decode()
    assert f'name="next" value="{older.get_absolute_url()}" formaction="/acts/archive/"' in page
