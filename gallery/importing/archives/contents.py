"""First stage: every entry of an archive becomes a row, with the reason if it is refused."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from itertools import islice
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from django.conf import settings
from django.utils import timezone

from gallery.core import zip_directory, zip_entries
from gallery.core.zip_directory import Directory, Entry, UnreadableArchive
from gallery.core.zip_entries import Refusal
from gallery.importing import folders, preparing
from gallery.importing.archives.opening import opened
from gallery.importing.uploads import LARGEST_SIDE_FILE
from gallery.models import ImportedArchive, ImportedFile, Outcome, User
from gallery.work import claims
from gallery.work.claims import Claim

# One transaction; a killed worker repeats at most one.
ROWS_AT_ONCE = 1000

LARGEST_NUMBER = 2**63 - 1

TOO_MUCH = Refusal(
    "The archive would unpack to far more than its size, as no photos do. It was not read further.",
    zip_entries.BOMB,
)
OVERLAPS = Refusal("It lies inside another file of the archive, as in no honest one.", "bomb")


def list_entries(claim: Claim) -> None:
    """Write the rows of one archive, from the entry on that the payload names."""
    archive = ImportedArchive.objects.select_related("run__owner").get(pk=claim.payload["archive"])
    number, reason = claim.payload["from"], ""
    try:
        with opened(archive) as file:
            rows = _rows(archive, file, first=number)
            while batch := list(islice(rows, ROWS_AT_ONCE)):
                claims.extend(claim)
                number = batch[-1][0] + 1
                _write(claim, [row for _, row in batch if row], number)
    except UnreadableArchive as error:
        reason = error.reason
    except OSError as error:
        reason = preparing.io_reason(error)
    if reason:
        _finish_unread(claim, archive, reason)
    else:
        claims.finish(claim, done=1)


def _write(claim: Claim, rows: list[ImportedFile], number: int) -> None:
    claims.step(
        claim,
        lambda: _create(rows),
        payload={**claim.payload, "from": number},
    )


def _create(rows: list[ImportedFile]) -> None:
    ImportedFile.objects.bulk_create(rows)


def _finish_unread(claim: Claim, archive: ImportedArchive, reason: str) -> None:
    """Put the archive itself into the list: nobody may think that its photos are here."""
    row = ImportedFile(
        run=archive.run,
        path=archive.name,
        size_bytes=archive.size_bytes,
        outcome=Outcome.REFUSED,
        reason=reason,
        code="unreadable_archive",
    )
    claims.finish(claim, row.save, skipped=1)


def _rows(
    archive: ImportedArchive, file: BinaryIO, *, first: int
) -> Iterator[tuple[int, ImportedFile | None]]:
    """Each entry's number with its row; none for folders and for what systems leave behind."""
    directory = zip_directory.find(file)
    overlapping = zip_entries.overlapping(_places(file, directory))
    room = zip_entries.most_unpacked(archive.size_bytes)
    for number, entry in enumerate(zip_directory.entries(file, directory)):
        refusal = OVERLAPS if entry.offset in overlapping else None
        refusal = refusal or zip_entries.refusal_of(entry, most_bytes=settings.MAX_FILE_BYTES)
        if not refusal:
            room -= entry.size_bytes
            refusal = TOO_MUCH if room < 0 else None
        if number >= first:
            skipped = entry.is_folder or folders.is_junk_path(entry.name)
            yield number, None if skipped else _row(archive, entry, refusal)


def _places(file: BinaryIO, directory: Directory) -> Iterator[tuple[int, int]]:
    """Offset and packed size of every file, in compact arrays: there may be 200,000."""
    offsets, sizes = array("Q"), array("Q")
    for entry in zip_directory.entries(file, directory):
        if not entry.is_folder:
            offsets.append(min(entry.offset, LARGEST_NUMBER))
            sizes.append(min(entry.packed_bytes, LARGEST_NUMBER))
    return zip(offsets, sizes, strict=True)


def _row(archive: ImportedArchive, entry: Entry, refusal: Refusal | None) -> ImportedFile:
    row = ImportedFile(
        run=archive.run,
        archive=archive,
        path=entry.name[-1024:],
        entry=as_json(entry),
        size_bytes=min(entry.size_bytes, LARGEST_NUMBER),
        modified_at=_modified_at(entry, archive.run.owner),
    )
    if refusal:
        row.outcome, row.reason, row.code = Outcome.REFUSED, refusal.reason, refusal.code
        row.entry = None
    elif is_side_file(entry):
        row.outcome = Outcome.SIDE_FILE
    return row


def is_side_file(entry: Entry) -> bool:
    suffix = PurePosixPath(entry.name).suffix.lower()
    return suffix in folders.SIDE_FILES and entry.size_bytes <= LARGEST_SIDE_FILE


def as_json(entry: Entry) -> dict[str, Any]:
    """What is needed to read the entry again, without the directory."""
    return {
        "offset": entry.offset,
        "packed": entry.packed_bytes,
        "method": entry.method,
        "crc": entry.crc,
    }


def entry_of(row: ImportedFile) -> Entry:
    known = row.entry or {}
    return Entry(
        name=row.path,
        offset=known["offset"],
        packed_bytes=known["packed"],
        size_bytes=row.size_bytes,
        method=known["method"],
        crc=known["crc"],
    )


def content_of(archive: BinaryIO, row: ImportedFile) -> Iterator[bytes]:
    """The bytes of one entry, in pieces. Raises BadEntry, OSError."""
    return zip_entries.content(archive, entry_of(row))


def _modified_at(entry: Entry, owner: User) -> Any:
    moment = entry.modified
    if moment is None:
        return None
    # Packers write local times; the owner's zone is the best guess there is.
    moment = moment if moment.tzinfo else moment.replace(tzinfo=owner.home_zone)
    return moment if moment <= timezone.now() else None
