from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from gallery.models import Photo, User
from gallery.naming_places import name_places
from tests.factories import make_photo

pytestmark = pytest.mark.django_db

ANNECY = {"latitude": 45.8992, "longitude": 6.1294}
SEA = {"latitude": 30.0, "longitude": -40.0}


def test_photos_that_were_here_before_get_their_places_named(alice: User) -> None:
    here, at_sea, nowhere = (make_photo(alice, facts=facts) for facts in (ANNECY, SEA, {}))
    assert name_places() == 1
    names = dict(Photo.objects.values_list("pk", "place"))
    assert names == {here.pk: "Annecy, France", at_sea.pk: "", nowhere.pk: ""}
    assert name_places() == 0


def test_the_command_says_how_many_were_named(alice: User) -> None:
    make_photo(alice, facts=ANNECY)
    said = StringIO()
    call_command("name_places", stdout=said)
    assert "1 photo got the name of a place." in said.getvalue()


def test_the_place_stands_on_the_page_of_the_photo(alice: User, alice_client: Client) -> None:
    photo = make_photo(alice, facts=ANNECY, place="near Annecy, France")
    page = alice_client.get(photo.get_absolute_url()).content.decode()
    assert "Near Annecy, France" in page
    assert "45.89920, 6.12940" in page


def test_a_day_says_where_most_of_its_photos_were_taken(alice: User, alice_client: Client) -> None:
    for place, count in (("Annecy, France", 3), ("near Annecy, France", 2), ("Lyon, France", 4)):
        for _ in range(count):
            make_photo(alice, place=place)
    make_photo(alice, place="Paris, France")
    make_photo(alice)
    page = alice_client.get("/").content.decode()
    assert "Annecy, France · Lyon, France" in page
    assert "Paris, France" not in page


def test_a_day_without_places_says_nothing_of_them(alice: User, alice_client: Client) -> None:
    for _ in range(11):
        make_photo(alice)
    assert "day__places" not in alice_client.get("/").content.decode()
