"""Albums: what they hold, and every act on them. Undone like all acts, by ``changes.undo``.

A photo that is taken out keeps its row, and so does a deleted album: an undo is exact, and no
import brings back what its owner did not want.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, Subquery
from django.utils import timezone

from gallery import memberships
from gallery.core.batches import ROWS_PER_STATEMENT
from gallery.memberships import Key, Kind
from gallery.models import (
    Album,
    AlbumPhoto,
    Change,
    ChangedAlbum,
    ChangedPhoto,
    Photo,
    PhotoQuerySet,
    User,
)

COLUMNS = {field.name: field for field in Album._meta.concrete_fields}
IN_ALBUM = Q(members__removed_at=None, members__photo__trashed_at=None)
REASONS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Overview:
    album: Album
    count: int
    first_day: dt.date | None  # none: the album is empty
    last_day: dt.date | None
    cover: Photo | None


def overviews(user: User) -> list[Overview]:
    """All albums of the user, those with the newest photos first, empty ones last."""
    newest = (
        AlbumPhoto.objects.there()
        .filter(album=OuterRef("pk"), photo__trashed_at=None)
        .order_by("-photo__taken_day", "-photo__taken_at", "-photo")
    )
    mine = Album.objects.owned_by(user).there()
    rows = list(
        mine.values("pk").annotate(
            count=Count("members", filter=IN_ALBUM & Q(members__photo__stack=None))
            + Count("members__photo__stack", filter=IN_ALBUM, distinct=True),
            first_day=Min("members__photo__taken_day", filter=IN_ALBUM),
            last_day=Max("members__photo__taken_day", filter=IN_ALBUM),
            cover=Subquery(newest.values("photo")[:1]),
        )
    )
    there = mine.in_bulk()
    covers = Photo.objects.in_bulk([row["cover"] for row in rows if row["cover"]])
    shown = [
        Overview(
            there[row["pk"]],
            row["count"],
            row["first_day"],
            row["last_day"],
            covers.get(row["cover"]),
        )
        for row in rows
        if row["pk"] in there  # deleted between the two queries
    ]
    no_day = dt.date.min
    return sorted(shown, key=lambda each: each.last_day or no_day, reverse=True)


def photos_of(album: Album) -> PhotoQuerySet:
    """What the album shows: archived photos too, but none that lies in the trash.

    Of a shot in several parts only the first one that is in the album.
    """
    members = AlbumPhoto.objects.there().filter(album=album, photo__trashed_at=None)
    before = Q(photo__stack_place__lt=OuterRef("stack_place")) | Q(
        photo__stack_place=OuterRef("stack_place"), photo__lt=OuterRef("pk")
    )
    others = members.filter(before, photo__stack=OuterRef("stack"))
    photos = Photo.objects.filter(pk__in=members.values("photo"))
    return photos.filter(Q(stack=None) | ~Exists(others))


def albums_of(photo: Photo) -> list[Album]:
    members = AlbumPhoto.objects.there().filter(photo=photo)
    return list(Album.objects.there().filter(pk__in=members.values("album")))


def create(owner: User, title: str) -> Album:
    return Album.objects.create(owner=owner, title=title, created_at=timezone.now())


def put_in(photos: PhotoQuerySet, album: Album, *, by: User) -> Change:
    """Photos that are in the album already are left alone. Unsaved change if that is all."""
    return _change_members(photos, album, by, Change.Act.ALBUM_ADD)


def take_out(photos: PhotoQuerySet, album: Album, *, by: User) -> Change:
    """The photos themselves stay where they are. Unsaved change if none was in the album."""
    return _change_members(photos, album, by, Change.Act.ALBUM_REMOVE)


def rename(album: Album, title: str, *, by: User) -> Change:
    return _change_album(album, by, Change.Act.ALBUM_RENAME, {"title": title})


def delete(album: Album, *, by: User) -> Change:
    """The album goes, its photos stay in the library."""
    now = timezone.now().isoformat()
    return _change_album(album, by, Change.Act.ALBUM_DELETE, {"deleted_at": now})


def put_back(change: Change, rows: Sequence[ChangedPhoto]) -> None:
    """The part of an undo that is about albums. Call it in the transaction of the undo."""
    about = change.changed_album
    _write_album(about.album, about.before)
    before = {Key(about.album_id, row.photo_id): row.before["membership"] for row in rows}
    memberships.write(Kind.ALBUM, before)


def what_stands_in_the_way(change: Change, rows: Sequence[ChangedPhoto]) -> list[str]:
    """Later acts that an exact undo would overwrite."""
    about = ChangedAlbum.objects.filter(change=change).select_related("album").first()
    if about is None:
        return ["The album of this change no longer exists."]
    now = _album_now(about.album, about.after)
    if now != about.after:
        return [f"The album “{about.album.title}” was changed since: undo that first."]
    keys = [Key(about.album_id, row.photo_id) for row in rows]
    members = memberships.as_they_are(Kind.ALBUM, keys)
    return [
        f"{row.photo.file_name} was put into this album or taken out of it since: undo that first."
        for row in rows
        if members.get(Key(about.album_id, row.photo_id)) != row.after["membership"]
    ][:REASONS_SHOWN]


def _change_members(photos: PhotoQuerySet, album: Album, by: User, act: Change.Act) -> Change:
    is_adding = act == Change.Act.ALBUM_ADD
    with transaction.atomic():
        Album.objects.select_for_update().get(pk=album.pk)
        keys = [Key(album.pk, pk) for pk in _with_their_stacks(photos.owned_by(album.owner))]
        now = timezone.now()
        changed = memberships.change_them(Kind.ALBUM, keys, now, is_adding=is_adding)
        summary = _summary(act, album, len(changed))
        change = _new_change(album, by, act, summary=summary, photo_count=len(changed))
        if changed:
            change.save()
            ChangedAlbum.objects.create(change=change, album=album)
            ChangedPhoto.objects.bulk_create(
                (
                    ChangedPhoto(
                        change=change,
                        photo_id=row.photo_id,
                        before={"membership": row.before},
                        after={"membership": row.after},
                    )
                    for row in changed
                ),
                batch_size=ROWS_PER_STATEMENT,
            )
    return change


def _with_their_stacks(photos: PhotoQuerySet) -> list[int]:
    """All parts of these shots, as far as they are in the same place."""
    stacks = photos.order_by().exclude(stack=None).values("stack")
    parts = Photo.objects.filter(stack__in=stacks, trashed_at=None).values_list("pk", flat=True)
    return sorted({*photos.order_by().values_list("pk", flat=True), *parts})


def _change_album(album: Album, by: User, act: Change.Act, after: dict[str, Any]) -> Change:
    with transaction.atomic():
        locked = Album.objects.select_for_update().get(pk=album.pk)
        before = _album_now(locked, after)
        change = _new_change(locked, by, act, summary=_summary_of_album(act, locked, after))
        if before != after:
            change.save()
            ChangedAlbum.objects.create(change=change, album=locked, before=before, after=after)
            _write_album(locked, after)
    return change


def _new_change(
    album: Album, by: User, act: Change.Act, *, summary: str, photo_count: int = 0
) -> Change:
    return Change(
        owner=album.owner,
        made_by=by,
        act=act,
        summary=summary[:200],
        photo_count=photo_count,
        made_at=timezone.now(),
    )


def _album_now(album: Album, names: dict[str, Any]) -> dict[str, Any]:
    """The values of these columns as a change keeps them."""
    values = {name: getattr(album, name) for name in names}
    return {
        name: value.isoformat() if isinstance(value, dt.datetime) else value
        for name, value in values.items()
    }


def _write_album(album: Album, values: dict[str, Any]) -> None:
    columns = {name: COLUMNS[name].to_python(value) for name, value in values.items()}
    if columns:
        Album.objects.filter(pk=album.pk).update(**columns)


def _summary(act: Change.Act, album: Album, count: int) -> str:
    photos = "1 photo" if count == 1 else f"{count:,} photos"
    if act == Change.Act.ALBUM_ADD:
        return f"Put {photos} into the album “{album.title}”" if count else "Already in the album"
    return f"Took {photos} out of the album “{album.title}”"


def _summary_of_album(act: Change.Act, album: Album, after: dict[str, Any]) -> str:
    if act == Change.Act.ALBUM_RENAME:
        return f"Renamed the album “{album.title}” to “{after['title']}”"
    return f"Deleted the album “{album.title}”. Its photos stay."
