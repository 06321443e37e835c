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


def page_of(*photos: Photo) -> str:
    return reverse("dedup:compare", args=[each.pk for each in photos])


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


def test_of_four_photos_each_has_its_percent_to_the_first(
    alice: User, alice_client: Client
) -> None:
    photos = [photo(alice, shifted(VIEW, 12 * number), number) for number in range(4)]
    page = alice_client.get(page_of(*photos)).content.decode()
    assert "<h1>4 photos</h1>" in page
    assert page.count("data-pane ") == 4
    for other in photos[1:]:
        assert picture_of(photos[0], other) in page
    assert page_of(photos[1], photos[0], *photos[2:]) in page
    assert alice_client.get(page_of(*photos[:2], photos[0])).status_code == 404


def test_only_the_facts_that_differ_are_listed(alice: User, alice_client: Client) -> None:
    first = photo(alice, VIEW, 0, file_name="a.jpg", favourite_at=NOON)
    second = photo(alice, VIEW, 1, file_name="b.jpg")
    page = alice_client.get(page_of(first, second)).content.decode()
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    assert "<td>12:00:00</td><td>12:00:01</td>" in table
    assert "<td>a.jpg</td><td>b.jpg</td>" in table
    assert "<td>yes</td><td>–</td>" in table  # noqa: RUF001
    for same in ("Day", "Camera", "Format", "Size"):
        assert f">{same}<" not in table


def test_selected_photos_are_compared_the_oldest_first(alice: User, alice_client: Client) -> None:
    late, early = photo(alice, VIEW, 60), photo(alice, VIEW)
    chosen = reverse("dedup:compare-chosen")
    answer = alice_client.post(chosen, {"photo": [late.pk, early.pk]})
    assert answer["Location"] == page_of(early, late)


@pytest.mark.parametrize("count", [1, 5])
def test_one_photo_or_five_are_refused_in_words(
    alice: User, alice_client: Client, count: int
) -> None:
    photos = [photo(alice, VIEW, number) for number in range(count)]
    chosen = reverse("dedup:compare-chosen")
    page = alice_client.post(chosen, {"photo": [each.pk for each in photos]}, follow=True)
    assert "Select two, three or four photos" in page.content.decode()


def test_the_way_back_leads_to_the_group_that_holds_them(alice: User, alice_client: Client) -> None:
    first, second = photo(alice, VIEW), photo(alice, shifted(VIEW, 10), 1)
    page = alice_client.get(page_of(first, second)).content.decode()
    assert "Back to the group" not in page
    scan = scanned(alice, options(threshold_percent=50))
    page = alice_client.get(page_of(first, second)).content.decode()
    assert scan.groups.get().get_absolute_url() in page
