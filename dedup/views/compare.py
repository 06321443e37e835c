"""Two to four photos side by side: how alike they are and why, and a picture of what differs."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.http import parse_etags
from django.views.decorators.http import require_POST, require_safe

from dedup import desk, reopening
from dedup.comparison import CannotCompare, Comparison, PhotoPair
from dedup.models import SimilarGroup
from dedup.pairs import KIND_WORDS
from gallery import access
from gallery.models import Photo, User
from gallery.templatetags.difference_tags import albums_of, differing_facts
from gallery.web.answers import redirect_back
from gallery.web.requests import SignedInRequest, signed_in
from gallery.web.stored_files import ONE_YEAR, PICTURE_POLICY

log = logging.getLogger(__name__)

LETTERS = "ABCD"


@dataclass(frozen=True, slots=True)
class ComparedPhoto:
    """One of the photos, and how it differs from the first of them."""

    photo: Photo
    letter: str
    found: Comparison | None = None  # none for the first, and where ``problem`` says why
    version: str = ""  # of the pair it makes with the first
    problem: str = ""

    @property
    def kind(self) -> str:
        return KIND_WORDS[self.found.kind] if self.found else ""


@require_safe
@signed_in
def compare(request: SignedInRequest, /, **wanted: int) -> HttpResponse:
    photos = _photos(request.user, list(wanted.values()))
    ids = [photo.pk for photo in photos]
    first, *others = photos
    compared = [ComparedPhoto(first, LETTERS[0])]
    for letter, photo in zip(LETTERS[1:], others, strict=False):
        compared.append(_compared(PhotoPair(first, photo), letter))
    context = {
        "compared": compared,
        "first": compared[0],
        "others": compared[1:],
        "second": compared[1],
        "facts": differing_facts(photos, albums=albums_of(ids), measured=desk.measured_of(ids)),
        "swapped": [photos[1], photos[0], *photos[2:]],
        "group": _group_of(request.user, photos),
        "decision": reopening.decision_about(*photos) if len(photos) == 2 else None,
    }
    return render(request, "dedup/compare.html", context)


@require_POST
@signed_in
def chosen(request: SignedInRequest) -> HttpResponse:
    """Go to the page that compares the photos that were selected in a grid, the oldest first."""
    ids = set(request.POST.getlist("photo"))
    if not 2 <= len(ids) <= len(LETTERS):
        messages.error(request, "Select two, three or four photos to compare them.")
        return redirect_back(request, "gallery:timeline")
    photos = access.photos_for(request.user, ids).oldest_first()
    return redirect("dedup:compare", *photos.values_list("pk", flat=True))


@require_safe
@signed_in
def difference(request: SignedInRequest, first_id: int, second_id: int) -> HttpResponseBase:
    """The picture of what differs, drawn when it is asked for and kept by the browser."""
    pair = PhotoPair(*_photos(request.user, [first_id, second_id]))
    etag = f'"{pair.version}"'
    known = parse_etags(request.headers.get("If-None-Match", ""))
    response: HttpResponse
    if etag in {tag.removeprefix("W/") for tag in known}:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(_drawn(pair), content_type="image/jpeg")
    response["ETag"] = etag
    response["Content-Security-Policy"] = PICTURE_POLICY
    if request.GET.get("v") == pair.version:
        patch_cache_control(response, private=True, max_age=ONE_YEAR, immutable=True)
    else:
        patch_cache_control(response, private=True, no_cache=True)
    return response


def _photos(user: User, ids: Sequence[int]) -> list[Photo]:
    if len(set(ids)) < len(ids):
        raise Http404("A photo is not compared with itself.")
    return [access.photo_for(user, photo_id) for photo_id in ids]


def _compared(pair: PhotoPair, letter: str) -> ComparedPhoto:
    try:
        return ComparedPhoto(pair.second, letter, pair.compared(), pair.version)
    except CannotCompare as problem:
        return ComparedPhoto(pair.second, letter, version=pair.version, problem=str(problem))


def _group_of(user: User, photos: Sequence[Photo]) -> SimilarGroup | None:
    """The newest group that holds all of them, to go back to."""
    groups = SimilarGroup.objects.owned_by(user)
    for photo in photos:
        groups = groups.filter(members__photo=photo)
    return groups.order_by("-pk").first()


def _drawn(pair: PhotoPair) -> bytes:
    try:
        return pair.difference()
    except CannotCompare as problem:
        log.warning("No difference of photos %s and %s: %s", pair.first.pk, pair.second.pk, problem)
        raise Http404(str(problem)) from None
