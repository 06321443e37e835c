"""Suspicious dates: which photos have one and why, and the acts that settle them."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from gallery import access
from gallery.core.doubts import Doubt
from gallery.dating import doubtful
from gallery.dating.corrections import Beside, Correction, Keep
from gallery.models import PhotoQuerySet
from gallery.views.dates import corrected
from gallery.web.paging import page_of
from gallery.web.requests import SignedInRequest, signed_in

PAGE_SIZE = 50


@require_safe
@signed_in
def doubts(request: SignedInRequest) -> HttpResponse:
    kind = _kind(request.GET.get("kind", ""))
    page = page_of(
        doubtful.of_owner(request.user, kind).select_related("camera"),
        order=("-taken_day", "-id"),
        cursor=request.GET.get("after"),
        size=PAGE_SIZE,
    )
    kinds = doubtful.kinds(request.user)
    context = {
        "kinds": kinds,
        "kind": kind,
        "shown_kind": next((each for each in kinds if each.doubt == kind), None),
        "count": sum(each.count for each in kinds),
        "rows": doubtful.rows(page.rows),
        "next_cursor": page.next_cursor,
    }
    return render(request, "gallery/doubts.html", context)


@require_POST
@signed_in
def keep(request: SignedInRequest) -> HttpResponse:
    """The dates are right as they are."""
    return _settle(request, Keep())


@require_POST
@signed_in
def beside(request: SignedInRequest) -> HttpResponse:
    """The photos were taken on the day of the one that was counted next to each."""
    return _settle(request, Beside())


def _settle(request: SignedInRequest, correction: Correction) -> HttpResponse:
    return corrected(request, _photos(request), correction, "gallery:doubts")


def _photos(request: SignedInRequest) -> PhotoQuerySet:
    """Those that are named, or all of one kind."""
    if kind := _kind(request.POST.get("kind", "")):
        return doubtful.of_owner(request.user, kind)
    return access.photos_for(request.user, request.POST.getlist("photo"))


def _kind(text: str) -> str:
    if text and text not in {doubt.value for doubt in Doubt}:
        raise Http404("There is no such doubt.")
    return text
