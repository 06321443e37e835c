"""What stands in the way of an exact undo, in words; reads only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gallery import albums, camera_acts, memberships, stacks
from gallery.models import Change, ChangedPhoto, Photo
from gallery.rows import COLUMNS, stored

REASONS_SHOWN = 20


def to_undoing(change: Change, rows: Sequence[ChangedPhoto]) -> list[str]:
    """Why the change cannot be undone now, given what it replaced; empty if it can."""
    if not change.can_be_undone:
        return ["What was deleted forever cannot be brought back."]
    reasons = []
    if gone := change.photo_count - len(rows):
        reasons.append(f"{count_of_photos(gone)} of this change no longer exist: deleted forever.")
    if change.act in Change.OF_ALBUMS:
        return reasons + albums.what_stands_in_the_way(change, rows)
    if change.act in Change.OF_CAMERAS:
        return reasons + camera_acts.what_stands_in_the_way(change, rows)
    if not stacks.are_there(row.before.get("stack") for row in rows):
        reasons.append("The other files of this shot no longer exist: deleted forever.")
    changed = [row for row in rows if _was_changed_since(row)]
    reasons += [_later_change_of(row) for row in changed[:REASONS_SHOWN]]
    if (more := len(changed) - REASONS_SHOWN) > 0:
        reasons.append(f"And {count_of_photos(more)} more.")
    return reasons + memberships.what_stands_in_the_way(change)[:REASONS_SHOWN]


def count_of_photos(number: int) -> str:
    return f"{number:,} photo" if number == 1 else f"{number:,} photos"


def _was_changed_since(row: ChangedPhoto) -> bool:
    if any(stored(_now(row.photo, name)) != value for name, value in row.after.items()):
        return True
    # It would leave the trash and stay hidden.
    return bool(row.photo.hidden_at and "trashed_at" in row.after and "hidden_at" not in row.after)


def _now(photo: Photo, name: str) -> Any:
    """The column's value: of another row its number."""
    return getattr(photo, COLUMNS[name].attname)


def _later_change_of(row: ChangedPhoto) -> str:
    later = (
        Change.objects.filter(changed_photos__photo=row.photo_id, undone_at=None)
        .filter(pk__gt=row.change_id)
        .order_by("-pk")
        .first()
    )
    by_what = f"“{later.summary}” ({later.made_at:%Y-%m-%d %H:%M})" if later else "another act"
    return f"{row.photo.file_name} was changed since by {by_what}: undo that first."
