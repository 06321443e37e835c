"""Which dates are believed first, the home time zone, and what both mean for photos here."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from gallery.core.taken_at import DEFAULT_ORDER, Source, complete_order
from gallery.dating.corrections import Again
from gallery.dating.previews import preview
from gallery.forms import HomeZoneForm
from gallery.models import Photo, PhotoQuerySet, User
from gallery.views.dates import corrected
from gallery.web.requests import SignedInRequest, signed_in

STEPS = {"up": -1, "down": 1}


@require_safe
@signed_in
def date_settings(request: SignedInRequest) -> HttpResponse:
    owner = request.user
    context = {
        "zone_form": HomeZoneForm(instance=owner),
        "sources": owner.sources_in_order,
        "is_usual": owner.sources_in_order == DEFAULT_ORDER,
    }
    if "check" in request.GET:
        context["preview"] = preview(_photos_of(owner), Again(), owner)
    return render(request, "gallery/date_settings.html", context)


@require_POST
@signed_in
def set_order(request: SignedInRequest) -> HttpResponse:
    """Save an order: as it was dragged, with one source moved by one place, or the usual one."""
    known = {source.value: source for source in Source}
    order = [known[each] for each in request.POST.getlist("source") if each in known]
    if move := request.POST.get("move"):
        order = _moved(list(complete_order(order)[1:-1]), move)
    is_usual = "usual" in request.POST or complete_order(order)[1:-1] == DEFAULT_ORDER
    owner = User.objects.get(pk=request.user.pk)
    owner.date_order = [] if is_usual else [each.value for each in complete_order(order)[1:-1]]
    owner.save(update_fields=["date_order"])
    messages.success(request, "The order is saved. Photos to come are dated by it.")
    return redirect(reverse("gallery:date-settings") + "?check=1")


@require_POST
@signed_in
def date_again(request: SignedInRequest) -> HttpResponse:
    """Date all photos again by the settings as they are now."""
    return corrected(request, _photos_of(request.user), Again(), "gallery:date-settings")


def _photos_of(owner: User) -> PhotoQuerySet:
    return Photo.objects.owned_by(owner)


def _moved(order: list[Source], move: str) -> list[Source]:
    """The order with one source moved: "name up"."""
    name, _, step = move.partition(" ")
    if name in order and step in STEPS:
        place = order.index(Source(name))
        source = order.pop(place)
        order.insert(max(0, place + STEPS[step]), source)
    return order
