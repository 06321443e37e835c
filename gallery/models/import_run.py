from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from .job import Job
from .photo import Photo


class ImportRun(models.Model):
    """One run of bringing files in, through any of the doors.

    Its ``job`` holds the progress. An upload keeps the run open while the browser sends;
    a folder is listed completely before the first file is read.
    """

    class Door(models.TextChoices):
        UPLOAD = "upload", "browser upload"
        FOLDER = "folder", "server folder"
        ARCHIVE = "archive", "zip file"
        DEMO = "demo", "demonstration"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="import_runs"
    )
    door = models.CharField(max_length=10, choices=Door)
    root = models.CharField(max_length=1024, blank=True)
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="import_run")
    started_at = models.DateTimeField()
    # Whose new files these are, if they come from a library folder.
    folder = models.ForeignKey(
        "LibraryFolder",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="import_runs",
    )
    # The run whose failed files this one tries again; once, so that pressing twice is harmless.
    retry_of = models.OneToOneField(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="retry"
    )

    class Meta:
        ordering = ["-started_at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_door_display()} of {self.started_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("gallery:import", args=[self.pk])

    @property
    def is_of_folder(self) -> bool:
        """Whether its files lie in a folder of the server, at their paths below the root."""
        return bool(self.root) and self.door != self.Door.ARCHIVE


class Outcome(models.TextChoices):
    """What became of one offered file. Every file ends with exactly one, never with WAITING."""

    WAITING = "waiting", "waiting"
    ADDED = "added", "added"
    ALREADY_HERE = "already_here", "already here"
    REFUSED = "refused", "refused"
    SIDE_FILE = "side_file", "side file"  # holds dates of photos beside it, is none itself
    ARCHIVE = "archive", "zip file"  # uploaded: its files have an import of their own
    FAILED = "failed", "failed"


class ImportedArchive(models.Model):
    """One zip of an import run. Its entries are read in place: it is never unpacked as a whole."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="archives")
    name = models.CharField(max_length=1024)  # as its owner knows it
    path = models.CharField(max_length=1024)  # where its bytes are
    # It came by an upload and lies in the incoming folder: removed when the run has ended.
    is_ours = models.BooleanField(default=False)
    uploaded_as = models.OneToOneField(
        "ImportedFile", on_delete=models.SET_NULL, null=True, blank=True, related_name="opened_as"
    )
    size_bytes = models.BigIntegerField()
    modified_ns = models.BigIntegerField()  # with the size: is it still the file that was listed?

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class ImportedFile(models.Model):
    """One file that was offered to an import run, and what became of it."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=1024)  # relative to the root, or as the browser named it
    # An uploaded file waits here until a worker has dealt with it, and for a while longer if
    # that failed; empty for folders.
    incoming = models.CharField(max_length=255, blank=True)
    # Where in which zip it lies; empty for everything that is a file by itself.
    archive = models.ForeignKey(
        ImportedArchive, on_delete=models.CASCADE, null=True, blank=True, related_name="files"
    )
    entry = models.JSONField(null=True, blank=True)
    # The entry that holds its date and state, perhaps in another zip of the run.
    side_file = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    size_bytes = models.BigIntegerField(default=0)
    modified_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome, default=Outcome.WAITING)
    reason = models.TextField(blank=True)
    code = models.CharField(max_length=24, blank=True)
    photo = models.ForeignKey(
        Photo, on_delete=models.SET_NULL, null=True, blank=True, related_name="imported_files"
    )
    folder_file = models.ForeignKey(
        "FolderFile", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["run", "outcome", "id"], name="imported_file_by_outcome")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome__in=["refused", "failed"]) | ~Q(reason=""),
                name="a_refusal_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.path}: {self.get_outcome_display()}"
