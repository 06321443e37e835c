from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse

from dedup.core.thinning import Fate, Keep, Rule, Why
from gallery.models import Camera, Job, Photo, User


class ThinningQuerySet(models.QuerySet["Thinning"]):
    def owned_by(self, user: User) -> ThinningQuerySet:
        return self.filter(camera__owner=user)


class Thinning(models.Model):
    """One plan for the frames of a camera: which of them show nothing new.

    Its ``job`` compares; nothing is touched by that. ``act_job`` is the last one that archived or
    trashed what goes.
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

    objects = ThinningQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-id"]

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
