"""The kinds of groups, as a scan writes them and as the rows of older scans are told them."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from dedup.core.values import Kind as PairKind
from dedup.models import PairScore, PhotoFeatures, SimilarGroup
from gallery.models import Camera, Photo, User
from tests.dedup.library import make_measured, options, scanned
from tests.factories import make_camera

pytestmark = pytest.mark.django_db

Kind = SimilarGroup.Kind


@pytest.fixture
def camera(alice: User) -> Camera:
    return make_camera(alice)


@pytest.fixture
def library(alice: User, camera: Camera) -> dict[str, list[Photo]]:
    """One group of each kind that is no set, an hour after the other."""
    fixed = make_camera(alice, "c21", prefix="c21")
    hour = 3600
    exact = [make_measured(alice, 1, camera=camera) for _ in range(2)]
    PhotoFeatures.objects.filter(photo__in=exact).update(pixels=b"digest of equal pixels")
    return {
        Kind.EXACT: exact,
        Kind.SAME_PICTURE: [
            make_measured(alice, 2, after=hour, camera=camera, width=width) for width in (400, 200)
        ],
        Kind.BURST: [
            make_measured(alice, 3, after=2 * hour + shot, shot=shot, camera=camera)
            for shot in range(3)
        ],
        Kind.SCENE: [
            make_measured(alice, 4, after=3 * hour + shot, shot=shot, camera=fixed)
            for shot in range(2)
        ],
    }


def ids(photos: list[Photo]) -> set[int]:
    return {photo.pk for photo in photos}


def found_in(alice: User) -> dict[str, set[int]]:
    rows = SimilarGroup.objects.filter(scan__owner=alice)
    assert len(rows) == rows.values("kind").distinct().count()
    return {row.kind: set(row.members.values_list("photo", flat=True)) for row in rows}


def test_each_group_is_of_one_kind(alice: User, library: dict[str, list[Photo]]) -> None:
    scanned(alice)
    found = found_in(alice)
    assert found == {kind: ids(photos) for kind, photos in library.items()}


def test_groups_of_older_scans_are_told_their_kind(
    alice: User, library: dict[str, list[Photo]]
) -> None:
    scanned(alice)
    rows = SimilarGroup.objects.all()
    rows.filter(kind=Kind.EXACT).update(kind="identical")
    rows.exclude(kind="identical").update(kind="similar")
    import_module("dedup.migrations.0005_kinds_of_groups").name_kinds(apps, None)
    assert found_in(alice) == {kind: ids(photos) for kind, photos in library.items()}


def test_a_small_copy_that_was_saved_again_is_no_burst(alice: User, camera: Camera) -> None:
    """At half the size and low quality, the engine is sure of the same frame, not of a copy."""
    for shot, width in enumerate((400, 200)):
        make_measured(alice, 2, shot=shot, camera=camera, width=width)
    make_measured(alice, 3, after=60, camera=camera, shot=0)
    make_measured(alice, 3, after=60, camera=camera, shot=1)
    scanned(alice, options(30))
    PairScore.objects.update(kind=PairKind.LIGHT)
    scan = scanned(alice, options(30))
    kinds = list(scan.groups.order_by("first_taken_at").values_list("kind", flat=True))
    assert kinds == [Kind.SAME_PICTURE, Kind.BURST]
