"""Cameras: the overview, and the timeline of one."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gallery import access, cameras
from gallery.views.timeline import show_days
from gallery.web.requests import SignedInRequest, signed_in


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
