"""The JSON that describes a folder of a Takeout as an album, wherever the export lies.

In zips and uploads it is a side file of no photo; in an unpacked export it lies in the folder.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from gallery.core import takeout_folders
from gallery.core.batches import batches
from gallery.core.zip_directory import UnreadableArchive
from gallery.core.zip_entries import BadEntry
from gallery.files.paths import shown
from gallery.importing import folders
from gallery.importing.archives import pairing
from gallery.importing.archives.contents import content_of
from gallery.importing.archives.opening import opened
from gallery.importing.walking import listing
from gallery.models import ImportedFile, ImportRun, Outcome

JSON = ".json"
LARGEST = 1024 * 1024
# An export has one; a folder with many that are no photo's is something else.
MOST_READ = 20

Files = Mapping[str, list[pairing.Named]]


@dataclass(frozen=True, slots=True)
class Description:
    title: str  # may be empty
    row: int | None  # its row in the run, if it is listed there


def of_zips(run: ImportRun) -> set[str]:
    """Folders in which a side file is left that belongs to no photo."""
    rows = run.files.filter(outcome=Outcome.SIDE_FILE, reason=pairing.UNUSED)
    return {pairing.folder_of(path) for path in rows.values_list("path", flat=True).iterator()}


def of_others(run: ImportRun) -> set[str]:
    """Folders in which some JSON is known to lie, by the names of this run or of an earlier one."""
    named = run.files.filter(path__iendswith=JSON).values_list("path", flat=True)
    found = {pairing.folder_of(path) for path in named.iterator()}
    if run.folder:
        known = run.folder.files.here().filter(path__iendswith=JSON).values_list("path", flat=True)
        found |= {pairing.folder_of(path) for path in known.iterator()}
    return found


def read(run: ImportRun, files: Files) -> dict[str, Description | None]:
    """The description of each folder that may be one of an export; None where there is none."""
    if run.is_of_folder:
        return dict(_on_disk(run, files))
    found: dict[str, Description | None] = {
        folder: None
        for folder, some in files.items()
        if run.door == ImportRun.Door.ARCHIVE or any(_is_json(name) for _, name, _ in some)
    }
    return found | dict(_listed(run, files))


def _is_json(name: str) -> bool:
    return name.lower().endswith(JSON)


def _listed(run: ImportRun, files: Files) -> Iterator[tuple[str, Description]]:
    """What the side files say that belong to no photo; the first one of each folder counts."""
    left = sorted(pk for some in files.values() for pk in pairing.paired(some)[1])
    told: set[str] = set()
    for some_ids in batches(left):
        rows = run.files.filter(pk__in=some_ids).select_related("archive").order_by("pk")
        for row in rows.iterator(chunk_size=500):
            folder = pairing.folder_of(row.path)
            if folder in told or row.size_bytes > LARGEST or not _is_json(row.path):
                continue
            facts = takeout_folders.read(_content(row))
            if facts is not None:
                told.add(folder)
                yield folder, Description(facts.title, row.pk)


def _content(row: ImportedFile) -> bytes:
    """The bytes of a side file; none if they cannot be read, which only costs the title."""
    try:
        if row.archive:
            with opened(row.archive) as file:
                return b"".join(content_of(file, row))
        return (settings.INCOMING_FOLDER / row.incoming).read_bytes() if row.incoming else b""
    except (BadEntry, UnreadableArchive, OSError):
        return b""


def _on_disk(run: ImportRun, files: Files) -> Iterator[tuple[str, Description | None]]:
    for folder, some in files.items():
        try:
            place = folders.find(Path(run.root), folder or ".")
        except OSError:
            continue  # gone since
        entries = [each for each in listing(place).files if not each.is_link]
        if not any(_is_json(each.name) for each in entries):
            continue
        sizes = {each.name: each.size_bytes for each in entries}
        offered = (name for name in folders.names_offered(list(sizes)) if _is_json(name))
        small = [name for name in offered if sizes[name] <= LARGEST]
        rows = {name: pk for pk, name, _ in some}
        yield folder, _first(place, small[:MOST_READ], rows)


def _first(place: Path, names: list[str], rows: Mapping[str, int]) -> Description | None:
    for name in names:
        with contextlib.suppress(OSError):
            facts = takeout_folders.read((place / name).read_bytes())
            if facts is not None:
                return Description(facts.title, rows.get(shown(Path(name))))
    return None
