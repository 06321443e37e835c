"""Files that a look found new or changed: remembered, and handed to an import run."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils import timezone

from gallery.core.batches import batches
from gallery.files.paths import key_of, shown
from gallery.importing.folder_files import MOST_TRIES
from gallery.importing.folders import in_chunks, names_offered
from gallery.importing.walking import Entry, Listing
from gallery.models import FolderFile, ImportedFile, ImportRun, Job, LibraryFolder, Outcome
from gallery.work import jobs

if TYPE_CHECKING:
    from gallery.importing.looking import Look

# A file written to so lately may still be growing: a watched folder leaves it to the next look.
SETTLE_SECONDS = 10.0
CANCELLED = "The import was cancelled before this file was read."


@dataclass(frozen=True, slots=True)
class Found:
    """A file that is to be offered, or (``is_back``) only to be known as here again."""

    path: str
    path_key: str
    directory_key: str
    size_bytes: int
    modified_us: int
    known: int | None  # its FolderFile
    is_back: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    size_bytes: int
    modified_us: int
    outcome: str
    tries: int
    is_missing: bool

    def is_like(self, entry: Entry) -> bool:
        return (self.size_bytes, self.modified_us) == (entry.size_bytes, entry.modified_us)


def compare(folder: LibraryFolder, look: Look, place: Path, listing: Listing) -> list[Found]:
    """What of one directory is new, changed or back; what is gone is noted in the look."""
    directory_key = key_of(place)
    known = _known_in(folder, directory_key)
    offered = set(names_offered([entry.name for entry in listing.files]))
    found = []
    for entry in listing.files:
        path = place / entry.name
        path_key = key_of(path)
        before = known.pop(path_key, None)
        if entry.name not in offered:
            continue
        is_back = before is not None and before.is_missing and before.is_like(entry)
        if not is_back and not _is_wanted(entry, before, look):
            continue
        if _may_still_grow(entry, folder, look):
            look.unsettled += 1
            continue
        values = (shown(path), path_key, directory_key, entry.size_bytes, entry.modified_us)
        found.append(Found(*values, before.id if before else None, is_back))
    for name in listing.unknown:
        known.pop(key_of(place / name), None)
    look.missing += [before.id for before in known.values() if not before.is_missing]
    return found


def write(
    folder: LibraryFolder, found: Sequence[Found], run_id: int | None, look_job_id: int
) -> int | None:
    """Remember the files, and list those to be read in an import run, made when it is needed."""
    back = [each.known for each in found if each.is_back and each.known]
    for some in batches(back):
        FolderFile.objects.filter(pk__in=some).update(missing_since=None)
    wanted = [each for each in found if not each.is_back]
    if not wanted:
        return run_id
    run = ImportRun.objects.get(pk=run_id) if run_id else _begin(folder, look_job_id)
    files = _remembered(folder, wanted)
    ImportedFile.objects.bulk_create(
        (
            ImportedFile(
                run=run, path=file.path[-1024:], size_bytes=file.size_bytes, folder_file=file
            )
            for file in files
        ),
        batch_size=1000,
    )
    return run.pk


def open_runs(look_job: Job) -> Iterable[ImportRun]:
    """The run of a look, while it waits for the look's end."""
    return ImportRun.objects.filter(
        job__options__look=look_job.pk, job__is_open=True
    ).select_related("job")


def hand_over(run: ImportRun) -> None:
    """The look has ended: now it is known how many files there are, and workers may begin."""
    if run.job.has_ended or run.job.cancel_requested_at:
        waiting = run.files.filter(outcome=Outcome.WAITING)
        waiting.update(outcome=Outcome.FAILED, reason=CANCELLED)
        return
    ids = list(run.files.order_by("id").values_list("pk", flat=True))
    jobs.add_chunks(run.job, in_chunks(ids))
    jobs.close(run.job)
    jobs.ring_later(run.job)


def _known_in(folder: LibraryFolder, directory_key: str) -> dict[str, _Known]:
    rows = folder.files.filter(directory_key=directory_key).values_list(
        "path_key", "id", "size_bytes", "modified_us", "outcome", "tries", "missing_since"
    )
    return {
        key: _Known(number, size, modified, outcome, tries, missing is not None)
        for key, number, size, modified, outcome, tries, missing in rows.iterator()
    }


def _is_wanted(entry: Entry, before: _Known | None, look: Look) -> bool:
    if before is None or look.everything or not before.is_like(entry):
        return True
    if before.outcome == Outcome.FAILED:
        return look.by_hand or before.tries < MOST_TRIES
    return before.outcome == Outcome.WAITING


def _may_still_grow(entry: Entry, folder: LibraryFolder, look: Look) -> bool:
    if look.by_hand or not folder.is_watched:
        return False
    return 0 <= time.time() - entry.modified_us / 1_000_000 < SETTLE_SECONDS


def _begin(folder: LibraryFolder, look_job_id: int) -> ImportRun:
    """Open, so that nobody takes it for finished while the look goes on."""
    job = jobs.create(
        "import",
        owner=folder.owner,
        title=f"Import of {folder.path}"[:200],
        options={"look": look_job_id},
        is_open=True,
    )
    return ImportRun.objects.create(
        owner=folder.owner,
        door=ImportRun.Door.FOLDER,
        root=folder.path,
        folder=folder,
        job=job,
        started_at=timezone.now(),
    )


def _remembered(folder: LibraryFolder, wanted: Sequence[Found]) -> list[FolderFile]:
    files = [
        FolderFile(
            id=each.known,
            folder=folder,
            path=each.path,
            path_key=each.path_key,
            directory_key=each.directory_key,
            size_bytes=each.size_bytes,
            modified_us=each.modified_us,
        )
        for each in wanted
    ]
    new = [file for file in files if file.pk is None]
    changed = [file for file in files if file.pk is not None]
    FolderFile.objects.bulk_create(new, batch_size=1000)
    # The photo it was until now stays with the file until it is known what the file is now.
    fields = ["size_bytes", "modified_us", "outcome", "missing_since"]
    FolderFile.objects.bulk_update(changed, fields, batch_size=500)
    return files
