from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from dedup.core.values import Options
from gallery.models import Album, AlbumPhoto, Camera, Job, Photo, PhotoQuerySet, User


@dataclass(frozen=True, slots=True)
class Scope:
    """Which photos of an owner a scan looks at."""

    camera: Camera | None = None
    album: Album | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None


EVERYTHING = Scope()

NAME_LENGTH = 60


class ScanQuerySet(models.QuerySet["Scan"]):
    def owned_by(self, user: User) -> ScanQuerySet:
        return self.filter(owner=user)

    def finished(self) -> ScanQuerySet:
        return self.filter(job__status=Job.Status.DONE)

    def running(self) -> ScanQuerySet:
        return self.filter(job__status__in=[Job.Status.QUEUED, Job.Status.RUNNING])


class Scan(models.Model):
    """One run: measure what is new, score the pairs inside the window, group.

    Stages of its ``job``: measure (0), compare (1), group (2). Pair scores outlive the scan,
    groups belong to it.
    """

    class Stage(models.IntegerChoices):
        MEASURE = 0, "measuring"
        COMPARE = 1, "comparing"
        GROUP = 2, "grouping"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="scans"
    )
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="scan")
    options = models.JSONField()  # dedup.core.values.Options
    # Given by its owner: the newest scan of each name keeps its groups, and is renewed by imports.
    name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, null=True, blank=True)
    album = models.ForeignKey(Album, on_delete=models.CASCADE, null=True, blank=True)
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    started_at = models.DateTimeField()
    # Photos arrived while it ran: start again with the same options when it is done.
    again = models.BooleanField(default=False)
    # Started by itself: when it is done, the kept scans that are older than this follow in turn.
    renews_before = models.DateTimeField(null=True, blank=True)
    photo_count = models.PositiveIntegerField(default=0)  # compared ones
    imprecise_count = models.PositiveIntegerField(default=0)  # in no window: no exact time known
    doubtful_count = models.PositiveIntegerField(default=0)  # in no window: date not settled
    unmeasured_count = models.PositiveIntegerField(default=0)  # unreadable, see MeasureFailure
    pair_count = models.PositiveIntegerField(default=0)
    group_count = models.PositiveIntegerField(default=0)

    objects = ScanQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-id"]

    def __str__(self) -> str:
        return f"scan {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("dedup:scan", args=[self.pk])

    @property
    def chosen(self) -> Options:
        return Options.from_json(self.options)

    @property
    def scope(self) -> Scope:
        return Scope(self.camera, self.album, self.first_day, self.last_day)

    def photos(self) -> PhotoQuerySet:
        """What it may look at: one of each shot that is neither archived nor trashed."""
        photos = Photo.objects.filter(owner=self.owner_id).on_timeline()
        photos = photos.one_of_each_stack()
        if self.camera_id:
            photos = photos.filter(camera=self.camera_id)
        if self.album_id:
            photos = photos.filter(in_album(self.album_id))
        if self.first_day:
            photos = photos.filter(taken_day__gte=self.first_day)
        if self.last_day:
            photos = photos.filter(taken_day__lte=self.last_day)
        return photos


def in_album(album_id: int) -> Q:
    """Whether a photo, or another part of its shot, is in the album."""
    members = AlbumPhoto.objects.there().filter(album=album_id)
    shots = members.filter(photo__stack__isnull=False).values("photo__stack")
    return Q(pk__in=members.values("photo")) | Q(stack__in=shots)


class ScanPairs(models.Model):
    """Everything a scan knew at its end, for the counts that a page shows while a slider moves."""

    scan = models.OneToOneField(Scan, on_delete=models.CASCADE, related_name="pairs")
    # Photos that came or went and decisions that were made since then are looked up.
    known_at = models.DateTimeField()
    data = models.BinaryField()  # dedup.core.scored_library.ScoredLibrary

    def __str__(self) -> str:
        return f"pairs of scan {self.scan_id}"


class ScanSettings(models.Model):
    """The options that a person chose last for one camera, one album, or everything else."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="scan_settings"
    )
    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, null=True, blank=True)
    album = models.ForeignKey(Album, on_delete=models.CASCADE, null=True, blank=True)
    options = models.JSONField()  # dedup.core.values.Options
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "scan settings"
        constraints = [
            models.CheckConstraint(
                condition=Q(camera=None) | Q(album=None), name="settings_of_camera_or_album"
            ),
            models.UniqueConstraint(
                fields=["owner"],
                condition=Q(camera=None, album=None),
                name="one_scan_settings_per_owner",
            ),
            models.UniqueConstraint(
                fields=["owner", "camera"],
                condition=Q(camera__isnull=False),
                name="one_scan_settings_per_camera",
            ),
            models.UniqueConstraint(
                fields=["owner", "album"],
                condition=Q(album__isnull=False),
                name="one_scan_settings_per_album",
            ),
        ]

    def __str__(self) -> str:
        return f"scan settings {self.pk}"

    @property
    def chosen(self) -> Options:
        return Options.from_json(self.options)
