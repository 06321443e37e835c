"""Second stage: each photo is given its side file, in whichever zip of the run that lies."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from gallery.core.sidecars import sidecar_for
from gallery.models import ImportedFile, ImportRun, Outcome
from gallery.work import claims
from gallery.work.claims import Claim

# Each chunk reads the names of the run once, so it takes many small folders together.
FILES_PER_CHUNK = 5000
FOLDERS_PER_CHUNK = 200
ROWS_PER_UPDATE = 400

UNUSED = "No photo of this import belongs to it."

# What is known of one file of a folder: row number, own name, outcome.
Named = tuple[int, str, str]


def folder_chunks(run: ImportRun, wanted: Callable[[str], bool]) -> list[dict[str, Any]]:
    """The folders of the run in portions, as payloads."""
    counts = Counter(
        folder_of(path) for path in run.files.values_list("path", flat=True).iterator()
    )
    chunks: list[dict[str, Any]] = []
    for folder, count in sorted(counts.items()):
        if not wanted(folder):
            continue
        last = chunks[-1] if chunks else None
        if last is None or last["size"] + count > FILES_PER_CHUNK or _is_full(last):
            last = {"folders": [], "size": 0}
            chunks.append(last)
        last["folders"].append(folder)
        last["size"] += count
    return chunks


def folders_with_side_files(run: ImportRun) -> set[str]:
    side_files = run.files.filter(outcome=Outcome.SIDE_FILE).values_list("path", flat=True)
    return {folder_of(path) for path in side_files.iterator()}


def pair(claim: Claim) -> None:
    """Find the side files of the photos of some folders."""
    run = ImportRun.objects.get(job=claim.job_id)
    photos: dict[int, int] = {}
    unused: list[int] = []
    for files in files_by_folder(run, claim.payload["folders"]).values():
        claims.extend(claim)
        found, left = paired(files)
        photos |= found
        unused += left
    claims.finish(claim, lambda: _write(photos, unused), done=claim.payload["size"])


def files_by_folder(run: ImportRun, folders: Iterable[str]) -> dict[str, list[Named]]:
    """The files of these folders, those in folders below them not included."""
    found: dict[str, list[Named]] = {folder: [] for folder in folders}
    rows = run.files.order_by("id").values_list("pk", "path", "outcome")
    for pk, path, outcome in rows.iterator(chunk_size=2000):
        files = found.get(folder_of(path))
        if files is not None:
            files.append((pk, path.rpartition("/")[2], outcome))
    return found


def folder_of(path: str) -> str:
    """The folder of an entry; the same one in all parts of an export, whatever packed it."""
    return unicodedata.normalize("NFC", path.rpartition("/")[0])


def _is_full(chunk: dict[str, Any]) -> bool:
    return len(chunk["folders"]) >= FOLDERS_PER_CHUNK


def paired(files: list[Named]) -> tuple[dict[int, int], list[int]]:
    """Photo to side file by row number, and the side files that belong to none."""
    side_files: dict[str, list[int]] = defaultdict(list)
    for pk, name, outcome in files:
        if outcome == Outcome.SIDE_FILE:
            side_files[name].append(pk)
    names = frozenset(name for _, name, _ in files)
    photos: dict[int, int] = {}
    used: set[str] = set()
    for pk, name, outcome in files:
        # Those of refused files too: a video that is not taken in still has its own.
        found = None if outcome == Outcome.SIDE_FILE else sidecar_for(name, names)
        if found in side_files:
            used.add(found)
            photos[pk] = side_files[found][0]
    left = [pk for name in side_files.keys() - used for pk in side_files[name]]
    return photos, left


def _write(photos: dict[int, int], unused: list[int]) -> None:
    for some in _pieces(list(photos)):
        rows = [ImportedFile(pk=pk, side_file_id=photos[pk]) for pk in some]
        ImportedFile.objects.bulk_update(rows, ["side_file"])
    for some in _pieces(unused):
        ImportedFile.objects.filter(pk__in=some).update(reason=UNUSED)


def _pieces(numbers: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(numbers), ROWS_PER_UPDATE):
        yield numbers[start : start + ROWS_PER_UPDATE]
