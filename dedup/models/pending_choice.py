from __future__ import annotations

from django.conf import settings
from django.db import models

from gallery.models import Photo, User

from .group import SimilarGroup


class PendingChoiceQuerySet(models.QuerySet["PendingChoice"]):
    def owned_by(self, user: User) -> PendingChoiceQuerySet:
        return self.filter(owner=user)

    def ready(self) -> PendingChoiceQuerySet:
        return self.filter(is_ready=True)


class PendingChoice(models.Model):
    """What was answered for a photo and is not confirmed yet. Together they are the tray.

    It moves nothing. By photo, so that the answer is known again in the groups of a later scan.
    """

    class Answer(models.TextChoices):
        KEEP = "keep", "Keep"
        ARCHIVE = "archive", "Archive"
        TRASH = "trash", "Trash"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="pending_choices"
    )
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="pending_choices")
    group = models.ForeignKey(  # the one it was answered in last
        SimilarGroup, on_delete=models.CASCADE, related_name="pending_choices"
    )
    answer = models.CharField(max_length=8, choices=Answer)
    is_ready = models.BooleanField(default=False)  # its whole group waits for the confirmation
    chosen_at = models.DateTimeField()

    objects = PendingChoiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "photo"], name="one_pending_choice_per_photo")
        ]

    def __str__(self) -> str:
        return f"{self.answer} photo {self.photo_id}, once confirmed"
