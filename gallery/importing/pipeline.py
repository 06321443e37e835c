"""One file in, one outcome out; the same for every door.

``preparing`` does the slow part without a transaction, ``admit`` writes the rows of many prepared
files in one short one. Both may run again after a crash: nothing happens twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db.models import Q

from gallery import stacks, tags
from gallery.files import originals
from gallery.importing import live_photos
from gallery.models import Camera, Companion, ImportedFile, Outcome, Photo, User


@dataclass(frozen=True, slots=True)
class Offered:
    """A file that somebody wants in the library."""

    path: Path  # where its bytes are now
    name: str  # as its owner knows it, folders included
    modified_at: dt.datetime | None = None
    sidecar: Path | None = None
    is_ours: bool = False  # lies in our own incoming folder, and may be linked to
    stays: bool = False  # is read where it lies, now and later: never copied
    may_wait: bool = False  # a video, until all photos of its run are here


@dataclass(frozen=True, slots=True)
class Prepared:
    """What became of an offered file before the database was asked to hold it."""

    name: str
    path: Path | None = None
    checksum: str = ""
    size_bytes: int = 0
    photo: Photo | None = None  # not saved yet
    camera: Camera | None = None  # not saved yet
    refusal: str = ""  # why it is not in the library, in words
    code: str = ""
    failed: bool = False  # for a reason that is not the file's: worth another try
    stays: bool = False
    companion: Companion | None = None  # not saved yet: a file to be kept with its photo
    waits: bool = False  # for its photo, which may still come
    tags: tuple[str, ...] = ()


def admit(results: Iterable[tuple[Prepared, ImportedFile]], owner: User) -> None:
    """Create the photos and write every file's outcome. Call it inside a transaction."""
    pairs = sorted(results, key=lambda pair: pair[0].checksum)
    prepared = [result for result, _ in pairs]
    for checksum in dict.fromkeys(result.checksum for result in prepared if result.checksum):
        originals.hold(checksum)
    known = _known(owner, [result.checksum for result in prepared if result.checksum])
    cameras = _cameras(owner, prepared)
    new = [_settle(result, row, known, cameras) for result, row in pairs]
    Photo.objects.bulk_create(photo for photo in new if photo)
    # Only of what is new: what its owner made of the others since is not touched.
    came = ((photo, result) for photo, result in zip(new, prepared, strict=True) if photo)
    tags.put_on_new(owner, {photo.pk: result.tags for photo, result in came if result.tags})
    for _, row in pairs:
        row.photo = row.photo  # its number is known only now
    # All rows are there. Django's bulk_update would take ten times as long to write its SQL.
    ImportedFile.objects.bulk_create(
        (row for _, row in pairs),
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["outcome", "reason", "code", "photo", "incoming"],
    )
    stacks.join(owner, [row.photo for _, row in pairs if row.photo])


def _known(owner: User, checksums: Sequence[str]) -> dict[str, Photo]:
    photos = Photo.objects.filter(owner=owner, checksum__in=checksums)
    return {photo.checksum: photo for photo in photos}


def _cameras(owner: User, prepared: Sequence[Prepared]) -> dict[str, Camera]:
    wanted = {result.camera.key: result.camera for result in prepared if result.camera}
    if not wanted:
        return {}
    mine = Camera.objects.filter(owner=owner)
    there = set(mine.filter(key__in=wanted).values_list("key", flat=True))
    new = [camera for key, camera in wanted.items() if key not in there]
    # Another worker may have met the same camera a moment ago.
    Camera.objects.bulk_create(new, ignore_conflicts=True)
    found = mine.filter(Q(key__in=wanted)).select_related("merged_into")
    return {camera.key: camera.in_force for camera in found}


def _settle(
    result: Prepared, row: ImportedFile, known: dict[str, Photo], cameras: dict[str, Camera]
) -> Photo | None:
    """Decide one file's outcome, and return its photo if that is new. Nothing is saved here."""
    if result.waits:
        row.code = live_photos.WAITS
        return None
    if not result.failed:  # or it could not be tried again
        row.incoming = ""
    if result.companion:
        live_photos.keep(result.companion, row)
        return None
    if result.refusal:
        row.outcome = Outcome.FAILED if result.failed else Outcome.REFUSED
        row.reason, row.code = result.refusal, result.code
        return None
    if found := known.get(result.checksum):
        row.outcome, row.photo, row.reason = Outcome.ALREADY_HERE, found, place_of(found)
        return None
    photo = result.photo
    if photo is None or result.path is None:  # deleted forever since `prepare` saw it here
        raise Vanished(result.name)
    if not result.stays:
        originals.store(result.path, result.checksum)
    photo.camera = cameras[result.camera.key] if result.camera else None
    known[result.checksum] = photo
    row.outcome, row.photo, row.reason = Outcome.ADDED, photo, _came_as(photo)
    return photo


class Vanished(Exception):
    """The photo that made a file "already here" was deleted meanwhile: prepare it again."""


def place_of(photo: Photo) -> str:
    """Where a photo is that is here already, unless on the timeline."""
    places = {
        "trash": "It is in your trash.",
        "archive": "It is in your archive.",
        "hidden": "You have deleted it: it is hidden, and stays so.",
    }
    return places.get(photo.state, "")


def _came_as(photo: Photo) -> str:
    """What its side file said of a new photo's state."""
    if photo.trashed_at:
        return "It was in the trash where it comes from, and is in your trash now."
    if photo.archived_at:
        return "It was archived where it comes from, and is in your archive now."
    return ""
