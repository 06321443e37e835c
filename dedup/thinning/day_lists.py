"""The digest of all fixed cameras of a person for one day, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Max, Min, Q, Window
from django.db.models.functions import RowNumber

from dedup.core.thinning import Fate, Why
from dedup.models import LiveRule, ThinnedFrame, Thinning
from dedup.thinning.digests import Counts, tallies
from gallery.models import Camera, Photo, PhotoQuerySet, User

PICTURES_PER_CAMERA = 6


@dataclass(frozen=True, slots=True)
class CameraDay:
    camera: Camera
    counts: Counts
    rule: LiveRule | None
    first: dt.datetime | None  # in the owner's home zone
    last: dt.datetime | None
    runs: Sequence[Thinning] = ()
    changed_count: int = 0
    listed_count: int = 0
    pictures: Sequence[Photo] = ()  # the first of what changed


@dataclass(frozen=True, slots=True)
class DayList:
    day: dt.date
    before: dt.date | None
    after: dt.date | None
    cameras: Sequence[CameraDay]
    silent: Sequence[Camera] = field(default=())  # with a rule in force, and no frame that day


def last_day(owner: User) -> dt.date | None:
    found: dt.date | None = _frames(owner).aggregate(day=Max("taken_day"))["day"]
    return found


def day_of(owner: User, day: dt.date) -> DayList:
    frames = _frames(owner)
    around = frames.aggregate(
        before=Max("taken_day", filter=Q(taken_day__lt=day)),
        after=Min("taken_day", filter=Q(taken_day__gt=day)),
    )
    counts = _counts(frames.filter(taken_day=day), owner)
    rules = {
        rule.camera_id: rule
        for rule in LiveRule.objects.in_force().owned_by(owner).select_related("camera")
    }
    runs: dict[int, list[Thinning]] = defaultdict(list)
    made = Thinning.objects.filter(camera__owner=owner, live_rule__isnull=False, first_day=day)
    for run in made.select_related("change", "job").order_by("pk"):
        runs[run.camera_id].append(run)
    found = _found([run.pk for some in runs.values() for run in some])
    pictures = _pictures([run.pk for some in runs.values() for run in some])
    cameras = Camera.objects.filter(pk__in=counts).order_by("name", "pk")
    return DayList(
        day=day,
        cameras=[
            CameraDay(
                camera=camera,
                rule=rules.get(camera.pk),
                runs=runs[camera.pk],
                pictures=pictures.get(camera.pk, []),
                **counts[camera.pk],
                **found.get(camera.pk, {}),
            )
            for camera in cameras
        ],
        silent=[rule.camera for pk, rule in sorted(rules.items()) if pk not in counts],
        **around,
    )


def _frames(owner: User) -> PhotoQuerySet:
    fixed = Photo.objects.filter(owner=owner, camera__isnull=False, hidden_at=None).order_by()
    return fixed.exclude(camera__prefix="")


def _counts(frames: PhotoQuerySet, owner: User) -> dict[int, dict[str, Any]]:
    rows = frames.values("camera").annotate(
        first=Min("taken_at"), last=Max("taken_at"), **tallies()
    )
    counts: dict[int, dict[str, Any]] = {}
    for each in rows:
        row: dict[str, Any] = {**each}
        camera, first, last = row.pop("camera"), row.pop("first"), row.pop("last")
        counts[camera] = {
            "counts": Counts(**row),
            "first": first.astimezone(owner.home_zone),
            "last": last.astimezone(owner.home_zone),
        }
    return counts


def _found(runs: Sequence[int]) -> dict[int, dict[str, Any]]:
    asked = ThinnedFrame.objects.filter(thinning__in=runs, is_known=False).order_by()
    rows = asked.values("thinning__camera").annotate(
        changed_count=Count("pk", filter=_MOVED),
        listed_count=Count("pk", filter=Q(fate=Fate.LISTED)),
    )
    return {
        row["thinning__camera"]: {name: row[name] for name in ("changed_count", "listed_count")}
        for row in rows
    }


def _pictures(runs: Sequence[int]) -> dict[int, list[Photo]]:
    moved = ThinnedFrame.objects.filter(_MOVED, thinning__in=runs, is_known=False)
    in_turn = Window(
        RowNumber(),
        partition_by=F("thinning__camera"),
        order_by=F("photo__taken_at").asc(),
    )
    rows = moved.annotate(turn=in_turn).filter(turn__lte=PICTURES_PER_CAMERA)
    found: dict[int, list[Photo]] = defaultdict(list)
    for row in rows.select_related("photo", "thinning").order_by("photo__taken_at", "photo"):
        found[row.thinning.camera_id].append(row.photo)
    return found


_MOVED = Q(fate=Fate.KEPT, why__in=[Why.MOVED, Why.OTHER_SHAPE])
