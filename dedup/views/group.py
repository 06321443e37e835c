"""One group of similar photos, and the decisions on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from dedup import access, choices, covering, desk, pair_table, reviewing, tray
from dedup import groups as groups_of
from dedup.choices import Choice
from dedup.group_filters import Wanted, neighbours
from dedup.groups import GroupView
from dedup.models import Decision, SimilarGroup
from dedup.views.group_addresses import (
    asked_list,
    asked_parts,
    chosen_answers,
    group_address,
    list_address,
)
from dedup.views.keeping import asked_merge
from gallery import changes
from gallery.web.answers import asks_for_json, json_error, offer_undo_at
from gallery.web.requests import SignedInRequest, signed_in

# Rows that the strip of groups loads at once, each way.
GROUPS_BESIDE = 15


@require_safe
@signed_in
def group(request: SignedInRequest, group_id: int) -> HttpResponse:
    """The page of a group; only its desk where a script goes from group to group."""
    row = access.group_for(request.user, group_id)
    view = groups_of.members(row)
    if view.members and not view.decision:
        asked = request.GET.get("cover", "")
        view = desk.around(view, int(asked) if asked.isdecimal() else view.cover.photo.pk)
    is_part = request.GET.get("part") == "desk"
    template = "dedup/_desk.html" if is_part else "dedup/group.html"
    return render(request, template, _group_context(request, row, view))


@require_safe
@signed_in
def beside(request: SignedInRequest, group_id: int) -> HttpResponse:
    """Rows of the strip of groups: earlier ones, later ones, or those around this one."""
    row = access.group_for(request.user, group_id)
    wanted = asked_list(request, row)
    views = desk.beside_in_list(row, wanted, request.GET.get("way", ""), count=GROUPS_BESIDE)
    return render(request, "dedup/_groups_beside.html", {"views": views, "query": wanted.query()})


@require_safe
@signed_in
def group_pairs(request: SignedInRequest, group_id: int) -> HttpResponse:
    """Every two photos of the group, with what is behind their percentage."""
    row = access.group_for(request.user, group_id)
    view = groups_of.members(row)
    asked = request.GET.get("photo", "")
    table = pair_table.of_group(view, int(asked) if asked.isdecimal() else row.cover_id)
    is_part = request.GET.get("part") == "table"
    template = "dedup/_group_pairs.html" if is_part else "dedup/group_pairs.html"
    back = group_address(row.pk, asked_list(request, row))
    context = {"group": row, "view": view, "table": table, "group_address": back}
    return render(request, template, context)


@require_POST
@signed_in
def decide(request: SignedInRequest, group_id: int) -> HttpResponse:
    """Apply what was chosen for each photo: a field ``photo-<id>`` says keep, archive or trash."""
    row = access.group_for(request.user, group_id)
    chosen = chosen_answers(request)
    parts = asked_parts(request)
    keep, archive, trash = (frozenset(chosen[state]) for state in ("keep", "archive", "trash"))
    choice = Choice(keep, archive, trash, trash_parts=parts, merge=asked_merge(request))
    is_asked_for = request.POST.get("even_if_empty") == "1"
    try:
        return _decided(
            request,
            row,
            lambda: reviewing.make(row, choice, by=request.user, even_if_empty=is_asked_for),
        )
    except reviewing.WouldKeepNone as refusal:
        if asks_for_json(request):
            return json_error(422, str(refusal), question=True)
        context = {
            "group": row,
            "chosen": chosen,
            "trash_parts": parts,
            "reason": str(refusal),
            "query": asked_list(request, row).query(),
        }
        return render(request, "dedup/would_keep_none.html", context, status=422)


@require_POST
@signed_in
def cover(request: SignedInRequest, group_id: int) -> HttpResponse:
    """Make a photo of an open group its cover; shows the group from there."""
    row = access.group_for(request.user, group_id)
    asked = request.POST.get("photo", "")
    try:
        decision = covering.choose_cover(
            row, int(asked) if asked.isdecimal() else 0, by=request.user
        )
    except reviewing.Refused as refusal:
        if asks_for_json(request):
            return json_error(409, str(refusal))
        messages.error(request, str(refusal))
        return redirect(group_address(row.pk, asked_list(request, row)))
    undo = reverse("dedup:undo-decision", args=[decision.pk]) if decision else ""
    if asks_for_json(request):
        return JsonResponse({"undo": undo})
    if decision:
        offer_undo_at(request, decision.summary, undo)
    return redirect(group_address(row.pk, asked_list(request, row)))


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
    group = decision.group
    target = group_address(group.pk, asked_list(request, group)) if group else ""
    try:
        reviewing.undo(decision, request.user)
    except changes.CannotUndo as problem:
        refusal = f"This cannot be undone. {' '.join(problem.reasons)}"
        if asks_for_json(request):
            return json_error(409, refusal)
        messages.error(request, refusal)
    else:
        if asks_for_json(request):
            return JsonResponse({"summary": decision.summary, "group": target})
        messages.success(request, f"Undone: {decision.summary}")
    return redirect(target or "dedup:groups")


def _decided(
    request: SignedInRequest, row: SimilarGroup, act: Callable[[], Decision]
) -> HttpResponse:
    """Decide, then go on with the next group, or back to the list if it was decided there."""
    wanted = asked_list(request, row)
    target = _after(request, row, wanted)
    try:
        decision = act()
    except reviewing.WouldKeepNone:
        raise
    except reviewing.Refused as refusal:
        if asks_for_json(request):
            return json_error(409, str(refusal))
        messages.error(request, str(refusal))
        return redirect(group_address(row.pk, wanted))
    tray.forget(row)
    undo = reverse("dedup:undo-decision", args=[decision.pk])
    if asks_for_json(request):
        return JsonResponse({"summary": decision.summary, "undo": undo})
    offer_undo_at(request, decision.summary, undo)
    return HttpResponseRedirect(target)


def _after(request: SignedInRequest, row: SimilarGroup, wanted: Wanted) -> str:
    following = [] if request.POST.get("back") == "list" else neighbours(row, wanted)
    return _address_of(following, wanted) or list_address(row.scan_id, wanted)


def _address_of(found: Sequence[SimilarGroup], wanted: Wanted) -> str:
    return group_address(found[0].pk, wanted) if found else ""


def _group_context(request: SignedInRequest, row: SimilarGroup, view: GroupView) -> dict[str, Any]:
    wanted = asked_list(request, row)
    last = desk.last_decision(row.scan, request.user)
    return {
        "group": row,
        "view": view,
        "extras": desk.extras_of(view),
        "is_set": row.kind == SimilarGroup.Kind.SET,
        "is_many": view.photo_count > desk.MOST_ONE_BY_ONE,
        "scan": row.scan,
        "query": wanted.query(),
        "group_address": group_address(row.pk, wanted),
        "place": desk.place_of(row, wanted),
        "list_address": list_address(row.scan_id, wanted),
        "next_address": _address_of(neighbours(row, wanted), wanted),
        "previous_address": _address_of(neighbours(row, wanted, earlier=True), wanted),
        "answers": {} if view.decision else tray.answers_for(view),
        "tray_count": tray.waiting(request.user),
        "preview": _preview(request, view),
        "undo_address": reverse("dedup:undo-decision", args=[last.pk]) if last else "",
    }


def _preview(request: SignedInRequest, view: GroupView) -> choices.Preview | None:
    """What accepting the suggestion would hand on."""
    if view.decision or not view.members:
        return None
    return choices.preview(view, choices.suggested(view), request.user)
