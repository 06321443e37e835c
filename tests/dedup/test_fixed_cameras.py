"""Frames of a fixed camera: what moved is suggested to stay, however alike the frames are."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from PIL import Image

from dedup.core.features import measure
from dedup.models import SimilarGroup
from gallery.files import derivatives
from gallery.models import Camera, Photo, User
from tests.dedup.library import options, scanned, store_features
from tests.factories import NOON, make_camera, make_stored_photo
from tests.pictures import brightened, scene, with_grain, with_thing

pytestmark = pytest.mark.django_db

VIEW = scene(3, (640, 480))
# A thing of about one percent of the picture.
CAR = (300, 300, 370, 345)


@pytest.fixture
def camera(alice: User) -> Camera:
    return make_camera(alice, "c21", prefix="c21")


def frame(owner: User, picture: Image.Image, number: int, camera: Camera | None) -> Photo:
    taken_at = NOON + dt.timedelta(minutes=5 * number)
    photo = make_stored_photo(owner, with_grain(picture, number), taken_at=taken_at, camera=camera)
    store_features(photo, measure(derivatives.read_rgb(photo)))
    return photo


def group_of(owner: User) -> SimilarGroup:
    return scanned(owner, options(window_seconds=1200)).groups.get()


def kept(group: SimilarGroup) -> set[int]:
    return set(group.members.filter(suggested=True).values_list("photo", flat=True))


def test_a_frame_with_a_car_is_suggested_to_stay_and_says_why(alice: User, camera: Camera) -> None:
    frame(alice, VIEW, 0, camera)
    with_car = frame(alice, with_thing(VIEW, CAR), 1, camera)
    frame(alice, VIEW, 2, camera)
    group = group_of(alice)
    assert group.photo_count == 3
    reason = group.members.get(photo=with_car).reason
    if group.cover_id == with_car.pk:
        # Then it is the empty frames that differ from the cover.
        assert kept(group) == set(group.members.values_list("photo", flat=True))
    else:
        assert kept(group) == {group.cover_id, with_car.pk}
        assert reason.startswith("Keep: something moved")
    assert group.spare_bytes < sum(Photo.objects.values_list("size_bytes", flat=True))


def test_frames_that_differ_by_light_alone_may_go(alice: User, camera: Camera) -> None:
    for number, light in enumerate((1.0, 1.3, 0.8)):
        frame(alice, brightened(VIEW, light), number, camera)
    group = group_of(alice)
    assert kept(group) == {group.cover_id}


def test_a_frame_whose_copy_is_lost_is_suggested_to_stay(alice: User, camera: Camera) -> None:
    photos = [frame(alice, VIEW, number, camera) for number in range(3)]
    group = group_of(alice)
    lost = next(photo for photo in photos if photo.pk != group.cover_id)
    derivatives.delete_all(lost.checksum)
    Photo.objects.filter(pk=lost.pk).update(checksum="0" * 64)
    assert lost.pk in kept(group_of(alice))


def test_photos_of_a_handheld_camera_are_not_asked(alice: User) -> None:
    handheld = make_camera(alice, "Canon")
    frame(alice, VIEW, 0, handheld)
    frame(alice, with_thing(VIEW, CAR), 1, handheld)
    group = group_of(alice)
    assert kept(group) == {group.cover_id}
    assert np.isclose(group.members.get(photo=group.cover_id).percent, 100)
