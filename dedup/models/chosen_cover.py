from __future__ import annotations

from django.db import models

from gallery.models import Photo

from .decision import Decision
from .group import SimilarGroup


class ChosenCover(models.Model):
    """Another photo of a group that a person made its cover; the last one that stands counts.

    Counts as undone exactly when its decision is. ``SimilarGroup.chosen_cover`` follows. New scans
    add a row for each of their groups that takes the choice over, see ``Decision.cover_checksum``.
    """

    group = models.ForeignKey(SimilarGroup, on_delete=models.CASCADE, related_name="chosen_covers")
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="+")
    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="chosen_covers")

    def __str__(self) -> str:
        return f"photo {self.photo_id} as cover of group {self.group_id}"
