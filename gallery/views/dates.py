"""Dates corrected by hand: of one photo, of many, and of a camera whose clock was wrong."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods, require_POST

from gallery import access
from gallery.date_forms import AmountForm, ClockForm, MomentForm, SameDayForm, ZoneForm
from gallery.dating import acts
from gallery.dating.corrections import Correction, Forget
from gallery.dating.previews import preview
from gallery.models import Photo, PhotoQuerySet
from gallery.web.answers import invalid, offer_undo, redirect_back, safe_next
from gallery.web.requests import SignedInRequest, signed_in

# The ways to correct many photos, each with its form.
MANY: dict[str, Any] = {"day": SameDayForm, "shift": AmountForm, "zone": ZoneForm}
PICTURES_SHOWN = 12
PHOTOS_TO_CHOOSE = 24


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def date_of_photo(request: SignedInRequest, photo_id: int) -> HttpResponse:
    """Say when one photo was taken."""
    photo = access.photo_for(request.user, photo_id)
    form = MomentForm(request.POST) if request.method == "POST" else MomentForm.filled(photo)
    context = {"photo": photo, "form": form, "next": safe_next(request)}
    if request.method != "POST":
        return render(request, "gallery/date_of_photo.html", context)
    if not form.is_valid():
        return invalid(request, "gallery/date_of_photo.html", context)
    return corrected(request, Photo.objects.filter(pk=photo.pk), form.correction, photo)


@require_POST
@signed_in
def forget_date(request: SignedInRequest, photo_id: int) -> HttpResponse:
    """Take back what was said by hand; the files decide again."""
    photo = access.photo_for(request.user, photo_id)
    return corrected(request, Photo.objects.filter(pk=photo.pk), Forget(), photo)


@require_POST
@signed_in
def dates(request: SignedInRequest) -> HttpResponse:
    """Correct the dates of the selected photos: ask how, show what would come of it, do it."""
    photos = access.photos_for(request.user, request.POST.getlist("photo"))
    if photos.count() == 1:
        only = photos.get()
        return redirect("gallery:photo-date", only.pk)
    how = request.POST.get("how", "")
    forms = {name: form(prefix=name) for name, form in MANY.items()}
    context = {
        "forms": forms,
        "how": how if how in MANY else "shift",
        "photo_ids": photos.values_list("pk", flat=True),
        "count": photos.count(),
        "pictures": photos.oldest_first()[:PICTURES_SHOWN],
        "next": safe_next(request),
    }
    if how not in MANY:
        return render(request, "gallery/dates.html", context)
    forms[how] = MANY[how](request.POST, prefix=how)
    if not forms[how].is_valid():
        return invalid(request, "gallery/dates.html", context)
    correction = forms[how].correction
    if request.POST.get("act") == "apply":
        return corrected(request, photos, correction)
    context["preview"] = preview(photos, correction, request.user)
    return render(request, "gallery/dates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def clock(request: SignedInRequest, camera_id: int) -> HttpResponse:
    """Shift the clock of a camera: by an amount, or as one photo proves."""
    camera = access.camera_for(request.user, camera_id)
    start = {"photo": request.GET["photo"], "how": "photo"} if "photo" in request.GET else {}
    form = ClockForm(camera, request.POST or None, initial=start)
    context = {
        "camera": camera,
        "form": form,
        "choices": _to_choose(request, form),
        "show_photos": (request.POST.get("how") or start.get("how")) == "photo",
    }
    if request.method != "POST":
        return render(request, "gallery/clock.html", context)
    if not form.is_valid():
        return invalid(request, "gallery/clock.html", context)
    if request.POST.get("act") == "apply":
        return corrected(request, form.photos, form.correction, camera)
    context["preview"] = preview(form.photos, form.correction, request.user)
    context["amount"] = form.correction.summary()
    return render(request, "gallery/clock.html", context)


def _to_choose(request: SignedInRequest, form: ClockForm) -> list[Photo]:
    """Photos of the camera spread over its time, and the one that was chosen."""
    photos = form.all_exact
    chosen = request.POST.get("photo") or request.GET.get("photo") or ""
    ids = list(photos.oldest_first().values_list("pk", flat=True))
    step = max(1, len(ids) // PHOTOS_TO_CHOOSE)
    wanted = set(ids[::step][:PHOTOS_TO_CHOOSE])
    if chosen.isdecimal() and int(chosen) in ids:
        wanted.add(int(chosen))
    return list(Photo.objects.filter(pk__in=wanted).oldest_first())


def corrected(
    request: SignedInRequest,
    photos: PhotoQuerySet,
    correction: Correction,
    back_to: Any = "gallery:timeline",
) -> HttpResponse:
    """Do it at once, or hand it to the workers; lead back with the undo."""
    if photos.count() > acts.MOST_AT_ONCE:
        return redirect("gallery:job", acts.correct_later(photos, correction, by=request.user).pk)
    done = acts.correct(photos, correction, by=request.user)
    if done.left and not done.change.pk:
        messages.info(request, f"Nothing was changed. {done.left[0][1]}")
    else:
        offer_undo(request, done.change)
    return redirect_back(request, resolve_url(back_to))
