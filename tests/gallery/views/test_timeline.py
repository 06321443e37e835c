from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gallery.models import Photo, User
from gallery.views.timeline import FIRST_PAGE_SIZE, PAGE_SIZE
from tests.factories import NOON, make_camera, make_photo, make_photos

pytestmark = pytest.mark.django_db


def shown(content: bytes) -> list[int]:
    return [int(pk) for pk in re.findall(r'data-photo="(\d+)"', content.decode())]


def addresses(content: bytes, rel: str) -> list[str]:
    found = re.findall(rf'rel="{rel}" href="([^"]+)"', content.decode())
    return [address.replace("&amp;", "&") for address in found]


def test_the_timeline_shows_what_is_neither_archived_nor_trashed(
    alice: User, alice_client: Client
) -> None:
    kept = make_photo(alice)
    make_photo(alice, archived_at=NOON)
    make_photo(alice, trashed_at=NOON)
    assert shown(alice_client.get("/").content) == [kept.pk]


def test_a_place_never_shows_the_photos_of_somebody_else(bob: User, alice_client: Client) -> None:
    make_photo(bob)
    make_photo(bob, archived_at=NOON)
    make_photo(bob, trashed_at=NOON)
    for name in ("timeline", "archive", "trash", "no-camera"):
        assert shown(alice_client.get(reverse(f"gallery:{name}")).content) == []


def test_an_empty_timeline_leads_to_the_upload(alice_client: Client) -> None:
    page = alice_client.get("/").content.decode()
    assert "No photos yet" in page
    assert f'href="{reverse("gallery:upload")}"' in page.split("<main")[1]


def test_links_lead_through_every_photo_without_a_script(alice: User, alice_client: Client) -> None:
    photos = make_photos(alice, FIRST_PAGE_SIZE * 2 + 5)
    found: list[int] = []
    address = "/"
    while address:
        page = alice_client.get(address).content
        found += shown(page)
        address = next(iter(addresses(page, "next")), "")
    assert found == [photo.pk for photo in reversed(photos)]


def test_a_part_holds_days_and_no_page_around_them(alice: User, alice_client: Client) -> None:
    make_photos(alice, PAGE_SIZE + 1)
    page = alice_client.get("/", {"part": "days"}).content
    assert b"<html" not in page
    assert len(shown(page)) == PAGE_SIZE


def test_the_way_back_begins_with_the_photo_one_came_from(
    alice: User, alice_client: Client
) -> None:
    photos = make_photos(alice, 10)
    page = alice_client.get("/", {"photo": photos[4].pk}).content
    assert shown(page) == [photo.pk for photo in reversed(photos[:5])]
    newer = alice_client.get(addresses(page, "prev")[0]).content
    assert shown(newer) == [photo.pk for photo in reversed(photos[5:])]


def test_the_way_back_to_a_photo_of_somebody_else_is_a_404(bob: User, alice_client: Client) -> None:
    assert alice_client.get("/", {"photo": make_photo(bob).pk}).status_code == 404


def test_a_date_leads_to_its_day_or_the_next_older_one(alice: User, alice_client: Client) -> None:
    older = make_photo(alice, taken_at=NOON - dt.timedelta(days=9))
    make_photo(alice, taken_at=NOON)
    for date in ("2024-05-08", "2024-05-16"):
        assert shown(alice_client.get("/", {"date": date}).content) == [older.pk]


@pytest.mark.parametrize(
    "query",
    [
        pytest.param({"after": "nonsense"}, id="no cursor"),
        pytest.param({"before": "2024-05-17_x_1"}, id="no time"),
        pytest.param({"after": f"2024-05-17_2024-05-17T12:00:00Z_{2**70}"}, id="no number"),
        pytest.param({"date": "2024-13-45"}, id="no such day"),
        pytest.param({"date": "yesterday"}, id="no date"),
        pytest.param({"photo": "x"}, id="no photo"),
    ],
)
def test_a_mistyped_place_is_a_404(alice_client: Client, query: dict[str, str]) -> None:
    assert alice_client.get("/", query).status_code == 404


def test_months_lead_to_their_newest_photo(alice: User, alice_client: Client) -> None:
    may = make_photo(alice, taken_at=NOON)
    march = make_photo(alice, taken_at=NOON - dt.timedelta(days=60))
    page = alice_client.get("/", {"part": "months"}).content.decode()
    cells = dict(re.findall(r'href="([^"]+)" data-month="([^"]+)"', page))
    found = {month: shown(alice_client.get(href).content)[0] for href, month in cells.items()}
    assert found == {"2024-05": may.pk, "2024-03": march.pk}


def test_a_day_with_few_photos_is_as_wide_as_they_are(alice: User, alice_client: Client) -> None:
    make_photo(alice, width=300, height=200)
    make_photo(alice, width=200, height=400)
    assert b"day--short ar-200" in alice_client.get("/").content


def test_a_day_with_many_photos_has_a_row_of_its_own(alice: User, alice_client: Client) -> None:
    make_photos(alice, 12)
    assert b"day--short" not in alice_client.get("/").content


def test_the_trash_says_how_long_each_photo_stays(alice: User, alice_client: Client) -> None:
    now = timezone.now()
    make_photo(alice, trashed_at=now - dt.timedelta(days=10, minutes=1))
    make_photo(alice, trashed_at=now - dt.timedelta(days=29, hours=1))
    make_photo(alice, trashed_at=now - dt.timedelta(days=40))
    page = alice_client.get("/trash/").content.decode()
    assert "20 days left" in page
    assert "1 day left" in page
    assert "goes today" in page


def test_a_camera_has_a_timeline_of_its_own(alice: User, alice_client: Client) -> None:
    camera = make_camera(alice)
    its_own = make_photo(alice, camera=camera)
    without = make_photo(alice)
    assert shown(alice_client.get(camera.get_absolute_url()).content) == [its_own.pk]
    assert shown(alice_client.get("/cameras/none/").content) == [without.pk]


def test_the_camera_of_somebody_else_is_a_404(bob: User, alice_client: Client) -> None:
    assert alice_client.get(make_camera(bob).get_absolute_url()).status_code == 404


def test_the_overview_counts_the_photos_of_each_camera(alice: User, alice_client: Client) -> None:
    camera = make_camera(alice, "Pixel 6")
    make_photos(alice, 3, camera=camera)
    make_photo(alice, camera=camera, trashed_at=NOON)
    make_photo(alice)
    page = alice_client.get("/cameras/").content.decode()
    assert page.index("Pixel 6") < page.index("No camera known")
    assert "3 photos" in page


def test_every_photo_has_a_size_before_its_picture_has_come(
    alice: User, alice_client: Client
) -> None:
    make_photo(alice, width=300, height=200)
    page = alice_client.get("/").content.decode()
    assert 'width="480" height="320"' in page
    assert 'class="frame ar-150"' in page
    assert Photo.objects.get().average_color in page
