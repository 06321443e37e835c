"""What the tuner of a camera shows: two frames under tried settings, and the scores of all."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

from dedup import frame_steps
from dedup.core.camera_frames import FrameComparison, UnlikeFrames, examine
from dedup.core.camera_settings import CameraRules, FrameSettings, TimeOfDay
from dedup.core.frame_heat import heat_png
from dedup.core.frame_scores import FrameScore
from dedup.models import FrameStep
from dedup.prepared_frames import UNREADABLE, PreparedFrames
from gallery.models import Camera, Photo

# Each process of the web server keeps so many frames: two for each of a few open pages.
KEPT_FRAMES = 8


class CannotTry(Exception):
    """The two frames cannot be compared; the message says why."""


@dataclass(frozen=True, slots=True)
class Tried:
    comparison: FrameComparison
    heat: bytes  # a PNG to lay over the earlier frame; empty where there is none


@cache
def _frames() -> PreparedFrames:
    return PreparedFrames(KEPT_FRAMES)


def tried(earlier: Photo, later: Photo, settings: FrameSettings) -> Tried:
    """Compare two frames under settings that nobody saved. Raises CannotTry."""
    try:
        a, b = _frames().get(earlier, settings), _frames().get(later, settings)
        examined = examine(a, b)
    except UNREADABLE as problem:
        raise CannotTry(f"One of the frames cannot be read: {problem}") from problem
    except UnlikeFrames as problem:
        raise CannotTry(str(problem)) from problem
    return Tried(examined.comparison, heat_png(examined))


def scores_of(camera: Camera, rules: CameraRules) -> list[FrameScore]:
    """All stored scores of the camera, in the order of time."""
    rows = (
        FrameStep.objects.filter(
            later__camera=camera, later__trashed_at=None, redundant_percent__isnull=False
        )
        .order_by("later__taken_at", "later")
        .values_list(
            "redundant_percent",
            "earlier",
            "later",
            "outcome",
            "light_ev",
            "later__taken_at",
            "later__utc_offset_minutes",
        )
    )
    return [
        FrameScore(
            percent=percent or 0.0,  # none are left out above
            earlier=earlier,
            later=later,
            outcome=outcome,
            light_ev=light_ev,
            is_day=rules.time_of_day(taken_at.astimezone(_zone(offset))) is TimeOfDay.DAY,
        )
        for percent, earlier, later, outcome, light_ev, taken_at, offset in rows.iterator(
            chunk_size=5000
        )
    ]


def of_time(scores: list[FrameScore], time_of_day: TimeOfDay) -> list[FrameScore]:
    return [score for score in scores if score.is_day == (time_of_day is TimeOfDay.DAY)]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The two frames on the page, and the frames around them to go on with."""

    earlier: Photo
    later: Photo
    before_earlier: int | None  # photo ids
    after_earlier: int | None
    before_later: int | None
    after_later: int | None


def choose(camera: Camera, first: Photo | None, second: Photo | None) -> Chosen | None:
    """The pair asked for, in the order of time; else the newest two frames. None without two."""
    if second is None:
        second = _after(camera, first) if first else frame_steps.frames_of(camera).last()
    second = second or first
    if second is None:
        return None
    if first is None or first.pk == second.pk:
        first = _before(camera, second) or _after(camera, second)
    if first is None:
        return None
    earlier, later = sorted((first, second), key=lambda photo: (photo.taken_at, photo.pk))
    return Chosen(
        earlier,
        later,
        _pk(_before(camera, earlier)),
        _pk(_after(camera, earlier)),
        _pk(_before(camera, later)),
        _pk(_after(camera, later)),
    )


def nearest(camera: Camera, moment: dt.datetime) -> Photo | None:
    """The first frame at or after a local time of the camera, else its last one."""
    frames = frame_steps.frames_of(camera)
    around = frames.filter(taken_day__gte=moment.date()).first()
    offset = around.utc_offset_minutes if around else 0
    instant = moment.replace(tzinfo=_zone(offset))
    return frames.filter(taken_at__gte=instant).first() or frames.last()


def _before(camera: Camera, photo: Photo) -> Photo | None:
    earlier = frame_steps.frames_of(camera).filter(taken_at__lte=photo.taken_at)
    return earlier.exclude(taken_at=photo.taken_at, pk__gte=photo.pk).last()


def _after(camera: Camera, photo: Photo) -> Photo | None:
    later = frame_steps.frames_of(camera).filter(taken_at__gte=photo.taken_at)
    return later.exclude(taken_at=photo.taken_at, pk__lte=photo.pk).first()


def _pk(photo: Photo | None) -> int | None:
    return photo.pk if photo else None


def _zone(offset_minutes: int) -> dt.timezone:
    return dt.timezone(dt.timedelta(minutes=offset_minutes))
