"""Is a library folder there, or only the place where it is mounted otherwise?"""

from __future__ import annotations

from pathlib import Path

from django.utils import timezone

from gallery.files.paths import find
from gallery.files.reaching import FolderOffline, check_reachable, file_system_of
from gallery.importing.walking import listing
from gallery.models import LibraryFolder

# So many known files are looked for when another file system is found at the folder's place.
SAMPLE = 50


def check(folder: LibraryFolder) -> None:
    """Raises FolderOffline for a folder that cannot be reached, or that is surely another one."""
    root = Path(folder.path)
    check_reachable(root)
    known = folder.files.here()
    if not known.exists():
        return
    found = listing(root)
    if found.is_listed and not (found.files or found.folders or found.unknown):
        raise FolderOffline(
            f"It is empty, although {known.count():,} files of it are known: it looks as if its "
            "disk or share is not mounted."
        )
    if folder.file_system not in {"", file_system_of(root)} and not _some_are_there(folder, root):
        raise FolderOffline(
            "Another disk or share is at its place, on which none of the known files is."
        )


def note(folder: LibraryFolder, reason: str) -> None:
    """Only this is noted: its photos and what was decided of them stay as they are."""
    folder.offline_since = folder.offline_since or timezone.now()
    folder.offline_reason = reason
    folder.save(update_fields=["offline_since", "offline_reason"])


def _some_are_there(folder: LibraryFolder, root: Path) -> bool:
    paths = folder.files.here().order_by("-id").values_list("path", flat=True)[:SAMPLE]
    return any(_is_there(root, path) for path in paths)


def _is_there(root: Path, path: str) -> bool:
    try:
        return find(root, path).exists()
    except OSError:
        return False
