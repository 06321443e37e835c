"""What became of the files of an import run, for the page, the CSV and the JSON file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypedDict

from django.db.models import Count
from django.utils import timezone

from gallery.core.pictures import UnreadablePicture
from gallery.files import originals
from gallery.importing import folders, preparing
from gallery.models import ImportedFile, ImportRun, Outcome, Photo, User


class FileReport(TypedDict):
    path: str
    outcome: str
    reason: str
    taken_at: str | None
    precision: str | None
    camera: str | None


class Report(TypedDict):
    added: int
    already_here: int
    refused: int
    failed: int
    files: list[FileReport]


def counts(run: ImportRun) -> dict[str, int]:
    """How many files have which outcome; every outcome is named."""
    rows = run.files.order_by().values("outcome").annotate(count=Count("id"))
    found = {row["outcome"]: row["count"] for row in rows}
    return {outcome.value: found.get(outcome.value, 0) for outcome in Outcome}


def report(run: ImportRun) -> Report:
    """All files of a run in the order they were offered."""
    rows = run.files.order_by("id").select_related("photo__camera")
    return _report([_of_row(row) for row in rows.iterator(chunk_size=2000)])


def trial(
    root: Path,
    files: Iterable[Path],
    owner: User,
    *,
    unread: Iterable[OSError] = (),
    on_progress: Callable[[], None],
) -> Report:
    """What an import of these files would give. Stores nothing.

    ``unread`` holds what ``found_in`` could not list.
    """
    found = [
        _bad(folders.unread_name(root, error), Outcome.FAILED, folders.unread(error))
        for error in unread
    ]
    seen: set[str] = set()
    for path in files:
        found.append(_tried(root, path, owner, seen))
        on_progress()
    return _report(found)


def _report(files: list[FileReport]) -> Report:
    def count(outcome: str) -> int:
        return sum(1 for file in files if file["outcome"] == outcome)

    return Report(
        added=count(Outcome.ADDED),
        already_here=count(Outcome.ALREADY_HERE),
        refused=count(Outcome.REFUSED),
        failed=count(Outcome.FAILED),
        files=files,
    )


def _of_row(row: ImportedFile) -> FileReport:
    photo = row.photo
    return FileReport(
        path=row.path,
        outcome=row.outcome,
        reason=row.reason,
        taken_at=photo.taken_local.isoformat() if photo else None,
        precision=photo.taken_precision if photo else None,
        camera=photo.camera.name if photo and photo.camera else None,
    )


def _tried(root: Path, path: Path, owner: User, seen: set[str]) -> FileReport:
    name = folders.shown(path.relative_to(root))
    try:
        with path.open("rb") as file:
            checksum = originals.checksum_of(file)
        here = checksum in seen or Photo.objects.filter(owner=owner, checksum=checksum).exists()
        seen.add(checksum)
        return _dated(root, path, owner, name, Outcome.ALREADY_HERE if here else Outcome.ADDED)
    except UnreadablePicture as error:
        reason = error.reason
    except OSError as error:
        reason = str(error)
    return _bad(name, Outcome.REFUSED, reason)


def _bad(name: str, outcome: Outcome, reason: str) -> FileReport:
    return FileReport(
        path=name, outcome=outcome, reason=reason, taken_at=None, precision=None, camera=None
    )


def _dated(root: Path, path: Path, owner: User, name: str, outcome: Outcome) -> FileReport:
    now = timezone.now()
    found = preparing.read(folders.offered(root, path), now)
    taken = preparing.dated(found, owner, now)
    camera = found.facts["camera"]
    return FileReport(
        path=name,
        outcome=outcome,
        reason="",
        taken_at=taken.local.isoformat(),
        precision=taken.precision,
        camera=camera["name"] if camera else None,
    )
