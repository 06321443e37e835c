"""One file in, one outcome out; the same for every door.

``prepare`` does the slow part without a transaction, ``admit`` writes the rows of many prepared
files in one short one. Both may run again after a crash: nothing happens twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import Q
from django.utils import timezone

from gallery import stacks, tags
from gallery.core import places, taken_at
from gallery.core.pictures import UnreadablePicture
from gallery.dating import columns
from gallery.decoding.decoder import ReadFile, VideoFound, decoder
from gallery.files import derivatives, in_place, originals
from gallery.files.arrivals import Arrival, arriving
from gallery.importing import live_photos
from gallery.importing.room import NO_DISK, Room, UploadRefused
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


def prepare(offered: Offered, owner: User) -> Prepared:
    """Check, decode once, date, and store one file.

    A file that its owner has already is not decoded again. A bad one is refused, not raised;
    OSError means that the file is gone or may not be read.
    """
    try:
        is_not_copied = offered.is_ours or offered.stays
        with arriving(offered.path, is_ours=is_not_copied) as arrival:
            prepared = _prepare_read(offered, owner, arrival)
            if offered.stays:  # it is decoded where it lies
                arrival.check_unchanged()
            return prepared
    except UnreadablePicture as error:
        return Prepared(offered.name, refusal=error.reason, code=str(error.code))
    except UploadRefused as error:
        is_disk = error.kind == NO_DISK  # not the file's fault, and perhaps over tomorrow
        return Prepared(offered.name, refusal=error.reason, code=error.kind, failed=is_disk)


def _prepare_read(offered: Offered, owner: User, arrival: Arrival) -> Prepared:
    if not Photo.objects.filter(owner=owner, checksum=arrival.checksum).exists():
        return _prepare_new(offered, owner, arrival)
    # Brings back an original that was lost from the disk.
    if not offered.stays and not in_place.holds(owner, arrival.checksum):
        arrival.store()
    return Prepared(offered.name, offered.path, arrival.checksum, arrival.size_bytes)


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


def read(offered: Offered, now: dt.datetime) -> ReadFile:
    """Decode one file in the decoder process. Raises UnreadablePicture."""
    return decoder().read(
        offered.path,
        derivatives.AT_IMPORT,
        name=offered.name,
        # Above a file of somebody's own folder; one of ours lies where we put it.
        folder="" if offered.is_ours else offered.path.parent.name,
        modified=offered.modified_at.isoformat() if offered.modified_at else None,
        sidecar=str(offered.sidecar) if offered.sidecar else None,
        now=now.isoformat(),
    )


def dated(found: ReadFile, owner: User, now: dt.datetime) -> taken_at.TakenAt:
    return columns.chosen(taken_at.from_json(found.facts["candidates"]), owner, now)


def _prepare_new(offered: Offered, owner: User, arrival: Arrival) -> Prepared:
    now = timezone.now()
    # Of what lies in our own folder, it was asked before it came; what stays takes no room.
    if not (offered.is_ours or offered.stays):
        Room(owner).check_space(arrival.size_bytes)
    if not offered.stays:
        arrival.begin_copy()
    try:
        found = read(offered, now)
    except VideoFound as video:
        return _prepare_video(offered, owner, arrival, video)
    if not offered.stays:
        arrival.store()
    checksum, size = arrival.checksum, arrival.size_bytes
    for name, data in found.derivatives.items():
        derivatives.save(checksum, name, data)
    photo = _photo(offered, owner, checksum, size, found, now)
    camera = Camera(owner=owner, **found.facts["camera"]) if found.facts["camera"] else None
    return Prepared(
        offered.name,
        offered.path,
        checksum,
        size,
        photo,
        camera,
        stays=offered.stays,
        tags=tuple(found.facts["tags"]),
    )


def _prepare_video(offered: Offered, owner: User, arrival: Arrival, video: VideoFound) -> Prepared:
    """Keep a video with the photo it belongs to; without one it is refused, as ever."""
    photo = None if offered.stays else live_photos.photo_of(offered.name, video.facts, owner)
    if photo is None:
        if offered.may_wait:
            return Prepared(offered.name, waits=True)
        reason = f"{video.reason} {live_photos.NO_PHOTO}"
        return Prepared(offered.name, refusal=reason, code=str(video.code))
    arrival.store()
    companion = Companion(
        photo=photo,
        kind=Companion.Kind.VIDEO,
        checksum=arrival.checksum,
        file_name=Path(offered.name).name[-255:],
        size_bytes=arrival.size_bytes,
    )
    checksum, size = arrival.checksum, arrival.size_bytes
    return Prepared(offered.name, offered.path, checksum, size, companion=companion)


def _photo(
    offered: Offered, owner: User, checksum: str, size: int, found: ReadFile, now: dt.datetime
) -> Photo:
    facts = found.facts
    told = _with_side_file(facts["facts"], facts["told_beside"])
    return Photo(
        owner=owner,
        checksum=checksum,
        file_name=Path(offered.name).name[-255:],
        source_path=offered.name[-1024:],
        size_bytes=size,
        format=facts["format"],
        width=facts["width"],
        height=facts["height"],
        average_color=facts["average_color"],
        facts=told,
        place=places.name_of(told),
        rating=facts["rating"],
        favourite_at=now if facts["favourite"] else None,
        archived_at=now if facts["archived"] else None,
        trashed_at=now if facts["trashed"] else None,
        imported_at=now,
        **columns.columns_of(dated(found, owner, now)),
        **columns.series_of(offered.name),
    )


def _with_side_file(facts: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """The facts of the photo itself go first; a place is taken as a whole."""
    if facts.get("latitude") is not None:
        told = {
            name: value for name, value in told.items() if name not in {"latitude", "longitude"}
        }
    return {**told, **facts}


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


def io_reason(error: OSError) -> str:
    if isinstance(error, originals.ChangedMeanwhile):
        return "The file changed while it was read. Import it again when it is complete."
    if isinstance(error, FileNotFoundError):
        return "The file is no longer there."
    if isinstance(error, PermissionError):
        return "The server may not read this file."
    return f"The file could not be read: {error.strerror or error}."
