from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.db.models.lookups import Exact, IsNull
from django.urls import reverse

from gallery.core.doubts import Doubt
from gallery.core.taken_at import Candidate, Precision, Source, from_json

from .camera import Camera
from .user import User


def shown_for_its_stack(photo: str = "") -> Q:
    """Whether no other part of the shot, in the same state, comes before this photo.

    ``photo`` is the way to the photo from other rows, "photo__".
    """
    same = _alike("hidden_at", photo) & _alike("trashed_at", photo)
    same &= Q(trashed_at__isnull=False) | _alike("archived_at", photo)
    place = OuterRef(f"{photo}stack_place")
    before = Q(stack_place__lt=place) | Q(stack_place=place, pk__lt=OuterRef(f"{photo}id"))
    others = Photo.objects.filter(same, before, stack=OuterRef(f"{photo}stack"))
    return Q(**{f"{photo}stack": None}) | Q(~Exists(others))


def _alike(state: str, photo: str) -> Q:
    """Whether both are in this state, or neither is."""
    return Q(Exact(IsNull(F(state), True), IsNull(OuterRef(photo + state), True)))  # noqa: FBT003


def parts_of_shots(
    photo: str = "", *, with_companions: bool = True
) -> tuple[str | Prefetch[Any], ...]:
    """What to prefetch for the parts of shots; ``photo`` as in ``shown_for_its_stack``."""
    needed = Photo.objects.defer("taken_candidates", "taken_reasons", "facts")
    if not with_companions:
        return (Prefetch(f"{photo}stack__photos", queryset=needed),)
    parts = Prefetch(f"{photo}stack__photos", queryset=needed.prefetch_related("companions"))
    return parts, f"{photo}companions"


