"""What was done, newest first, with a few pictures of each act; reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from gallery.models import Change, ChangedPhoto, Photo, User

PICTURES_PER_CHANGE = 6


@dataclass(frozen=True, slots=True)
class Entry:
    change: Change
    photos: list[Photo]  # the first few of those that still exist

    @property
    def not_shown(self) -> int:
        return self.change.photo_count - len(self.photos)


def changes_of(owner: User) -> QuerySet[Change]:
    return Change.objects.filter(owner=owner).select_related("made_by")


def entries(changes: Sequence[Change]) -> list[Entry]:
    """The changes of one page, each with its first photos. One query for all of them."""
    photos = _first_photos(changes)
    return [Entry(change, photos.get(change.pk, [])) for change in changes]


def _first_photos(changes: Sequence[Change]) -> dict[int, list[Photo]]:
    rows = (
        ChangedPhoto.objects.filter(change__in=changes)
        .annotate(place=Window(RowNumber(), partition_by=F("change"), order_by=F("pk").asc()))
        .filter(place__lte=PICTURES_PER_CHANGE)
        .select_related("photo")
        .order_by("pk")
    )
    photos: dict[int, list[Photo]] = {}
    for row in rows:
        photos.setdefault(row.change_id, []).append(row.photo)
    return photos
