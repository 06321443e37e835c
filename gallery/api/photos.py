"""Photos, cameras and changes as JSON: list, show, change, undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, cast

from django.http import HttpRequest
from ninja import Router

from gallery import access, changes, history, tags
from gallery.api.schemas import (
    CameraOut,
    ChangeOut,
    ChangePage,
    Cursor,
    PageSize,
    PhotoIds,
    PhotoOut,
    PhotoPage,
    Problem,
    RateIn,
    RowId,
    TagIn,
    TakenOut,
    TrashIn,
)
from gallery.models import Camera, Change, Photo, PhotoQuerySet
from gallery.web.media_urls import COPIES, media_url, original_url
from gallery.web.paging import page_of
from gallery.web.requests import SignedInRequest

REFUSALS = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 409: Problem, 422: Problem}

router = Router(tags=["photos"])
change_router = Router(tags=["changes"])
camera_router = Router(tags=["cameras"])

State = Literal["timeline", "archive", "trash"]


@router.get("/", response={200: PhotoPage, **REFUSALS}, summary="List photos, newest first")
def photos(
    request: HttpRequest,
    state: State = "timeline",
    camera: RowId | None = None,
    cursor: Cursor | None = None,
    size: PageSize = 100,
) -> Any:
    found = _in_state(request, state)
    if camera is not None:
        found = found.filter(camera=access.camera_for(_user(request), camera))
    page = page_of(
        found.select_related("camera"),
        order=("-taken_day", "-taken_at", "-id"),
        cursor=cursor,
        size=size,
    )
    names = tags.names_of([each.pk for each in page.rows])
    shown = [photo_out(each, names.get(each.pk, [])) for each in page.rows]
    return {"photos": shown, "next_cursor": page.next_cursor}


@router.post("/archive", response={200: ChangeOut, **REFUSALS}, summary="Archive photos")
def archive(request: HttpRequest, chosen: PhotoIds) -> Any:
    return _changed(request, chosen, changes.archive)


@router.post("/unarchive", response={200: ChangeOut, **REFUSALS}, summary="Take out of archive")
def unarchive(request: HttpRequest, chosen: PhotoIds) -> Any:
    return _changed(request, chosen, changes.unarchive)


@router.post("/trash", response={200: ChangeOut, **REFUSALS}, summary="Move photos to the trash")
def trash(request: HttpRequest, chosen: TrashIn) -> Any:
    """409 if a group of similar photos would keep none, unless that is asked for by name."""
    return _changed(
        request, chosen, changes.trash, even_if_groups_empty=chosen.even_if_groups_empty
    )


@router.post("/restore", response={200: ChangeOut, **REFUSALS}, summary="Restore from the trash")
def restore(request: HttpRequest, chosen: PhotoIds) -> Any:
    return _changed(request, chosen, changes.restore)


@router.post("/rate", response={200: ChangeOut, **REFUSALS}, summary="Rate photos")
def rate(request: HttpRequest, chosen: RateIn) -> Any:
    return _changed(request, chosen, changes.rate, stars=chosen.stars)


@router.post("/tag", response={200: ChangeOut, **REFUSALS}, summary="Give photos tags")
def tag(request: HttpRequest, chosen: TagIn) -> Any:
    return _changed(request, chosen, tags.put_on, names=chosen.tags)


@router.post("/untag", response={200: ChangeOut, **REFUSALS}, summary="Take tags off photos")
def untag(request: HttpRequest, chosen: TagIn) -> Any:
    return _changed(request, chosen, tags.take_off, names=chosen.tags)


# After the acts, or their names would be taken for the number of a photo.
@router.get("/{photo_id}", response={200: PhotoOut, **REFUSALS}, summary="Show one photo")
def photo(request: HttpRequest, photo_id: RowId) -> Any:
    shown = access.photo_for(_user(request), photo_id)
    return photo_out(shown, tags.names_of([shown.pk]).get(shown.pk, []))


@change_router.get("/", response={200: ChangePage, **REFUSALS}, summary="List what was done")
def changes_made(request: HttpRequest, cursor: Cursor | None = None, size: PageSize = 100) -> Any:
    page = page_of(
        history.changes_of(_user(request)), order=("-made_at", "-id"), cursor=cursor, size=size
    )
    return {"changes": [change_out(each) for each in page.rows], "next_cursor": page.next_cursor}


@change_router.post("/{change_id}/undo", response={200: ChangeOut, **REFUSALS}, summary="Undo")
def undo(request: HttpRequest, change_id: RowId) -> Any:
    """409 with the reasons if something stands in the way. Undoing twice is harmless."""
    user = _user(request)
    return change_out(changes.undo(access.change_for(user, change_id), by=user))


@camera_router.get("/", response={200: list[CameraOut], **REFUSALS}, summary="List cameras")
def cameras(request: HttpRequest) -> Any:
    return [camera_out(camera) for camera in _user(request).cameras.all()]


def photo_out(photo: Photo, tag_names: list[str]) -> PhotoOut:
    urls = {size: media_url(photo, size) for size in COPIES}
    return PhotoOut(
        id=photo.pk,
        file_name=photo.file_name,
        checksum=photo.checksum,
        size_bytes=photo.size_bytes,
        format=photo.format,
        width=photo.width,
        height=photo.height,
        taken=TakenOut(
            at=photo.taken_at,
            local=photo.taken_local.isoformat(),
            precision=photo.taken_precision,
            source=photo.taken_source,
            confidence=photo.taken_confidence,
            doubt=photo.taken_doubt_reason,
        ),
        place=photo.place,
        camera=camera_out(photo.camera) if photo.camera else None,
        state=cast(State, photo.state),
        is_favourite=photo.favourite_at is not None,
        rating=photo.rating,
        tags=tag_names,
        imported_at=photo.imported_at,
        urls={**urls, "original": original_url(photo), "page": photo.get_absolute_url()},
    )


def camera_out(camera: Camera) -> CameraOut:
    return CameraOut(
        id=camera.pk,
        name=camera.name,
        make=camera.make,
        model=camera.model,
        prefix=camera.prefix,
    )


def change_out(change: Change) -> ChangeOut:
    return ChangeOut(
        id=change.pk,
        act=change.act,
        summary=change.summary,
        photo_count=change.photo_count,
        made_at=change.made_at,
        undone_at=change.undone_at,
        can_be_undone=bool(change.pk) and change.can_be_undone,
    )


def _user(request: HttpRequest) -> Any:
    return cast(SignedInRequest, request).user


def _in_state(request: HttpRequest, state: State) -> PhotoQuerySet:
    mine = Photo.objects.owned_by(_user(request))
    return {
        "timeline": mine.on_timeline,
        "archive": mine.archived,
        "trash": mine.in_trash,
    }[state]()


def _changed(
    request: HttpRequest, chosen: PhotoIds, act: Callable[..., Change], **options: Any
) -> ChangeOut:
    user = _user(request)
    return change_out(act(access.photos_for(user, chosen.photos), by=user, **options))
