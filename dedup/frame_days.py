"""A day of a fixed camera as a story: its frames in the order of time, and what changed when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Max, Min

from dedup import camera_settings, frame_steps
from dedup.core.camera_frames import Outcome
from dedup.core.camera_settings import FrameSettings
from dedup.models import FrameStep
from gallery.models import Camera, Photo


@dataclass(frozen=True, slots=True)
class DayFrame:
    photo: Photo
    step: FrameStep | None  # against the frame before it, as far as that is known now
    is_changed: bool  # something moved, or the view is another one


@dataclass(frozen=True, slots=True)
class Day:
    day: dt.date
    frames: tuple[DayFrame, ...]
    not_compared: int
    before: dt.date | None  # the nearest days with frames
    after: dt.date | None

    @property
    def changes(self) -> list[DayFrame]:
        return [frame for frame in self.frames if frame.is_changed]


def day_of(camera: Camera, day: dt.date) -> Day:
    """The frames of one local day; those in the trash are left out."""
    frames = frame_steps.frames_of(camera)
    photos = list(frames.filter(taken_day=day).select_related("frame_step"))
    rules = camera_settings.rules_for(camera)
    shown = [_frame(photo, rules.at(photo.taken_local)) for photo in photos]
    around = frames.order_by()
    return Day(
        day=day,
        frames=tuple(shown),
        # Nothing lies before the very first frame of a camera.
        not_compared=sum(frame.step is None for frame in shown[1:]),
        before=around.filter(taken_day__lt=day).aggregate(day=Max("taken_day"))["day"],
        after=around.filter(taken_day__gt=day).aggregate(day=Min("taken_day"))["day"],
    )


def last_day(camera: Camera) -> dt.date | None:
    found: dt.date | None = frame_steps.frames_of(camera).aggregate(day=Max("taken_day"))["day"]
    return found


def _frame(photo: Photo, settings: FrameSettings) -> DayFrame:
    step: FrameStep | None = getattr(photo, "frame_step", None)
    if step is not None and step.settings != settings.digest:
        step = None  # compared under settings that hold no more
    percent = step.redundant_percent if step else None
    is_changed = percent is not None and percent < settings.threshold_percent
    is_other = step is not None and step.outcome == Outcome.ANOTHER_VIEW
    return DayFrame(photo, step, is_changed or is_other)
