"""The live rule of a camera: write it down, see what it would do, switch it on, pause it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from dedup import access as door
from dedup.forms import LiveRuleForm
from dedup.models import LiveRule, Thinning
from dedup.thinning import digests
from dedup.thinning import live as live_rules
from gallery import access
from gallery.models import Camera, User
from gallery.web.answers import invalid
from gallery.web.requests import SignedInRequest, signed_in

RUNS_SHOWN = 30


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def live(request: SignedInRequest, camera_id: int) -> HttpResponse:
    """How new frames of a camera are thinned; a new rule first shows what it would do."""
    camera = access.camera_for(request.user, camera_id)
    rule = live_rules.rule_of(camera)
    posted = request.POST if request.method == "POST" else None
    form = LiveRuleForm(posted) if posted else LiveRuleForm.filled(rule, _first_day(camera))
    runs = Thinning.objects.filter(camera=camera, live_rule__isnull=False)
    context = {
        "camera": camera,
        "rule": rule,
        "state": live_rules.state_of(rule) if rule else None,
        "form": form,
        "runs": runs.select_related("job", "change")[:RUNS_SHOWN],
    }
    if posted is None:
        return render(request, "dedup/live.html", context)
    if not form.is_valid():
        return invalid(request, "dedup/live.html", context)
    drafted = live_rules.draft(camera, form.wanted, by=request.user)
    if drafted.preview is None:
        live_rules.switch_on(drafted, by=request.user)
        messages.success(request, "Switched on. There are no frames yet to show it on.")
        return redirect("dedup:live", camera.pk)
    return redirect(drafted.preview)


@require_POST
@signed_in
def switch_on(request: SignedInRequest, rule_id: int) -> HttpResponse:
    return _act(request, rule_id, live_rules.switch_on, "New frames are thinned by this rule.")


@require_POST
@signed_in
def switch_off(request: SignedInRequest, rule_id: int) -> HttpResponse:
    said = "Switched off. What was thinned stays so, and its undo too."
    return _act(request, rule_id, live_rules.switch_off, said)


@require_POST
@signed_in
def pause(request: SignedInRequest, rule_id: int) -> HttpResponse:
    return _act(request, rule_id, live_rules.pause, "Paused. New frames wait.")


@require_POST
@signed_in
def resume(request: SignedInRequest, rule_id: int) -> HttpResponse:
    return _act(request, rule_id, live_rules.resume, "Going on.")


@require_POST
@signed_in
def begin(request: SignedInRequest, rule_id: int) -> HttpResponse:
    """What is done every few minutes, at once."""
    rule = door.live_rule_for(request.user, rule_id)
    count = len(live_rules.begin(rule, most=live_rules.DAYS_IN_A_REQUEST))
    days = f"{count:,} day" if count == 1 else f"{count:,} days"
    said = f"Comparing the new frames of {days}." if count else "No new frames have settled yet."
    messages.info(request, said)
    return redirect("dedup:live", rule.camera_id)


def _act(
    request: SignedInRequest, rule_id: int, act: Callable[..., object], said: str
) -> HttpResponse:
    rule: LiveRule = door.live_rule_for(request.user, rule_id)
    by: User = request.user
    act(rule, by=by)
    messages.success(request, said)
    return redirect("dedup:live", rule.camera_id)


def _first_day(camera: Camera) -> dt.date:
    """The newest day: the preview shows something, and what was there before stays."""
    today = timezone.now().astimezone(camera.owner.home_zone).date()
    return digests.last_day(camera) or today
