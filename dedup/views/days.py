"""A day of a fixed camera: what changed and when, and the frames to be played."""

from __future__ import annotations

import datetime as dt

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from dedup import frame_days, frame_steps
from dedup.frame_days import Day, DayFrame
from gallery import access
from gallery.models import Camera
from gallery.templatetags.gallery_tags import taken_time
from gallery.web.answers import json_if_changed
from gallery.web.media_urls import media_url
from gallery.web.requests import SignedInRequest, signed_in
from gallery.work import jobs


@require_safe
@signed_in
def days(request: SignedInRequest, camera_id: int) -> HttpResponse:
    """To the newest day of the camera."""
    camera = access.camera_for(request.user, camera_id)
    newest = frame_days.last_day(camera)
    if newest is None:
        return redirect(camera)
    return redirect("dedup:day", camera.pk, newest.isoformat())


@require_safe
@signed_in
def day(request: SignedInRequest, camera_id: int, date: str) -> HttpResponse:
    camera, found = _day(request, camera_id, date)
    job = frame_steps.running_job(camera)
    context = {
        "camera": camera,
        "day": found,
        "changes": found.changes,
        "job": job,
        "progress": jobs.progress(job) if job else None,
    }
    return render(request, "dedup/day.html", context)


@require_safe
@signed_in
def day_frames(request: SignedInRequest, camera_id: int, date: str) -> HttpResponse:
    """All frames of the day for the player: small copy, time, whether it changed, boxes."""
    _, found = _day(request, camera_id, date)
    return json_if_changed(request, {"frames": [_shown(frame) for frame in found.frames]})


def _shown(frame: DayFrame) -> dict[str, object]:
    return {
        "src": media_url(frame.photo, "grid"),
        "time": taken_time(frame.photo),
        "changed": frame.is_changed,
        "boxes": frame.step.boxes if frame.step and frame.is_changed else [],
    }


def _day(request: SignedInRequest, camera_id: int, date: str) -> tuple[Camera, Day]:
    camera = access.camera_for(request.user, camera_id)
    try:
        asked = dt.date.fromisoformat(date)
    except ValueError:
        raise Http404("No such day.") from None
    return camera, frame_days.day_of(camera, asked)
