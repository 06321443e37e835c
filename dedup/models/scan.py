from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from dedup.core.values import Options
from gallery.models import Camera, Job, Photo, PhotoQuerySet, User


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
    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, null=True, blank=True)
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    started_at = models.DateTimeField()
    # Photos arrived while it ran: start again with the same options when it is done.
    again = models.BooleanField(default=False)
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

    def photos(self) -> PhotoQuerySet:
        """What it may look at: one of each shot that is neither archived nor trashed."""
        photos = Photo.objects.filter(owner=self.owner_id).on_timeline()
        photos = photos.one_of_each_stack()
        if self.camera_id:
            photos = photos.filter(camera=self.camera_id)
        if self.first_day:
            photos = photos.filter(taken_day__gte=self.first_day)
        if self.last_day:
            photos = photos.filter(taken_day__lte=self.last_day)
        return photos
