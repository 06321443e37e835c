"""The tuner of a fixed camera: try settings on two frames, see what they do to all, save them."""

from __future__ import annotations

import base64
import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from dedup import camera_settings, frame_steps, tuning
from dedup.core import frame_scores
from dedup.core.camera_settings import CameraRules, FrameSettings, TimeOfDay
from dedup.core.frame_scores import FrameScore
from dedup.frame_forms import FrameSettingsForm, TriedForm
from dedup.tuning import CannotTry, Chosen
from gallery import access
from gallery.models import Camera, Photo
from gallery.web.answers import json_error, offer_undo, redirect_back, unless_known
from gallery.web.requests import SignedInRequest, signed_in
from gallery.work import jobs


@require_safe
@signed_in
def tuner(request: SignedInRequest, camera_id: int) -> HttpResponse:
    camera = access.camera_for(request.user, camera_id)
    rules = camera_settings.rules_for(camera)
    chosen = tuning.choose(camera, *_asked_frames(request, camera))
    time = _asked_time(request, rules, chosen)
    context = _context(camera, rules, time, rules.of(time))
    context |= {"form": _form_of(rules, time), "chosen": chosen}
    return render(request, "dedup/tuner.html", context | _shown(chosen, rules.of(time)))


@require_safe
@signed_in
def score(request: SignedInRequest, camera_id: int) -> JsonResponse:
    """Two frames under the settings in the address, for the page that draws them live."""
    camera = access.camera_for(request.user, camera_id)
    form = TriedForm(request.GET)
    if not form.is_valid():
        return json_error(422, "These settings cannot be used.", fields=form.errors)
    first, second = _asked_frames(request, camera)
    if first is None or second is None:
        return json_error(404, "These frames are not there any more.")
    try:
        found = tuning.tried(first, second, form.settings)
    except CannotTry as problem:
        return json_error(422, str(problem))
    comparison = found.comparison
    return JsonResponse(
        {
            "percent": round(comparison.redundant_percent, 1),
            "moved_percent": round(comparison.score, 3),
            "outcome": comparison.outcome.value,
            "is_redundant": comparison.redundant_percent >= form.settings.threshold_percent,
            "reasons": [reason.sentence for reason in comparison.reasons],
            "boxes": [[box.left, box.top, box.width, box.height] for box in comparison.boxes],
            "heat": _data_address(found.heat),
        }
    )


@require_safe
@signed_in
def examples(request: SignedInRequest, camera_id: int) -> HttpResponse:
    """Pairs on both sides of a line that is being dragged."""
    camera = access.camera_for(request.user, camera_id)
    rules = camera_settings.rules_for(camera)
    time = _asked_time(request, rules, None)
    scores = tuning.of_time(tuning.scores_of(camera, rules), time)
    line = _asked_line(request, rules.of(time))
    context = _sides(camera, time, scores, line, rules.of(time).threshold_percent)
    return unless_known(request, render(request, "dedup/_tuner_examples.html", context))


@require_POST
@signed_in
def save(request: SignedInRequest, camera_id: int) -> HttpResponse:
    """Save the settings; or only show what they would do, for a page without a script."""
    camera = access.camera_for(request.user, camera_id)
    rules = camera_settings.rules_for(camera)
    time = _asked_time(request, rules, None)
    form = FrameSettingsForm(request.POST)
    is_valid = form.is_valid()
    if not is_valid or request.POST.get("act") == "try":
        chosen = tuning.choose(camera, *_asked_frames(request, camera))
        settings = form.settings if is_valid else rules.of(time)
        context = _context(camera, rules, time, settings) | {"form": form, "chosen": chosen}
        context |= _shown(chosen, settings)
        return render(request, "dedup/tuner.html", context, status=200 if is_valid else 422)
    chosen_settings = {time: (form.settings, form.begins_minute)}
    change = camera_settings.save([camera], chosen_settings, by=request.user)
    frame_steps.compare_later(camera, request.user)
    offer_undo(request, change)
    return redirect(_address(request, camera, time))


@require_POST
@signed_in
def reset(request: SignedInRequest, camera_id: int) -> HttpResponse:
    camera = access.camera_for(request.user, camera_id)
    time = _asked_time(request, camera_settings.rules_for(camera), None)
    offer_undo(request, camera_settings.reset(camera, time, by=request.user))
    frame_steps.compare_later(camera, request.user)
    return redirect(_address(request, camera, time))


@require_POST
@signed_in
def compare_frames(request: SignedInRequest, camera_id: int) -> HttpResponse:
    """Let workers compare all neighbouring frames of the camera that were not compared yet."""
    camera = access.camera_for(request.user, camera_id)
    if frame_steps.compare_later(camera, request.user) is None:
        messages.info(request, "All neighbouring frames are compared already.")
    return redirect_back(request, reverse("dedup:tuner", args=[camera.pk]))


@require_safe
@signed_in
def progress(request: SignedInRequest, camera_id: int) -> HttpResponse:
    camera = access.camera_for(request.user, camera_id)
    return unless_known(request, render(request, "dedup/_steps_progress.html", _progress(camera)))


