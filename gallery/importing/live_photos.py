"""The video of a live photo: found by name and moment or by Apple's number, kept with its photo."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.dateparse import parse_datetime

from gallery.core import companions
from gallery.core.batches import batches
from gallery.core.companions import Part
from gallery.models import Companion, ImportedFile, Outcome, Photo, User

NO_PHOTO = (
    "It would be kept with the photo it belongs to, but none of this name and moment is here."
)
# Marks files that wait until all photos of their run are here.
WAITS = "video"

# A live photo moves for some seconds around the moment of the photo.
APART = dt.timedelta(seconds=10)
LONGEST_SECONDS = 30
# Clocks of photos may lack their zone.
ZONES = dt.timedelta(hours=15)


def photo_of(name: str, facts: dict[str, Any], owner: User) -> Photo | None:
    """The photo in the same folder and of the same name that this video was taken with.

    A photo that came from several folders, as out of the year and the album of a Takeout, lies
    in each of them.
    """
    started = parse_datetime(facts["started"] or "")
    if started is None:
        return None
    stem, folder = companions.stem_of(name), companions.folder_of(name)
    near = Photo.objects.filter(
        owner=owner, taken_at__gte=started - ZONES, taken_at__lte=started + ZONES
    ).only("file_name", "source_path", "format", "taken_at", "utc_offset_minutes", "facts")
    fitting = [photo for photo in near.order_by("pk") if _are_one(photo, facts, started)]
    found = [
        (part.part != Part.PICTURE, photo.pk, photo)
        for photo, path in [*_first_paths(fitting), *_other_paths(fitting, folder)]
        if companions.folder_of(path) == folder
        and (part := companions.part_of(path, photo.format)).stem == stem
    ]
    return min(found)[2] if found else None


def _first_paths(photos: Sequence[Photo]) -> Iterator[tuple[Photo, str]]:
    """Each photo with the folder it came from first, under the name it has now."""
    for photo in photos:
        folder = companions.folder_of(photo.source_path)
        yield photo, f"{folder}/{photo.file_name}" if folder else photo.file_name


def _other_paths(photos: Sequence[Photo], folder: str) -> Iterator[tuple[Photo, str]]:
    """The same photos under the names they had when they came again."""
    by_id = {photo.pk: photo for photo in photos}
    for some in batches(sorted(by_id)):
        rows = ImportedFile.objects.filter(photo__in=some, path__startswith=f"{folder}/")
        for photo_id, path in rows.order_by("pk").values_list("photo", "path"):
            yield by_id[photo_id], path


def keep(companion: Companion, row: ImportedFile) -> None:
    """Write that the file is kept with its photo; once, however often it comes."""
    _, is_new = Companion.objects.get_or_create(
        photo=companion.photo,
        checksum=companion.checksum,
        defaults={
            "kind": companion.kind,
            "file_name": companion.file_name,
            "size_bytes": companion.size_bytes,
        },
    )
    row.outcome = Outcome.SIDE_FILE if is_new else Outcome.ALREADY_HERE
    row.photo = companion.photo
    row.reason = f"Kept with {companion.photo.file_name}, as its video."
    row.code = ""


def _are_one(photo: Photo, facts: dict[str, Any], started: dt.datetime) -> bool:
    own, other = photo.facts.get("content_id"), facts["content_id"]
    if own and other:
        return bool(own == other)
    if (facts["seconds"] or 0) > LONGEST_SECONDS:
        return False
    # Some cameras write their local time where UTC belongs.
    local = photo.taken_at + dt.timedelta(minutes=photo.utc_offset_minutes)
    return min(abs(photo.taken_at - started), abs(local - started)) <= APART
