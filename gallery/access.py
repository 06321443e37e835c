"""The one door to every row: what is not there and what is not yours answer the same 404."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.http import Http404

from gallery.models import (
    Album,
    ApiToken,
    Camera,
    Change,
    ImportRun,
    Job,
    LibraryFolder,
    Photo,
    PhotoQuerySet,
    Tag,
    Upload,
    User,
)

Row = TypeVar("Row", bound=models.Model)

# SQLite's integers end here; a larger number in a URL is a 404, not a database error.
LARGEST_ID = 2**63 - 1


def photo_for(user: User, photo_id: int | str) -> Photo:
    return _one(Photo.objects.select_related("camera"), user, photo_id)


def photos_for(user: User, photo_ids: Iterable[int | str]) -> PhotoQuerySet:
    """Those of the photos that are the user's. 404 if none is."""
    ids = {_as_id(photo_id) for photo_id in photo_ids}
    photos = Photo.objects.owned_by(user).filter(pk__in=ids - {0})
    if not photos.exists():
        raise Http404("No such photo.")
    return photos


def camera_for(user: User, camera_id: int | str) -> Camera:
    return _one(Camera.objects.all(), user, camera_id)


def album_for(user: User, album_id: int | str) -> Album:
    return _one(Album.objects.there(), user, album_id)


def tag_for(user: User, tag_id: int | str) -> Tag:
    return _one(Tag.objects.all(), user, tag_id)


def import_run_for(user: User, run_id: int | str) -> ImportRun:
    return _one(ImportRun.objects.select_related("job"), user, run_id)


def upload_for(user: User, token: str) -> Upload:
    try:
        return Upload.objects.select_related("run__job").get(token=token, owner=user)
    except Upload.DoesNotExist:
        raise Http404("No such upload.") from None


def library_folder_for(user: User, folder_id: int | str) -> LibraryFolder:
    """A folder from which the user's photos come; any of them for staff, who look after them."""
    folders = LibraryFolder.objects.select_related("owner", "look_job")
    if not user.is_staff:
        return _one(folders, user, folder_id)
    try:
        return folders.get(pk=_as_id(folder_id))
    except ObjectDoesNotExist:
        raise Http404("No such library folder.") from None


def change_for(user: User, change_id: int | str) -> Change:
    return _one(Change.objects.all(), user, change_id)


def job_for(user: User, job_id: int | str) -> Job:
    return _one(Job.objects.all(), user, job_id)


def token_for(user: User, token_id: int | str) -> ApiToken:
    return _one(ApiToken.objects.all(), user, token_id)


def _one(rows: models.QuerySet[Row], user: User, row_id: int | str) -> Row:
    try:
        return rows.get(pk=_as_id(row_id), owner=user)
    except ObjectDoesNotExist:
        raise Http404(f"No such {rows.model._meta.verbose_name}.") from None


def _as_id(text: int | str) -> int:
    """A row number, or 0 (which no row has) for anything that is none."""
    try:
        number = int(text)
    except ValueError:
        return 0
    return number if 0 < number <= LARGEST_ID else 0
