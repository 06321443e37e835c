"""Begin the plan of a thinning, read it, and carry it out as one undoable act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from dedup.camera_settings import rules_for
from dedup.core.thinning import Fate, Rule, in_order
from dedup.models import ThinnedFrame, Thinning
from dedup.thinning.protecting import decided_by_person
from dedup.thinning.work import moment_of
from gallery import bulk
from gallery.core.batches import ROWS_PER_STATEMENT
from gallery.models import Camera, Job, Photo, PhotoQuerySet, User
from gallery.work import jobs

KIND = "thinning"
ACTS = (bulk.Act.ARCHIVE, bulk.Act.TRASH)
NEAREST_SHOWN = 12
FURTHEST_ZONE = dt.timedelta(hours=24)  # from UTC; none is more than 14 hours away
NEEDED = ("pk", "taken_at", "taken_precision", "taken_doubt")


class NothingToThin(Exception):
    """There are fewer than two frames to compare."""


class CannotAct(Exception):
    """The plan is not ready, or was carried out already; the text says which."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What would come of it."""

    frames: int
    waiting: int
    kept: int
    goes: int
    listed: int
    size_bytes: int
    bytes_going: int

    @property
    def percent_going(self) -> float:
        return 100 * self.goes / max(1, self.frames)


def start(
    camera: Camera,
    rule: Rule,
    *,
    by: User,
    first_day: dt.date | None = None,
    last_day: dt.date | None = None,
    by_day: bool = False,
) -> Thinning:
    """Let a worker compare the frames of a camera that are on the timeline. Touches none.

    ``by_day`` is as a live rule does it: every day begins anew with a frame that stays, and what
    a person has decided on stays.
    """
    needed = list(frames_between(camera, first_day, last_day).only(*NEEDED))
    if len(needed) < 2:
        raise NothingToThin("There are fewer than two frames in this time.")
    days: dict[str, Any] = {"first_day": first_day, "last_day": last_day}
    return create(camera, rule, needed, by=by, is_by_day=by_day, **days)


def frames_on_timeline(camera: Camera) -> PhotoQuerySet:
    photos = Photo.objects.filter(camera=camera).on_timeline().one_of_each_stack()
    return photos.order_by("taken_at", "pk")


def frames_between(
    camera: Camera, first_day: dt.date | None, last_day: dt.date | None
) -> PhotoQuerySet:
    """Those on the timeline of the days from the first to the last one, where they are given."""
    photos = frames_on_timeline(camera)
    if first_day:
        photos = photos.filter(taken_day__gte=first_day)
    if last_day:
        photos = photos.filter(taken_day__lte=last_day)
    return photos


def on_day(day: dt.date) -> Q:
    """Photos of a local day; the bounds of time let the index of a camera find them."""
    midnight = dt.datetime.combine(day, dt.time(), dt.UTC)
    first, last = midnight - FURTHEST_ZONE, midnight + dt.timedelta(days=1) + FURTHEST_ZONE
    return Q(taken_day=day, taken_at__gte=first, taken_at__lt=last)


def create(
    camera: Camera,
    rule: Rule,
    photos: Sequence[Photo],
    *,
    by: User,
    known: Collection[int] = (),
    **fields: Any,
) -> Thinning:
    """A plan for exactly these photos, left to a worker. ``known`` are only compared with."""
    moments = [(each.pk, moment_of(each)) for each in photos]
    ids = [pk for pk, _ in in_order(moments, rule)]
    is_by_day = fields.get("is_by_day", False)
    protected = decided_by_person(set(ids) - set(known)) if is_by_day else {}
    with transaction.atomic():
        job = jobs.create(KIND, by, f"Thin out {camera.name}"[:200])
        thinning = Thinning.objects.create(
            camera=camera,
            job=job,
            keep=rule.keep,
            every_minutes=rule.every_minutes,
            started_at=timezone.now(),
            **fields,
        )
        rows = [
            ThinnedFrame(
                thinning=thinning,
                photo_id=pk,
                place=place,
                spared=pk in protected or pk in known,
                spared_because=protected.get(pk, ""),
                is_known=pk in known,
            )
            for place, pk in enumerate(ids)
        ]
        ThinnedFrame.objects.bulk_create(rows, batch_size=ROWS_PER_STATEMENT)
        jobs.add_chunks(job, [{"size": len(ids)}])
        jobs.ring_later(job)
    return thinning


