from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from .album import Album
from .camera import Camera
from .photo import Photo
from .tag import Tag


class Change(models.Model):
    """One undoable act on photos of one owner, with the state it replaced.

    Undone by ``changes.undo``, which sets ``undone_at``; a change is never edited otherwise.
    """

    class Act(models.TextChoices):
        ARCHIVE = "archive", "Archived"
        UNARCHIVE = "unarchive", "Back on the timeline"
        TRASH = "trash", "Moved to trash"
        RESTORE = "restore", "Restored"
        DECIDE = "decide", "Decided"
        FAVOURITE = "favourite", "Favourite"
        SET_DATE = "set_date", "Date corrected"
        SHIFT_CLOCK = "shift_clock", "Clock shifted"
        REDATE = "redate", "Dated again"
        KEEP_DATE = "keep_date", "Date kept"
        HIDE = "hide", "Hidden"  # from the trash; their files stay in a library folder
        ALBUM_ADD = "album_add", "Put into an album"
        ALBUM_REMOVE = "album_remove", "Taken out of an album"
        ALBUM_RENAME = "album_rename", "Album renamed"
        ALBUM_DELETE = "album_delete", "Album deleted"
        SETTINGS = "settings", "Camera settings"
        CAMERA_NAME = "camera_name", "Camera renamed"
        CAMERA_MERGE = "camera_merge", "Cameras merged"
        RATE = "rate", "Rated"
        TAG = "tag", "Tagged"
        UNTAG = "untag", "Tag taken off"
        SPLIT_SHOT = "split_shot", "Shot taken apart"
        JOIN_SHOT = "join_shot", "Joined into one shot"
        DELETE_FOREVER = "delete", "Deleted forever"  # kept as history; has no undo

    OF_ALBUMS = (Act.ALBUM_ADD, Act.ALBUM_REMOVE, Act.ALBUM_RENAME, Act.ALBUM_DELETE)
    OF_CAMERAS = (Act.CAMERA_NAME, Act.CAMERA_MERGE)
    # They move photos between timeline, archive and trash, or decide about them.
    OF_PLACES = (Act.ARCHIVE, Act.UNARCHIVE, Act.TRASH, Act.RESTORE, Act.DECIDE, Act.HIDE)
    OF_DATES = (Act.SET_DATE, Act.SHIFT_CLOCK, Act.REDATE, Act.KEEP_DATE)

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="changes"
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    act = models.CharField(max_length=12, choices=Act)
    summary = models.CharField(max_length=200)
    photo_count = models.PositiveIntegerField(default=0)
    freed_bytes = models.BigIntegerField(default=0)  # that left the disk: only of deleting forever
    made_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        indexes = [models.Index(fields=["owner", "-made_at", "-id"], name="change_history")]

    def __str__(self) -> str:
        return self.summary

    @property
    def is_undone(self) -> bool:
        return self.undone_at is not None

    @property
    def can_be_undone(self) -> bool:
        return self.undone_at is None and self.act != self.Act.DELETE_FOREVER


class ChangedAlbum(models.Model):
    """The album that one change was about, and what it replaced on the album itself."""

    change = models.OneToOneField(Change, on_delete=models.CASCADE, related_name="changed_album")
    album = models.ForeignKey(Album, on_delete=models.CASCADE, related_name="changed")
    before: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    after: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.album_id} in change {self.change_id}"


class ChangedCamera(models.Model):
    """The camera that one change was about, and what it replaced on the camera itself."""

    change = models.OneToOneField(Change, on_delete=models.CASCADE, related_name="changed_camera")
    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="changed")
    before: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    after: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.camera_id} in change {self.change_id}"


class ChangedPhoto(models.Model):
    """What one change replaced on one photo: field names with the values before and after.

    Of acts on albums it holds the membership instead, under the one name "membership". A photo of
    which only memberships changed (see ChangedMembership) has a row without any values.
    """

    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="changed_photos")
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="changed")
    before: models.JSONField[dict[str, Any]] = models.JSONField()
    after: models.JSONField[dict[str, Any]] = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change", "photo"], name="a_photo_once_per_change")
        ]

    def __str__(self) -> str:
        return f"{self.photo_id} in change {self.change_id}"


class ChangedMembership(models.Model):
    """What one change replaced of a photo's place in an album, or of its tag.

    Beside the ChangedPhoto of that photo: one act may move photos, and put what stays into the
    albums of what goes. None stands for "was never in it".
    """

    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="changed_memberships")
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="+")
    album = models.ForeignKey(Album, on_delete=models.CASCADE, null=True, related_name="+")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, null=True, related_name="+")
    before: models.JSONField[dict[str, Any] | None] = models.JSONField(null=True)
    after: models.JSONField[dict[str, Any] | None] = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["change", "photo", "album"], name="an_album_once_per_change_and_photo"
            ),
            models.UniqueConstraint(
                fields=["change", "photo", "tag"], name="a_tag_once_per_change_and_photo"
            ),
            models.CheckConstraint(
                condition=Q(album=None, tag__isnull=False) | Q(album__isnull=False, tag=None),
                name="membership_of_an_album_or_a_tag",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.photo_id} and {self.album_id or self.tag_id} in change {self.change_id}"
