"""Stacked photos on the pages: one frame with a badge, all files on the page of the photo."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from gallery import stacks
from gallery.models import Companion, Photo, User
from tests.factories import make_photo, make_stored_photo, store_original

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_groups(settings: Any) -> None:
    settings.TRASH_GUARDS = []


@pytest.fixture
def shot(alice: User) -> tuple[Photo, Photo]:
    picture = make_photo(alice, file_name="IMG_1.JPG")
    raw = make_photo(alice, file_name="IMG_1.CR3", format="RAW")
    with transaction.atomic():
        stacks.join(alice, [picture, raw])
    return picture, raw


def states(*photos: Photo) -> list[str]:
    return [Photo.objects.get(pk=photo.pk).state for photo in photos]


def test_timeline_shows_one_frame_that_says_what_it_is(
    alice_client: Client, shot: tuple[Photo, Photo]
) -> None:
    page = alice_client.get("/").content.decode()
    assert page.count('class="frame__link"') == 1
    assert "RAW+JPEG" in page


def test_page_of_a_photo_lists_all_files_with_their_downloads(
    alice_client: Client, shot: tuple[Photo, Photo]
) -> None:
    picture, _raw = shot
    companion = Companion.objects.create(
        photo=picture, kind="video", checksum="ab" * 32, file_name="IMG_1.MOV", size_bytes=3
    )
    store_original("ab" * 32, b"mov")
    page = alice_client.get(picture.get_absolute_url()).content.decode()
    assert "One shot, 3 files" in page
    for name in ("IMG_1.JPG", "IMG_1.CR3", "IMG_1.MOV"):
        assert name in page
    address = reverse("gallery:companion", args=[picture.pk, companion.pk])
    assert address in page
    answer = alice_client.get(address)
    assert b"".join(answer.streaming_content) == b"mov"  # type: ignore[attr-defined]
    assert "IMG_1.MOV" in answer["Content-Disposition"]
    assert answer["Content-Disposition"].startswith("attachment")


def test_photo_without_other_files_has_no_such_list(alice: User, alice_client: Client) -> None:
    page = alice_client.get(make_photo(alice).get_absolute_url()).content.decode()
    assert "One shot" not in page


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ("all", ["trash", "trash"]),
        ("picture", ["trash", "timeline"]),
        ("raw", ["timeline", "trash"]),
        ("nonsense", ["trash", "trash"]),
    ],
)
def test_one_kind_can_be_trashed_from_the_page(
    alice_client: Client, shot: tuple[Photo, Photo], parts: str, expected: list[str]
) -> None:
    form = {"photo": shot[0].pk, "parts": parts}
    assert alice_client.post(reverse("gallery:act-trash"), form).status_code == 302
    assert states(*shot) == expected


def test_deleting_forever_names_every_file_of_the_shot_first(
    alice_client: Client, shot: tuple[Photo, Photo]
) -> None:
    alice_client.post(reverse("gallery:act-trash"), {"photo": shot[0].pk})
    page = alice_client.post(reverse("gallery:delete-forever"), {"photo": shot[0].pk})
    told = page.content.decode()
    assert "Delete 2 photos forever" in told
    assert "IMG_1.CR3" in told


def test_video_inside_of_a_motion_photo_is_sent_alone(alice: User, alice_client: Client) -> None:
    photo = make_stored_photo(alice, facts={"video": {"offset": 2, "length": 5}})
    whole = b"".join(
        alice_client.get(reverse("gallery:original", args=[photo.pk])).streaming_content  # type: ignore[attr-defined]
    )
    answer = alice_client.get(reverse("gallery:motion", args=[photo.pk]))
    assert b"".join(answer.streaming_content) == whole[2:7]  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "video/mp4"
    plain = make_stored_photo(alice)
    assert alice_client.get(reverse("gallery:motion", args=[plain.pk])).status_code == 404


def test_files_beside_a_photo_are_for_its_owner_only(
    bob_client: Client, shot: tuple[Photo, Photo]
) -> None:
    companion = Companion.objects.create(
        photo=shot[0], kind="video", checksum="ab" * 32, file_name="IMG_1.MOV", size_bytes=3
    )
    address = reverse("gallery:companion", args=[shot[0].pk, companion.pk])
    assert bob_client.get(address).status_code == 404
    assert bob_client.get(reverse("gallery:motion", args=[shot[0].pk])).status_code == 404
