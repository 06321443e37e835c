"""What to keep: the rules of the owner, and what what stays would gain in one group."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from dedup import access, choices, suggesting
from dedup import groups as groups_of
from dedup.choices import Choice, MergeTo
from dedup.core.keepers import USUAL_ORDER, Rule, complete_order
from dedup.forms import KeeperRulesForm
from dedup.models import KeeperRules
from gallery.web.answers import invalid
from gallery.web.requests import SignedInRequest, signed_in

STEPS = {"up": -1, "down": 1}
# Nothing measures eyes yet: a rule that never decides is not offered.
OFFERED: tuple[Rule, ...] = tuple(rule for rule in USUAL_ORDER if rule != Rule.EYES)


@require_safe
@signed_in
def keeper_rules(request: SignedInRequest) -> HttpResponse:
    rules = KeeperRules.of(request.user)
    return render(request, "dedup/keeper_rules.html", _context(rules, _form(request, rules)))


@require_POST
@signed_in
def save_rules(request: SignedInRequest) -> HttpResponse:
    """Save the rules as they were dragged, with one moved by one place, or the usual ones."""
    rules = KeeperRules.of(request.user)
    form = _form(request, rules, request.POST)
    if "usual" in request.POST:
        rules.order, rules.off, rules.newest, rules.folders, rules.cameras = [], [], False, [], []
    elif not form.is_valid():
        return invalid(request, "dedup/keeper_rules.html", _context(rules, form))
    else:
        _take_over(request, rules, form)
    rules.version += 1
    rules.save()
    job = suggesting.start(request.user)
    messages.success(
        request,
        "Saved. Open groups are suggested by these rules from now on; what is decided stays."
        + (f" {job.title}: a worker writes it down." if job else ""),
    )
    return redirect("dedup:keeper-rules")


@require_POST
@signed_in
def gains(request: SignedInRequest, group_id: int) -> HttpResponse:
    """What would be handed on if the form were sent as it is. Changes nothing."""
    row = access.group_for(request.user, group_id)
    found = groups_of.views_of([row])
    if not found:
        return HttpResponse(status=204)
    preview = choices.preview(found[0], asked_choice(request), request.user)
    return render(request, "dedup/_merge_preview.html", {"group": row, "preview": preview})


def asked_choice(request: SignedInRequest) -> Choice:
    """What the fields ``photo-<id>`` and ``merge`` say; others are left out."""
    chosen: dict[str, set[int]] = {"keep": set(), "archive": set(), "trash": set()}
    for name, value in request.POST.items():
        kind, _, photo_id = name.partition("-")
        if kind == "photo" and photo_id.isdecimal() and value in chosen:
            chosen[str(value)].add(int(photo_id))
    return Choice(
        frozenset(chosen["keep"]),
        frozenset(chosen["archive"]),
        frozenset(chosen["trash"]),
        merge=asked_merge(request),
    )


def asked_merge(request: SignedInRequest) -> MergeTo | None:
    asked = request.POST.get("merge", "")
    return MergeTo(asked) if asked in MergeTo.values else None


def _take_over(request: SignedInRequest, rules: KeeperRules, form: KeeperRulesForm) -> None:
    known = {rule.value: rule for rule in Rule}
    sent = [known[each] for each in request.POST.getlist("rule") if each in known]
    order = list(complete_order(sent))
    on = set(request.POST.getlist("on"))
    rules.order = [rule.value for rule in _moved(order, request.POST.get("move", ""))]
    rules.off = [rule.value for rule in order if rule in sent and rule.value not in on]
    rules.newest = form.cleaned_data["age"] == "newest"
    rules.folders = form.cleaned_data["folders"]
    rules.cameras = [camera.pk for camera in form.cleaned_data["cameras"]]
    rules.merge = form.cleaned_data["merge"]


def _moved(order: list[Rule], move: str) -> list[Rule]:
    """The order with one rule moved among those that are offered: "name up"."""
    name, _, step = move.partition(" ")
    offered: list[Rule] = [rule for rule in order if rule in OFFERED]
    if step not in STEPS or name not in offered:
        return order
    place = offered.index(Rule(name))
    offered.insert(max(0, place + STEPS[step]), offered.pop(place))
    return list(complete_order(offered))


def _form(request: SignedInRequest, rules: KeeperRules, data: Any = None) -> KeeperRulesForm:
    initial = {
        "age": "newest" if rules.newest else "oldest",
        "folders": "\n".join(rules.folders),
        "cameras": rules.cameras,
        "merge": rules.merge,
    }
    return KeeperRulesForm(request.user, data, initial=initial)


def _context(rules: KeeperRules, form: KeeperRulesForm) -> dict[str, Any]:
    return {
        "rules": [
            {"rule": rule, "is_on": rule.value not in rules.off}
            for rule in rules.in_order
            if rule in OFFERED
        ],
        "form": form,
        "is_usual": rules.are_usual,
        "groups_address": reverse("dedup:groups"),
    }
