"""What photos that stay gain from photos that go: albums, stars, favourite, tags, a place.

Nothing is taken from the photos that go, and nothing that a photo has is replaced by less. The
same reading serves the preview and the act, so that what was shown is what is done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gallery import memberships, stacks
from gallery.core.batches import batches
from gallery.memberships import Key, Kind
from gallery.models import (
    Album,
    AlbumPhoto,
    Change,
    ChangedMembership,
    ChangedPhoto,
    Photo,
    PhotoQuerySet,
    PhotoTag,
    Tag,
    User,
)
from gallery.rows import stored, update_each
from gallery.stacks import Parts

PLACE = ("latitude", "longitude")
_COLUMNS = ("favourite_at", "rating", "facts", "place")


@dataclass(frozen=True, slots=True)
class Merge:
    """Photos that stay, and photos whose albums, stars and so on they get; by number."""

    takers: frozenset[int]
    givers: frozenset[int]


@dataclass(frozen=True, slots=True)
class Fates:
    """What a decision does with photos: what moves where, and what stays gains from what goes."""

    archive: PhotoQuerySet | None = None
    trash: PhotoQuerySet | None = None
    trash_parts: Parts = Parts.ALL
    merges: Sequence[Merge] = ()


@dataclass(frozen=True, slots=True)
class Gain:
    """What one photo gets: new values of its columns, albums and tags by number."""

    photo_id: int
    columns: dict[str, Any] = field(default_factory=dict)
    albums: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What some photos gain together, to be told to a person before and after."""

    albums: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    favourite: bool = False
    rating: int | None = None
    place: str = ""

    def __bool__(self) -> bool:
        return bool(self.words())

    def words(self) -> list[str]:
        found = []
        if self.albums:
            found.append("1 album" if len(self.albums) == 1 else f"{len(self.albums)} albums")
        found += ["favourite"] if self.favourite else []
        if self.rating is not None:
            found.append("1 star" if self.rating == 1 else f"{self.rating} stars")
        if self.tags:
            found.append("1 tag" if len(self.tags) == 1 else f"{len(self.tags)} tags")
        return found + (["place"] if self.place else [])


@dataclass(frozen=True, slots=True)
class _Known:
    """Everything about the photos of some merges that may be handed on."""

    photos: dict[int, Photo]
    albums: dict[int, set[int]]
    tags: dict[int, set[int]]


def gains(owner: User, merges: Iterable[Merge]) -> list[Gain]:
    """What each photo that stays would get, with all parts of the shots; those that get something.

    A constant number of queries for thousands of photos.
    """
    whole = _with_all_parts([each for each in merges if each.takers and each.givers])
    ids = sorted({pk for each in whole for pk in each.takers | each.givers})
    known = _Known(_photos(owner, ids), _members(Kind.ALBUM, ids), _members(Kind.TAG, ids))
    found = [_gain(known, taker, each.givers) for each in whole for taker in sorted(each.takers)]
    return [gain for gain in found if gain.columns or gain.albums or gain.tags]


def told(found: Sequence[Gain]) -> Told:
    """The gains of all these photos in words of people."""
    columns = [gain.columns for gain in found]
    ratings = [each["rating"] for each in columns if "rating" in each]
    places = [each for each in columns if "facts" in each]
    albums = {pk for gain in found for pk in gain.albums}
    tags = {pk for gain in found for pk in gain.tags}
    return Told(
        albums=tuple(Album.objects.filter(pk__in=albums).values_list("title", flat=True)),
        tags=tuple(Tag.objects.filter(pk__in=tags).values_list("name", flat=True)),
        favourite=any("favourite_at" in each for each in columns),
        rating=max(ratings, default=None),
        place=(places[0].get("place") or "where it was taken") if places else "",
    )


