"""Photos that are one shot act as one: which belong together, and who comes along with an act."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import TypeAlias

from django.db import connection
from django.db.models import Q

from gallery import telling
from gallery.core import companions
from gallery.core.batches import batches
from gallery.core.companions import NamedPart
from gallery.core.formats import FORMATS
from gallery.core.taken_at import Precision, Source
from gallery.models import Change, ChangedPhoto, Photo, PhotoQuerySet, Stack, User

RAW = FORMATS["RAW"].name
SECOND = dt.timedelta(seconds=1)
SECONDS_PER_QUERY = 100
IDS_PER_QUERY = 2000
# Only a time that is known to the second says that two photos are one shot.
PRECISE = frozenset({Precision.SECOND.value, Precision.SUBSECOND.value})
SAYS_NOTHING = frozenset({Source.FILE.value, Source.IMPORT.value})


class Parts(StrEnum):
    """Which parts of the shots an act is for."""

    ALL = "all"
    PICTURE = "picture"  # all but the RAW
    RAW = "raw"
    ONLY_THESE = "only_these"  # exactly the photos that are named


_State: TypeAlias = tuple[bool, bool, bool]
_STATE = ("archived_at", "trashed_at", "hidden_at")


def join(owner: User, photos: Iterable[Photo]) -> None:
    """Stack these photos with the other parts of their shots, whichever came first.

    Call it inside a transaction. Doing it again changes nothing.
    """
    fresh = [photo for photo in photos if _tells_its_moment(photo)]
    seconds = sorted({_second(photo) for photo in fresh})
    _hold(owner, seconds)
    for some in batches(seconds, SECONDS_PER_QUERY):
        _join_within(owner, some, {_key(photo) for photo in fresh})


def parts_of(photo: Photo) -> list[Photo]:
    """The parts of the photo's shot, itself among them, the shown one first."""
    if photo.stack_id is None:
        return [photo]
    parts = Photo.objects.filter(stack=photo.stack_id).prefetch_related("companions")
    return list(parts.order_by("stack_place", "pk"))


def companions_of(photo_ids: Sequence[int]) -> list[int]:
    """The other parts of these photos' shots that are in the same state as one of them."""
    named = set(photo_ids)
    states: dict[int, set[_State]] = defaultdict(set)
    for some in batches(sorted(named), IDS_PER_QUERY):
        stacked = Photo.objects.filter(pk__in=some, stack__isnull=False)
        for stack_id, *state in stacked.values_list("stack", *_STATE):
            states[stack_id].add(_state(*state))
    found = [
        pk
        for some in batches(sorted(states), IDS_PER_QUERY)
        for pk, stack_id, *state in Photo.objects.filter(stack__in=some).values_list(
            "pk", "stack", *_STATE
        )
        if pk not in named and _state(*state) in states[stack_id]
    ]
    return sorted(found)


def expanded(photo_ids: Sequence[int], parts: Parts = Parts.ALL) -> list[int]:
    """The photos that an act on these is for. A photo without a RAW, or with nothing else, is
    never left out."""
    if parts == Parts.ONLY_THESE:
        return sorted(set(photo_ids))
    ids = sorted({*photo_ids, *companions_of(photo_ids)})
    return ids if parts == Parts.ALL else _only(ids, parts)


def with_companions(photos: PhotoQuerySet) -> PhotoQuerySet:
    """A few thousand photos at most, and the other parts of their shots."""
    named = sorted(photos.values_list("pk", flat=True))
    ids = expanded(named)
    return photos if ids == named else Photo.objects.filter(pk__in=ids)


def are_there(stack_ids: Iterable[int | None]) -> bool:
    """Whether photos could go back into all of these stacks."""
    wanted = {stack_id for stack_id in stack_ids if stack_id}
    return not wanted or Stack.objects.filter(pk__in=wanted).count() == len(wanted)


def place_of(photo: Photo) -> int:
    """Where among the parts of its shot a photo stands; the lowest is shown."""
    return int(_named(photo).part)


def forget_empty(stack_ids: Iterable[int]) -> None:
    """Remove stacks whose photos are all gone."""
    for some in batches(sorted(stack_ids), IDS_PER_QUERY):
        Stack.objects.filter(pk__in=some, photos=None).delete()


def living_parts(photos: PhotoQuerySet) -> dict[int, set[int]]:
    """For each photo that is stacked: the parts of its shot, it among them, not in the trash."""
    stack_of = dict(photos.filter(stack__isnull=False).order_by("pk").values_list("pk", "stack"))
    parts: dict[int, set[int]] = defaultdict(set)
    for some in batches(sorted(set(stack_of.values())), IDS_PER_QUERY):
        living = Photo.objects.filter(stack__in=some, trashed_at=None)
        for pk, stack_id in living.values_list("pk", "stack"):
            parts[stack_id].add(pk)
    return {photo_id: parts[stack_id] for photo_id, stack_id in stack_of.items()}


