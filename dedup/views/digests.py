"""What a day brought: of one camera, and of all fixed cameras."""

from __future__ import annotations

import datetime as dt

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from dedup.thinning import day_lists, live, plans
from dedup.thinning import digests as digests_of
from gallery import access
from gallery.web.requests import SignedInRequest, signed_in


@require_safe
@signed_in
def newest(request: SignedInRequest, camera_id: int) -> HttpResponse:
    """To the newest day of the camera."""
    camera = access.camera_for(request.user, camera_id)
    day = digests_of.last_day(camera)
    if day is None:
        return redirect(camera)
    return redirect("dedup:digest", camera.pk, day.isoformat())


@require_safe
@signed_in
def digest(request: SignedInRequest, camera_id: int, date: str) -> HttpResponse:
    camera = access.camera_for(request.user, camera_id)
    context = {
        "camera": camera,
        "digest": digests_of.digest_of(camera, _day(date)),
        "rule": live.rule_of(camera),
        "line": plans.line_of(camera),
    }
    return render(request, "dedup/digest.html", context)


@require_safe
@signed_in
def digests(request: SignedInRequest) -> HttpResponse:
    """To the newest day of all fixed cameras."""
    day = day_lists.last_day(request.user)
    if day is None:
        return render(request, "dedup/digests.html", {"list": None})
    return redirect("dedup:digest-of-cameras", day.isoformat())


@require_safe
@signed_in
def digest_of_cameras(request: SignedInRequest, date: str) -> HttpResponse:
    found = day_lists.day_of(request.user, _day(date))
    return render(request, "dedup/digests.html", {"list": found})


def _day(date: str) -> dt.date:
    try:
        return dt.date.fromisoformat(date)
    except ValueError:
        raise Http404("No such day.") from None
