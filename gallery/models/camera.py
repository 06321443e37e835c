from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse


class Camera(models.Model):
    """The phone, camera or fixed camera a photo came from."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="cameras"
    )
    # From core.cameras: the same for every photo of one camera, whatever its files are called.
    key = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    make = models.CharField(max_length=100, blank=True)
    model = models.CharField(max_length=100, blank=True)
    serial = models.CharField(max_length=100, blank=True)
    prefix = models.CharField(max_length=100, blank=True)
    # The camera it turned out to be. Its row stays: later imports find it by its key, and go on.
    merged_into = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="merged"
    )

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="one_camera_per_owner_and_key")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("gallery:camera", args=[self.pk])

    @property
    def in_force(self) -> Camera:
        """The camera that its photos belong to: itself, or what it was merged into."""
        camera = self
        while camera.merged_into is not None:
            camera = camera.merged_into
        return camera

    @property
    def is_fixed(self) -> bool:
        """Known by a file-name prefix, as surveillance cameras are."""
        return bool(self.prefix)
