from __future__ import annotations

import datetime as dt
import secrets
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from .import_run import ImportedFile, ImportRun

FOLDER = "uploads"  # inside settings.INCOMING_FOLDER


def new_token() -> str:
    return secrets.token_hex(16)


class Upload(models.Model):
    """A file on its way from a browser, which may stop and go on as often as it must.

    How much has arrived stands nowhere but on the disk: the length of the part file is the
    truth, also after a crash. ``finished_at`` and ``file`` are set together, once, when the last
    byte is safely there; what becomes of the file then is said by its ImportedFile.
    """

    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="uploads"
    )
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="uploads")
    path = models.CharField(max_length=1024)  # as the browser named it, folders included
    size_bytes = models.BigIntegerField()
    checksum = models.CharField(max_length=64, blank=True)  # SHA-256, if the sender said it
    modified_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    file = models.OneToOneField(
        ImportedFile, on_delete=models.SET_NULL, null=True, blank=True, related_name="upload"
    )

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["run", "checksum"], name="upload_of_run"),
            models.Index(
                fields=["owner", "checksum"],
                name="upload_on_its_way",
                condition=Q(finished_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(size_bytes__gte=0), name="upload_has_a_size"),
        ]

    def __str__(self) -> str:
        return f"{self.path} ({'finished' if self.finished_at else 'on its way'})"

    def get_absolute_url(self) -> str:
        return reverse("gallery:one-upload", args=[self.token])

    @property
    def incoming(self) -> str:
        """Where the bytes are, seen from settings.INCOMING_FOLDER."""
        return f"{FOLDER}/{self.token}"

    @property
    def part(self) -> Path:
        return Path(settings.INCOMING_FOLDER / self.incoming)

    @property
    def expires_at(self) -> dt.datetime:
        """The keeping time begins anew with every byte that arrives."""
        try:
            touched = dt.datetime.fromtimestamp(self.part.stat().st_mtime, tz=dt.UTC)
        except OSError:
            touched = self.created_at
        expires: dt.datetime = max(touched, self.created_at) + settings.UPLOAD_KEEPING_TIME
        return expires
