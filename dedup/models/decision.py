from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from gallery.models import Change, User

from .group import SimilarGroup


class DecisionQuerySet(models.QuerySet["Decision"]):
    def owned_by(self, user: User) -> DecisionQuerySet:
        return self.filter(owner=user)

    def standing(self) -> DecisionQuerySet:
        """Decisions that were neither undone, whichever button undid them, nor reopened."""
        reopened = Q(reopened_by__isnull=False, reopened_by__undone_at=None)
        return self.filter(~reopened, change__undone_at=None)


class Decision(models.Model):
    """What a person chose for a group.

    Each points to the ``Change`` it made in the gallery, an empty one where no photo moved (keep
    all, not similar), and counts as undone exactly when that is. So one history and one undo
    serve all acts. Decisions made in one act share its change: they are undone together.
    """

    class Kind(models.TextChoices):
        KEEP = "keep", "Kept some, let the rest go"
        KEEP_ALL = "keep_all", "Kept all"
        NOT_SIMILAR = "not_similar", "Not similar"
        COVER = "cover", "Chose another cover"  # settles nothing; names no group

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="decisions"
    )
    group = models.ForeignKey(
        SimilarGroup, on_delete=models.SET_NULL, null=True, related_name="decisions"
    )
    kind = models.CharField(max_length=12, choices=Kind)
    summary = models.CharField(max_length=200)
    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="decisions")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    # "Review again": what it decided is asked once more, and no photo moved for that.
    reopened_by = models.ForeignKey(
        Change, on_delete=models.SET_NULL, null=True, blank=True, related_name="reopened"
    )

    # Of another cover: its content, by which groups of later scans know it. Else empty.
    cover_checksum = models.CharField(max_length=64, blank=True, default="")

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return self.summary

    @classmethod
    def of(
        cls, change: Change, kind: Kind, *, group: SimilarGroup | None = None, summary: str = ""
    ) -> Decision:
        """What was decided by a change, not saved yet; in the words of the change if in no own."""
        return cls(
            owner_id=change.owner_id,
            group=group,
            kind=kind,
            summary=summary or change.summary,
            change=change,
            made_by_id=change.made_by_id,
            made_at=change.made_at,
        )

    @property
    def is_undone(self) -> bool:
        return self.change.is_undone


class DecidedPairQuerySet(models.QuerySet["DecidedPair"]):
    def standing(self) -> DecidedPairQuerySet:
        return self.filter(decision__in=Decision.objects.standing())


class DecidedPair(models.Model):
    """Two originals that a person called not similar, or chose to keep both.

    By content, not by photo or group: it survives scans, thresholds and importing again.
    """

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="pairs")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    checksum_a = models.CharField(max_length=64)
    checksum_b = models.CharField(max_length=64)

    objects = DecidedPairQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["owner", "checksum_a", "checksum_b"], name="decided_pair")]
        constraints = [
            models.CheckConstraint(
                condition=Q(checksum_a__lt=F("checksum_b")), name="decided_pair_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.checksum_a[:8]} and {self.checksum_b[:8]}"
