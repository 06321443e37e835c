"""Two photos side by side: to their owner only, with the percent of the scan."""

from __future__ import annotations

import datetime as dt
import io

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from dedup.models import PairScore
from gallery.files import derivatives, originals
from gallery.models import Photo, User
from tests.dedup.library import options, scanned
from tests.factories import NOON, make_camera, make_stored_photo
from tests.pictures import scene, shifted, with_grain, with_thing

pytestmark = pytest.mark.django_db

VIEW = scene(3, (640, 480))
CAR = (300, 300, 370, 345)


def photo(owner: User, picture: Image.Image, number: int = 0, **fields: object) -> Photo:
    taken_at = NOON + dt.timedelta(seconds=number)
    return make_stored_photo(owner, with_grain(picture, number), taken_at=taken_at, **fields)


def page_of(first: Photo, second: Photo) -> str:
    return reverse("dedup:compare", args=[first.pk, second.pk])


def picture_of(first: Photo, second: Photo) -> str:
    return reverse("dedup:difference", args=[first.pk, second.pk])


def test_the_page_says_the_percent_of_the_scan_and_why(alice: User, alice_client: Client) -> None:
    first, second = photo(alice, VIEW), photo(alice, shifted(VIEW, 30), 1)
    scanned(alice, options(threshold_percent=50))
    score = PairScore.objects.get()
    page = alice_client.get(page_of(first, second)).content.decode()
    assert f">{round(score.percent)} %<" in page
    assert "Same scene, shifted 5 % to the right" in page
    assert "taken 1 s after it" in page
    turned = alice_client.get(page_of(second, first)).content.decode()
    assert f">{round(score.percent)} %<" in turned
    assert "Same scene, shifted 5 % to the left" in turned
    assert "taken 1 s before it" in turned


def test_any_two_photos_can_be_compared_without_a_scan(alice: User, alice_client: Client) -> None:
    first, second = photo(alice, VIEW), photo(alice, scene(9, (640, 480)), 90_000)
    page = alice_client.get(page_of(first, second)).content.decode()
    assert "Different" in page
    assert "taken 1 day 1 h after it" in page
    assert not PairScore.objects.exists()


def test_frames_of_a_fixed_camera_say_what_moved_and_where(
    alice: User, alice_client: Client
) -> None:
    camera = make_camera(alice, "c21", prefix="c21")
    first = photo(alice, VIEW, 0, camera=camera)
    second = photo(alice, with_thing(VIEW, CAR), 1, camera=camera)
    page = alice_client.get(page_of(first, second)).content.decode()
    assert "Same fixed camera: something moved in 1 place" in page
    quiet = photo(alice, VIEW, 2, camera=camera)
    assert "something moved" not in alice_client.get(page_of(first, quiet)).content.decode()


def test_the_difference_is_hot_where_something_came(alice: User, alice_client: Client) -> None:
    first, second = photo(alice, VIEW), photo(alice, with_thing(VIEW, CAR), 1)
    answer = alice_client.get(picture_of(first, second))
    assert answer["Content-Type"] == "image/jpeg"
    drawn = np.asarray(Image.open(io.BytesIO(answer.content))).astype(int)
    assert drawn.shape == (480, 640, 3)
    colour = drawn.max(axis=2) - drawn.min(axis=2)
    assert colour[310:335, 310:360].mean() > 5 * colour[:200].mean()


def test_the_difference_is_kept_by_the_browser_and_nobody_else(
    alice: User, alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = photo(alice, VIEW), photo(alice, shifted(VIEW, 8), 1)
    plain = alice_client.get(picture_of(first, second))
    assert plain["Cache-Control"] == "private, no-cache"
    version = plain["ETag"].strip('"')
    kept = alice_client.get(picture_of(first, second), {"v": version})
    assert "private" in kept["Cache-Control"]
    assert "immutable" in kept["Cache-Control"]
    monkeypatch.setattr("dedup.comparison.PhotoPair.difference", None)
    again = alice_client.get(picture_of(first, second), headers={"If-None-Match": plain["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("address", [page_of, picture_of])
def test_photos_of_others_and_one_photo_twice_are_not_there(
    alice: User, bob: User, alice_client: Client, address: object
) -> None:
    own, foreign = photo(alice, VIEW), photo(bob, VIEW)
    for pair in ((own, foreign), (foreign, own), (own, own)):
        assert alice_client.get(address(*pair)).status_code == 404  # type: ignore[operator]


def test_a_photo_that_is_lost_is_named_and_the_page_stays(
    alice: User, alice_client: Client
) -> None:
    first, second = photo(alice, VIEW), photo(alice, VIEW, 1, file_name="lost.jpg")
    derivatives.delete_all(second.checksum)
    originals.storage().delete(originals.name_of(second.checksum))
    answer = alice_client.get(page_of(first, second))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "lost.jpg cannot be compared: its original is missing from the storage." in page
    assert alice_client.get(picture_of(first, second)).status_code == 404


def test_pairs_and_members_lead_to_the_comparison(alice: User, alice_client: Client) -> None:
    first, second = photo(alice, VIEW), photo(alice, VIEW, 1)
    scan = scanned(alice, options())
    report = alice_client.get(reverse("dedup:pairs", args=[scan.pk])).content.decode()
    assert page_of(first, second) in report
    group = scan.groups.get()
    other = second if group.cover_id == first.pk else first
    page = alice_client.get(group.get_absolute_url()).content.decode()
    assert page_of(group.cover, other) in page
