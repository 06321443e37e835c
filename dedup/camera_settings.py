"""The frame settings of cameras: which are in force, and saving others as one undoable change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from dedup.core.camera_settings import (
    DEFAULT_BEGINNINGS,
    DEFAULT_SETTINGS,
    MINUTES_A_DAY,
    CameraRules,
    FrameSettings,
    TimeOfDay,
)
from dedup.models import CameraSettings
from gallery.models import Camera, Change, User


def rules_for(camera: Camera | int) -> CameraRules:
    """What is in force for a camera; the defaults where nothing was saved."""
    camera_id = camera if isinstance(camera, int) else camera.pk
    return rules_of([camera_id])[camera_id]


def rules_of(camera_ids: Iterable[int]) -> dict[int, CameraRules]:
    """The same of several cameras, in one query."""
    ids = set(camera_ids)
    in_force: dict[tuple[int, str], CameraSettings] = {}
    rows = CameraSettings.objects.standing().filter(camera__in=ids).order_by("pk")
    for row in rows:
        in_force[row.camera_id, row.time_of_day] = row
    return {
        pk: _rules(in_force.get((pk, TimeOfDay.DAY)), in_force.get((pk, TimeOfDay.NIGHT)))
        for pk in ids
    }


def save(
    cameras: Iterable[Camera],
    chosen: dict[TimeOfDay, tuple[FrameSettings, int]],
    *,
    by: User,
    summary: str = "",
) -> Change:
    """Set the frame settings of cameras of one owner, by day, by night or both, as one change.

    Each comes with the minute after midnight at which its time of day begins. Raises ValueError
    for such a minute outside the day.
    """
    some = list(cameras)
    for _, begins in chosen.values():
        if not 0 <= begins < MINUTES_A_DAY:
            raise ValueError("A time of day begins between 00:00 and 23:59.")
    now = timezone.now()
    with transaction.atomic():
        change = Change.objects.create(
            owner=some[0].owner,
            made_by=by,
            act=Change.Act.SETTINGS,
            summary=(summary or _summary(some, list(chosen)))[:200],
            made_at=now,
        )
        CameraSettings.objects.bulk_create(
            CameraSettings(
                camera=camera,
                time_of_day=time_of_day,
                begins_minute=begins,
                options=settings.to_json(),
                change=change,
                made_by=by,
                made_at=now,
            )
            for camera in some
            for time_of_day, (settings, begins) in chosen.items()
        )
    return change


def reset(camera: Camera, time_of_day: TimeOfDay, *, by: User) -> Change:
    """Go back to the defaults; what was set is kept for an undo."""
    defaults = {time_of_day: (DEFAULT_SETTINGS, DEFAULT_BEGINNINGS[time_of_day])}
    return save(
        [camera], defaults, by=by, summary=f"Settings of {camera.name} by {time_of_day}: defaults"
    )


def copy(model: Camera, others: list[Camera], *, by: User) -> Change:
    """Give cameras of one owner what is in force for another, by day and by night."""
    rules = rules_for(model)
    chosen = {
        TimeOfDay.DAY: (rules.day, rules.day_begins),
        TimeOfDay.NIGHT: (rules.night, rules.night_begins),
    }
    names = others[0].name if len(others) == 1 else f"{len(others):,} cameras"
    return save(others, chosen, by=by, summary=f"Settings of {model.name} given to {names}")


def settings_for_pair(
    rules: CameraRules, earlier: dt.datetime, later: dt.datetime
) -> FrameSettings:
    """Of two frames the later one says whether it is day, in whatever order they are compared."""
    return rules.at(max(earlier.replace(tzinfo=None), later.replace(tzinfo=None)))


def _rules(day: CameraSettings | None, night: CameraSettings | None) -> CameraRules:
    return CameraRules(
        day=day.chosen if day else DEFAULT_SETTINGS,
        night=night.chosen if night else DEFAULT_SETTINGS,
        day_begins=day.begins_minute if day else DEFAULT_BEGINNINGS[TimeOfDay.DAY],
        night_begins=night.begins_minute if night else DEFAULT_BEGINNINGS[TimeOfDay.NIGHT],
    )


def _summary(cameras: list[Camera], times: list[TimeOfDay]) -> str:
    names = cameras[0].name if len(cameras) == 1 else f"{len(cameras):,} cameras"
    return f"Settings of {names} by {' and '.join(times)}"
