"""What is known of the shots of a scan: of a stack, its best part speaks for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from dedup.core.keepers import KeeperFacts
from dedup.neighbours import microseconds
from gallery.core.batches import batches
from gallery.core.companions import Part
from gallery.models import Photo


def facts_of(photo_ids: Sequence[int]) -> dict[int, KeeperFacts]:
    """What the best of a group is chosen by; of a stack its best part speaks for all."""
    return {
        row["pk"]: KeeperFacts(
            photo_id=row["pk"],
            taken_us=microseconds(row["taken_at"]),
            sharpness=row["features__sharpness"] or 0.0,
            exposure_clipping=row["features__clipping"] or 0.0,
            **_of_the_shot(parts.get(row["stack"], [row])),
        )
        for some in batches(photo_ids)
        for parts in [_parts_of(some)]
        for row in Photo.objects.filter(pk__in=some).values(*_FACTS)
    }


def _of_the_shot(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    largest = max(parts, key=lambda part: part["width"] * part["height"])
    return {
        "width": largest["width"],
        "height": largest["height"],
        "size_bytes": sum(part["size_bytes"] for part in parts),
        "favourite": any(part["favourite_at"] for part in parts),
        "edited": any(part["stack"] and part["stack_place"] == Part.EDITED for part in parts),
    }


def _parts_of(photo_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """The parts on the timeline of the stacks that these photos stand for."""
    stacks = Photo.objects.filter(pk__in=photo_ids, stack__isnull=False).values("stack")
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for part in Photo.objects.filter(stack__in=stacks).on_timeline().values(*_OF_THE_SHOT):
        found[part["stack"]].append(part)
    return found


_OF_THE_SHOT = ("width", "height", "size_bytes", "favourite_at", "stack", "stack_place")
_FACTS = ("pk", "taken_at", "features__sharpness", "features__clipping", *_OF_THE_SHOT)