def _context(
    camera: Camera, rules: CameraRules, time: TimeOfDay, tried: FrameSettings
) -> dict[str, Any]:
    """All but the two frames: the scores of the camera around the line."""
    scores = tuning.scores_of(camera, rules)
    of_time = tuning.of_time(scores, time)
    saved = rules.of(time)
    telling = frame_scores.telling(of_time, tried.threshold_percent)
    photos = _photos_of([pair for _, pair in telling])
    return {
        "camera": camera,
        "time": time,
        "times": list(TimeOfDay),
        "saved_line": saved.threshold_percent,
        "is_default": saved == FrameSettings(),
        "bars": frame_scores.histogram(of_time),
        "counts": {each: len(tuning.of_time(scores, each)) for each in TimeOfDay},
        "telling": [
            {
                "why": why,
                "earlier": photos[pair.earlier],
                "later": photos[pair.later],
                "percent": pair.percent,
            }
            for why, pair in telling
            if pair.earlier in photos and pair.later in photos
        ],
        **_sides(camera, time, of_time, tried.threshold_percent, saved.threshold_percent),
        **_progress(camera),
    }


def _sides(
    camera: Camera, time: TimeOfDay, scores: list[FrameScore], line: float, saved: float
) -> dict[str, Any]:
    found = frame_scores.sides(scores, line, saved)
    photos = _photos_of([*found.examples_changed, *found.examples_redundant])

    def shown(examples: tuple[FrameScore, ...]) -> list[dict[str, Any]]:
        return [
            {
                "earlier": photos[pair.earlier],
                "later": photos[pair.later],
                "percent": pair.percent,
                "changes_sides": (pair.percent < line) != (pair.percent < saved),
            }
            for pair in examples
            if pair.earlier in photos and pair.later in photos
        ]

    return {
        "camera": camera,
        "time": time,
        "line": line,
        "saved_line": saved,
        "sides": found,
        "examples_changed": shown(found.examples_changed),
        "examples_redundant": shown(found.examples_redundant),
    }


def _shown(chosen: Chosen | None, settings: FrameSettings) -> dict[str, Any]:
    """The score of the two frames, as a page without a script shows it."""
    if chosen is None:
        return {}
    try:
        found = tuning.tried(chosen.earlier, chosen.later, settings)
    except CannotTry as problem:
        return {"problem": str(problem)}
    return {
        "found": found.comparison,
        "is_redundant": found.comparison.redundant_percent >= settings.threshold_percent,
        "heat": _data_address(found.heat),
    }


def _progress(camera: Camera) -> dict[str, Any]:
    job = frame_steps.running_job(camera)
    return {"camera": camera, "job": job, "progress": jobs.progress(job) if job else None}


def _photos_of(pairs: list[FrameScore]) -> dict[int, Photo]:
    return Photo.objects.in_bulk([pk for pair in pairs for pk in (pair.earlier, pair.later)])


def _form_of(rules: CameraRules, time: TimeOfDay) -> FrameSettingsForm:
    begins = rules.day_begins if time is TimeOfDay.DAY else rules.night_begins
    return FrameSettingsForm.filled(rules.of(time), begins)


def _asked_frames(request: HttpRequest, camera: Camera) -> tuple[Photo | None, Photo | None]:
    asked = request.POST if request.method == "POST" else request.GET
    frames = frame_steps.frames_of(camera)
    return _frame(frames, camera, asked, "first"), _frame(frames, camera, asked, "second")


def _frame(frames: Any, camera: Camera, asked: Any, name: str) -> Photo | None:
    """By its number, or the nearest one to a moment in local time."""
    number = asked.get(name, "")
    if number.isdecimal() and len(number) < 19:
        photo: Photo | None = frames.filter(pk=int(number)).first()
        if photo:
            return photo
    try:
        moment = dt.datetime.fromisoformat(asked.get(f"{name}_at", ""))
    except ValueError:
        return None
    return tuning.nearest(camera, moment.replace(tzinfo=None))


def _asked_time(request: HttpRequest, rules: CameraRules, chosen: Chosen | None) -> TimeOfDay:
    """What the address says, or else the time of day of the frames shown."""
    asked = request.POST.get("time") or request.GET.get("time") or ""
    if asked in set(TimeOfDay):
        return TimeOfDay(asked)
    return rules.time_of_day(chosen.later.taken_local) if chosen else TimeOfDay.DAY


def _asked_line(request: HttpRequest, settings: FrameSettings) -> float:
    try:
        line = float(request.GET.get("threshold_percent", ""))
    except ValueError:
        return settings.threshold_percent
    return line if 1 <= line <= 99 else settings.threshold_percent


def _address(request: HttpRequest, camera: Camera, time: TimeOfDay) -> str:
    """The page again, with the same two frames."""
    query = {"time": str(time)}
    for name in ("first", "second"):
        if request.POST.get(name, "").isdecimal():
            query[name] = request.POST[name]
    return f"{reverse('dedup:tuner', args=[camera.pk])}?{urlencode(query)}"


def _data_address(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}" if png else ""
