"""Acts of administrators on thousands of cameras: merge, rename, shift the clocks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Count

from gallery import camera_acts, row_acts, stacks
from gallery.camera_acts import CannotMerge
from gallery.dating import previews
from gallery.dating.acts import correct_only, of_clock
from gallery.dating.corrections import Shift
from gallery.models import Camera, Change, ChangedPhoto, Photo, PhotoQuerySet, RowResult
from gallery.row_acts import Call, Item, Result, RowAct

NOUNS = ("camera", "cameras")

# Other writers wait while so many dates are written, about a second.
PHOTOS_AT_ONCE = 2000

# What a new name may be made of, in braces; Camera has fields of these names.
NAME_PARTS = ("name", "make", "model", "serial", "prefix")
NAME_LENGTH = 200


def name_of(camera: Camera) -> str:
    return f"{camera.name} of {camera.owner}"


def cameras_of(call: Call) -> list[Camera]:
    return list(call.mine(Camera.objects.select_related("owner", "merged_into")))


def was_merged(camera: Camera) -> str:
    """The objection to acts on a camera that became another one."""
    return f"It was merged into {camera.merged_into}." if camera.merged_into else ""


def photos_in_words(count: int) -> str:
    return "1 photo" if count == 1 else f"{count:,} photos"


def _look_at_merging(call: Call) -> list[Item]:
    into = Camera.objects.filter(pk=call.options["into"]).first()
    rows = call.mine(Camera.objects.select_related("owner", "merged_into"))
    return [_to_merge(camera, into) for camera in rows.annotate(count=Count("photos"))]


def _to_merge(camera: Camera, into: Camera | None) -> Item:
    name = name_of(camera)
    if into is None:
        return Item(camera.pk, name, Result.REFUSED, "The camera to merge into is gone.")
    try:
        camera_acts.check_merge(camera, into)
    except CannotMerge as refusal:
        return Item(camera.pk, name, Result.REFUSED, str(refusal))
    count: int = getattr(camera, "count", 0)
    told = f"{photos_in_words(count)} to {into.name}."
    return Item(camera.pk, name, Result.DONE, told, count)


def _merge(call: Call) -> list[Item]:
    into = Camera.objects.filter(pk=call.options["into"]).first()
    return [_merged(camera, into, call) for camera in cameras_of(call)]


def _merged(camera: Camera, into: Camera | None, call: Call) -> Item:
    looked = _to_merge(camera, into)
    if looked.result != Result.DONE or into is None:
        return looked
    change = camera_acts.merge(camera, into, by=call.by)
    count = change.photo_count
    told = f"{photos_in_words(count)} went to {into.name}."
    return Item(camera.pk, looked.name, Result.DONE, told, count, change.pk)


def _look_at_renaming(call: Call) -> list[Item]:
    return [_to_rename(camera, call.options["pattern"]) for camera in cameras_of(call)]


def _to_rename(camera: Camera, pattern: str) -> Item:
    name, new = name_of(camera), new_name(camera, pattern)
    if not new:
        return Item(camera.pk, name, Result.REFUSED, "Nothing would be left of its name.")
    if len(new) > NAME_LENGTH:
        why = f"The name would be longer than {NAME_LENGTH} characters."
        return Item(camera.pk, name, Result.REFUSED, why)
    if new == camera.name:
        return Item(camera.pk, name, Result.NOTHING_TO_DO, "It has that name.")
    return Item(camera.pk, name, Result.DONE, f"{camera.name} → {new}")


def _rename(call: Call) -> list[Item]:
    items = []
    for camera in cameras_of(call):
        item = _to_rename(camera, call.options["pattern"])
        if item.result == Result.DONE:
            new = new_name(camera, call.options["pattern"])
            change = camera_acts.rename(camera, new, by=call.by)
            item = Item(camera.pk, item.name, Result.DONE, item.told, made=change.pk)
        items.append(item)
    return items


def new_name(camera: Camera, pattern: str) -> str:
    """What the pattern makes of a camera's name: each {part} becomes what the camera has of it."""
    new = pattern
    # The name last: it may hold braces of its own.
    for part in sorted(NAME_PARTS, key="name".__eq__):
        new = new.replace(f"{{{part}}}", getattr(camera, part))
    return " ".join(new.split())


def _look_at_clocks(call: Call) -> list[Item]:
    return [_to_shift(camera, call.options) for camera in cameras_of(call)]


