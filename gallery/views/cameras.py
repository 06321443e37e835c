"""Cameras: the overview of all, the timeline of one, and what its frames are like."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from gallery import access, camera_facts, cameras
from gallery.core import camera_drawings, camera_report
from gallery.models import Camera
from gallery.views.timeline import show_days
from gallery.web.csv_answers import csv_answer
from gallery.web.requests import SignedInRequest, signed_in

NAMES_SHOWN = 50


@require_safe
@signed_in
def overview(request: SignedInRequest) -> HttpResponse:
    context = {"overviews": cameras.overviews(request.user)}
    return render(request, "gallery/cameras.html", context)


@require_safe
@signed_in
def camera(request: SignedInRequest, camera_id: int) -> HttpResponse:
    shown = access.camera_for(request.user, camera_id)
    photos = cameras.photos_of(request.user, shown)
    return show_days(request, photos, "gallery/camera.html", camera=shown)


@require_safe
@signed_in
def no_camera(request: SignedInRequest) -> HttpResponse:
    """The photos of which no camera is known."""
    return show_days(request, cameras.photos_of(request.user, None), "gallery/camera.html")


@require_safe
@signed_in
def camera_overview(request: SignedInRequest, camera_id: int) -> HttpResponse:
    """Counts, times, sizes, intervals, and every frame that is odd."""
    shown = access.camera_for(request.user, camera_id)
    found = camera_facts.overview_of(shown)
    # Drawn from numbers and dates alone.
    context = {
        "camera": shown,
        "overview": found,
        "heat": mark_safe(camera_drawings.heat_strip(found.hours)),
        "bars": mark_safe(camera_drawings.interval_bars(found.bars)),
        "how_day_is_told": camera_report.HOW_DAY_IS_TOLD,
        "names_shown": NAMES_SHOWN,
        "formats": ("csv", "json", "md"),
    }
    return render(request, "gallery/camera_overview.html", context)


@require_safe
@signed_in
def camera_overview_csv(request: SignedInRequest, camera_id: int) -> StreamingHttpResponse:
    shown = access.camera_for(request.user, camera_id)
    rows = camera_report.rows([camera_facts.overview_of(shown)])
    return csv_answer(rows, file_name=_file_name(shown, "csv"))


@require_safe
@signed_in
def camera_overview_json(request: SignedInRequest, camera_id: int) -> HttpResponse:
    shown = access.camera_for(request.user, camera_id)
    return JsonResponse(camera_report.to_json(camera_facts.overview_of(shown)))


@require_safe
@signed_in
def camera_overview_markdown(request: SignedInRequest, camera_id: int) -> HttpResponse:
    shown = access.camera_for(request.user, camera_id)
    text = camera_report.markdown([camera_facts.overview_of(shown)])
    response = HttpResponse(text, content_type="text/markdown; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{_file_name(shown, "md")}"'
    return response


def _file_name(camera: Camera, ending: str) -> str:
    return f"camera-{slugify(camera.name) or camera.pk}.{ending}"
