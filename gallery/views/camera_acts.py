"""A camera gets another name, or turns out to be one that is known already."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from gallery import access, camera_acts, camera_work
from gallery.forms import CameraNameForm, MergeForm
from gallery.models import Camera
from gallery.web.answers import invalid, offer_undo
from gallery.web.requests import SignedInRequest, signed_in


@require_safe
@signed_in
def edit(request: SignedInRequest, camera_id: int) -> HttpResponse:
    camera = access.camera_for(request.user, camera_id)
    return render(request, "gallery/edit_camera.html", _context(camera))


@require_POST
@signed_in
def rename(request: SignedInRequest, camera_id: int) -> HttpResponse:
    camera = access.camera_for(request.user, camera_id)
    form = CameraNameForm(request.POST)
    if not form.is_valid():
        return invalid(request, "gallery/edit_camera.html", _context(camera, name_form=form))
    offer_undo(request, camera_acts.rename(camera, form.cleaned_data["name"], by=request.user))
    return redirect(camera)


@require_POST
@signed_in
def merge(request: SignedInRequest, camera_id: int) -> HttpResponse:
    """Ask first, with the number of photos that move; then do it, or leave it to a worker."""
    camera = access.camera_for(request.user, camera_id)
    form = MergeForm(camera, request.POST)
    if not form.is_valid():
        return invalid(request, "gallery/edit_camera.html", _context(camera, merge_form=form))
    into: Camera = form.cleaned_data["into"]
    if request.POST.get("act") != "apply":
        context = _context(camera, merge_form=form) | {"into": into}
        return render(request, "gallery/edit_camera.html", context)
    if camera.photos.count() > camera_work.MOST_AT_ONCE:
        return redirect("gallery:job", camera_work.merge_later([camera], into, request.user).pk)
    try:
        offer_undo(request, camera_acts.merge(camera, into, by=request.user))
    except camera_acts.CannotMerge as refusal:
        messages.error(request, str(refusal))
    return redirect(into)


def _context(
    camera: Camera, *, name_form: CameraNameForm | None = None, merge_form: MergeForm | None = None
) -> dict[str, Any]:
    return {
        "camera": camera,
        "count": camera.photos.count(),
        "name_form": name_form or CameraNameForm(initial={"name": camera.name}),
        "merge_form": merge_form or MergeForm(camera),
        "merged": camera.merged.all(),
    }
