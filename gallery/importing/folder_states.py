"""What the pages show of library folders; reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from gallery.models import FolderFile, ImportRun, LibraryFolder, Outcome, User

HERE = Q(missing_since=None)
PHOTO = Q(outcome__in=[Outcome.ADDED, Outcome.ALREADY_HERE])


@dataclass(frozen=True, slots=True)
class FolderCounts:
    photos: int = 0  # files that are photos of the library
    missing: int = 0
    hidden: int = 0
    refused: int = 0
    failed: int = 0
    waiting: int = 0


def folders_of(user: User) -> QuerySet[LibraryFolder]:
    """Those whose photos are the user's; all of them for staff, who look after them."""
    folders = LibraryFolder.objects.select_related("owner", "look_job")
    return folders if user.is_staff else folders.filter(owner=user)


def counts_of(folders: Iterable[LibraryFolder]) -> dict[int, FolderCounts]:
    """The counts of several folders in one query, by folder."""
    ids = [folder.pk for folder in folders]
    rows = (
        FolderFile.objects.filter(folder__in=ids)
        .order_by()
        .values_list("folder")
        .annotate(
            photos=Count("id", filter=HERE & PHOTO),
            missing=Count("id", filter=~HERE),
            hidden=Count("id", filter=HERE & Q(photo__hidden_at__isnull=False)),
            refused=Count("id", filter=HERE & Q(outcome=Outcome.REFUSED)),
            failed=Count("id", filter=HERE & Q(outcome=Outcome.FAILED)),
            waiting=Count("id", filter=HERE & Q(outcome=Outcome.WAITING)),
        )
    )
    found = {folder_id: FolderCounts(*counts) for folder_id, *counts in rows}
    return {folder_id: found.get(folder_id, FolderCounts()) for folder_id in ids}


def only_there_count(folder: LibraryFolder) -> int:
    """Photos that are read from this folder and would be without their originals without it."""
    if not folder.is_in_place:
        return 0
    return folder.files.here().filter(photo__isnull=False).values("photo").distinct().count()


def missing_files(folder: LibraryFolder) -> QuerySet[FolderFile]:
    return folder.files.filter(missing_since__isnull=False).select_related("photo")


def latest_runs(folder: LibraryFolder, count: int) -> list[ImportRun]:
    return list(folder.import_runs.select_related("job").order_by("-pk")[:count])
