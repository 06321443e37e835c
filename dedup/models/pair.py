from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from dedup.core.values import Kind
from gallery.models import Photo


class PairScore(models.Model):
    """How alike two photos are, by one version of the engine. ``photo_a`` has the smaller id."""

    photo_a = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="+")
    photo_b = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="+", db_index=True)
    # dedup.measuring.SCORE_VERSION: of the features and of the engine that compared them.
    version = models.PositiveIntegerField()
    percent = models.FloatField()
    kind = models.PositiveSmallIntegerField(choices=[(kind.value, kind.name) for kind in Kind])
    # dedup.core.scoring.MEASURES in order, as little-endian float32.
    measures = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["photo_a", "photo_b"], name="one_score_per_pair"),
            models.CheckConstraint(condition=Q(photo_a__lt=F("photo_b")), name="pair_in_order"),
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=100), name="percent_is_a_percentage"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.photo_a_id} and {self.photo_b_id}: {self.percent:.0f} %"
