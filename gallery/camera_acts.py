"""Rename a camera, or merge it into another: undone like all acts, by ``changes.undo``.

A merged camera keeps its row and its key. So an undo is exact, and what is imported later under
the old name still finds the camera it became.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from gallery.core.batches import ROWS_PER_STATEMENT, batches
from gallery.models import Camera, Change, ChangedCamera, ChangedPhoto, Photo, User

REASONS_SHOWN = 20


class CannotMerge(Exception):
    """The two cannot become one camera; the message says why."""


def rename(camera: Camera, name: str, *, by: User) -> Change:
    """Another name for people; the key stays. An unsaved change if it has that name already."""
    with transaction.atomic():
        locked = Camera.objects.select_for_update().get(pk=camera.pk)
        summary = f"Renamed the camera {locked.name} to {name}"
        if locked.name == name:
            return _change(locked, by, Change.Act.CAMERA_NAME, "Nothing to change")
        change = _change(locked, by, Change.Act.CAMERA_NAME, summary)
        _record(change, locked, {"name": name})
    return change


def merge(camera: Camera, into: Camera, *, by: User) -> Change:
    """Give all photos of a camera, in whatever state, to another camera of the same owner.

    Raises CannotMerge.
    """
    with transaction.atomic():
        # In one order, so that two merges at once wait for each other instead of locking up.
        rows = Camera.objects.select_for_update().filter(pk__in=[camera.pk, into.pk]).order_by("pk")
        locked = {row.pk: row for row in rows}
        one, other = locked.get(camera.pk), locked.get(into.pk)
        if one is None or other is None:
            raise CannotMerge("One of the two cameras is not there any more.")
        check_merge(one, other)
        ids = list(Photo.objects.filter(camera=one).order_by("pk").values_list("pk", flat=True))
        photos = "1 photo" if len(ids) == 1 else f"{len(ids):,} photos"
        summary = f"Merged the camera {one.name} into {other.name}: {photos}"
        change = _change(one, by, Change.Act.CAMERA_MERGE, summary, len(ids))
        _record(change, one, {"merged_into_id": other.pk})
        ChangedPhoto.objects.bulk_create(
            (
                ChangedPhoto(
                    change=change,
                    photo_id=pk,
                    before={"camera": one.pk},
                    after={"camera": other.pk},
                )
                for pk in ids
            ),
            batch_size=ROWS_PER_STATEMENT,
        )
        _give(ids, other.pk)
    return change


def put_back(change: Change, photo_ids: Sequence[int]) -> None:
    """The part of an undo that is about cameras. Call it in the transaction of the undo."""
    about = change.changed_camera
    Camera.objects.filter(pk=about.camera_id).update(**about.before)
    _give(photo_ids, about.camera_id)


def what_stands_in_the_way(change: Change, rows: Sequence[ChangedPhoto]) -> list[str]:
    """Later acts that an exact undo would overwrite."""
    about = ChangedCamera.objects.filter(change=change).select_related("camera").first()
    if about is None:
        return ["The camera of this change no longer exists."]
    if any(getattr(about.camera, name) != value for name, value in about.after.items()):
        return [f"The camera {about.camera.name} was changed since: undo that first."]
    return [
        f"{row.photo.file_name} came to another camera since: undo that first."
        for row in rows
        if row.photo.camera_id != row.after["camera"]
    ][:REASONS_SHOWN]


def check_merge(one: Camera, other: Camera) -> None:
    """Raises CannotMerge if the first cannot become the other."""
    if one.owner_id != other.owner_id:
        raise CannotMerge("The two cameras belong to different owners.")
    if one.merged_into_id is not None:
        raise CannotMerge(f"{one.name} was merged into another camera already.")
    if other.in_force.pk == one.pk:
        raise CannotMerge("A camera cannot be merged into itself.")


def _change(camera: Camera, by: User, act: Change.Act, summary: str, count: int = 0) -> Change:
    return Change(
        owner=camera.owner,
        made_by=by,
        act=act,
        summary=summary[:200],
        photo_count=count,
        made_at=timezone.now(),
    )


def _record(change: Change, camera: Camera, after: dict[str, Any]) -> None:
    """Save the change with what it replaces on the camera, and write that."""
    before = {name: getattr(camera, name) for name in after}
    change.save()
    ChangedCamera.objects.create(change=change, camera=camera, before=before, after=after)
    Camera.objects.filter(pk=camera.pk).update(**after)


def _give(photo_ids: Sequence[int], camera_id: int) -> None:
    for some in batches(photo_ids):
        Photo.objects.filter(pk__in=some).update(camera=camera_id)
