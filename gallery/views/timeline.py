"""The timeline, the archive and the trash: days of photos, and their next pages."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from gallery import access, timeline
from gallery.models import Photo, PhotoQuerySet
from gallery.web.requests import SignedInRequest, signed_in

# About one screen comes with the page itself; what follows is fetched while that is looked at.
FIRST_PAGE_SIZE = 60
PAGE_SIZE = 120


@require_safe
@signed_in
def days(request: SignedInRequest) -> HttpResponse:
    photos = Photo.objects.owned_by(request.user).on_timeline().one_of_each_stack()
    return show_days(request, photos, "gallery/timeline.html")


@require_safe
@signed_in
def archive(request: SignedInRequest) -> HttpResponse:
    photos = Photo.objects.owned_by(request.user).archived().one_of_each_stack()
    return show_days(request, photos, "gallery/archive.html")


@require_safe
@signed_in
def trash(request: SignedInRequest) -> HttpResponse:
    photos = Photo.objects.owned_by(request.user).in_trash()
    return show_days(
        request,
        photos.one_of_each_stack(),
        "gallery/trash.html",
        keeping_days=settings.TRASH_KEEPING_TIME.days,
        staying_count=photos.read_in_place().count(),
        hidden_count=Photo.objects.owned_by(request.user).hidden().count(),
    )


@require_safe
@signed_in
def hidden(request: SignedInRequest) -> HttpResponse:
    """What was deleted while its file stays in a library folder."""
    return show_days(
        request,
        Photo.objects.owned_by(request.user).hidden().one_of_each_stack(),
        "gallery/hidden.html",
    )


def show_days(
    request: SignedInRequest, photos: PhotoQuerySet, template: str, **more: Any
) -> HttpResponse:
    """A page of days, or a part of it: more days for the scroll, or the months to jump to."""
    part = request.GET.get("part")
    context = {"place": request.path, **more}
    if part == "months":
        years = timeline.years(timeline.months(photos))
        return render(request, "gallery/_months.html", {**context, "years": years})
    try:
        page = _page_asked_for(request, photos)
    except timeline.BadCursor as error:
        raise Http404(str(error)) from None
    fragment = "gallery/_days.html"
    context |= {
        "page": page,
        "is_start": not request.GET.keys() & {"after", "before", "date", "photo"},
    }
    return render(request, fragment if part == "days" else template, context)


def _page_asked_for(request: SignedInRequest, photos: PhotoQuerySet) -> timeline.Page:
    size = PAGE_SIZE if "part" in request.GET else FIRST_PAGE_SIZE
    if cursor := request.GET.get("before"):
        return timeline.page_before(photos, cursor=cursor, size=size)
    return timeline.page(photos, cursor=_cursor_asked_for(request), size=size)


def _cursor_asked_for(request: SignedInRequest) -> str | None:
    if photo_id := request.GET.get("photo"):
        return timeline.cursor_at(access.photo_for(request.user, photo_id))
    if date := request.GET.get("date"):
        return timeline.cursor_before(_day_after(date))
    return request.GET.get("after")


def _day_after(text: str) -> dt.date:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise timeline.BadCursor(f"“{text[:80]}” is no date.")
    return day + dt.timedelta(days=1) if day < dt.date.max else day
