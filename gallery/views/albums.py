"""Albums: the list of them, one as days of photos, and the acts on them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from gallery import access, albums
from gallery.forms import AlbumTitleForm
from gallery.models import Album
from gallery.views.timeline import show_days
from gallery.web.answers import (
    invalid,
    offer_undo,
    redirect_back,
    respond_changed,
    safe_next,
)
from gallery.web.requests import SignedInRequest, signed_in

PICTURES_SHOWN = 12


@require_safe
@signed_in
def overview(request: SignedInRequest) -> HttpResponse:
    context = {"overviews": albums.overviews(request.user)}
    return render(request, "gallery/albums.html", context)


@require_safe
@signed_in
def album(request: SignedInRequest, album_id: int) -> HttpResponse:
    return _page(request, access.album_for(request.user, album_id), AlbumTitleForm())


@require_POST
@signed_in
def choose(request: SignedInRequest) -> HttpResponse:
    """Ask into which album the selected photos go; with an answer, put them there."""
    photos = access.photos_for(request.user, request.POST.getlist("photo"))
    form = AlbumTitleForm(request.POST if "title" in request.POST else None)
    if chosen := request.POST.get("album"):
        target: Album | None = access.album_for(request.user, chosen)
    elif form.is_valid():
        target = albums.create(request.user, form.cleaned_data["title"])
    else:
        target = None
    if target:
        offer_undo(request, albums.put_in(photos, target, by=request.user))
        return redirect_back(request, target.get_absolute_url())
    context = {
        "title_form": form,
        "overviews": albums.overviews(request.user),
        "photo_ids": photos.values_list("pk", flat=True),
        "count": photos.count(),
        "pictures": photos.newest_first()[:PICTURES_SHOWN],
        "next": safe_next(request),
    }
    status = 422 if form.is_bound else 200
    return render(request, "gallery/choose_album.html", context, status=status)


@require_POST
@signed_in
def take_out(request: SignedInRequest, album_id: int) -> HttpResponse:
    shown = access.album_for(request.user, album_id)
    photos = access.photos_for(request.user, request.POST.getlist("photo"))
    change = albums.take_out(photos, shown, by=request.user)
    answer = respond_changed(request, change, back_to=shown.get_absolute_url())
    return trigger_client_event(answer, "photos-changed", {"change": change.pk, "act": change.act})


@require_POST
@signed_in
def rename(request: SignedInRequest, album_id: int) -> HttpResponse:
    shown = access.album_for(request.user, album_id)
    form = AlbumTitleForm(request.POST)
    if not form.is_valid():
        return _page(request, shown, form)
    offer_undo(request, albums.rename(shown, form.cleaned_data["title"], by=request.user))
    return redirect(shown)


@require_POST
@signed_in
def delete(request: SignedInRequest, album_id: int) -> HttpResponse:
    shown = access.album_for(request.user, album_id)
    offer_undo(request, albums.delete(shown, by=request.user))
    return redirect("gallery:albums")


def _page(request: SignedInRequest, shown: Album, form: AlbumTitleForm) -> HttpResponse:
    photos = albums.photos_of(shown)
    if form.is_bound:
        context = {"album": shown, "title_form": form, "is_start": True}
        return invalid(request, "gallery/album_title.html", context)
    form.fields["title"].initial = shown.title
    return show_days(request, photos, "gallery/album.html", album=shown, title_form=form)
