"""Stars and tags: of one photo, of a selection, and the pages of tags."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import pluralize
from django.views.decorators.http import require_POST, require_safe

from gallery import access, changes, tags
from gallery.core import labels
from gallery.models import Change, Photo, PhotoQuerySet
from gallery.views.timeline import show_days
from gallery.web.answers import offer_undo, redirect_back, safe_next
from gallery.web.requests import SignedInRequest, signed_in

PICTURES_SHOWN = 12


@require_safe
@signed_in
def overview(request: SignedInRequest) -> HttpResponse:
    return render(request, "gallery/tags.html", {"tags": tags.with_counts(request.user)})


@require_safe
@signed_in
def tag(request: SignedInRequest, tag_id: int) -> HttpResponse:
    shown = access.tag_for(request.user, tag_id)
    return show_days(request, tags.photos_of(shown), "gallery/tag.html", tag=shown)


@require_POST
@signed_in
def choose(request: SignedInRequest) -> HttpResponse:
    """Ask how the selected photos are to be rated and tagged."""
    photos = access.photos_for(request.user, request.POST.getlist("photo"))
    return _ask(request, photos)


@require_POST
@signed_in
def rate(request: SignedInRequest) -> HttpResponse:
    """Zero to five stars; an empty rating takes the stars away."""
    photos = access.photos_for(request.user, request.POST.getlist("photo"))
    text = request.POST.get("stars", "")
    stars = int(text) if text in {"0", "1", "2", "3", "4", "5"} else None
    return _done(request, changes.rate(photos, by=request.user, stars=stars))


@require_POST
@signed_in
def put_on(request: SignedInRequest) -> HttpResponse:
    photos = access.photos_for(request.user, request.POST.getlist("photo"))
    names = labels.split(request.POST.get("tags", ""))
    if not names:
        return _ask(request, photos, problem="Write at least one tag.")
    return _done(request, tags.put_on(photos, names, by=request.user))


@require_POST
@signed_in
def take_off(request: SignedInRequest) -> HttpResponse:
    photos = access.photos_for(request.user, request.POST.getlist("photo"))
    shown = access.tag_for(request.user, request.POST.get("tag", ""))
    return _done(request, tags.take_off(photos, [shown.name], by=request.user))


def _done(request: SignedInRequest, change: Change) -> HttpResponse:
    offer_undo(request, change)
    return redirect_back(request, "gallery:timeline")


def _ask(request: SignedInRequest, photos: PhotoQuerySet, problem: str = "") -> HttpResponse:
    count = photos.count()
    context = {
        "problem": problem,
        "photo_ids": photos.values_list("pk", flat=True),
        "count": count,
        "title": f"Rate and tag {count:,} photo{pluralize(count)}",
        "pictures": photos.newest_first()[:PICTURES_SHOWN],
        "stars": _stars_of_all(photos),
        "tags": tags.of_photos(photos),
        "known_tags": [each.tag for each in tags.with_counts(request.user)],
        "next": safe_next(request),
    }
    return render(request, "gallery/choose_labels.html", context, status=422 if problem else 200)


def _stars_of_all(photos: PhotoQuerySet) -> int | None:
    """The rating that all of them share."""
    ratings = set(Photo.objects.filter(pk__in=photos.order_by()).values_list("rating", flat=True))
    return ratings.pop() if len(ratings) == 1 else None
