from __future__ import annotations

from django.conf import settings
from django.db import models

from .photo import Photo


class Stack(models.Model):
    """Photos that are one shot (RAW and JPEG, an edited version): shown and acted on as one.

    Its photos point to it. One that is in another state than the others, because only the JPEG
    was trashed, is shown by itself there.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="stacks"
    )

    def __str__(self) -> str:
        return f"stack {self.pk}"


class Companion(models.Model):
    """A file that is kept with a photo and is none itself: a live photo's video, a side file."""

    class Kind(models.TextChoices):
        VIDEO = "video", "Video"
        SIDE_FILE = "side_file", "Side file"

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="companions")
    kind = models.CharField(max_length=10, choices=Kind)
    # SHA-256 of its bytes, which lie among the originals.
    checksum = models.CharField(max_length=64)
    file_name = models.CharField(max_length=255)
    size_bytes = models.BigIntegerField()

    class Meta:
        ordering = ["kind", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["photo", "checksum"], name="a_companion_once_for_each_photo"
            )
        ]
        indexes = [models.Index(fields=["checksum"], name="companion_by_checksum")]

    def __str__(self) -> str:
        return self.file_name
