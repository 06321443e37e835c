"""A look at a library folder: the handler of jobs of kind "look".

Names, sizes and times are compared with what is remembered, one directory after the other; no
file is read. What is new or changed becomes an import run. What is gone is noted as missing only
at the end, and only if the folder itself is surely still there.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.utils import timezone

from gallery.core.batches import batches
from gallery.files.paths import find, key_of, shown
from gallery.files.reaching import FolderOffline, file_system_of
from gallery.importing import found_files, offline
from gallery.importing.folders import unread_name
from gallery.importing.walking import listing
from gallery.models import Job, LibraryFolder
from gallery.work import claims
from gallery.work.claims import Claim

KIND = "look"
STAGES = ("Looking",)

# So long a worker looks before it writes down how far it came, and lets others have their turn.
SECONDS_PER_SLICE = 30.0
PROBLEMS_KEPT = 100


@dataclass(slots=True)
class Look:
    """How far a look has come: what stands in the payload of its chunk."""

    folder: int
    everything: bool = False  # offer every file again
    by_hand: bool = False  # also files that failed too often
    started: bool = False
    waiting: list[str] = field(default_factory=list)  # directories, the next one last
    visited: list[str] = field(default_factory=list)  # keys of directories
    missing: list[int] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)  # directories of which nothing is known
    unsettled: int = 0
    seconds: float = 0.0
    run: int | None = None
    size: int = 1  # a look counts as one item of its job

    def as_payload(self) -> dict[str, Any]:
        return asdict(self)


def work_on(claim: Claim) -> None:
    look = Look(**claim.payload)
    folder = LibraryFolder.objects.select_related("owner").get(pk=look.folder)
    try:
        if not look.started:
            offline.check(folder)
            look.started, look.waiting = True, ["."]
        _look_for_a_while(claim, folder, look)
        if look.waiting:
            raise claims.Stopping("goes on in another slice")
        offline.check(folder)  # or all that was there a moment ago would look missing
    except FolderOffline as problem:
        reason = str(problem)
        claims.finish(claim, lambda: offline.note(folder, reason))
        return
    claims.finish(claim, lambda: _end(folder, look))


def ended(job: Job) -> None:
    """Hand on what was found, also by a look that could not be finished."""
    for run in found_files.open_runs(job):
        found_files.hand_over(run)


def _look_for_a_while(claim: Claim, folder: LibraryFolder, look: Look) -> None:
    until = time.monotonic() + SECONDS_PER_SLICE
    found: list[found_files.Found] = []
    began = time.monotonic()
    while look.waiting and time.monotonic() < until:
        claims.extend(claim)
        found += _look_into(folder, look, look.waiting.pop())
    look.seconds += time.monotonic() - began

    def write() -> None:
        look.run = found_files.write(folder, found, look.run, claim.job_id)
        claim.payload.update(look.as_payload())

    claims.step(claim, write, payload=claim.payload)


def _look_into(folder: LibraryFolder, look: Look, directory: str) -> list[found_files.Found]:
    root = Path(folder.path)
    try:
        place = find(root, directory)
    except OSError:
        return []  # gone since its parent was listed: found missing at the end
    found = listing(place)
    relative = place.relative_to(root)
    look.problems += [
        f"{unread_name(root, error)}: {error.strerror or error}" for error in found.problems
    ]
    del look.problems[PROBLEMS_KEPT:]
    look.waiting += [shown(relative / name) for name in reversed(found.folders)]
    look.visited.append(key_of(relative))
    if not found.is_listed:
        look.unread.append(shown(relative))
        return []
    return found_files.compare(folder, look, relative, found)


def _end(folder: LibraryFolder, look: Look) -> None:
    _note_missing(folder, look)
    folder.looked_at = timezone.now()
    folder.look_seconds = round(look.seconds, 3)
    folder.problems = look.problems
    folder.unsettled_count = look.unsettled
    folder.file_system = file_system_of(Path(folder.path))
    folder.offline_since, folder.offline_reason = None, ""
    folder.save()


def _note_missing(folder: LibraryFolder, look: Look) -> None:
    now = timezone.now()
    for some in batches(look.missing):
        folder.files.here().filter(pk__in=some).update(missing_since=now)
    keys = folder.files.here().order_by().values_list("directory_key", flat=True).distinct()
    for key in set(keys) - set(look.visited):
        gone = folder.files.here().filter(directory_key=key)
        example = gone.values_list("path", flat=True).first()
        if example and not _is_below(example, look.unread):
            gone.update(missing_since=now)


def _is_below(path: str, directories: list[str]) -> bool:
    return any(each == "." or path.startswith(f"{each}/") for each in directories)
