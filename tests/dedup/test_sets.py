"""Sets to keep: what a scan makes of an exposure series."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from dedup import groups, reviewing
from dedup.core.features import measure
from dedup.models import Scan, SimilarGroup
from gallery.models import Photo, User
from tests.dedup.library import make_measured, options, scanned, store_features
from tests.factories import NOON, make_photo
from tests.pictures import brightened, scene

pytestmark = pytest.mark.django_db

STEPS_EV = (-1.5, 0.0, 1.2)


@pytest.fixture
def bracket(alice: User) -> list[Photo]:
    """One view with three exposures, a third of a second apart."""
    photos = []
    for number, step in enumerate(STEPS_EV):
        taken_at = NOON + dt.timedelta(seconds=number / 3)
        photo = make_photo(alice, taken_at=taken_at, facts={"exposure_bias_ev": step})
        store_features(photo, measure(np.asarray(brightened(scene(1), 2**step))))
        photos.append(photo)
    return photos


def scan_of(owner: User) -> Scan:
    return scanned(owner, options(threshold_percent=50))


def test_an_exposure_series_is_a_set_to_keep(alice: User, bracket: list[Photo]) -> None:
    group = scan_of(alice).groups.get()
    assert group.kind == SimilarGroup.Kind.SET
    assert group.label == "exposure series"
    assert group.spare_bytes == 0
    assert set(group.members.values_list("photo", flat=True)) == {each.pk for each in bracket}
    assert all(group.members.values_list("suggested", flat=True))


def test_nothing_of_a_set_is_suggested_to_go(alice: User, bracket: list[Photo]) -> None:
    group = scan_of(alice).groups.get()
    view = groups.members(group)
    assert view.spare_count == 0
    reviewing.accept_suggestion(group, alice)
    assert Photo.objects.owned_by(alice).on_timeline().count() == 3


def test_photos_beside_a_set_are_grouped_without_it(alice: User, bracket: list[Photo]) -> None:
    others = [make_measured(alice, 1, after=30 + shot, shot=shot) for shot in range(2)]
    found = scan_of(alice).groups.all()
    assert {group.kind for group in found} == {"set", "burst"}
    members = {group.kind: set(group.members.values_list("photo", flat=True)) for group in found}
    assert members["burst"] == {photo.pk for photo in others}


def test_a_burst_of_one_exposure_is_no_set(alice: User) -> None:
    for shot in range(3):
        make_measured(alice, 1, after=shot / 3, shot=shot)
    assert scan_of(alice).groups.get().kind == SimilarGroup.Kind.BURST
