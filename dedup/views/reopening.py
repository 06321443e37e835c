"""Two photos are not similar; and what was decided is asked again."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from dedup import access, reopening
from gallery.access import photo_for
from gallery.web.answers import offer_undo, offer_undo_at, redirect_back
from gallery.web.requests import SignedInRequest, signed_in


@require_POST
@signed_in
def pair_not_similar(request: SignedInRequest, first_id: int, second_id: int) -> HttpResponse:
    """Never offer these two together again."""
    if first_id == second_id:
        raise Http404("A photo is always similar to itself.")
    first, second = photo_for(request.user, first_id), photo_for(request.user, second_id)
    decision = reopening.part(first, second, by=request.user)
    undo = reverse("dedup:undo-decision", args=[decision.pk])
    offer_undo_at(request, decision.summary, undo)
    return redirect("dedup:compare", first_id, second_id)


@require_POST
@signed_in
def review_again(request: SignedInRequest, decision_id: int) -> HttpResponse:
    """Ask again what was decided; photos stay where they are."""
    decision = access.decision_for(request.user, decision_id)
    if change := reopening.review_again(decision, by=request.user):
        offer_undo(request, change)
    group = decision.group
    return redirect_back(request, group.get_absolute_url() if group else "dedup:groups")
