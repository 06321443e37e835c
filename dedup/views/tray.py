"""The tray: answers given on a phone, and the one confirmation of them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dedup import access
from dedup import tray as tray_of
from dedup.views.group_addresses import asked_parts, chosen_answers
from gallery.web.answers import offer_undo
from gallery.web.requests import SignedInRequest, signed_in


@require_safe
@signed_in
def tray(request: SignedInRequest) -> HttpResponse:
    """What waits, with the photos that would go."""
    return render(request, "dedup/tray.html", {"tray": tray_of.contents(request.user)})


@require_POST
@signed_in
def tray_group(request: SignedInRequest, group_id: int) -> HttpResponse:
    """Keep the answers of a group: fields ``photo-<id>``; ``ready`` once all are given."""
    row = access.group_for(request.user, group_id)
    answers = {
        photo_id: state
        for state, photo_ids in chosen_answers(request).items()
        for photo_id in photo_ids
    }
    tray_of.remember(row, answers, is_ready=request.POST.get("ready") == "1")
    return JsonResponse({"waiting": tray_of.waiting(request.user)})


@require_POST
@signed_in
def confirm_tray(request: SignedInRequest) -> HttpResponse:
    confirmed = tray_of.confirm(request.user, by=request.user, parts=asked_parts(request))
    if confirmed.change:
        offer_undo(request, confirmed.change)
    for refusal in confirmed.refusals:
        messages.error(request, refusal)
    return redirect("dedup:tray" if confirmed.refusals else "dedup:groups")


@require_POST
@signed_in
def empty_tray(request: SignedInRequest) -> HttpResponse:
    tray_of.empty(request.user)
    messages.success(request, "The tray is empty. Nothing was moved.")
    return redirect("dedup:groups")
