"""A page asks the database as often for a hundred rows as for ten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gallery import albums, changes, tags
from gallery.models import Photo, User
from tests.factories import NOON, make_camera, make_photo

pytestmark = pytest.mark.django_db

STATES: list[dict[str, Any]] = [{}, {"archived_at": NOON}, {"trashed_at": NOON}]


def add_photos(owner: User, count: int) -> None:
    """On many days, of many cameras, some of them in every place."""
    for number in range(count):
        camera = make_camera(owner, f"Camera {Photo.objects.count()}")
        for state in STATES:
            taken_at = NOON + dt.timedelta(days=number, seconds=Photo.objects.count())
            make_photo(owner, camera=camera, taken_at=taken_at, **state)


def add_changes(owner: User, count: int) -> None:
    for _ in range(count):
        photo = make_photo(owner)
        changes.archive(Photo.objects.filter(pk=photo.pk), by=owner)


def add_albums(owner: User, count: int) -> None:
    for number in range(count):
        photo = make_photo(owner)
        album = albums.create(owner, f"Album {number}")
        albums.put_in(Photo.objects.filter(pk=photo.pk), album, by=owner)


def add_tags(owner: User, count: int) -> None:
    for number in range(count):
        photo = make_photo(owner)
        tags.put_on(Photo.objects.filter(pk=photo.pk), [f"Tag {number}"], by=owner)


@pytest.mark.parametrize(
    ("name", "query", "add"),
    [
        pytest.param("tags", "", add_tags, id="tags"),
        pytest.param("albums", "", add_albums, id="albums"),
        pytest.param("timeline", "", add_photos, id="timeline"),
        pytest.param("timeline", "?part=days", add_photos, id="more days"),
        pytest.param("timeline", "?part=months", add_photos, id="months"),
        pytest.param("archive", "", add_photos, id="archive"),
        pytest.param("trash", "", add_photos, id="trash"),
        pytest.param("cameras", "", add_photos, id="cameras"),
        pytest.param("history", "", add_changes, id="history"),
        pytest.param("empty-trash", "", add_photos, id="question before the trash is emptied"),
    ],
)
def test_the_number_of_queries_does_not_grow(
    alice: User, alice_client: Client, name: str, query: str, add: Callable[[User, int], None]
) -> None:
    address = reverse(f"gallery:{name}") + query
    add(alice, 3)
    alice_client.get(address)  # what is cached for good is not counted
    few = queries_of(alice_client, address)
    add(alice, 12)
    assert queries_of(alice_client, address) == few
    assert few <= 8


def test_one_photo_takes_few_queries_in_a_large_library(alice: User, alice_client: Client) -> None:
    add_photos(alice, 10)
    photo = Photo.objects.on_timeline().first()
    assert photo is not None
    assert queries_of(alice_client, photo.get_absolute_url()) <= 12


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)
