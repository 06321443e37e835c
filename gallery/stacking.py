"""A person's word on what is one shot: take its files apart, or join two. Undoable, and lasting.

What was taken apart by hand is not joined again by an import; `stacks` asks for that here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from gallery import stacks
from gallery.models import Change, ChangedPhoto, Photo, PhotoQuerySet, Stack, User
from gallery.rows import update_each

# A person may join what a camera wrote a moment apart; nothing that is two shots to everybody.
APART = dt.timedelta(seconds=10)
MOST_OFFERED = 12


class NotOneShot(Exception):
    """The photos cannot be joined; the text says why."""


def split(photos: PhotoQuerySet, *, by: User) -> Change:
    """Let each of these photos be a shot of its own; a part that is left alone with them.

    Unsaved change if none of them is stacked.
    """
    with transaction.atomic():
        named = list(photos.exclude(stack=None).order_by("pk").select_for_update(of=("self",)))
        left = Photo.objects.filter(stack__in={photo.stack_id for photo in named})
        others = list(left.exclude(pk__in=[photo.pk for photo in named]).select_for_update())
        staying = [photo.stack_id for photo in others]
        named += [photo for photo in others if staying.count(photo.stack_id) == 1]
        places = {photo.pk: (None, 0) for photo in named}
        return _record(named, places, Change.Act.SPLIT_SHOT, "Taken apart", by)


def join(photos: PhotoQuerySet, *, by: User) -> Change:
    """Make one shot of these photos and all parts of their shots. Raises NotOneShot.

    Unsaved change if they are one already.
    """
    with transaction.atomic():
        named = list(photos.order_by("pk"))
        stack_ids = {photo.stack_id for photo in named if photo.stack_id}
        ids = {photo.pk for photo in named}
        parts = Photo.objects.filter(pk__in=ids) | Photo.objects.filter(stack__in=stack_ids)
        rows = list(parts.order_by("pk").select_for_update(of=("self",)))
        _check(rows)
        if len(stack_ids) == 1 and all(photo.stack_id for photo in rows):
            return Change(act=Change.Act.JOIN_SHOT, summary="They are one shot already")
        stack_id = min(stack_ids, default=0) or Stack.objects.create(owner=rows[0].owner).pk
        places = {photo.pk: (stack_id, stacks.place_of(photo)) for photo in rows}
        return _record(rows, places, Change.Act.JOIN_SHOT, "Joined into one shot", by)


def offered(photo: Photo) -> list[Photo]:
    """Photos of the same moment and place that could be joined with this one, the nearest first."""
    near = Photo.objects.filter(
        owner=photo.owner_id,
        taken_at__gte=photo.taken_at - APART,
        taken_at__lte=photo.taken_at + APART,
    ).exclude(pk=photo.pk)
    if photo.stack_id:
        near = near.exclude(stack=photo.stack_id)
    found = [each for each in near.order_by("taken_at", "pk")[:200] if each.state == photo.state]
    return sorted(found, key=lambda each: abs(each.taken_at - photo.taken_at))[:MOST_OFFERED]


def _check(photos: Sequence[Photo]) -> None:
    if len(photos) < 2:
        raise NotOneShot("Choose at least two photos.")
    if len({photo.owner_id for photo in photos}) > 1:
        raise ValueError("A change belongs to one owner.")
    moments = [photo.taken_at for photo in photos]
    if max(moments) - min(moments) > APART:
        seconds = int(APART.total_seconds())
        raise NotOneShot(f"They were taken more than {seconds} seconds apart: two shots.")


def _record(
    photos: Sequence[Photo],
    places: Mapping[int, tuple[int | None, int]],
    act: Change.Act,
    words: str,
    by: User,
) -> Change:
    if not photos:
        return Change(act=act, summary="Nothing to change")
    names = ", ".join(photo.file_name for photo in photos)
    change = Change.objects.create(
        owner=photos[0].owner,
        made_by=by,
        act=act,
        summary=f"{words}: {names}"[:200],
        photo_count=len(photos),
        made_at=timezone.now(),
    )
    after = {pk: {"stack": stack, "stack_place": place} for pk, (stack, place) in places.items()}
    ChangedPhoto.objects.bulk_create(
        ChangedPhoto(
            change=change,
            photo=photo,
            before={"stack": photo.stack_id, "stack_place": photo.stack_place},
            after=after[photo.pk],
        )
        for photo in photos
    )
    update_each(after)
    return change
