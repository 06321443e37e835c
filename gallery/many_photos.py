"""Acts of administrators on thousands of photos: what they would do; ``gallery.bulk`` does it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from gallery import bulk
from gallery.models import Job, Photo, User
from gallery.row_acts import Call, Item, Result, RowAct

GUARDED = "Photos that would leave a group of similar ones without any are refused, and named. "

# What an act finds to do: the same states that ``gallery.changes`` leaves alone.
SO_ALREADY: dict[bulk.Act, tuple[Callable[[Photo], bool], str]] = {
    bulk.Act.ARCHIVE: (lambda photo: photo.archived_at is not None, "It is archived."),
    bulk.Act.UNARCHIVE: (lambda photo: photo.archived_at is None, "It is not archived."),
    bulk.Act.TRASH: (lambda photo: photo.trashed_at is not None, "It is in the trash."),
    bulk.Act.RESTORE: (lambda photo: photo.trashed_at is None, "It is not in the trash."),
}


def _act(act: bulk.Act, note: str) -> RowAct:
    is_so, why = SO_ALREADY[act]

    def look(call: Call) -> list[Item]:
        photos = call.mine(Photo.objects.select_related("owner"))
        needed = photos.only("file_name", "archived_at", "trashed_at", "owner__username")
        items = []
        for photo in needed:
            name = f"{photo.file_name} of {photo.owner}"
            if is_so(photo):
                items.append(Item(photo.pk, name, Result.NOTHING_TO_DO, why))
            else:
                items.append(Item(photo.pk, name, Result.DONE))
        return items

    def begin(ids: Iterable[int], by: User, options: dict[str, Any]) -> Job:
        return bulk.later(act, ids, by)

    return RowAct(
        title=bulk.TITLES[act],
        one="photo",
        many="photos",
        rows=Photo,
        note=f"The other parts of their shots come along. {note}You can undo it.",
        look=look,
        begin=begin,
        looked_at_once=500,
    )


ARCHIVE = _act(bulk.Act.ARCHIVE, "")
UNARCHIVE = _act(bulk.Act.UNARCHIVE, "")
TRASH = _act(bulk.Act.TRASH, GUARDED)
RESTORE = _act(bulk.Act.RESTORE, "")
