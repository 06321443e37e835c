"""What is known of shots when one is to be kept: the best part speaks for all of a stack."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from dedup.core.keepers import KeeperFacts
from dedup.neighbours import microseconds
from gallery import stacks
from gallery.core import editing, filenames
from gallery.core.batches import batches
from gallery.models import AlbumPhoto, Photo


def facts_of(photo_ids: Sequence[int]) -> dict[int, KeeperFacts]:
    """What the best of a group is chosen by; of a stack its best part speaks for all."""
    return {
        row["pk"]: KeeperFacts(
            photo_id=row["pk"],
            taken_us=microseconds(row["taken_at"]),
            camera_id=row["camera"],
            folder=row["source_path"].rpartition("/")[0],
            plain_name=not filenames.is_copy(row["file_name"]),
            sharpness=row["features__sharpness"] or 0.0,
            exposure_clipping=row["features__clipping"] or 0.0,
            **_of_the_shot(parts.get(row["stack"], [row]), in_albums),
        )
        for some in batches(photo_ids)
        for parts, in_albums in [(_parts_of(some), _in_albums(some))]
        for row in Photo.objects.filter(pk__in=some).values(*_FACTS)
    }


def _of_the_shot(parts: Sequence[dict[str, Any]], in_albums: set[int]) -> dict[str, Any]:
    largest = max(parts, key=lambda part: part["width"] * part["height"])
    return {
        "width": largest["width"],
        "height": largest["height"],
        "size_bytes": sum(part["size_bytes"] for part in parts),
        "favourite": any(part["favourite_at"] for part in parts),
        "rating": max((part["rating"] or 0 for part in parts), default=0),
        "in_album": any(part["pk"] in in_albums for part in parts),
        "edited": any(_is_edited(part) for part in parts),
        "raw": any(part["format"] == stacks.RAW for part in parts),
    }


def _is_edited(part: dict[str, Any]) -> bool:
    software = part["facts__software"]
    told = software if isinstance(software, str) else ""
    return editing.is_edited(part["file_name"], part["format"], told)


def _in_albums(photo_ids: Sequence[int]) -> set[int]:
    """Those of the photos, or of the other parts of their shots, that are in an album."""
    stacked = Photo.objects.filter(pk__in=photo_ids, stack__isnull=False).values("stack")
    members = AlbumPhoto.objects.there().filter(album__deleted_at=None)
    members = members.filter(Q(photo__in=photo_ids) | Q(photo__stack__in=stacked))
    return set(members.values_list("photo", flat=True))


def _parts_of(photo_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """The parts on the timeline of the stacks that these photos stand for."""
    stacks = Photo.objects.filter(pk__in=photo_ids, stack__isnull=False).values("stack")
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for part in Photo.objects.filter(stack__in=stacks).on_timeline().values(*_OF_THE_SHOT):
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
)
_FACTS = (
    "taken_at",
    "camera",
    "source_path",
    "features__sharpness",
    "features__clipping",
    *_OF_THE_SHOT,
)
