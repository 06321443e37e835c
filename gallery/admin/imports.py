"""Imports and library folders in the admin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from gallery.admin.bases import KeptAdmin, ReadOnlyAdmin
from gallery.importing import library_folders, retrying
from gallery.models import (
    FolderFile,
    ImportedFile,
    ImportRun,
    LibraryFolder,
    User,
)
from gallery.work import jobs


def _told(request: HttpRequest, runs: QuerySet[ImportRun], act: Callable[..., bool]) -> None:
    """Act on the job of each run, and say how many it concerned."""
    count = sum(act(run.job, by=request.user) for run in runs.select_related("job"))
    messages.info(request, f"{count:,} import{'' if count == 1 else 's'}: {act.__name__}.")


@admin.action(description="Pause", permissions=["change"])
def pause(admin_: Any, request: HttpRequest, runs: QuerySet[ImportRun]) -> None:
    _told(request, runs, jobs.pause)


@admin.action(description="Resume", permissions=["change"])
def resume(admin_: Any, request: HttpRequest, runs: QuerySet[ImportRun]) -> None:
    _told(request, runs, jobs.resume)


@admin.action(description="Cancel", permissions=["change"])
def cancel(admin_: Any, request: HttpRequest, runs: QuerySet[ImportRun]) -> None:
    _told(request, runs, jobs.cancel)


@admin.action(description="Try failed files again", permissions=["change"])
def try_again(admin_: Any, request: HttpRequest, runs: QuerySet[ImportRun]) -> None:
    assert isinstance(request.user, User)
    for run in runs.select_related("job", "owner"):
        try:
            again = retrying.try_again(run, by=request.user)
            messages.info(request, f"{run}: {again.files.count():,} files are tried again.")
        except retrying.NothingToRetry as refusal:
            messages.warning(request, f"{run}: {refusal}")


@admin.register(ImportRun)
class ImportRunAdmin(KeptAdmin):
    actions = [pause, resume, cancel, try_again]
    list_display = ["__str__", "owner", "door", "root", "status", "total", "failed"]
    list_filter = ["door", "owner", "job__status"]
    list_select_related = ["owner", "job"]
    search_fields = ["root"]
    date_hierarchy = "started_at"

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
