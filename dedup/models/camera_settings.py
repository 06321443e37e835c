from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from dedup.core.camera_settings import FrameSettings, TimeOfDay
from gallery.models import Camera, Change


class CameraSettingsQuerySet(models.QuerySet["CameraSettings"]):
    def standing(self) -> CameraSettingsQuerySet:
        """Those that were not undone, whichever button undid them."""
        return self.filter(change__undone_at=None)


class CameraSettings(models.Model):
    """What was once set for the frames of a camera, by day or by night.

    The newest row that stands is in force. Every save adds a row and an empty ``Change``: undoing
    that brings back what was in force before.
    """

    TIMES = [(TimeOfDay.DAY.value, "Day"), (TimeOfDay.NIGHT.value, "Night")]

    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="frame_settings")
    time_of_day = models.CharField(max_length=5, choices=TIMES)
    begins_minute = models.PositiveSmallIntegerField()  # after midnight, on the camera's own clock
    options: models.JSONField[dict[str, Any]] = models.JSONField()  # of FrameSettings
    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="camera_settings")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField()

    objects = CameraSettingsQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "camera settings"
        indexes = [
            models.Index(fields=["camera", "time_of_day", "-id"], name="settings_in_force"),
        ]

    def __str__(self) -> str:
        return f"{self.camera}, {self.get_time_of_day_display().lower()}"

    @property
    def chosen(self) -> FrameSettings:
        return FrameSettings.from_json(self.options)
