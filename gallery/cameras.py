"""Cameras with what they hold; reads only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Max, Min

from gallery.models import Camera, Photo, PhotoQuerySet, User


@dataclass(frozen=True, slots=True)
class Overview:
    camera: Camera | None  # none: the photos of which no camera is known
    count: int
    first_day: dt.date
    last_day: dt.date
    cover: Photo


def overviews(user: User) -> list[Overview]:
    """Every camera that has photos on the timeline; the one with most photos first."""
    rows = (
        _on_timeline(user)
        .order_by()
        .values("camera")
        .annotate(
            count=Count("id"),
            first_day=Min("taken_day"),
            last_day=Max("taken_day"),
            cover=Max("id"),
        )
    )
    found = list(rows)
    covers = Photo.objects.select_related("camera").in_bulk([row["cover"] for row in found])
    shown = [
        Overview(
            covers[row["cover"]].camera,
            row["count"],
            row["first_day"],
            row["last_day"],
            covers[row["cover"]],
        )
        for row in found
        if row["cover"] in covers  # deleted between the two queries
    ]
    return sorted(shown, key=lambda each: (each.camera is None, -each.count))


def photos_of(user: User, camera: Camera | None) -> PhotoQuerySet:
    return _on_timeline(user).filter(camera=camera)


def _on_timeline(user: User) -> PhotoQuerySet:
    return Photo.objects.owned_by(user).on_timeline().one_of_each_stack()
