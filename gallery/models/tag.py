from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from .photo import Photo
from .user import User


class TagQuerySet(models.QuerySet["Tag"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(owner=user)


class Tag(models.Model):
    """A word that its owner, or a file, gave to photos. One without photos is not shown."""

    LONGEST = 100

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tags"
    )
    name = models.CharField(max_length=LONGEST)
    # gallery.core.labels.key_of: "Paris" and "paris" are one tag, in whatever alphabet.
    key = models.CharField(max_length=2 * LONGEST)

    objects = TagQuerySet.as_manager()

    class Meta:
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="one_tag_per_word"),
            models.CheckConstraint(condition=~Q(name=""), name="tag_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("gallery:tag", args=[self.pk])


class PhotoTagQuerySet(models.QuerySet["PhotoTag"]):
    def there(self) -> Self:
        return self.filter(removed_at=None)


class PhotoTag(models.Model):
    """A tag of a photo. Taken off, the row stays: no import puts the tag on again."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="members")
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="photo_tags")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = PhotoTagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tag", "photo"], name="a_tag_once_per_photo")
        ]
        indexes = [
            models.Index(fields=["tag", "photo"], condition=Q(removed_at=None), name="photo_of_tag")
        ]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.photo_id}"
