from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from dedup.core.group_kinds import GroupKind
from gallery.models import Camera, Photo, User
from gallery.models.photo import shown_for_its_stack

from .scan import Scan


class SimilarGroupQuerySet(models.QuerySet["SimilarGroup"]):
    def owned_by(self, user: User) -> SimilarGroupQuerySet:
        return self.filter(scan__owner=user)

    def open(self) -> SimilarGroupQuerySet:
        """Groups with at least two photos left that nobody has decided."""
        return self.filter(state=SimilarGroup.State.OPEN)

    def decided(self) -> SimilarGroupQuerySet:
        return self.filter(state=SimilarGroup.State.DECIDED)

    def counted(self) -> SimilarGroupQuerySet:
        """The same groups, for counts and sums by kind and state: read from ``group_counts``.

        What it asks is true of every group. Only a query that asks it may use that index or the
        one of each camera, which would tempt a database to sort all groups for one page of a list.
        """
        return self.filter(left_count__gte=0).order_by()


class SimilarGroup(models.Model):
    """Similar photos of one scan: every member passes the threshold to the cover.

    What lists are filtered and sorted by follows from other rows and is written by
    ``dedup.group_states`` in the transaction of every act that touches those.
    """

    class Kind(models.TextChoices):
        """Decided by the scan, one for each group; in the order in which people settle them."""

        EXACT = GroupKind.EXACT, "Exact copies"
        SAME_PICTURE = GroupKind.SAME_PICTURE, "Same picture"
        BURST = GroupKind.BURST, "Burst"
        SCENE = GroupKind.SCENE, "Scene"
        SET = GroupKind.SET, "Set to keep"

    class State(models.TextChoices):
        OPEN = "open", "Waits for a decision"
        DECIDED = "decided", "Decided"
        DISSOLVED = "dissolved", "Fewer than two photos left"  # and nobody has decided

    scan = models.ForeignKey(Scan, on_delete=models.CASCADE, related_name="groups")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.BURST)
    label = models.CharField(max_length=60, blank=True)  # "exposure series"
    cover = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="+")
    # The cover instead, as long as it is among the photos that are left: a person chose it.
    chosen_cover = models.ForeignKey(
        Photo, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    photo_count = models.PositiveIntegerField()  # that the scan found

    # Of the photos that are left; a decided or dissolved group keeps what it had last.
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    left_count = models.PositiveIntegerField(default=0)
    spare_count = models.PositiveIntegerField(default=0)  # that could go
    spare_bytes = models.BigIntegerField()  # what that would free, with all parts of the shots
    lowest_percent = models.FloatField()
    highest_percent = models.FloatField()
    first_taken_at = models.DateTimeField()
    last_taken_at = models.DateTimeField()
    # Of the cover.
    camera = models.ForeignKey(
        Camera, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    camera_name = models.CharField(max_length=200, blank=True)  # to sort by
    folder = models.CharField(max_length=1024, blank=True)

    # Of the owner's KeeperRules, by which the suggestion was made.
    rules_version = models.PositiveIntegerField(default=0)

    objects = SimilarGroupQuerySet.as_manager()

    class Meta:
        # One for each order of the list, whose last columns let the database skip groups of
        # another kind or state, and count, without a look at the rows; and two of all counts.
        indexes = [
            models.Index(
                fields=["scan", "left_count", "-lowest_percent", "id", "kind", "state"],
                name="group_by_ease",
            ),
            models.Index(
                fields=["scan", "-spare_bytes", "id", "kind", "state", "left_count"],
                name="group_by_space",
            ),
            models.Index(
                fields=["scan", "-highest_percent", "id", "kind", "state"], name="group_by_likeness"
            ),
            models.Index(
                fields=["scan", "-first_taken_at", "id", "kind", "state"], name="group_by_date"
            ),
            models.Index(
                fields=["scan", "camera_name", "-first_taken_at", "id", "kind", "state"],
                name="group_by_camera",
            ),
            models.Index(
                fields=["scan", "kind", "state", "left_count", "spare_bytes"],
                condition=Q(left_count__gte=0),
                name="group_counts",
            ),
            models.Index(
                fields=["scan", "camera", "kind", "state", "left_count", "spare_bytes"],
                condition=Q(left_count__gte=0),
                name="group_counts_of_camera",
            ),
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
        undone = Q(set_apart_by__change__undone_at__isnull=False)
        reopened = Q(
            set_apart_by__reopened_by__isnull=False, set_apart_by__reopened_by__undone_at=None
        )
        return self.filter(Q(set_apart_by=None) | undone | reopened)

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
