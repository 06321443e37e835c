from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from gallery import changes
from gallery.core.taken_at import DEFAULT_ORDER, Source
from gallery.models import Change, Photo, User
from tests.factories import NOON, make_photo

pytestmark = pytest.mark.django_db

PAGE = "/account/dates/"

CANDIDATES = [
    {"source": "exif", "local": "2024-05-17T12:00:00", "precision": "second", "confidence": 90},
    {"source": "name", "local": "2020-01-02T03:04:05", "precision": "second", "confidence": 80},
]


def order_of(owner: User) -> tuple[Source, ...]:
    return User.objects.get(pk=owner.pk).sources_in_order


def test_the_page_lists_every_source_in_the_order_that_holds(
    alice: User, alice_client: Client
) -> None:
    page = alice_client.get(PAGE).content.decode()
    places = [page.index(f'name="source" value="{source}"') for source in DEFAULT_ORDER]
    assert places == sorted(places)
    assert "Back to the usual order" not in page


def test_an_order_is_saved_and_holds_for_the_next_import(alice: User, alice_client: Client) -> None:
    wanted = [Source.NAME, Source.EXIF]
    answer = alice_client.post(reverse("gallery:date-order"), {"source": wanted})
    assert answer["Location"] == PAGE + "?check=1"
    assert order_of(alice)[:2] == (Source.NAME, Source.EXIF)
    assert len(order_of(alice)) == len(DEFAULT_ORDER)


@pytest.mark.parametrize(
    ("move", "first"),
    [
        ("exif_digitized up", Source.EXIF_DIGITIZED),
        ("exif down", Source.EXIF_DIGITIZED),
        ("exif up", Source.EXIF),
        ("nonsense up", Source.EXIF),
        ("exif sideways", Source.EXIF),
    ],
)
def test_without_a_script_a_button_moves_one_source(
    alice: User, alice_client: Client, move: str, first: Source
) -> None:
    given = {"source": list(DEFAULT_ORDER), "move": move}
    alice_client.post(reverse("gallery:date-order"), given)
    assert order_of(alice)[0] == first


def test_the_usual_order_comes_back(alice: User, alice_client: Client) -> None:
    alice_client.post(reverse("gallery:date-order"), {"source": ["file"]})
    assert order_of(alice)[0] == Source.FILE
    alice_client.post(reverse("gallery:date-order"), {"source": ["file"], "usual": "1"})
    assert order_of(alice) == DEFAULT_ORDER
    assert User.objects.get(pk=alice.pk).date_order == []


def test_nonsense_is_no_source(alice: User, alice_client: Client) -> None:
    given = {"source": ["person", "import", "<b>", "name"]}
    alice_client.post(reverse("gallery:date-order"), given)
    assert order_of(alice)[0] == Source.NAME
    assert Source.PERSON not in order_of(alice)


def test_photos_here_are_dated_again_only_when_that_is_asked_for(
    alice: User, alice_client: Client
) -> None:
    photo = make_photo(alice, taken_candidates=CANDIDATES)
    alice_client.post(reverse("gallery:date-order"), {"source": ["name"]})
    photo.refresh_from_db()
    assert photo.taken_at == NOON
    page = alice_client.get(PAGE + "?check=1").content.decode()
    assert "17 May 2024 12:00:00" in page
    assert "2 Jan 2020 03:04:05" in page
    assert "Date 1 photo again" in page
    alice_client.post(reverse("gallery:date-again"))
    photo.refresh_from_db()
    assert (photo.taken_day.year, photo.taken_source) == (2020, "name")
    changes.undo(Change.objects.get(), by=alice)
    photo.refresh_from_db()
    assert photo.taken_at == NOON


def test_another_home_zone_offers_to_date_the_photos_here_again(
    alice: User, alice_client: Client
) -> None:
    photo = make_photo(alice, taken_candidates=CANDIDATES)
    given = {"home_zone_name": "America/New_York"}
    answer = alice_client.post(reverse("gallery:home-zone"), given, follow=True)
    assert "Date 1 photo again" in answer.content.decode()
    alice_client.post(reverse("gallery:date-again"))
    photo.refresh_from_db()
    assert photo.taken_at == NOON.replace(hour=16)
    assert photo.taken_local == NOON.replace(tzinfo=None), "the wall clock stays"


def test_photos_of_others_are_not_dated_again(alice: User, bob: User, alice_client: Client) -> None:
    make_photo(bob, taken_candidates=CANDIDATES)
    alice_client.post(reverse("gallery:date-order"), {"source": ["name"]})
    alice_client.post(reverse("gallery:date-again"))
    assert Photo.objects.get().taken_at == NOON
