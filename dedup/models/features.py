from __future__ import annotations

from django.db import models

from gallery.models import Photo


class PhotoFeatures(models.Model):
    """What was measured of one photo, by which version of the code.

    Two parts: ``light`` is read for every pair, ``local`` (local features) only for pairs that
    stay undecided; it has a row of its own so that a scan never reads past it.
    """

    photo = models.OneToOneField(
        Photo, on_delete=models.CASCADE, primary_key=True, related_name="features"
    )
    version = models.PositiveIntegerField()
    light = models.BinaryField()
    sharpness = models.FloatField(default=0)
    clipping = models.FloatField(default=0)  # share of pixels without detail, 0 to 1
    # Digest of all pixels of the original; empty until a pair needs it. See dedup.core.identity.
    pixels = models.BinaryField(default=b"")
    measured_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "photo features"

    def __str__(self) -> str:
        return f"features of photo {self.photo_id}, version {self.version}"


class LocalFeatures(models.Model):
    photo = models.OneToOneField(
        Photo, on_delete=models.CASCADE, primary_key=True, related_name="local_features"
    )
    data = models.BinaryField()

    class Meta:
        verbose_name_plural = "local features"

    def __str__(self) -> str:
        return f"local features of photo {self.photo_id}"


class MeasureFailure(models.Model):
    """A photo that could not be measured, and why. It is left out of scans, not of the library."""

    photo = models.OneToOneField(
        Photo, on_delete=models.CASCADE, primary_key=True, related_name="measure_failure"
    )
    version = models.PositiveIntegerField()
    reason = models.TextField()

    def __str__(self) -> str:
        return f"photo {self.photo_id}: {self.reason}"
