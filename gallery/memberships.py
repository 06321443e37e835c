"""A photo in an album, a tag on a photo: read, written and put back as a change remembers it.

Both keep their row when they are taken away, so both are undone alike.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple, TypedDict, cast

from django.db.models import Q

from gallery.core.batches import ROWS_PER_STATEMENT, batches
from gallery.models import AlbumPhoto, Change, ChangedMembership, PhotoTag

# Few values in one statement, for the lists of photos are of both, albums and photos.
KEYS_PER_QUERY = 500


class Kind(StrEnum):
    """What a photo is a member of; the name of the column as well."""

    ALBUM = "album"
    TAG = "tag"


class Membership(TypedDict):
    """A row of AlbumPhoto or PhotoTag, now or once there, as a change remembers it."""

    added_at: str
    removed_at: str | None


class Key(NamedTuple):
    of: int  # the album or the tag
    photo: int


_MODELS: dict[Kind, Any] = {Kind.ALBUM: AlbumPhoto, Kind.TAG: PhotoTag}


def as_they_are(kind: Kind, keys: Iterable[Key]) -> dict[Key, Membership]:
    """The memberships that have a row, taken away or not."""
    return {
        Key(getattr(row, f"{kind}_id"), row.photo_id): {
            "added_at": row.added_at.isoformat(),
            "removed_at": row.removed_at.isoformat() if row.removed_at else None,
        }
        for row in _rows(kind, keys)
    }


def write(kind: Kind, wanted: Mapping[Key, Membership | None]) -> None:
    """Make these memberships exactly so; None for no row. A row that is there keeps its number."""
    model = _MODELS[kind]
    there = {Key(getattr(row, f"{kind}_id"), row.photo_id): row.pk for row in _rows(kind, wanted)}
    doomed = [pk for key, pk in there.items() if wanted[key] is None]
    for some in batches(doomed):
        model.objects.filter(pk__in=some).delete()
    alike: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    new = []
    for key, member in wanted.items():
        if member is None:
            continue
        if key in there:
            alike[member["added_at"], member["removed_at"]].append(there[key])
        else:
            new.append(model(**{f"{kind}_id": key.of, "photo_id": key.photo}, **_times(member)))
    for (added_at, removed_at), ids in alike.items():
        times = _times({"added_at": added_at, "removed_at": removed_at})
        for some in batches(ids):
            model.objects.filter(pk__in=some).update(**times)
    model.objects.bulk_create(new, batch_size=ROWS_PER_STATEMENT)


def change_them(
    kind: Kind, keys: Sequence[Key], now: dt.datetime, *, is_adding: bool
) -> list[ChangedMembership]:
    """Put photos in or take them out; what that replaced, as rows without their change.

    What is so already is left alone. Call it in the transaction that saves the rows.
    """
    before = as_they_are(kind, keys)
    after: dict[Key, Membership | None] = {}
    moment = now.isoformat()
    for key in keys:
        member = before.get(key)
        is_in = member is not None and member["removed_at"] is None
        if is_in == is_adding or (member is None and not is_adding):
            continue
        added_at = moment if is_adding or member is None else member["added_at"]
        removed_at = None if is_adding else moment
        after[key] = Membership(added_at=added_at, removed_at=removed_at)
    write(kind, after)
    return [
        ChangedMembership(
            photo_id=key.photo,
            before=cast(dict[str, Any] | None, before.get(key)),
            after=cast(dict[str, Any] | None, member),
            **{f"{kind}_id": key.of},
        )
        for key, member in after.items()
    ]


def remember(change: Change, rows: Sequence[ChangedMembership]) -> None:
    for row in rows:
        row.change = change
    ChangedMembership.objects.bulk_create(rows, batch_size=ROWS_PER_STATEMENT)


def put_back(change: Change) -> None:
    """The part of an undo that is about albums and tags. Call it in the undo's transaction."""
    for kind, rows in _by_kind(change).items():
        write(kind, {_key(kind, row): cast(Membership | None, row.before) for row in rows})


def what_stands_in_the_way(change: Change) -> list[str]:
    """Later acts on the same albums and tags that an exact undo would overwrite."""
    reasons = []
    for kind, rows in _by_kind(change).items():
        now = as_they_are(kind, [_key(kind, row) for row in rows])
        for row in rows:
            if now.get(_key(kind, row)) != row.after:
                reasons.append(_changed_since(kind, row))
    return reasons


def _changed_since(kind: Kind, row: ChangedMembership) -> str:
    if kind == Kind.ALBUM:
        did = f"was put into the album “{row.album}” or taken out of it since"
    else:
        did = f"was given the tag “{row.tag}”, or lost it, since"
    return f"{row.photo.file_name} {did}: undo that first."


def _by_kind(change: Change) -> dict[Kind, list[ChangedMembership]]:
    rows = change.changed_memberships.select_related("photo", "album", "tag").order_by("pk")
    found: dict[Kind, list[ChangedMembership]] = defaultdict(list)
    for row in rows:
        found[Kind.ALBUM if row.album_id else Kind.TAG].append(row)
    return found


def _key(kind: Kind, row: ChangedMembership) -> Key:
    return Key(getattr(row, f"{kind}_id"), row.photo_id)


def _rows(kind: Kind, keys: Iterable[Key]) -> Iterable[Any]:
    """The rows of these pairs, album by album, so that no statement is for all combinations."""
    photos: dict[int, list[int]] = defaultdict(list)
    for key in keys:
        photos[key.of].append(key.photo)
    few: list[Q] = []
    model = _MODELS[kind]
    for of, ids in photos.items():
        if len(ids) > KEYS_PER_QUERY:
            for some in batches(ids):
                yield from model.objects.filter(**{kind: of, "photo__in": some})
        else:
            few.append(Q(**{kind: of, "photo__in": ids}))
    for start in range(0, len(few), 20):
        chosen = Q(pk__in=[])
        for each in few[start : start + 20]:
            chosen |= each
        yield from model.objects.filter(chosen)


def _times(member: Membership) -> dict[str, dt.datetime | None]:
    return {
        "added_at": dt.datetime.fromisoformat(member["added_at"]),
        "removed_at": _moment(member["removed_at"]),
    }


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
