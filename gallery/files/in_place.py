"""Originals that stay where they lie: found in library folders, read only, never changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.core.files.storage import FileSystemStorage
from django.db.models import F

from gallery.files.paths import find
from gallery.models import FolderFile, LibraryFolder, Photo, User


class OriginalNotHere(FileNotFoundError):
    """No file with the photo's bytes can be read now; the text says why."""


def holds(owner: User, checksum: str) -> bool:
    """Whether a photo of these bytes is read from its folder, so that it needs no copy."""
    files = FolderFile.objects.in_place()
    return files.filter(photo__owner=owner, photo__checksum=checksum).exists()


def place_of(photo: Photo) -> tuple[FileSystemStorage, str]:
    """A storage and a name in it that lead to the photo's bytes. Raises OriginalNotHere."""
    reasons = []
    for file in photo.folder_files.select_related("folder").order_by(
        F("missing_since").asc(nulls_first=True), "id"
    ):
        root = Path(file.folder.path)
        try:
            path = find(root, file.path)
            if _has_its_bytes(path, file, photo.checksum):
                return FileSystemStorage(location=root), str(path.relative_to(root))
            reasons.append("Its file was changed or replaced in its folder.")
        except OSError:
            reasons.append(_why_not(file))
    raise OriginalNotHere(reasons[0] if reasons else "Its original is missing from the storage.")


@dataclass(frozen=True, slots=True)
class Told:
    """Where an original is that the library does not hold itself, in words; else empty."""

    text: str = ""
    stays: bool = False  # deleting the photo only hides it


def told(photo: Photo) -> Told:
    """By what the last look found: no disk is asked."""
    files = photo.folder_files.filter(folder__mode=LibraryFolder.Mode.IN_PLACE)
    here_first = F("missing_since").asc(nulls_first=True)
    file = files.select_related("folder").order_by(here_first, "id").first()
    if file is None:
        return Told()
    stays = file.missing_since is None
    if file.folder.offline_since or not stays:
        return Told(_why_not(file), stays)
    return Told(f"Read in place, from {file.folder.path}.", stays)


def _has_its_bytes(path: Path, file: FolderFile, checksum: str) -> bool:
    """By size and time, which are asked for; read as a whole only if the time is another."""
    status = path.stat()
    if status.st_size != file.size_bytes:
        return False
    modified_us = status.st_mtime_ns // 1000
    if modified_us == file.modified_us and file.checksum == checksum:
        return True
    with path.open("rb") as opened:
        if hashlib.file_digest(opened, "sha256").hexdigest() != checksum:
            return False
    FolderFile.objects.filter(pk=file.pk, checksum=checksum).update(modified_us=modified_us)
    return True


def _why_not(file: FolderFile) -> str:
    if file.folder.offline_since:
        return f"The folder {file.folder.path} is offline. {file.folder.offline_reason}"
    if file.missing_since:
        return f"Its file is missing from {file.folder.path} since {file.missing_since:%Y-%m-%d}."
    return f"Its file cannot be read from {file.folder.path} now."
