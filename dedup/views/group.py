"""One group of similar photos, and the decisions on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from dedup import access, reviewing
from dedup import groups as groups_of
from dedup.groups import GroupView, Sort
from dedup.models import Decision, SimilarGroup
from dedup.views.group_addresses import asked_sort, group_address, list_address
from gallery import changes
from gallery.stacks import Parts
from gallery.web.answers import offer_undo_at
from gallery.web.requests import SignedInRequest, signed_in

STATES = ("keep", "archive", "trash")


@require_safe
@signed_in
def group(request: SignedInRequest, group_id: int) -> HttpResponse:
    row = access.group_for(request.user, group_id)
    view = groups_of.members(row)
    return render(request, "dedup/group.html", _group_context(request, row, view))


@require_POST
@signed_in
def decide(request: SignedInRequest, group_id: int) -> HttpResponse:
    """Apply what was chosen for each photo: a field ``photo-<id>`` says keep, archive or trash."""
    row = access.group_for(request.user, group_id)
    chosen = _chosen(request)
    asked_parts = request.POST.get("trash_parts", "")
    parts = Parts(asked_parts) if asked_parts in set(Parts) else Parts.ALL
    choice = reviewing.Choice(**_frozen(chosen), trash_parts=parts)
    is_asked_for = request.POST.get("even_if_empty") == "1"
    try:
        return _decided(
            request,
            row,
            lambda: reviewing.make(row, choice, by=request.user, even_if_empty=is_asked_for),
        )
    except reviewing.WouldKeepNone as refusal:
        context = {
            "group": row,
            "chosen": chosen,
            "trash_parts": parts,
            "reason": str(refusal),
            "sort": asked_sort(request),
        }
        return render(request, "dedup/would_keep_none.html", context, status=422)


@require_POST
@signed_in
def accept(request: SignedInRequest, group_id: int) -> HttpResponse:
    """Keep what is suggested, trash the rest."""
    row = access.group_for(request.user, group_id)
    return _decided(request, row, lambda: reviewing.accept_suggestion(row, request.user))


@require_POST
@signed_in
def keep_all(request: SignedInRequest, group_id: int) -> HttpResponse:
    row = access.group_for(request.user, group_id)
    return _decided(request, row, lambda: reviewing.keep_all(row, request.user))


@require_POST
@signed_in
def not_similar(request: SignedInRequest, group_id: int) -> HttpResponse:
    """No two photos of the group are alike; or only the named ones are unlike the others."""
    row = access.group_for(request.user, group_id)
    apart = [int(text) for text in request.POST.getlist("photo") if text.isdecimal()]
    return _decided(request, row, lambda: reviewing.not_similar(row, request.user, apart))


@require_POST
@signed_in
def undo_decision(request: SignedInRequest, decision_id: int) -> HttpResponse:
    decision = access.decision_for(request.user, decision_id)
    try:
        reviewing.undo(decision, request.user)
    except changes.CannotUndo as problem:
        messages.error(request, f"This cannot be undone. {' '.join(problem.reasons)}")
    else:
        messages.success(request, f"Undone: {decision.summary}")
    if decision.group_id:
        return redirect(group_address(decision.group_id, asked_sort(request)))
    return redirect("dedup:groups")


def _decided(
    request: SignedInRequest, row: SimilarGroup, act: Callable[[], Decision]
) -> HttpResponse:
    """Decide, then go on with the next group, or back to the list if it was decided there."""
    sort = asked_sort(request)
    target = _after(request, row, sort)
    try:
        decision = act()
    except reviewing.WouldKeepNone:
        raise
    except reviewing.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(group_address(row.pk, sort))
    offer_undo_at(request, decision.summary, reverse("dedup:undo-decision", args=[decision.pk]))
    return HttpResponseRedirect(target)


def _after(request: SignedInRequest, row: SimilarGroup, sort: Sort) -> str:
    if request.POST.get("back") == "list":
        return list_address(row.scan_id, sort)
    following = groups_of.next_open_group(groups_of.GroupView(row, ()), sort=sort)
    return group_address(following.pk, sort) if following else list_address(row.scan_id, sort)


def _group_context(request: SignedInRequest, row: SimilarGroup, view: GroupView) -> dict[str, Any]:
    sort = asked_sort(request)
    following = groups_of.next_open_group(view, sort=sort)
    next_view = groups_of.views_of([following])[:1] if following else []
    return {
        "group": row,
        "view": view,
        "is_set": row.kind == SimilarGroup.Kind.SET,
        "scan": row.scan,
        "sort": sort,
        "list_address": list_address(row.scan_id, sort),
        "next_address": group_address(following.pk, sort) if following else "",
        "next_view": next_view[0] if next_view else None,
        "open": groups_of.summary(row.scan),
    }


def _chosen(request: SignedInRequest) -> dict[str, list[int]]:
    """Ids by what is to become of them; other fields and values are left out."""
    chosen: dict[str, list[int]] = {state: [] for state in STATES}
    for name, value in request.POST.items():
        kind, _, photo_id = name.partition("-")
        if kind == "photo" and photo_id.isdecimal() and value in chosen:
            chosen[str(value)].append(int(photo_id))
    return chosen


def _frozen(chosen: dict[str, list[int]]) -> dict[str, frozenset[int]]:
    return {state: frozenset(photo_ids) for state, photo_ids in chosen.items()}
