"""Gives a name to the places of photos that have a position and no name yet."""

from __future__ import annotations

from collections.abc import Callable

from gallery.core import places
from gallery.core.batches import ROWS_PER_STATEMENT
from gallery.models import Photo, PhotoQuerySet
from gallery.rows import update_each


def unnamed() -> PhotoQuerySet:
    """Photos with a position; those at sea are among them for ever, and cost little."""
    return Photo.objects.filter(place="", facts__has_key="latitude").order_by("pk")


def name_places(on_progress: Callable[[int], None] = lambda _: None) -> int:
    """Name what has no name. Safe to stop and to repeat; also run once a day."""
    named, last = 0, 0
    while rows := list(
        unnamed().filter(pk__gt=last).values_list("pk", "facts")[:ROWS_PER_STATEMENT]
    ):
        found = {pk: places.name_of(facts) for pk, facts in rows}
        update_each({pk: {"place": name} for pk, name in found.items() if name})
        named += sum(1 for name in found.values() if name)
        last = rows[-1][0]
        on_progress(len(rows))
    return named
