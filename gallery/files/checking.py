"""Do the files on disk and the rows in the database agree? Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files.storage import Storage

from gallery.files import in_place, originals
from gallery.files.deleting import is_needed
from gallery.models import Companion, Photo


@dataclass(frozen=True, slots=True)
class Finding:
    kind: str  # "missing", "changed", "unneeded"
    checksum: str
    photos: tuple[str, ...]  # "alice: IMG_0001.jpg"; empty for files nobody needs
    reason: str = ""

    def __str__(self) -> str:
        who = ", ".join(self.photos) or "no photo needs it"
        why = f": {self.reason}" if self.reason else ""
        return f"{self.kind}: {originals.name_of(self.checksum)} ({who}){why}"


def originals_with_trouble(*, read_all: bool = False) -> Iterator[Finding]:
    """Originals that are missing; with ``read_all`` also those whose bytes are not theirs."""
    photos = Photo.objects.order_by().values_list("checksum", flat=True)
    kept_with = Companion.objects.order_by().values_list("checksum", flat=True)
    for checksum in photos.union(kept_with).order_by("checksum").iterator():
        if not originals.exists(checksum):
            yield from _not_stored(checksum)
        elif read_all and _checksum_now(checksum) != checksum:
            yield Finding("changed", checksum, _photos(checksum))


def _not_stored(checksum: str) -> Iterator[Finding]:
    """Fine for a photo that is read from its folder; trouble for one that is not there either."""
    for photo in Photo.objects.filter(checksum=checksum).select_related("owner"):
        try:
            in_place.place_of(photo)
        except in_place.OriginalNotHere as error:
            yield Finding("missing", checksum, (_name(photo),), str(error))
    for companion in Companion.objects.filter(checksum=checksum).select_related("photo__owner"):
        yield Finding("missing", checksum, (_name(companion),))


def unneeded_originals() -> Iterator[Finding]:
    """Files that a crash left behind between a row's end and the file's."""
    for checksum in _stored(originals.storage(), ""):
        if not is_needed(checksum):
            yield Finding("unneeded", checksum, ())


def _photos(checksum: str) -> tuple[str, ...]:
    photos = Photo.objects.filter(checksum=checksum).select_related("owner")
    beside = Companion.objects.filter(checksum=checksum).select_related("photo__owner")
    return (*(_name(photo) for photo in photos), *(_name(each) for each in beside))


def _name(file: Photo | Companion) -> str:
    owner = file.owner if isinstance(file, Photo) else file.photo.owner
    return f"{owner.username}: {file.file_name}"


def _checksum_now(checksum: str) -> str:
    with originals.storage().open(originals.name_of(checksum), "rb") as file:
        return originals.checksum_of(file)


def _stored(storage: Storage, folder: str) -> Iterator[str]:
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (name for name in names if len(name) == 64)
    for name in folders:
        yield from _stored(storage, f"{folder}/{name}".lstrip("/"))
