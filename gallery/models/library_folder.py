from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from .import_run import Outcome
from .job import Job
from .photo import Photo


class LibraryFolder(models.Model):
    """A folder on the server from which one person's photos come, looked at again and again.

    Whatever happens to it, no photo is taken away: while it cannot be reached it is offline
    (``offline_since``), and a file that is gone from it is missing (``FolderFile.missing_since``).
    """

    class Mode(models.TextChoices):
        COPY = "copy", "copied into the library"
        IN_PLACE = "in_place", "left in place"  # read there; never written to, never copied

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="library_folders"
    )
    path = models.CharField(max_length=1024, unique=True)
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.COPY)
    is_watched = models.BooleanField(default=False)  # looked at by itself, every few minutes
    added_at = models.DateTimeField()

    looked_at = models.DateTimeField(null=True, blank=True)  # the end of the last whole look
    look_seconds = models.FloatField(default=0)
    look_job = models.ForeignKey(
        Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # What could not be read at the last look: sentences, the first of them.
    problems: models.JSONField[list[str]] = models.JSONField(default=list, blank=True)
    unsettled_count = models.PositiveIntegerField(default=0)  # files still being written then
    # Of the file system it was on then; another one there now may be an empty mount point.
    file_system = models.CharField(max_length=64, blank=True)
    offline_since = models.DateTimeField(null=True, blank=True)
    offline_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                condition=Q(mode__in=["copy", "in_place"]), name="folder_mode_known"
            ),
            models.CheckConstraint(
                condition=Q(offline_since=None) | ~Q(offline_reason=""),
                name="an_offline_folder_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.path

    def get_absolute_url(self) -> str:
        return reverse("gallery:folder", args=[self.pk])

    @property
    def is_in_place(self) -> bool:
        return self.mode == self.Mode.IN_PLACE

    @property
    def is_being_looked_at(self) -> bool:
        return self.look_job is not None and not self.look_job.has_ended


class FolderFileQuerySet(models.QuerySet["FolderFile"]):
    def here(self) -> Self:
        """Not missing. That its folder may be offline does not count: it will come back."""
        return self.filter(missing_since=None)

    def in_place(self) -> Self:
        return self.here().filter(folder__mode=LibraryFolder.Mode.IN_PLACE)


class FolderFile(models.Model):
    """One file of a library folder as it was when last seen, and what became of it."""

    folder = models.ForeignKey(LibraryFolder, on_delete=models.CASCADE, related_name="files")
    path = models.TextField()  # relative to the folder
    # Digests of the path and of its folder: what an index can hold however long the path is.
    path_key = models.CharField(max_length=32)
    directory_key = models.CharField(max_length=32)
    size_bytes = models.BigIntegerField()
    modified_us = models.BigIntegerField()  # microseconds since 1970
    checksum = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome, default=Outcome.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)  # that failed, one after the other
    # None also after the photo was deleted: the file is known, and does not bring it back.
    photo = models.ForeignKey(
        Photo, on_delete=models.SET_NULL, null=True, blank=True, related_name="folder_files"
    )
    missing_since = models.DateTimeField(null=True, blank=True)

    objects = FolderFileQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["folder", "path_key"], name="a_path_once_per_folder")
        ]
        indexes = [
            # A look compares one directory after the other.
            models.Index(fields=["folder", "directory_key"], name="file_of_directory"),
            # Where was a file with these bytes before?
            models.Index(fields=["folder", "checksum"], name="file_by_content"),
            models.Index(
                fields=["folder", "id"],
                name="file_missing",
                condition=Q(missing_since__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.path
