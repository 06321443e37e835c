"""Photos whose dates are hardly true, as their page shows them; reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from gallery.core.doubts import Doubt
from gallery.dating.neighbours import nearest_of, with_neighbours
from gallery.models import ImportRun, Photo, PhotoQuerySet, User

TITLES = {
    Doubt.SERIES: "Out of their series",
    Doubt.RESET: "Clock was reset",
    Doubt.FUTURE: "In the future",
    Doubt.FILE_TIME: "Only the file's time",
    Doubt.NO_DATE: "No date",
}


@dataclass(frozen=True, slots=True)
class Kind:
    doubt: Doubt
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Row:
    photo: Photo
    beside: Photo | None  # of its camera's count; may lend its day


def of_owner(owner: User, kind: str = "") -> PhotoQuerySet:
    photos = Photo.objects.owned_by(owner).with_doubtful_date()
    return photos.filter(taken_doubt=kind) if kind else photos


def of_run(run: ImportRun) -> PhotoQuerySet:
    """Those that an import brought."""
    return of_owner(run.owner).filter(imported_files__run=run, imported_files__outcome="added")


def kinds(owner: User) -> list[Kind]:
    """The kinds that occur, each with its count, the surest first."""
    counts = of_owner(owner).order_by().values_list("taken_doubt").annotate(Count("id"))
    found = dict(counts)
    return [Kind(doubt, title, found[doubt]) for doubt, title in TITLES.items() if doubt in found]


def rows(photos: Sequence[Photo]) -> list[Row]:
    return [
        Row(photo, nearest_of(photo, before, after))
        for photo, before, after in with_neighbours(photos)
    ]
