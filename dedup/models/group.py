from __future__ import annotations

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.urls import reverse

from dedup.core.group_kinds import GroupKind
from gallery.models import Photo, User
from gallery.models.photo import shown_for_its_stack

from .scan import Scan


class SimilarGroupQuerySet(models.QuerySet["SimilarGroup"]):
    def owned_by(self, user: User) -> SimilarGroupQuerySet:
        return self.filter(scan__owner=user)

    def open(self) -> SimilarGroupQuerySet:
        """Groups with at least two photos left that nobody has decided.

        Asked row by row and never stored, so that an undo in the gallery opens a group again
        and a photo trashed there closes it, without a word to this app.
        """
        return self.filter(~Exists(_standing_decision())).annotate(left=_left()).filter(left__gte=2)

    def decided(self) -> SimilarGroupQuerySet:
        return self.filter(Exists(_standing_decision()))


def _standing_decision() -> models.QuerySet[models.Model]:
    from .decision import Decision

    return Decision.objects.standing().filter(group=OuterRef("pk"))


def _left() -> Subquery:
    """How many members are still on the timeline."""
    living = GroupMember.objects.on_timeline().filter(group=OuterRef("pk")).order_by()
    return Subquery(living.values("group").annotate(left=Count("pk")).values("left"))


class SimilarGroup(models.Model):
    """Similar photos of one scan: every member passes the threshold to the cover."""

    class Kind(models.TextChoices):
        """Decided by the scan, one for each group; in the order in which people settle them."""

        EXACT = GroupKind.EXACT, "Exact copies"
        SAME_PICTURE = GroupKind.SAME_PICTURE, "Same picture"
        BURST = GroupKind.BURST, "Burst"
        SCENE = GroupKind.SCENE, "Scene"
        SET = GroupKind.SET, "Set to keep"

    scan = models.ForeignKey(Scan, on_delete=models.CASCADE, related_name="groups")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.BURST)
    label = models.CharField(max_length=60, blank=True)  # "exposure series"
    cover = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="+")
    photo_count = models.PositiveIntegerField()
    first_taken_at = models.DateTimeField()
    last_taken_at = models.DateTimeField()
    lowest_percent = models.FloatField()
    highest_percent = models.FloatField()
    spare_bytes = models.BigIntegerField()  # what could go if only the suggested photo stayed

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


class GroupMemberQuerySet(models.QuerySet["GroupMember"]):
    def together(self) -> GroupMemberQuerySet:
        """Those that nobody has set apart."""
        return self.filter(Q(set_apart_by=None) | Q(set_apart_by__change__undone_at__isnull=False))

    def on_timeline(self) -> GroupMemberQuerySet:
        """Those that still belong together: neither archived, trashed nor set apart.

        Parts of one shot that were stacked since the scan count once.
        """
        living = self.together().filter(photo__archived_at=None, photo__trashed_at=None)
        return living.filter(shown_for_its_stack("photo__"))


class GroupMember(models.Model):
    group = models.ForeignKey(SimilarGroup, on_delete=models.CASCADE, related_name="members")
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="memberships")
    percent = models.FloatField()  # to the cover; 100 for the cover itself
    position = models.PositiveIntegerField()  # by time
    suggested = models.BooleanField(default=False)  # to keep
    reason = models.CharField(max_length=200, blank=True)  # why it is suggested
    # Said to be unlike the others of the group, which stay together.
    set_apart_by = models.ForeignKey(
        "dedup.Decision", on_delete=models.SET_NULL, null=True, blank=True, related_name="set_apart"
    )

    objects = GroupMemberQuerySet.as_manager()

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
