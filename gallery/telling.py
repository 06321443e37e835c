"""Lets others know of acts on photos, in their transaction. Who they are is in the hooks."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils.module_loading import import_string

from gallery.models import Change, User


def places_changed(owner: User, photo_ids: Sequence[int], change: Change) -> None:
    """A change that moved these photos between timeline, archive and trash, or put them back."""
    if change.act in Change.OF_PLACES:
        _tell(owner, photo_ids, change)


def stacked(owner: User, photo_ids: Sequence[int]) -> None:
    """Photos that have just become parts of one shot."""
    _tell(owner, photo_ids, None)


def deleting(photo_ids: Sequence[int]) -> None:
    """Photos that are about to be deleted forever."""
    for name in settings.BEFORE_DELETION:
        import_string(name)(photo_ids)


def _tell(owner: User, photo_ids: Sequence[int], change: Change | None) -> None:
    for name in settings.STATES_CHANGED:
        import_string(name)(owner, photo_ids, change)
