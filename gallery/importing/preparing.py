"""The slow part of an import, without a transaction: check, decode once, date, and store a file.

A file takes a few steps, so that the next one is read while this one is decoded, and this one is
stored while the next is decoded: then neither the disk nor the decoder waits for the other.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Generator, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from django.db import DatabaseError
from django.utils import timezone

from gallery.core import places, taken_at
from gallery.core.pictures import UnreadablePicture
from gallery.dating import columns
from gallery.decoding.decoder import ReadFile, VideoFound, decoder
from gallery.files import derivatives, in_place, originals
from gallery.files.arrivals import Arrival, arriving
from gallery.importing import live_photos
from gallery.importing.pipeline import Offered, Prepared
from gallery.importing.room import NO_DISK, Room, UploadRefused
from gallery.models import Camera, Companion, Photo, User

_Steps = Generator[None, None, Prepared]

log = logging.getLogger(__name__)

OUR_MISTAKE = "Contact Sheet made a mistake while reading it; the server's log says which."


def prepare(offered: Offered, owner: User) -> Prepared:
    """Check, decode once, date, and store one file.

    A file that its owner has already is not decoded again. Whatever is wrong with the file is in
    the answer; only trouble with the database is raised.
    """
    (prepared,) = prepare_each([offered], owner)
    return prepared


def prepare_each(offers: Iterable[Offered | Prepared], owner: User) -> Iterator[Prepared]:
    """``prepare`` file after file, in their order, in less time than one by one.

    What could not even be offered comes prepared, and stays as it is. Until the end the decoder
    of this thread is not to be used for anything else.
    """
    before = upcoming = None
    try:
        for offered in chain(offers, [None]):
            upcoming = _Preparation(_steps(offered, owner)) if offered else None
            if upcoming:
                upcoming.go_on()  # it is read
            if before:
                before.go_on()  # it is decoded
            if upcoming:
                upcoming.go_on()  # the decoder begins with it
            if before:
                before.go_on()  # it is stored
                assert before.prepared is not None
                yield before.prepared
            before = upcoming
    finally:
        for unfinished in filter(None, (before, upcoming)):
            unfinished.steps.close()
        decoder().give_up()


class _Preparation:
    """A file between its steps, or what became of it."""

    def __init__(self, steps: _Steps) -> None:
        self.steps = steps
        self.prepared: Prepared | None = None

    def go_on(self) -> None:
        if self.prepared is None:
            try:
                next(self.steps)
            except StopIteration as end:
                self.prepared = end.value


def _steps(offered: Offered | Prepared, owner: User) -> _Steps:
    """Stops after the file was read, after the decoder was asked, and after it has answered."""
    if isinstance(offered, Prepared):
        return offered
    try:
        return (yield from _prepare(offered, owner))
    except DatabaseError:
        raise  # not the file's fault: the whole chunk is tried again
    except UnreadablePicture as error:
        return Prepared(offered.name, refusal=error.reason, code=str(error.code))
    except UploadRefused as error:
        is_disk = error.kind == NO_DISK  # not the file's fault, and perhaps over tomorrow
        return Prepared(offered.name, refusal=error.reason, code=error.kind, failed=is_disk)
    except Exception as error:  # noqa: BLE001 - told and logged
        return not_read(offered.name, error)


def not_read(name: str, error: Exception) -> Prepared:
    """A file that failed for a reason that may be over when it is tried again."""
    if isinstance(error, OSError):
        return Prepared(name, refusal=io_reason(error), failed=True)
    log.error("could not read %s", name, exc_info=error)
    return Prepared(name, refusal=OUR_MISTAKE, failed=True)


def _prepare(offered: Offered, owner: User) -> _Steps:
    is_not_copied = offered.is_ours or offered.stays
    with arriving(offered.path, is_ours=is_not_copied) as arrival:
        if Photo.objects.filter(owner=owner, checksum=arrival.checksum).exists():
            return _prepare_known(offered, owner, arrival)
        prepared = yield from _prepare_new(offered, owner, arrival)
        if offered.stays:  # it is decoded where it lies
            arrival.check_unchanged()
        return prepared


def _prepare_known(offered: Offered, owner: User, arrival: Arrival) -> Prepared:
    # Brings back an original that was lost from the disk.
    if not offered.stays and not in_place.holds(owner, arrival.checksum):
        arrival.store()
    return Prepared(offered.name, offered.path, arrival.checksum, arrival.size_bytes)


def _prepare_new(offered: Offered, owner: User, arrival: Arrival) -> _Steps:
    now = timezone.now()
    # Of what lies in our own folder, it was asked before it came; what stays takes no room.
    if not (offered.is_ours or offered.stays):
        Room(owner).check_space(arrival.size_bytes)
    if not offered.stays:
        arrival.begin_copy()
    yield
    _begin(offered, now)
    yield
    try:
        found = decoder().finish()
    except VideoFound as video:
        return _prepare_video(offered, owner, arrival, video)
    yield
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


def read(offered: Offered, now: dt.datetime) -> ReadFile:
    """Decode one file in the decoder process. Raises UnreadablePicture."""
    _begin(offered, now)
    return decoder().finish()


def _begin(offered: Offered, now: dt.datetime) -> None:
    decoder().begin(
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


def io_reason(error: OSError) -> str:
    if isinstance(error, originals.ChangedMeanwhile):
        return "The file changed while it was read. Import it again when it is complete."
    if isinstance(error, FileNotFoundError):
        return "The file is no longer there."
    if isinstance(error, PermissionError):
        return "The server may not read this file."
    return f"The file could not be read: {error.strerror or error}."
