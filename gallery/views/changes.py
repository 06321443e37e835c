"""Archive, trash, restore, favourite, undo, delete forever: one address each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import pluralize
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from gallery import access, changes, deletion, stacking, stacks, timeline
from gallery.models import Change, Job, Photo, PhotoQuerySet
from gallery.stacks import Parts
from gallery.timeline import Extent
from gallery.web.answers import redirect_back, respond, respond_changed, safe_next
from gallery.web.requests import SignedInRequest, is_fragment, signed_in

Act = Callable[[PhotoQuerySet], Change]
PICTURES_TO_SHOW = 12  # of those that are about to be deleted


@require_POST
@signed_in
def archive(request: SignedInRequest) -> HttpResponse:
    return _act(request, lambda photos: changes.archive(photos, by=request.user))


@require_POST
@signed_in
def unarchive(request: SignedInRequest) -> HttpResponse:
    return _act(request, lambda photos: changes.unarchive(photos, by=request.user))


@require_POST
@signed_in
def restore(request: SignedInRequest) -> HttpResponse:
    return _act(request, lambda photos: changes.restore(photos, by=request.user))


@require_POST
@signed_in
def favourite(request: SignedInRequest) -> HttpResponse:
    is_on = request.POST.get("on", "1") == "1"
    return _act(request, lambda photos: changes.favourite(photos, by=request.user, on=is_on))


@require_POST
@signed_in
def trash(request: SignedInRequest) -> HttpResponse:
    """Move photos to the trash; ask first if that leaves groups of similar photos empty."""
    is_asked_for = request.POST.get("even_if_groups_empty") == "1"
    asked_parts = request.POST.get("parts", "")
    parts = Parts(asked_parts) if asked_parts in set(Parts) else Parts.ALL
    try:
        return _act(
            request,
            lambda photos: changes.trash(
                photos, by=request.user, even_if_groups_empty=is_asked_for, parts=parts
            ),
        )
    except changes.WouldEmptyGroups as objection:
        context = {
            "messages_of_groups": objection.messages,
            "photo_ids": request.POST.getlist("photo"),
            "parts": parts,
            "next": safe_next(request),
        }
        page = "gallery/_would_empty.html" if is_fragment(request) else "gallery/would_empty.html"
        return render(request, page, context, status=409)


@require_POST
@signed_in
def split_shot(request: SignedInRequest) -> HttpResponse:
    """These files are no parts of one shot."""
    return _act(request, lambda photos: stacking.split(photos, by=request.user))


@require_POST
@signed_in
def join_shot(request: SignedInRequest) -> HttpResponse:
    """These photos are."""
    try:
        return _act(request, lambda photos: stacking.join(photos, by=request.user))
    except stacking.NotOneShot as refusal:
        messages.warning(request, str(refusal))
        return redirect_back(request, "gallery:timeline")


@require_POST
@signed_in
def undo(request: SignedInRequest, change_id: int) -> HttpResponse:
    change = access.change_for(request.user, change_id)
    try:
        change = changes.undo(change, by=request.user)
    except changes.CannotUndo as refusal:
        return _cannot_undo(request, change, refusal)
    if not is_fragment(request):
        messages.success(request, f"Undone: {change.summary}")
    photos = [row.photo for row in change.changed_photos.select_related("photo")[:1]]
    context = {"change": change, "first_photo": photos[0] if photos else None}
    answer = respond(request, "gallery/_undone.html", context, back_to="gallery:history")
    return trigger_client_event(answer, "photos-returned", {"change": change.pk})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def empty_trash(request: SignedInRequest) -> HttpResponse:
    """Say exactly what would be destroyed; destroy it if the answer is that very thing."""
    if job := _begun_already(request):
        return redirect("gallery:job", job.pk)
    photos = Photo.objects.owned_by(request.user).in_trash()
    return _destroy(request, photos, ask_again="gallery:empty-trash")


@require_POST
@signed_in
def delete_forever(request: SignedInRequest) -> HttpResponse:
    """The same for some photos of the trash. The first post asks, the second one acts."""
    if job := _begun_already(request):
        return redirect("gallery:job", job.pk)
    chosen = access.photos_for(request.user, request.POST.getlist("photo")).in_trash()
    photos = stacks.with_companions(chosen)
    return _destroy(request, photos, ask_again="gallery:delete-forever")


def _act(request: SignedInRequest, act: Act) -> HttpResponse:
    photos = access.photos_for(request.user, request.POST.getlist("photo"))
    change = act(photos)
    answer = respond_changed(request, change, back_to="gallery:timeline")
    detail = {"change": change.pk, "act": change.act}
    return trigger_client_event(answer, "photos-changed", detail)


def _cannot_undo(
    request: SignedInRequest, change: Change, refusal: changes.CannotUndo
) -> HttpResponse:
    context = {"change": change, "reasons": refusal.reasons}
    page = "gallery/_cannot_undo.html" if is_fragment(request) else "gallery/cannot_undo.html"
    return render(request, page, context, status=409)


def _destroy(request: SignedInRequest, photos: PhotoQuerySet, *, ask_again: str) -> HttpResponse:
    # Only what was in the trash when the question was asked; nothing that came since.
    asked_at = _moment(request.POST.get("asked_at")) or timezone.now()
    photos = photos.trashed_before(asked_at)
    extent = timeline.extent_of(photos)
    confirmed = request.POST.get("confirmed")
    if confirmed == extent.as_text and extent.count:
        with suppress(deletion.NotAsConfirmed):  # changed within this request: ask again
            return _delete(request, photos, asked_at, extent)
        extent = timeline.extent_of(photos)
    if not extent.count:
        messages.info(request, "There is nothing to delete: none of these photos is in the trash.")
        return redirect("gallery:trash")
    samples = list(photos.with_parts().newest_first()[:PICTURES_TO_SHOW])
    context = {
        "extent": extent,
        "staying": timeline.extent_of(photos.read_in_place()),
        "going": timeline.extent_of(photos.exclude(pk__in=photos.read_in_place())),
        "asked_at": asked_at.isoformat(),
        "act": ask_again,
        "photo_ids": request.POST.getlist("photo"),
        "has_changed": bool(confirmed),
        "in_background": extent.count > deletion.MOST_AT_ONCE,
        "samples": samples,
        "not_shown": extent.count - len(samples),
        "keeping_days": settings.TRASH_KEEPING_TIME.days,
    }
    status = 409 if confirmed else 200
    return render(request, "gallery/confirm_delete.html", context, status=status)


def _delete(
    request: SignedInRequest, photos: PhotoQuerySet, asked_at: dt.datetime, extent: Extent
) -> HttpResponse:
    """Few at once; of more a worker takes care, and the answer is the page that follows it."""
    if extent.count > deletion.MOST_AT_ONCE:
        job = deletion.later(photos, by=request.user, asked_at=asked_at, confirmed=extent.as_text)
        return redirect("gallery:job", job.pk)
    deleted = changes.delete_forever(photos, by=request.user, parts=Parts.ONLY_THESE)
    _tell_deleted(request, deleted)
    return redirect("gallery:trash")


def _begun_already(request: SignedInRequest) -> Job | None:
    """The job of the very same answer, if the form was sent twice."""
    asked_at = _moment(request.POST.get("asked_at"))
    confirmed = request.POST.get("confirmed")
    if asked_at is None or not confirmed:
        return None
    return deletion.asked_for(request.user, asked_at=asked_at, confirmed=confirmed)


def _tell_deleted(request: SignedInRequest, deleted: changes.Deleted) -> None:
    parts = []
    if deleted.count:
        parts.append(f"Deleted forever: {deleted.count:,} photo{pluralize(deleted.count)}")
    if deleted.hidden:
        parts.append(
            f"Hidden: {deleted.hidden:,} photo{pluralize(deleted.hidden)}; "
            "the files stay in their folders"
        )
    messages.success(request, ". ".join(parts))


def _moment(text: str | None) -> dt.datetime | None:
    try:
        moment = parse_datetime(text or "")
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
