from __future__ import annotations

from django.db import models

from gallery.models import Photo


class FrameStep(models.Model):
    """A frame of a fixed camera compared with the frame before it, under certain settings.

    Computed again when the settings or the frame before it are others: see dedup.frame_steps.
    """

    later = models.OneToOneField(
        Photo, on_delete=models.CASCADE, primary_key=True, related_name="frame_step"
    )
    earlier = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="+")
    settings = models.CharField(max_length=16)  # digest of FrameSettings
    # How surely nothing but the light differs; none where the two could not be compared.
    redundant_percent = models.FloatField(null=True)
    outcome = models.CharField(max_length=12, blank=True)  # of dedup.core.camera_frames.Outcome
    moved_percent = models.FloatField(default=0)  # of the unmasked area
    boxes: models.JSONField[list[list[float]]] = models.JSONField(default=list)  # l, t, w, h, 0..1
    light_ev = models.FloatField(default=0)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["redundant_percent"], name="frame_step_percent")]

    def __str__(self) -> str:
        return f"photo {self.earlier_id} to photo {self.later_id}"
