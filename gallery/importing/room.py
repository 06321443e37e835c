"""Whether there is room for a file: its size, the free disk, its owner's quota.

Asked before the bytes travel, and again before a file from any door is stored.
"""

from __future__ import annotations

import shutil

from django.conf import settings
from django.db.models import Sum

from gallery.core import sizes
from gallery.models import ImportedFile, ImportRun, Outcome, Photo, Upload, User

DISK_FULL = "The server's disk is nearly full. Nothing was changed."

TOO_LARGE, NO_DISK, NO_QUOTA = "too_large_file", "disk_full", "quota"


class UploadRefused(Exception):
    """The file is not taken in; ``reason`` says why, ``code`` is the HTTP status for it."""

    def __init__(self, reason: str, code: int, kind: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code
        self.kind = kind


class Room:
    """What one owner may still bring in. Counts what it has admitted, so ask one for a batch."""

    def __init__(self, owner: User) -> None:
        self._quota = owner.quota_gb
        self._left = None if owner.quota_bytes is None else owner.quota_bytes - used_by(owner)
        self._on_the_way = 0

    def check(self, size_bytes: int, name: str = "") -> None:
        """Admit one more file that is offered over the net. Raises UploadRefused."""
        check_size(size_bytes, name)
        self.check_space(size_bytes)

    def check_space(self, size_bytes: int) -> None:
        """Admit one more file, of any size that fits. Raises UploadRefused."""
        check_disk(self._on_the_way + size_bytes)
        if self._left is not None and self._on_the_way + size_bytes > self._left:
            raise quota_exceeded(self._quota or 0)
        self._on_the_way += size_bytes


def check_size(size_bytes: int, name: str = "") -> None:
    """Refuse what is larger than any file of its kind may be. Raises UploadRefused."""
    limit = settings.MAX_ARCHIVE_BYTES if is_archive(name) else settings.MAX_FILE_BYTES
    if size_bytes > limit:
        kind = "archive" if is_archive(name) else "file"
        reason = f"It is larger than {sizes.in_words(limit)}, the largest {kind} taken in."
        raise UploadRefused(reason, 413, TOO_LARGE)


def is_archive(name: str) -> bool:
    """Whether a file of this name is opened and its files imported, not the file itself."""
    return name.lower().endswith(".zip")


def check_disk(size_bytes: int) -> None:
    """Refuse what would fill the disk, whatever it is. Raises UploadRefused."""
    free = shutil.disk_usage(settings.INCOMING_FOLDER).free
    # The original and its small copies need room beside the file that is still coming in.
    if free - 2 * size_bytes < settings.FREE_DISK_FLOOR:
        raise UploadRefused(DISK_FULL, 507, NO_DISK)


def quota_exceeded(quota_gb: int) -> UploadRefused:
    reason = f"It does not fit into your quota of {quota_gb} GB any more. Nothing was changed."
    return UploadRefused(reason, 507, NO_QUOTA)


def used_by(owner: User) -> int:
    """The bytes of the owner's originals, of what waits to be read, and of what was promised."""
    waiting = ImportedFile.objects.filter(
        run__owner=owner, run__door=ImportRun.Door.UPLOAD, outcome=Outcome.WAITING
    )
    coming = Upload.objects.filter(owner=owner, finished_at=None)
    return sum(
        rows.aggregate(sum=Sum("size_bytes"))["sum"] or 0
        for rows in (Photo.objects.filter(owner=owner), waiting, coming)
    )
