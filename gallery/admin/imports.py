"""Imports and library folders in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from gallery.admin.bases import KeptAdmin, ReadOnlyAdmin
from gallery.importing import library_folders
from gallery.models import (
    FolderFile,
    ImportedFile,
    ImportRun,
    LibraryFolder,
)
from gallery.web.row_actions import row_action


@admin.register(ImportRun)
class ImportRunAdmin(KeptAdmin):
    actions = [
        row_action("pause_imports"),
        row_action("resume_imports"),
        row_action("cancel_imports"),
        row_action("retry_imports"),
    ]
    list_display = ["__str__", "owner", "door", "root", "status", "total", "failed"]
    # No date hierarchy: its days would be worked out from every row, page after page.
    list_filter = ["door", "owner", "job__status", "started_at"]
    list_select_related = ["owner", "job"]
    search_fields = ["root"]
    ordering = ["-id"]  # the newest first, without sorting all

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        # Without an object this lets the actions appear; history is not edited by hand.
        return obj is None and super().has_change_permission(request, obj)

    @admin.display(ordering="job__status")
    def status(self, run: ImportRun) -> str:
        return "paused" if run.job.is_paused else run.job.get_status_display()

    @admin.display(ordering="job__total")
    def total(self, run: ImportRun) -> int:
        return run.job.total

    @admin.display(ordering="job__failed")
    def failed(self, run: ImportRun) -> int:
        return run.job.failed


@admin.action(description="Look now", permissions=["change"])
def look_now(admin_: Any, request: HttpRequest, folders: QuerySet[LibraryFolder]) -> None:
    for folder in folders:
        try:
            library_folders.look_later(folder, by_hand=True)
            messages.info(request, f"{folder} is looked at.")
        except library_folders.StillImporting as refusal:
            messages.warning(request, f"{folder}: {refusal}")


@admin.action(description="Watch", permissions=["change"])
def watch(admin_: Any, request: HttpRequest, folders: QuerySet[LibraryFolder]) -> None:
    folders.update(is_watched=True)


@admin.action(description="Stop watching", permissions=["change"])
def unwatch(admin_: Any, request: HttpRequest, folders: QuerySet[LibraryFolder]) -> None:
    folders.update(is_watched=False)


@admin.register(LibraryFolder)
class LibraryFolderAdmin(KeptAdmin):
    """Added and removed on their own page, which asks what the admin's forms cannot."""

    actions = [look_now, watch, unwatch]
    list_display = ["path", "owner", "mode", "is_watched", "looked_at", "offline_since"]
    list_filter = ["mode", "is_watched", "owner"]
    list_select_related = ["owner"]
    search_fields = ["path"]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return obj is None and super().has_change_permission(request, obj)


@admin.register(FolderFile)
class FolderFileAdmin(ReadOnlyAdmin):
    list_display = ["path", "folder", "outcome", "size_bytes", "missing_since"]
    list_filter = ["outcome", ("missing_since", admin.EmptyFieldListFilter), "folder"]
    list_select_related = ["folder"]
    search_fields = ["path", "checksum__startswith"]
    raw_id_fields = ["photo", "folder"]


@admin.register(ImportedFile)
class ImportedFileAdmin(ReadOnlyAdmin):
    list_display = ["path", "outcome", "reason", "size_bytes", "run"]
    list_filter = ["outcome", "code", "run__owner"]
    list_select_related = ["run"]
    search_fields = ["path", "reason"]
    raw_id_fields = ["photo", "run"]
