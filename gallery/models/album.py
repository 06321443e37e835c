from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from .photo import Photo
from .user import User


class AlbumQuerySet(models.QuerySet["Album"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(owner=user)

    def there(self) -> Self:
        return self.filter(deleted_at=None)


class Album(models.Model):
    """Photos that somebody put together, whenever they were taken.

    State is a time: a deleted album keeps its photos and its row, so that deleting is undone
    exactly, and so that importing it again does not bring it back.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="albums"
    )
    title = models.CharField(max_length=200)
    # What it was called where it came from, so that the next import finds it under a new title.
    imported_as = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = AlbumQuerySet.as_manager()

    class Meta:
        ordering = ["title", "id"]
        indexes = [
            models.Index(
                fields=["owner", "title", "id"],
                condition=Q(deleted_at=None),
                name="album_of_owner",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "imported_as"],
                condition=~Q(imported_as=""),
                name="one_album_per_imported_name",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="album_has_a_title"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("gallery:album", args=[self.pk])


class AlbumPhotoQuerySet(models.QuerySet["AlbumPhoto"]):
    def there(self) -> Self:
        return self.filter(removed_at=None)


class AlbumPhoto(models.Model):
    """A photo in an album. Taken out, the row stays: no import puts the photo in again."""

    album = models.ForeignKey(Album, on_delete=models.CASCADE, related_name="members")
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="album_memberships")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = AlbumPhotoQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["album", "photo"], name="a_photo_once_per_album")
        ]
        indexes = [
            models.Index(
                fields=["album", "photo"],
                condition=Q(removed_at=None),
                name="photo_of_album",
            )
        ]

    def __str__(self) -> str:
        return f"{self.photo_id} in {self.album_id}"
