"""Frames of a camera that keeps writing, for tests of live rules."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dedup.core.thinning import Rule
from dedup.models import LiveRule, Thinning
from dedup.thinning import live
from gallery.models import Camera, Photo
from gallery.work import runner
from tests.factories import NOON, make_stored_photo
from tests.pictures import scene, with_grain, with_thing

VIEW = scene(5, (640, 480))
DRAWN = {".": VIEW, "c": with_thing(VIEW, (300, 250, 380, 360))}
DAY = dt.timedelta(days=1)
MINUTES = dt.timedelta(minutes=1)


def add_frames(camera: Camera, pictures: str, day: int = 0, **fields: Any) -> list[Photo]:
    """A frame every five minutes from noon of a day: "." of the empty view, "c" with a thing.

    The camera is called like c21, so that each has a grain of its own.
    """
    start = NOON + day * DAY
    before = camera.photos.filter(taken_at__gte=start, taken_at__lt=start + DAY).count()
    return [
        make_stored_photo(
            camera.owner,
            with_grain(DRAWN[picture], number + 100 * day + 1000 * int(camera.prefix[1:])),
            camera=camera,
            taken_at=start + 5 * number * MINUTES,
            file_name=f"c21-{day}-{number}.png",
            **fields,
        )
        for number, picture in enumerate(pictures, start=before)
    ]


def switched_on(camera: Camera, rule: Rule | None = None, **fields: Any) -> LiveRule:
    """A rule in force from the first day on, which has not begun yet."""
    wanted = live.Wanted(rule or Rule(), NOON.date(), **fields)
    found = live.draft(camera, wanted, by=camera.owner)
    LiveRule.objects.filter(pk=found.pk).update(switched_on_at=NOON)
    found.refresh_from_db()
    return found


def run_all(rule: LiveRule, now: dt.datetime | None = None) -> list[Thinning]:
    """Begin what is due and work on it to the end."""
    runs = live.begin(rule, now)
    for run in runs:
        runner.drain(run.job, processes=0)
        run.refresh_from_db()
    return runs


def left(camera: Camera) -> str:
    """The names of the frames on the timeline, as day-number."""
    names = Photo.objects.filter(camera=camera).on_timeline().order_by("taken_at")
    return " ".join(
        name[len("c21-") : -len(".png")] for name in names.values_list("file_name", flat=True)
    )