def _only(photo_ids: Sequence[int], parts: Parts) -> list[int]:
    """Of shots that have both a RAW and a picture only the parts that are asked for."""
    raws: dict[int, list[int]] = defaultdict(list)
    pictures: dict[int, list[int]] = defaultdict(list)
    alone: list[int] = []
    for some in batches(photo_ids, IDS_PER_QUERY):
        rows = Photo.objects.filter(pk__in=some).values_list("pk", "stack", "format")
        for pk, stack_id, form in rows:
            if stack_id is None:
                alone.append(pk)
            else:
                (raws if form == RAW else pictures)[stack_id].append(pk)
    for stack_id in raws.keys() | pictures.keys():
        wanted, others = raws[stack_id], pictures[stack_id]
        if parts == Parts.PICTURE:
            wanted, others = others, wanted
        alone += wanted or others
    return sorted(alone)


def _state(
    archived_at: dt.datetime | None, trashed_at: dt.datetime | None, hidden_at: dt.datetime | None
) -> _State:
    is_trashed = trashed_at is not None
    return hidden_at is not None, is_trashed, not is_trashed and archived_at is not None


def _tells_its_moment(photo: Photo) -> bool:
    """To the second, and by the shot itself: all files that were copied at once share a time."""
    return photo.taken_precision in PRECISE and photo.taken_source not in SAYS_NOTHING


def _second(photo: Photo) -> dt.datetime:
    return photo.taken_at.replace(microsecond=0)


_Key: TypeAlias = tuple[dt.datetime, str, str]


def _key(photo: Photo) -> _Key:
    """What all parts of a shot have in common: the second, the folder, the stem of the name."""
    folder = companions.folder_of(photo.source_path)
    return _second(photo), folder, _named(photo).stem


def _named(photo: Photo) -> NamedPart:
    return companions.part_of(photo.file_name, photo.format)


def _hold(owner: User, seconds: Sequence[dt.datetime]) -> None:
    """Two workers that each bring a part of a shot: one waits here until it sees the other's.

    SQLite admits one writing transaction at a time, which is that already.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for second in seconds:
            key = owner.pk % 2**30, int(second.timestamp()) % 2**31
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", key)


def _join_within(owner: User, seconds: Sequence[dt.datetime], wanted: set[_Key]) -> None:
    moments = Q()
    for second in seconds:
        moments |= Q(taken_at__gte=second, taken_at__lt=second + SECOND)
    rows = Photo.objects.filter(moments, owner=owner, taken_precision__in=PRECISE).only(
        "source_path",
        "file_name",
        "format",
        "taken_at",
        "camera",
        "stack",
        "stack_place",
        "width",
        "height",
        "taken_precision",
        "taken_source",
    )
    shots: dict[_Key, list[Photo]] = defaultdict(list)
    for photo in rows.order_by("pk"):
        if _tells_its_moment(photo) and (key := _key(photo)) in wanted:
            shots[key].append(photo)
    several = [photos for photos in shots.values() if len(photos) > 1]
    apart = _taken_apart([photo for photos in several for photo in photos if not photo.stack_id])
    for photos in several:
        _stack(owner, [photo for photo in photos if photo.pk not in apart])


def _taken_apart(photos: Sequence[Photo]) -> set[int]:
    """Those of which a person said that they are no part of a shot."""
    if not photos:
        return set()
    said = ChangedPhoto.objects.filter(
        photo__in=[photo.pk for photo in photos],
        change__act=Change.Act.SPLIT_SHOT,
        change__undone_at=None,
    )
    return set(said.values_list("photo", flat=True))


def _stack(owner: User, photos: Sequence[Photo]) -> None:
    """Join what is one shot; a second file of one kind and format stays by itself."""
    parts: list[Photo] = []
    for photo in sorted(photos, key=lambda each: (each.stack_id is None, each.pk)):
        if all(_fits(photo, other) for other in parts):
            parts.append(photo)
    if len(parts) < 2 or all(photo.stack_id for photo in parts):
        return
    stack_id = parts[0].stack_id or Stack.objects.create(owner=owner).pk
    for photo in parts:
        photo.stack_id, photo.stack_place = stack_id, place_of(photo)
    Photo.objects.bulk_update(parts, ["stack", "stack_place"])
    telling.stacked(owner, [photo.pk for photo in parts])


def _fits(one: Photo, other: Photo) -> bool:
    cameras = {one.camera_id, other.camera_id} - {None}
    if len(cameras) > 1 or (one.stack_id and other.stack_id and one.stack_id != other.stack_id):
        return False
    return companions.are_one_shot(_file(one), _file(other))


def _file(photo: Photo) -> companions.File:
    return companions.File(_named(photo), photo.format, photo.aspect)
