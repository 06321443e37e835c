"""The photos that a camera counted just before and after another one."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from gallery.core.taken_at import Source
from gallery.models import Photo

# Times that say something of the order in which a camera counted.
TELLING = [
    *(Source.PERSON, Source.EXIF, Source.EXIF_DIGITIZED),
    *(Source.SIDECAR, Source.GPS, Source.NAME),
]


def neighbours_of(photo: Photo) -> tuple[Photo | None, Photo | None]:
    """The nearest photos before and after whose dates are believed."""
    [(_, before, after)] = with_neighbours([photo])
    return before, after


def nearest_of(photo: Photo, before: Photo | None, after: Photo | None) -> Photo | None:
    """The one that was counted closer to the photo; in doubt the one before."""
    number = photo.series_number or 0
    both = [each for each in (before, after) if each]
    return min(both, key=lambda each: abs((each.series_number or 0) - number), default=None)


def with_neighbours(
    photos: Sequence[Photo],
) -> list[tuple[Photo, Photo | None, Photo | None]]:
    """Each photo with its neighbours. Two queries, however many photos."""
    counted = [photo.pk for photo in photos if photo.series_key and photo.camera_id]
    rows = (
        Photo.objects.filter(pk__in=counted)
        .annotate(
            before=Subquery(_beside("-").values("pk")[:1]),
            after=Subquery(_beside("").values("pk")[:1]),
        )
        .values_list("pk", "before", "after")
    )
    ids = {pk: (before, after) for pk, before, after in rows} if counted else {}
    wanted = {pk for pair in ids.values() for pk in pair if pk}
    found = Photo.objects.in_bulk(wanted) if wanted else {}
    shown = []
    for photo in photos:
        before, after = ids.get(photo.pk, (None, None))
        shown.append((photo, found.get(before or 0), found.get(after or 0)))
    return shown


def _beside(direction: str) -> QuerySet[Photo]:
    # The first condition says nothing new; it lets databases use the index of the series.
    same_series = ~Q(series_key="") & Q(
        owner=OuterRef("owner"),
        series_key=OuterRef("series_key"),
        camera=OuterRef("camera"),
        trashed_at=None,
        taken_doubt="",
        taken_source__in=TELLING,
    )
    number = OuterRef("series_number")
    if direction:
        side = Q(series_number__lte=number) & ~Q(pk=OuterRef("pk"))
    else:
        side = Q(series_number__gt=number)
    order = F("series_number").desc() if direction else F("series_number").asc()
    return Photo.objects.filter(same_series & side).order_by(order, "pk")