class PhotoQuerySet(models.QuerySet["Photo"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(owner=user)

    def on_timeline(self) -> Self:
        return self.filter(archived_at=None, trashed_at=None)

    def archived(self) -> Self:
        return self.filter(archived_at__isnull=False, trashed_at=None)

    def in_trash(self) -> Self:
        return self.filter(trashed_at__isnull=False, hidden_at=None)

    def hidden(self) -> Self:
        return self.filter(hidden_at__isnull=False)

    def read_in_place(self) -> Self:
        """Those whose file lies in a library folder that is never written to."""
        files = apps.get_model("gallery", "FolderFile").objects.in_place()
        return self.filter(Exists(files.filter(photo=OuterRef("pk"))))

    def with_doubtful_date(self) -> Self:
        return self.exclude(taken_doubt="").filter(trashed_at=None)

    def trashed_before(self, moment: dt.datetime) -> Self:
        return self.in_trash().filter(trashed_at__lt=moment)

    def one_of_each_stack(self) -> Self:
        """Of the parts of a shot that are in the same state only the first one."""
        return self.filter(shown_for_its_stack())

    def with_parts(self) -> Self:
        """Photos whose ``parts`` and ``companions`` cost no further query each."""
        return self.prefetch_related(*parts_of_shots())

    def newest_first(self) -> Self:
        """The order of the timeline: by local day, so that a day is never torn by a journey."""
        return self.order_by("-taken_day", "-taken_at", "-id")

    def oldest_first(self) -> Self:
        return self.order_by("taken_at", "id")


class Photo(models.Model):
    """One picture in the library: an original and what is known of it.

    State is a time: on the timeline (neither set), archived (``archived_at``), in the trash
    (``trashed_at``; ``archived_at`` is kept, so that restoring returns a photo to the archive).
    """

    PRECISIONS = [(precision.value, precision.value) for precision in Precision]
    DOUBTS = [(doubt.value, doubt.value) for doubt in Doubt]
    SOURCES = [(source.value, source.value) for source in Source]

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="photos"
    )
    # SHA-256 of the original in hexadecimal; also its name in the storage.
    checksum = models.CharField(max_length=64)
    file_name = models.CharField(max_length=255)
    # Where it lay in the folder or upload it came from, for people to recognise it.
    source_path = models.CharField(max_length=1024, blank=True)
    size_bytes = models.BigIntegerField()
    format = models.CharField(max_length=12)
    width = models.PositiveIntegerField()  # as shown, after orientation
    height = models.PositiveIntegerField()
    average_color = models.CharField(max_length=7, default="#808080")

    camera = models.ForeignKey(
        Camera, on_delete=models.SET_NULL, null=True, blank=True, related_name="photos"
    )
    # Other parts of the same shot share the stack; the one with the lowest place is shown.
    stack = models.ForeignKey(
        "gallery.Stack", on_delete=models.SET_NULL, null=True, blank=True, related_name="photos"
    )
    stack_place = models.PositiveSmallIntegerField(default=0)
    # The instant; where no offset is known, the owner's home zone is assumed.
    taken_at = models.DateTimeField()
    utc_offset_minutes = models.SmallIntegerField(default=0)
    utc_offset_known = models.BooleanField(default=False)
    taken_day = models.DateField()  # local date
    taken_precision = models.CharField(max_length=12, choices=PRECISIONS)
    taken_source = models.CharField(max_length=16, choices=SOURCES)
    taken_confidence = models.PositiveSmallIntegerField(default=0)  # 0 to 100
    taken_candidates = models.JSONField(default=list)
    taken_reasons = models.JSONField(default=list)  # sentences: what was combined, what disagrees
    # What a person said instead, in the shape of a candidate; what the files said stays as it is.
    taken_by_hand = models.JSONField(null=True, blank=True, default=None)
    # Why the date is hardly true; empty for most. Such a photo shares no window until its owner
    # has settled it. Follows from the other columns: see gallery.dating.checking.
    taken_doubt = models.CharField(max_length=12, choices=DOUBTS, blank=True, default="")
    taken_doubt_reason = models.CharField(max_length=240, blank=True, default="")
    taken_settled_at = models.DateTimeField(null=True, blank=True)  # "keep this date"
    # Photos that a camera counted in one folder (IMG_0041), to find those out of order.
    series_key = models.CharField(max_length=16, blank=True, default="")
    series_number = models.PositiveIntegerField(null=True, blank=True)
    # The nearest town in words, where the file says where it was taken.
    place = models.CharField(max_length=120, blank=True, default="")
    facts = models.JSONField(default=dict)  # exposure, lens, place: as read, for show

    rating = models.PositiveSmallIntegerField(null=True, blank=True)  # 0 to 5 stars
    favourite_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    trashed_at = models.DateTimeField(null=True, blank=True)
    # Deleted from the trash while its file stays in a library folder: never shown, and known,
    # so that the file does not bring it back. Only beside ``trashed_at``.
    hidden_at = models.DateTimeField(null=True, blank=True)
    imported_at = models.DateTimeField()

    objects = PhotoQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "checksum"], name="one_photo_per_owner_and_original"
            ),
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0), name="photo_has_a_size"),
            models.CheckConstraint(
                condition=Q(taken_confidence__lte=100), name="confidence_is_a_percentage"
            ),
            models.CheckConstraint(
                condition=Q(rating=None) | Q(rating__lte=5), name="rating_has_five_stars"
            ),
            models.CheckConstraint(
                condition=Q(hidden_at=None) | Q(trashed_at__isnull=False),
                name="hidden_is_beyond_the_trash",
            ),
        ]
        indexes = [
            # The timeline and its days.
            models.Index(
                "owner",
                models.F("taken_day").desc(),
                models.F("taken_at").desc(),
                models.F("id").desc(),
                models.F("stack"),  # so that days are counted without a look at the rows
                condition=Q(archived_at=None, trashed_at=None),
                name="photo_timeline",
            ),
            # A scan walks all photos of an owner in time order.
            models.Index(fields=["owner", "taken_at", "id"], name="photo_in_time_order"),
            models.Index(fields=["camera", "taken_at"], name="photo_of_camera"),
            models.Index(
                fields=["owner", "taken_doubt", "-taken_day", "-id"],
                condition=~Q(taken_doubt=""),
                name="photo_with_doubtful_date",
            ),
            models.Index(
                fields=["owner", "series_key", "camera", "series_number"],
                condition=~Q(series_key=""),
                name="photo_in_series",
            ),
            # "Does another photo need this original?"
            models.Index(fields=["checksum"], name="photo_by_original"),
            models.Index(
                fields=["owner", "trashed_at"],
                condition=Q(trashed_at__isnull=False),
                name="photo_in_trash",
            ),
            models.Index(
                fields=["owner", "archived_at"],
                condition=Q(archived_at__isnull=False),
                name="photo_in_archive",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("gallery:photo", args=[self.pk])

    @property
    def taken_local(self) -> dt.datetime:
        """Wall-clock time where the photo was taken; aware only if the offset is known."""
        zone = dt.timezone(dt.timedelta(minutes=self.utc_offset_minutes))
        local = self.taken_at.astimezone(zone)
        return local if self.utc_offset_known else local.replace(tzinfo=None)

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """All dates that were found, a person's own first."""
        by_hand = [self.taken_by_hand] if self.taken_by_hand else []
        return from_json([*by_hand, *self.taken_candidates])

    @property
    def megapixels(self) -> float:
        return self.width * self.height / 1_000_000

    @property
    def aspect(self) -> float:
        return self.width / self.height

    @property
    def state(self) -> str:
        if self.hidden_at:
            return "hidden"
        if self.trashed_at:
            return "trash"
        return "archive" if self.archived_at else "timeline"

    @property
    def parts(self) -> list[Photo]:
        """The parts of this shot in the same state, itself among them, the shown one first."""
        if self.stack is None:
            return [self]
        beside = (each for each in self.stack.photos.all() if each.pk != self.pk)
        same = [each for each in beside if each.state == self.state]
        return sorted([self, *same], key=lambda each: (each.stack_place, each.pk))

    @property
    def shot_bytes(self) -> int:
        """What the parts of the shot take together."""
        return sum(part.size_bytes for part in self.parts)

    def fact(self, name: str) -> Any:
        return self.facts.get(name)
