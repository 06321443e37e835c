"""Thinning out a camera's frames: say how, see what would go, let it go."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dedup import access as door
from dedup.core.thinning import Fate
from dedup.forms import ThinForm
from dedup.models import Thinning
from dedup.thinning import live, plans
from gallery import access, bulk
from gallery.web.answers import invalid, unless_known
from gallery.web.requests import SignedInRequest, signed_in
from gallery.work import jobs

STRIP = 24
PLANS_SHOWN = 20
LISTED_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def thin(request: SignedInRequest, camera_id: int) -> HttpResponse:
    """Say how the frames of a camera are thinned; a worker then makes the plan."""
    camera = access.camera_for(request.user, camera_id)
    form = ThinForm(request.POST if request.method == "POST" else None)
    by_hand = Thinning.objects.by_hand().filter(camera=camera)
    earlier = by_hand.select_related("job", "act_job")
    context = {
        "camera": camera,
        "form": form,
        "plans": earlier[:PLANS_SHOWN],
        "live_rule": live.rule_of(camera),
    }
    if request.method != "POST":
        return render(request, "dedup/thin.html", context)
    if not form.is_valid():
        return invalid(request, "dedup/thin.html", context)
    days = {name: form.cleaned_data[name] for name in ("first_day", "last_day")}
    try:
        begun = plans.start(camera, form.rule, by=request.user, **days)
    except plans.NothingToThin as nothing:
        form.add_error(None, str(nothing))
        return invalid(request, "dedup/thin.html", context)
    return redirect(begun)


@require_safe
@signed_in
def thinning(request: SignedInRequest, thinning_id: int) -> HttpResponse:
    """What would go and what stays; nothing is touched by looking."""
    found = door.thinning_for(request.user, thinning_id)
    context = _progress_context(found)
    if found.job.has_ended:
        first = _place(request)
        stays = list(plans.staying(found)[first : first + STRIP + 1])
        context |= {
            "stays": stays[:STRIP],
            "first": first,
            "next_from": first + STRIP if len(stays) > STRIP else None,
            "previous_from": max(0, first - STRIP) if first else None,
            "just_going": plans.nearest(found.frames.all(), Fate.GOES),
            "just_kept": plans.nearest(found.frames.all(), Fate.KEPT),
            "listed": plans.listed(found)[:LISTED_SHOWN],
            "can_spare": found.live_rule_id is None,
            "line": plans.line_of(found.camera),
        }
    return render(request, "dedup/thinning.html", context)


@require_safe
@signed_in
def thinning_progress(request: SignedInRequest, thinning_id: int) -> HttpResponse:
    found = door.thinning_for(request.user, thinning_id)
    page = render(request, "dedup/_thinning_progress.html", _progress_context(found))
    return unless_known(request, page)


@require_POST
@signed_in
def cancel_thinning(request: SignedInRequest, thinning_id: int) -> HttpResponse:
    found = door.thinning_for(request.user, thinning_id)
    jobs.cancel(found.job, by=request.user)
    return redirect(found)


@require_POST
@signed_in
def spare_frame(request: SignedInRequest, thinning_id: int, frame_id: int) -> HttpResponse:
    """Keep a frame that would go, or let it go again."""
    found = door.thinning_for(request.user, thinning_id)
    spared = request.POST.get("spared") == "yes"
    if not plans.spare(found, frame_id, spared=spared):
        raise Http404("No such frame.")
    return redirect(f"{found.get_absolute_url()}#frame-{frame_id}")


@require_POST
@signed_in
def act_on_thinning(request: SignedInRequest, thinning_id: int) -> HttpResponse:
    """Archive or trash what goes: a job with results, and one undo for all of it."""
    found = door.thinning_for(request.user, thinning_id)
    wanted = request.POST.get("act", "")
    if wanted not in plans.ACTS:
        raise Http404("No such act.")
    try:
        job = plans.act(found, bulk.Act(wanted), by=request.user)
    except plans.CannotAct as objection:
        messages.info(request, str(objection))
        return redirect(found)
    return redirect("gallery:job", job.pk)


def _progress_context(found: Thinning) -> dict[str, Any]:
    return {
        "thinning": found,
        "camera": found.camera,
        "job": found.job,
        "progress": jobs.progress(found.job),
        "summary": plans.summary(found),
        "objection": plans.what_stands_in_the_way(found),
        "draft": getattr(found, "draft", None),
    }


def _place(request: SignedInRequest) -> int:
    text = request.GET.get("from", "0")
    return int(text) if text.isdecimal() and len(text) < 9 else 0
