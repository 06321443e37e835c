"""What is known of shots when one is to be kept: the best part speaks for all of a stack."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Exists, OuterRef

from dedup.core.keepers import KeeperFacts
from dedup.neighbours import microseconds
from gallery import stacks
from gallery.core import editing, filenames
from gallery.core.batches import batches
from gallery.core.companions import folder_of
from gallery.models import AlbumPhoto, Photo, PhotoQuerySet


def facts_of(photo_ids: Sequence[int]) -> dict[int, KeeperFacts]:
    """What the best of a group is chosen by; of a stack its best part speaks for all."""
    return {
        row["pk"]: KeeperFacts(
            photo_id=row["pk"],
            taken_us=microseconds(row["taken_at"]),
            camera_id=row["camera"],
            folder=folder_of(row["source_path"]),
            plain_name=not filenames.is_copy(row["file_name"]),
            sharpness=row["features__sharpness"] or 0.0,
            exposure_clipping=row["features__clipping"] or 0.0,
            **_of_the_shot(parts.get(row["stack"], [row])),
        )
        for some in batches(photo_ids)
        for rows in [list(_with_albums(Photo.objects.filter(pk__in=some)).values(*_FACTS))]
        for parts in [_parts_of({row["stack"] for row in rows} - {None})]
        for row in rows
    }


def _of_the_shot(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    largest = max(parts, key=lambda part: part["width"] * part["height"])
    return {
        "width": largest["width"],
        "height": largest["height"],
        "size_bytes": sum(part["size_bytes"] for part in parts),
        "favourite": any(part["favourite_at"] for part in parts),
        "rating": max((part["rating"] or 0 for part in parts), default=0),
        "in_album": any(part["in_album"] for part in parts),
        "edited": any(_is_edited(part) for part in parts),
        "raw": any(part["format"] == stacks.RAW for part in parts),
    }


def _is_edited(part: dict[str, Any]) -> bool:
    software = part["facts__software"]
    told = software if isinstance(software, str) else ""
    return editing.is_edited(part["file_name"], part["format"], told)


def _with_albums(photos: PhotoQuerySet) -> PhotoQuerySet:
    members = AlbumPhoto.objects.there().filter(album__deleted_at=None, photo=OuterRef("pk"))
    return photos.annotate(in_album=Exists(members))


def _parts_of(stack_ids: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """The parts of these stacks that are on the timeline."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    if stack_ids:
        parts = Photo.objects.filter(stack__in=stack_ids).on_timeline()
        for part in _with_albums(parts).values(*_OF_THE_SHOT):
            found[part["stack"]].append(part)
    return found


_OF_THE_SHOT = (
    "pk",
    "width",
    "height",
    "size_bytes",
    "favourite_at",
    "rating",
    "format",
    "file_name",
    "facts__software",
    "stack",
    "in_album",
)
_FACTS = (
    "taken_at",
    "camera",
    "source_path",
    "features__sharpness",
    "features__clipping",
    *_OF_THE_SHOT,
)
