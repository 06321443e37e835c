"""What a correction would do to many photos, told before it is done; writes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gallery import stacks
from gallery.dating.acts import NEEDED, Outlook, outlook
from gallery.dating.corrections import Correction
from gallery.models import Photo, PhotoQuerySet, User

# Beyond so many photos an evenly spread part of them is looked at.
LOOKED_AT = 2000
SHOWN = 7


@dataclass(frozen=True, slots=True)
class Preview:
    count: int  # photos that were asked for
    moved: int  # of them, those whose date would change; estimated if not exact
    day_moves: int  # those that would come to another day
    left: tuple[tuple[str, int], ...]  # reasons, with how many photos each holds back
    shown: tuple[Outlook, ...]  # the first, the last, and some between
    is_exact: bool


def preview(photos: PhotoQuerySet, correction: Correction, owner: User) -> Preview:
    count = photos.order_by().count()
    if count <= LOOKED_AT:  # of more, the numbers are estimates anyway
        photos = stacks.with_companions(photos)
        count = photos.order_by().count()
    looked_at = [outlook(photo, owner, correction) for photo in _spread(photos, count)]
    share = count / len(looked_at) if looked_at else 1
    moved = [each for each in looked_at if each.is_moved]
    reasons: dict[str, int] = {}
    for each in looked_at:
        if each.left:
            reasons[each.left] = reasons.get(each.left, 0) + 1
    return Preview(
        count=count,
        moved=round(len(moved) * share),
        day_moves=round(sum(each.day_moves for each in moved) * share),
        left=tuple((reason, round(number * share)) for reason, number in reasons.items()),
        shown=tuple(_some(moved)),
        is_exact=len(looked_at) == count,
    )


def _spread(photos: PhotoQuerySet, count: int) -> Iterable[Photo]:
    """All of them in the order of time, or every so-manieth."""
    in_order = photos.order_by("taken_at", "pk")
    if count > LOOKED_AT:
        ids = list(in_order.values_list("pk", flat=True))
        places = sorted({round(at * (count - 1) / (LOOKED_AT - 1)) for at in range(LOOKED_AT)})
        wanted = [ids[place] for place in places if place < len(ids)]
        in_order = Photo.objects.filter(pk__in=wanted).order_by("taken_at", "pk")
    return in_order.only(*NEEDED, "width", "height", "average_color", "checksum", "camera")


def _some(moved: list[Outlook]) -> list[Outlook]:
    """The first and the last, and a few spread between."""
    if len(moved) <= SHOWN:
        return moved
    places = [round(at * (len(moved) - 1) / (SHOWN - 1)) for at in range(SHOWN)]
    return [moved[place] for place in places]
