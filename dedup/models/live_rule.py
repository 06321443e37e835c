from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from dedup.core.thinning import Keep, Rule
from gallery.models import Camera, User

LONGEST_SETTLING_MINUTES = 14 * 24 * 60


class LiveRuleQuerySet(models.QuerySet["LiveRule"]):
    def owned_by(self, user: User) -> LiveRuleQuerySet:
        return self.filter(camera__owner=user)

    def in_force(self) -> LiveRuleQuerySet:
        """Those that are switched on, paused or not: at most one of each camera."""
        return self.filter(switched_on_at__isnull=False, switched_off_at=None)


class LiveRule(models.Model):
    """How new frames of a camera are thinned by themselves, day by day.

    State transitions:
        drafted -> in force -> switched off    switching on another rule switches this one off
    While ``paused_at`` is set, a rule in force begins nothing and goes on with nothing.
    """

    KEEP = [(Keep.FIRST.value, "first"), (Keep.LAST.value, "last")]

    class Act(models.TextChoices):
        ARCHIVE = "archive", "Archive"
        TRASH = "trash", "Move to trash"

    class When(models.TextChoices):
        DAY = "day", "once its day is over"
        HOUR = "hour", "every hour"

    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="live_rules")
    keep = models.CharField(max_length=5, choices=KEEP)
    every_minutes = models.FloatField(null=True, blank=True)
    act = models.CharField(max_length=7, choices=Act, default=Act.ARCHIVE)
    when = models.CharField(max_length=4, choices=When, default=When.DAY)
    # So long a frame has been in the library before it is asked about.
    settle_minutes = models.PositiveIntegerField(
        default=60, validators=[MaxValueValidator(LONGEST_SETTLING_MINUTES)]
    )
    first_day = models.DateField()  # frames taken earlier are never touched
    # The plan that showed what the rule would do before it was switched on.
    preview = models.OneToOneField(
        "dedup.Thinning", on_delete=models.SET_NULL, null=True, blank=True, related_name="draft"
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    switched_on_at = models.DateTimeField(null=True, blank=True)
    switched_off_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)

    objects = LiveRuleQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["camera"],
                condition=Q(switched_on_at__isnull=False, switched_off_at=None),
                name="one_live_rule_in_force_per_camera",
            )
        ]

    def __str__(self) -> str:
        return f"live rule of {self.camera}"

    @property
    def rule(self) -> Rule:
        return Rule(Keep(self.keep), self.every_minutes)

    @property
    def is_in_force(self) -> bool:
        return self.switched_on_at is not None and self.switched_off_at is None

    @property
    def is_draft(self) -> bool:
        return self.switched_on_at is None
