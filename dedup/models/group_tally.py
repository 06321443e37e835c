from __future__ import annotations

from django.db import models

from .group import SimilarGroup
from .scan import Scan


class GroupTally(models.Model):
    """How many groups of one kind and state a scan has; none where it has no such group.

    Always what a count of the groups would say: written by ``dedup.group_tallies`` in the
    transaction of everything that changes them.
    """

    scan = models.ForeignKey(Scan, on_delete=models.CASCADE, related_name="tallies")
    kind = models.CharField(max_length=12, choices=SimilarGroup.Kind)
    state = models.CharField(max_length=9, choices=SimilarGroup.State)
    groups = models.IntegerField()
    photos = models.BigIntegerField()  # sum of left_count
    spare_bytes = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "group tallies"
        constraints = [
            models.UniqueConstraint(
                fields=["scan", "kind", "state"], name="one_tally_per_kind_and_state"
            )
        ]

    def __str__(self) -> str:
        return f"{self.groups} groups of scan {self.scan_id}: {self.kind}, {self.state}"
