"""Frames that a person has decided on: no rule takes them away. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from dedup.models import DecidedPair, Decision, GroupMember, PendingChoice, ThinnedFrame
from gallery.core.batches import batches
from gallery.models import Change, ChangedPhoto, Photo
from gallery.models.album import AlbumPhoto
from gallery.models.tag import PhotoTag

# Acts on single photos. Those on all photos of a camera (its clock, its name) say nothing of one.
TOUCHING = (
    *Change.OF_PLACES,
    *(Change.Act.FAVOURITE, Change.Act.RATE, Change.Act.TAG, Change.Act.UNTAG),
    *(Change.Act.ALBUM_ADD, Change.Act.ALBUM_REMOVE),
    *(Change.Act.SPLIT_SHOT, Change.Act.JOIN_SHOT),
)


def decided_by_person(photo_ids: Iterable[int]) -> dict[int, str]:
    """Which of these photos have to stay, each with the reason as a sentence goes on with it.

    Of a shot with several files it is enough that one was decided on.
    """
    found: dict[int, str] = {}
    for some in batches(sorted(set(photo_ids))):
        found |= _of(some)
    return found


def _of(ids: Sequence[int]) -> dict[int, str]:
    stacked = Photo.objects.filter(pk__in=ids, stack__isnull=False)
    shots = dict(stacked.order_by().values_list("pk", "stack"))
    others = Photo.objects.filter(stack__in=set(shots.values()))
    parts = dict(others.order_by().values_list("pk", "stack"))
    reasons: dict[int, str] = {}
    for pk, reason in _reasons({*ids, *parts}):
        reasons.setdefault(pk, reason)
    of_shots: dict[int, str] = {}
    for pk, stack in parts.items():
        if pk in reasons:
            of_shots.setdefault(stack, reasons[pk])
    found = {pk: reasons.get(pk) or of_shots.get(shots.get(pk, 0), "") for pk in ids}
    return {pk: reason for pk, reason in found.items() if reason}


def _reasons(ids: Collection[int]) -> Iterator[tuple[int, str]]:
    """The most telling ones first."""
    photos = Photo.objects.filter(pk__in=ids).order_by()
    decided = Decision.objects.standing()
    answered = GroupMember.objects.filter(group__in=decided.values("group"))
    pairs = DecidedPair.objects.standing()
    is_of_pair = Q(checksum__in=pairs.values("checksum_a"))
    is_of_pair |= Q(checksum__in=pairs.values("checksum_b"))
    touched = ChangedPhoto.objects.filter(change__act__in=TOUCHING)
    spared = ThinnedFrame.objects.filter(spared=True, spared_because="", is_known=False)
    told: tuple[tuple[str, QuerySet[Any, Any]], ...] = (
        ("it is a favourite", photos.filter(favourite_at__isnull=False).values_list("pk")),
        ("it has stars", photos.filter(rating__gt=0).values_list("pk")),
        ("it is in an album", AlbumPhoto.objects.there().values_list("photo")),
        ("it is tagged", PhotoTag.objects.there().values_list("photo")),
        ("you answered for it in the tray", PendingChoice.objects.values_list("photo")),
        ("you decided on it among similar photos", answered.values_list("photo")),
        ("you decided on it among similar photos", photos.filter(is_of_pair).values_list("pk")),
        ("you kept it in an earlier plan", spared.values_list("photo")),
        ("somebody moved or changed it before", touched.values_list("photo")),
    )
    for reason, rows in told:
        if rows.model is not Photo:
            rows = rows.filter(photo__in=ids)
        yield from ((pk, reason) for (pk,) in rows.order_by().distinct())