def _to_shift(camera: Camera, options: dict[str, Any]) -> Item:
    name = name_of(camera)
    if objection := was_merged(camera):
        return Item(camera.pk, name, Result.NOTHING_TO_DO, objection)
    found = previews.preview(_dated(camera, options), _shift(options), camera.owner)
    if not found.moved:
        why = found.left[0][0] if found.left else "It has no photos in this time."
        return Item(camera.pk, name, Result.NOTHING_TO_DO, why)
    about = "" if found.is_exact else "about "
    told = f"{about}{photos_in_words(found.moved)}"
    if found.day_moves:
        told += f", {about}{found.day_moves:,} of them to another day"
    told += "".join(f"; {count:,} stay: {why}" for why, count in found.left)
    return Item(camera.pk, name, Result.DONE, _sentence(told), found.moved)


def _shift_clocks(call: Call) -> list[Item]:
    """One camera; of one with many photos a part, which is committed before the next."""
    return [_shifted(camera, call) for camera in cameras_of(call)]


def _shifted(camera: Camera, call: Call) -> Item:
    so_far = call.so_far or {"change": None, "after": 0}
    name = name_of(camera)
    if objection := was_merged(camera):
        return Item(camera.pk, name, Result.NOTHING_TO_DO, objection)
    rows = _dated(camera, call.options).filter(pk__gt=so_far["after"]).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[: PHOTOS_AT_ONCE + 1])
    piece = ids[:PHOTOS_AT_ONCE]
    # Unless somebody has undone it meanwhile: then what follows is a change of its own.
    change = Change.objects.filter(pk=so_far["change"], undone_at=None).first()
    photos = _with_parts(piece, call, change)
    done = correct_only(photos, _shift(call.options), by=call.by, into=change)
    made = done.change.pk or so_far["change"]
    if len(ids) > len(piece):
        more = {"change": made, "after": piece[-1]}
        return Item(camera.pk, name, Result.DONE, so_far=more)
    if made is None:
        why = done.left[0][1] if done.left else "It has no photos in this time."
        return Item(camera.pk, name, Result.NOTHING_TO_DO, why)
    count = Change.objects.get(pk=made).photo_count
    return Item(camera.pk, name, Result.DONE, f"{photos_in_words(count)}.", count, made)


def _with_parts(ids: Sequence[int], call: Call, change: Change | None) -> PhotoQuerySet:
    """The photos and the other parts of their shots, but for what this job has shifted already.

    Parts may belong to another piece of the list, or to another of the chosen cameras.
    """
    wanted = set(stacks.expanded(sorted(ids)))
    by_change: dict[int, set[int]] = {}
    touched = ChangedPhoto.objects.filter(photo__in=wanted)
    for made, photo_id in touched.values_list("change", "photo"):
        by_change.setdefault(made, set()).add(photo_id)
    of_job = RowResult.objects.filter(job=call.job_id, made__in=by_change)
    ours = {*of_job.values_list("made", flat=True), change.pk if change else None}
    for made, photo_ids in by_change.items():
        if made in ours:
            wanted -= photo_ids
    return Photo.objects.filter(pk__in=wanted)


def _dated(camera: Camera, options: dict[str, Any]) -> PhotoQuerySet:
    return of_clock(camera, day_of(options["first_day"]), day_of(options["last_day"]))


def day_of(text: str) -> dt.date | None:
    """A day as the options of a job hold it; empty for none."""
    return dt.date.fromisoformat(text) if text else None


def _shift(options: dict[str, Any]) -> Shift:
    return Shift(options["seconds"], of_camera=True)


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


MERGE = RowAct(
    title="Merge into the one with most photos",
    one=NOUNS[0],
    many=NOUNS[1],
    rows=Camera,
    note="Photos imported later under their names go there too. You can undo it.",
    look=_look_at_merging,
    do=_merge,
    undo=row_acts.undo_changes,
    at_once=1,  # a camera may have a hundred thousand photos
)

RENAME = RowAct(
    title="Rename",
    one=NOUNS[0],
    many=NOUNS[1],
    rows=Camera,
    note="Only the names change that people see. You can undo it.",
    look=_look_at_renaming,
    do=_rename,
    undo=row_acts.undo_changes,
)

SHIFT_CLOCKS = RowAct(
    title="Shift clocks",
    one=NOUNS[0],
    many=NOUNS[1],
    rows=Camera,
    note="Only times move that the camera's own clock wrote; photos in the trash stay as they are. "
    "You can undo it.",
    look=_look_at_clocks,
    do=_shift_clocks,
    undo=row_acts.undo_changes,
    at_once=1,
)
