from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from dedup.core.thinning import Fate, Keep, Rule, Why
from gallery.models import Camera, Change, Job, Photo, User


class ThinningQuerySet(models.QuerySet["Thinning"]):
    def owned_by(self, user: User) -> ThinningQuerySet:
        return self.filter(camera__owner=user)

    def by_hand(self) -> ThinningQuerySet:
        """Plans that a person makes and carries out: neither runs of live rules nor previews."""
        return self.filter(live_rule=None, draft=None)


class Thinning(models.Model):
    """One plan for the frames of a camera: which of them show nothing new.

    Its ``job`` compares; nothing is touched by that. ``act_job`` is the last one that archived or
    trashed what goes. The run of a ``live_rule`` does that at its own end, as one ``change``.
    """

    KEEP = [(Keep.FIRST.value, "first"), (Keep.LAST.value, "last")]

    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="thinnings")
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="thinning")
    act_job = models.ForeignKey(
        Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    keep = models.CharField(max_length=5, choices=KEEP)
    every_minutes = models.FloatField(null=True, blank=True)
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    started_at = models.DateTimeField()
    is_by_day = models.BooleanField(default=False)  # every day begins anew with a frame that stays

    # Of the run of a live rule, for one day.
    live_rule = models.ForeignKey(
        "dedup.LiveRule", on_delete=models.CASCADE, null=True, blank=True, related_name="runs"
    )
    change = models.ForeignKey(
        Change, on_delete=models.SET_NULL, null=True, blank=True, related_name="thinnings"
    )
    carried_out_at = models.DateTimeField(null=True, blank=True)
    gone_count = models.PositiveIntegerField(default=0)
    gone_bytes = models.BigIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)  # why it did otherwise than the rule says

    objects = ThinningQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-id"]
        indexes = [
            models.Index(
                fields=["camera", "first_day"],
                condition=Q(live_rule__isnull=False),
                name="thinning_of_day",
            )
        ]

    def __str__(self) -> str:
        return f"thinning {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("dedup:thinning", args=[self.pk])

    @property
    def rule(self) -> Rule:
        return Rule(Keep(self.keep), self.every_minutes)


class ThinnedFrame(models.Model):
    """One frame of a plan, in the order in which the frames are compared."""

    FATES = [("", "waits"), *((fate.value, fate.value) for fate in Fate)]
    WHYS = [(why.value, why.value) for why in Why]

    thinning = models.ForeignKey(Thinning, on_delete=models.CASCADE, related_name="frames")
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="+")
    place = models.PositiveIntegerField()
    fate = models.CharField(max_length=8, choices=FATES, blank=True, default="")
    why = models.CharField(max_length=12, choices=WHYS, blank=True)
    reason = models.TextField(blank=True)
    # The kept frame that it was compared with.
    beside = models.ForeignKey(
        Photo, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    percent = models.FloatField(null=True, blank=True)  # how surely redundant; none if plain
    score = models.FloatField(default=0)  # percent of the area that moved
    boxes: models.JSONField[list[dict[str, Any]]] = models.JSONField(default=list)
    # A person said that it stays, whatever was found.
    spared = models.BooleanField(default=False)
    spared_because = models.CharField(max_length=60, blank=True)  # what else the person did with it
    # An earlier run of a live rule asked about it: here only to be compared with.
    is_known = models.BooleanField(default=False)

    class Meta:
        ordering = ["thinning", "place"]
        constraints = [
            models.UniqueConstraint(fields=["thinning", "place"], name="frame_once_in_its_place")
        ]
        indexes = [
            models.Index(fields=["thinning", "fate", "place"], name="frame_by_fate"),
            models.Index(fields=["thinning", "percent"], name="frame_near_the_line"),
        ]

    def __str__(self) -> str:
        return f"{self.photo}: {self.fate or 'waits'}"