def give(
    found: Sequence[Gain], change: Change, rows: list[ChangedPhoto]
) -> list[ChangedMembership]:
    """Do what was found, as part of a change that is not saved yet, in its transaction.

    Completes the rows of what the change replaced; returns those of albums and tags.
    """
    photos = {gain.photo_id: gain.columns for gain in found}
    held = Photo.objects.select_for_update(of=("self",)).only(*_COLUMNS).order_by("pk")
    there = {row.photo_id: row for row in rows}
    for some in batches(sorted(photos)):
        for photo in held.filter(pk__in=some):
            row = there.get(photo.pk)
            if row is None:
                row = ChangedPhoto(change=change, photo=photo, before={}, after={})
                rows.append(row)
            for name, value in photos[photo.pk].items():
                row.before[name] = stored(getattr(photo, name))
                row.after[name] = stored(value)
    update_each(photos)
    albums = [Key(pk, gain.photo_id) for gain in found for pk in gain.albums]
    tags = [Key(pk, gain.photo_id) for gain in found for pk in gain.tags]
    for some in batches(sorted({key.of for key in albums})):  # as the acts on albums hold them
        list(Album.objects.select_for_update().filter(pk__in=some).order_by("pk").values_list("pk"))
    return [
        *memberships.change_them(Kind.ALBUM, albums, change.made_at, is_adding=True),
        *memberships.change_them(Kind.TAG, tags, change.made_at, is_adding=True),
    ]


def _with_all_parts(merges: Sequence[Merge]) -> list[Merge]:
    """The same merges between whole shots."""
    named = sorted({pk for each in merges for pk in each.takers | each.givers})
    some_stacked = Photo.objects.filter(stack__isnull=False)
    if not any(some_stacked.filter(pk__in=some).exists() for some in batches(named)):
        return [Merge(each.takers, each.givers - each.takers) for each in merges]
    ids = stacks.expanded(named)
    stack_of: dict[int, int] = {}
    parts: dict[int, set[int]] = defaultdict(set)
    for some in batches(ids):
        stacked = Photo.objects.filter(pk__in=some, stack__isnull=False)
        for pk, stack_id in stacked.values_list("pk", "stack"):
            stack_of[pk] = stack_id
            parts[stack_id].add(pk)

    def whole(photo_ids: Iterable[int]) -> frozenset[int]:
        return frozenset(
            part for pk in photo_ids for part in (parts[stack_of[pk]] if pk in stack_of else (pk,))
        )

    return [
        Merge(takers, whole(each.givers) - takers)
        for each in merges
        for takers in [whole(each.takers)]
    ]


def _gain(known: _Known, taker_id: int, givers: frozenset[int]) -> Gain:
    others = [known.photos[pk] for pk in sorted(givers) if pk in known.photos]
    taker = known.photos.get(taker_id)
    if taker is None:
        return Gain(taker_id)
    return Gain(
        taker_id,
        columns=_columns(taker, others),
        albums=_missing(known.albums, taker_id, givers),
        tags=_missing(known.tags, taker_id, givers),
    )


def _missing(
    members: Mapping[int, set[int]], taker_id: int, givers: Iterable[int]
) -> tuple[int, ...]:
    theirs = {pk for giver in givers for pk in members.get(giver, ())}
    return tuple(sorted(theirs - members.get(taker_id, set())))


def _columns(taker: Photo, givers: Sequence[Photo]) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    starred = [photo.favourite_at for photo in givers if photo.favourite_at]
    if starred and taker.favourite_at is None:
        columns["favourite_at"] = min(starred)
    stars = max((photo.rating for photo in givers if photo.rating), default=0)
    if stars > (taker.rating or 0):
        columns["rating"] = stars
    placed = next((photo for photo in givers if photo.fact(PLACE[0]) is not None), None)
    if placed is not None and taker.fact(PLACE[0]) is None and not taker.place:
        columns["facts"] = taker.facts | {name: placed.fact(name) for name in PLACE}
        columns["place"] = placed.place
    return columns


def _photos(owner: User, ids: Sequence[int]) -> dict[int, Photo]:
    mine = Photo.objects.owned_by(owner).only(*_COLUMNS)
    return {photo.pk: photo for some in batches(ids) for photo in mine.filter(pk__in=some)}


def _members(kind: Kind, ids: Sequence[int]) -> dict[int, set[int]]:
    """The albums (that are not deleted), or the tags, of each photo."""
    found: dict[int, set[int]] = defaultdict(set)
    for some in batches(ids):
        pairs: Iterable[tuple[int, int]]
        if kind == Kind.ALBUM:
            rows = AlbumPhoto.objects.there().filter(photo__in=some, album__deleted_at=None)
            pairs = rows.values_list("photo", "album")
        else:
            pairs = PhotoTag.objects.there().filter(photo__in=some).values_list("photo", "tag")
        for photo_id, of in pairs:
            found[photo_id].add(of)
    return found
