from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from gallery.models import Photo, User

from .scan import Scan


class SimilarGroupQuerySet(models.QuerySet["SimilarGroup"]):
    def owned_by(self, user: User) -> SimilarGroupQuerySet:
        return self.filter(scan__owner=user)

    def open(self) -> SimilarGroupQuerySet:
        """Groups nobody has decided, or whose decision was undone."""
        from .decision import Decision

        standing = Decision.objects.standing().filter(group=OuterRef("pk"))
        return self.filter(~Exists(standing), closed_at=None)


class SimilarGroup(models.Model):
    """Similar photos of one scan: every member passes the threshold to the cover."""

    class Kind(models.TextChoices):
        SIMILAR = "similar", "Similar photos"
        IDENTICAL = "identical", "Same picture"
        SET = "set", "Set to keep"  # exposure series, panorama, focus series

    scan = models.ForeignKey(Scan, on_delete=models.CASCADE, related_name="groups")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.SIMILAR)
    label = models.CharField(max_length=60, blank=True)  # "exposure series"
    cover = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="+")
    photo_count = models.PositiveIntegerField()
    first_taken_at = models.DateTimeField()
    last_taken_at = models.DateTimeField()
    lowest_percent = models.FloatField()
    highest_percent = models.FloatField()
    spare_bytes = models.BigIntegerField()  # what could go if only the suggested photo stayed
    # Set by a scan or a read that finds fewer than two members left.
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = SimilarGroupQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["scan", "-spare_bytes", "id"], name="group_by_space"),
            models.Index(fields=["scan", "-first_taken_at", "id"], name="group_by_date"),
            models.Index(fields=["scan", "-highest_percent", "id"], name="group_by_likeness"),
            models.Index(fields=["scan", "-photo_count", "id"], name="group_by_count"),
        ]

    def __str__(self) -> str:
        return f"{self.photo_count} photos around {self.first_taken_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("dedup:group", args=[self.pk])

    @property
    def span_seconds(self) -> float:
        return (self.last_taken_at - self.first_taken_at).total_seconds()


class GroupMember(models.Model):
    group = models.ForeignKey(SimilarGroup, on_delete=models.CASCADE, related_name="members")
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="memberships")
    percent = models.FloatField()  # to the cover; 100 for the cover itself
    position = models.PositiveIntegerField()  # by time
    suggested = models.BooleanField(default=False)  # to keep
    reason = models.CharField(max_length=200, blank=True)  # why it is suggested

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["group", "photo"], name="a_photo_once_per_group"),
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=100),
                name="member_percent_is_a_percentage",
            ),
        ]

    def __str__(self) -> str:
        return f"photo {self.photo_id} in group {self.group_id}"
