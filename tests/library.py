"""Library folders of tests: drawn, added, and looked at as workers would."""

from __future__ import annotations

import os
from pathlib import Path

from gallery.files import originals
from gallery.importing import library_folders
from gallery.models import ImportRun, Job, LibraryFolder, Photo, User
from gallery.work import runner
from tests.factories import write_picture
from tests.pictures import scene

COPY, IN_PLACE = LibraryFolder.Mode.COPY, LibraryFolder.Mode.IN_PLACE


def drawn_folder(root: Path) -> Path:
    """Two pictures, one of them deeper, and a file that is none."""
    write_picture(root / "a.jpg", scene(1))
    write_picture(root / "deep" / "b.jpg", scene(2))
    (root / "notes.txt").write_text("no picture")
    return root


def add(root: Path, owner: User, mode: str = IN_PLACE, *, watched: bool = False) -> LibraryFolder:
    folder = library_folders.add(root, owner, mode=mode, is_watched=watched, by=owner)
    return settled(folder)


def look(folder: LibraryFolder, **how: bool) -> LibraryFolder:
    library_folders.look_later(folder, **how)
    return settled(folder)


def settled(folder: LibraryFolder) -> LibraryFolder:
    """Do what workers would: the look, and then the import of what it found."""
    for kind in ("look", "import"):
        for job in Job.objects.filter(kind=kind, finished_at=None):
            runner.drain(job, processes=0)
    return LibraryFolder.objects.get(pk=folder.pk)


def snapshot(root: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(root)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def stored() -> list[str]:
    return [name for _, _, names in os.walk(originals.storage().path("")) for name in names]


def photo_of(name: str) -> Photo:
    return Photo.objects.get(file_name=name)


def last_outcomes() -> dict[str, str]:
    run = ImportRun.objects.order_by("pk").last()
    assert run is not None
    return dict(run.files.values_list("path", "outcome"))