def summary(thinning: Thinning) -> Summary:
    goes = _goes()
    told = thinning.frames.aggregate(
        frames=Count("pk"),
        waiting=Count("pk", filter=Q(fate="")),
        goes=Count("pk", filter=goes),
        listed=Count("pk", filter=Q(fate=Fate.LISTED)),
        size_bytes=Sum("photo__size_bytes", default=0),
        bytes_going=Sum("photo__size_bytes", filter=goes, default=0),
    )
    kept = told["frames"] - told["waiting"] - told["goes"] - told["listed"]
    return Summary(kept=kept, **told)


def staying(thinning: Thinning) -> QuerySet[ThinnedFrame]:
    """What stays, by time."""
    stays = thinning.frames.filter(Q(fate=Fate.KEPT) | Q(spared=True))
    return stays.select_related("photo").order_by("photo__taken_at", "photo")


def listed(thinning: Thinning) -> QuerySet[ThinnedFrame]:
    return thinning.frames.filter(fate=Fate.LISTED).select_related("photo").order_by("place")


def nearest(frames: QuerySet[ThinnedFrame], fate: Fate) -> list[ThinnedFrame]:
    """The frames nearest to the line on one side: those a person should look at."""
    asked = frames.filter(fate=fate, percent__isnull=False, beside__isnull=False)
    order = "percent" if fate is Fate.GOES else "-percent"
    return list(asked.select_related("photo", "beside").order_by(order, "place")[:NEAREST_SHOWN])


def line_of(camera: Camera) -> str:
    """The percents from which a frame goes: one, or one by day and one at night."""
    rules = rules_for(camera)
    day, night = rules.day.threshold_percent, rules.night.threshold_percent
    return f"{day:g} %" if day == night else f"{day:g} % by day, {night:g} % at night"


def spare(thinning: Thinning, frame_id: int, *, spared: bool) -> bool:
    """Say that a frame stays whatever was found, or take that back. False if there is none.

    Nor in the run of a live rule, which asks nobody.
    """
    if thinning.live_rule_id is not None:
        return False
    return bool(thinning.frames.filter(pk=frame_id, fate=Fate.GOES).update(spared=spared))


def act(thinning: Thinning, chosen: bulk.Act, *, by: User) -> Job:
    """Archive or trash what goes, as a job with a result for each frame and one undo.

    A frame stays if the kept one that it was compared with has left the timeline meanwhile.
    Raises CannotAct while the plan is not whole, or once it was carried out.
    """
    with transaction.atomic():
        locked = Thinning.objects.select_for_update().get(pk=thinning.pk)
        if chosen not in ACTS:
            raise CannotAct("Frames are archived or moved to the trash.")
        if objection := what_stands_in_the_way(locked):
            raise CannotAct(objection)
        ids = list(
            locked.frames.filter(_goes(), beside__archived_at=None, beside__trashed_at=None)
            .exclude(beside=None)
            .filter(photo__archived_at=None, photo__trashed_at=None)
            .order_by("place")
            .values_list("photo", flat=True)
        )
        if not ids:
            raise CannotAct("No frame goes.")
        job = bulk.later(chosen, ids, by=by)
        locked.act_job = job
        locked.save(update_fields=["act_job"])
    return job


def what_stands_in_the_way(thinning: Thinning) -> str:
    """Why the plan cannot be carried out now; empty if it can."""
    if thinning.live_rule_id is not None:
        return "Its rule carries it out by itself."
    if thinning.job.status != Job.Status.DONE or thinning.frames.filter(fate="").exists():
        return "Not every frame was compared."
    last = thinning.act_job
    if last is not None and (not last.has_ended or bulk.can_be_undone(last)):
        return "It was carried out already. Undo that first, or plan anew."
    return ""


def _goes() -> Q:
    return Q(fate=Fate.GOES, spared=False)
