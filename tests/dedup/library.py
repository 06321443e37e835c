"""A measured library in a moment: rows with the features of drawn scenes, without any file."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import numpy as np
from django.utils import timezone

from dedup import group_tallies, scanning
from dedup.core.features import FEATURES_VERSION, Features, measure
from dedup.core.values import Options
from dedup.models import LocalFeatures, PhotoFeatures, Scan, Scope, SimilarGroup
from gallery.models import Photo, User
from gallery.work import runner
from tests.factories import NOON, make_photo
from tests.pictures import scene, with_grain

# Other drawn views score up to 77, shots of one view above 95.
THRESHOLD = 88.0


@cache
def features_of(view: int, shot: int = 0) -> Features:
    """What is measured of a view; another shot differs by more noise than a saved copy has."""
    picture = scene(view) if shot == 0 else with_grain(scene(view), shot, strength=6)
    return measure(np.asarray(picture))


def make_measured(
    owner: User, view: int, *, after: float = 0, shot: int = 0, **fields: Any
) -> Photo:
    """A photo of a view, so many seconds after noon, with its features."""
    photo = make_photo(owner, taken_at=NOON + dt.timedelta(seconds=after), **fields)
    store_features(photo, features_of(view, shot))
    return photo


def store_features(photo: Photo, found: Features) -> None:
    PhotoFeatures.objects.create(
        photo=photo,
        version=FEATURES_VERSION,
        light=found.light_bytes(),
        sharpness=found.quality.sharpness,
        clipping=found.quality.clipping,
        measured_at=timezone.now(),
    )
    LocalFeatures.objects.create(photo=photo, data=found.local_bytes())


def options(window_seconds: float = 60, **more: Any) -> Options:
    return Options(**{"window_seconds": window_seconds, "threshold_percent": THRESHOLD} | more)


def scanned(owner: User, chosen: Options | None = None, *, name: str = "", **scope: Any) -> Scan:
    """A scan, worked through in this process."""
    scan = scanning.start(owner, chosen or options(), Scope(**scope), name=name)
    job = runner.drain(scan.job, processes=0)
    assert (job.status, job.failed) == ("done", 0), job.error
    scan.refresh_from_db()
    return scan


def groups_of(scan: Scan) -> list[set[int]]:
    return [
        set(group.members.values_list("photo", flat=True))
        for group in SimilarGroup.objects.filter(scan=scan).order_by("first_taken_at", "pk")
    ]


def contents(scan: Scan) -> list[tuple[Any, ...]]:
    """Everything a scan wrote, without row numbers, to compare two scans."""
    return [
        (
            group.kind,
            group.cover_id,
            group.photo_count,
            group.lowest_percent,
            group.highest_percent,
            group.spare_bytes,
            *group.members.values_list("photo", "percent", "position", "suggested", "reason"),
        )
        for group in scan.groups.order_by("first_taken_at", "cover")
    ]


def assert_tallies_are_true() -> None:
    """What is stored for the tabs is what a count of the groups says, for every scan."""
    for scan in Scan.objects.all():
        stored = group_tallies.of_scan(scan.pk)
        left = {key: tally for key, tally in stored.items() if tally != group_tallies.Tally()}
        assert left == group_tallies.counted(scan.groups.all())
