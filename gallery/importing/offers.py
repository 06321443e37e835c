"""Before files are sent: which of them are here already, which were begun, which may come at all.

The browser asks about many files in one question and sends only what it must. To ask again about
the same files is always safe; after any trouble that is how it finds its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.files.storage import FileSystemStorage
from django.db import transaction

from gallery.files import originals
from gallery.importing import parts, pipeline, resumable, uploads
from gallery.importing.resumable import NewFile
from gallery.importing.room import TOO_LARGE, Room, UploadRefused
from gallery.models import ImportedFile, ImportRun, Outcome, Photo, Upload
from gallery.work import jobs

ROWS_AT_ONCE = 500

Key = tuple[str, str]  # path and checksum


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be done with one offered file.

    Without ``file`` it is to be sent, to ``upload`` if that was begun before. With it, the file
    needs no sending: the row tells, now or a little later, what became of it.
    """

    file: ImportedFile | None = None
    upload: Upload | None = None
    arrived: int = 0
    may_change: bool = False  # refused for now: there may be room at another time


def answer(run: ImportRun, offered: Sequence[NewFile]) -> list[Answer]:
    """One answer for each file, in their order. Raises ClaimLost if the run is over."""
    batch = _Batch(run, Room(run.owner))
    batch.look_up(offered)
    with transaction.atomic():
        answers = [batch.answer(file) for file in offered]
        # Even for none: it raises if the run takes nothing in, and then nothing was written.
        refused = sum(row.outcome == Outcome.REFUSED for row in batch.new_rows)
        jobs.count_settled(run.job, done=len(batch.new_rows) - refused, skipped=refused)
        ImportedFile.objects.bulk_create(batch.new_rows, batch_size=ROWS_AT_ONCE)
        Upload.objects.filter(pk__in=batch.moved).update(run=run)
    return answers


def side_files_go_with(old: ImportRun, new: ImportRun) -> None:
    """The upload goes on in another run: the dates that came for its photos go along."""
    rows = list(old.files.filter(outcome=Outcome.SIDE_FILE).exclude(incoming=""))
    for row in rows:
        row.pk, row.run, row._state.adding = None, new, True
    with transaction.atomic():
        ImportedFile.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)
        jobs.count_settled(new.job, done=len(rows))


@dataclass
class _Batch:
    """One question, with everything that is known of its files, read in a few queries."""

    run: ImportRun
    room: Room
    begun: dict[Key, Upload] = field(default_factory=dict)
    photos: dict[str, Photo] = field(default_factory=dict)
    noted: dict[Key, ImportedFile] = field(default_factory=dict)
    new_rows: list[ImportedFile] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)

    def look_up(self, offered: Sequence[NewFile]) -> None:
        checksums = {file.checksum for file in offered if file.checksum}
        self.begun = _begun(self.run, checksums)
        self.photos = _photos(self.run, checksums)
        self.noted = _noted(self.run, {uploads.clean_name(file.name) for file in offered})

    def answer(self, offered: NewFile) -> Answer:
        path = uploads.clean_name(offered.name)
        upload = self.begun.get((path, offered.checksum))
        if upload and upload.size_bytes == offered.size_bytes:
            return self._begun_before(upload)
        if photo := self.photos.get(offered.checksum):
            return Answer(file=self._note_here(path, offered, photo))
        try:
            self.room.check(offered.size_bytes, path)
        except UploadRefused as refusal:
            row = self._note_refusal(path, offered, refusal)
            return Answer(file=row, may_change=refusal.kind != TOO_LARGE)
        return Answer()

    def _begun_before(self, upload: Upload) -> Answer:
        if upload.finished_at:
            return Answer(file=upload.file)
        if upload.run_id != self.run.pk:
            self.moved.append(upload.pk)
        return Answer(upload=upload, arrived=parts.arrived(upload))

    def _note_here(self, path: str, offered: NewFile, photo: Photo) -> ImportedFile:
        row = self.noted.get((path, photo.checksum))
        return row or self._add(
            path,
            photo.checksum,
            ImportedFile(
                run=self.run,
                path=path,
                size_bytes=offered.size_bytes,
                modified_at=offered.modified_at,
                outcome=Outcome.ALREADY_HERE,
                photo=photo,
                reason=pipeline.place_of(photo),
            ),
        )

    def _note_refusal(self, path: str, offered: NewFile, refusal: UploadRefused) -> ImportedFile:
        row = self.noted.get((path, ""))
        return row or self._add(
            path, "", uploads.refused(self.run, path, offered.size_bytes, refusal)
        )

    def _add(self, path: str, checksum: str, row: ImportedFile) -> ImportedFile:
        self.noted[path, checksum] = row
        self.new_rows.append(row)
        return row


def _begun(run: ImportRun, checksums: set[str]) -> dict[Key, Upload]:
    """Uploads of these files: finished ones of this run, unfinished ones of any."""
    found: dict[Key, Upload] = {}
    rows = Upload.objects.filter(owner=run.owner, checksum__in=checksums)
    for upload in rows.select_related("file__photo").order_by("id"):
        is_useful = (
            upload.run_id == run.pk and upload.file is not None
            if upload.finished_at
            else not resumable.is_expired(upload)
        )
        key = (upload.path, upload.checksum)
        if is_useful and not (key in found and found[key].finished_at):
            found[key] = upload
    return found


def _photos(run: ImportRun, checksums: set[str]) -> dict[str, Photo]:
    """Photos with these contents. One whose original was lost is taken in again: that heals it."""
    found = Photo.objects.filter(owner=run.owner, checksum__in=checksums)
    is_cheap = isinstance(originals.storage(), FileSystemStorage)  # a bucket is a network away
    return {
        photo.checksum: photo for photo in found if not is_cheap or originals.exists(photo.checksum)
    }


def _noted(run: ImportRun, paths: set[str]) -> dict[Key, ImportedFile]:
    """What was written down of these files when they were offered before."""
    rows = run.files.filter(
        path__in=paths, outcome__in=[Outcome.ALREADY_HERE, Outcome.REFUSED], incoming=""
    )
    return {
        (row.path, row.photo.checksum if row.photo else ""): row
        for row in rows.select_related("photo")
    }
