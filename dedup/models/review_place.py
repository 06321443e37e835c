from __future__ import annotations

from django.conf import settings
from django.db import models

from .scan import Scan


class ReviewPlace(models.Model):
    """The filters and the order in which a person looked at the groups of a scan last."""

    LONGEST = 1500

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    scan = models.ForeignKey(Scan, on_delete=models.CASCADE, related_name="+")
    query = models.CharField(max_length=LONGEST, blank=True)  # as in an address
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "scan"], name="one_review_place_per_scan")
        ]

    def __str__(self) -> str:
        return f"scan {self.scan_id}: {self.query}"
