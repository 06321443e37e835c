"""Live rules: new frames of a camera are thinned by themselves, a day at a time.

A frame is asked about once. What stayed then stays, and so does what came back by an undo: no
later run takes it away.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from dedup.core.thinning import Rule
from dedup.models import LiveRule, ThinnedFrame, Thinning
from dedup.thinning import plans
from gallery import bulk
from gallery.models import Camera, ImportRun, LibraryFolder, Photo, PhotoQuerySet, User
from gallery.work import jobs

log = logging.getLogger(__name__)

# Of a camera in one go: a backlog of years is begun in several, with a breath between them.
DAYS_AT_ONCE = 31
DAYS_IN_A_REQUEST = 3  # while a person waits; the others follow within minutes
BETWEEN_RUNS = dt.timedelta(hours=1)  # of one day, for rules that do not wait for its end


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person chose for the new frames of a camera; see LiveRule."""

    rule: Rule
    first_day: dt.date
    act: str = LiveRule.Act.ARCHIVE
    when: str = LiveRule.When.DAY
    settle_minutes: int = 60


@dataclass(frozen=True, slots=True)
class State:
    """How a camera's new frames stand, for its page."""

    waiting: int  # frames that no run has asked about yet
    offline: str  # path of a folder of this camera that cannot be reached; nothing is done then


def draft(camera: Camera, wanted: Wanted, *, by: User) -> LiveRule:
    """Write a rule down, with a plan that shows what it would do now. Nothing is switched on."""
    with transaction.atomic():
        try:
            preview = plans.start(
                camera, wanted.rule, by=by, first_day=wanted.first_day, by_day=True
            )
        except plans.NothingToThin:
            preview = None
        return LiveRule.objects.create(
            camera=camera,
            keep=wanted.rule.keep,
            every_minutes=wanted.rule.every_minutes,
            act=wanted.act,
            when=wanted.when,
            settle_minutes=wanted.settle_minutes,
            first_day=wanted.first_day,
            preview=preview,
            made_by=by,
            made_at=timezone.now(),
        )


def switch_on(rule: LiveRule, *, by: User) -> bool:
    """Put a draft in force instead of what was; False if it was switched on before."""
    with transaction.atomic():
        Camera.objects.select_for_update().get(pk=rule.camera_id)
        rule.refresh_from_db()
        if not rule.is_draft:
            return False
        for other in LiveRule.objects.in_force().filter(camera=rule.camera_id):
            switch_off(other, by=by)
        rule.switched_on_at, rule.made_by = timezone.now(), by
        rule.save(update_fields=["switched_on_at", "made_by"])
        log.info("%s switched on by %s", rule, by)
    begin(rule, most=DAYS_IN_A_REQUEST)
    return True


def switch_off(rule: LiveRule, *, by: User) -> None:
    """What was thinned stays so, with its undo; a run that goes on is cancelled."""
    with transaction.atomic():
        held = LiveRule.objects.select_for_update(of=("self",)).in_force().filter(pk=rule.pk)
        if held.update(switched_off_at=timezone.now(), paused_at=None):
            log.info("%s switched off by %s", rule, by)
            for run in open_runs(rule):
                jobs.cancel(run.job, by=by)
    rule.refresh_from_db()


def pause(rule: LiveRule, *, by: User) -> None:
    with transaction.atomic():
        held = LiveRule.objects.select_for_update(of=("self",)).in_force().filter(pk=rule.pk)
        if held.filter(paused_at=None).update(paused_at=timezone.now()):
            for run in open_runs(rule):
                jobs.pause(run.job, by=by)
    rule.refresh_from_db()


def resume(rule: LiveRule, *, by: User) -> None:
    with transaction.atomic():
        held = LiveRule.objects.select_for_update(of=("self",)).in_force().filter(pk=rule.pk)
        if held.update(paused_at=None):
            for run in open_runs(rule):
                jobs.resume(run.job, by=by)
    rule.refresh_from_db()
    begin(rule, most=DAYS_IN_A_REQUEST)


def rule_of(camera: Camera) -> LiveRule | None:
    """The one in force."""
    return LiveRule.objects.in_force().filter(camera=camera).first()


def open_runs(rule: LiveRule) -> list[Thinning]:
    return list(rule.runs.filter(job__finished_at=None).select_related("job").order_by("pk"))


def state_of(rule: LiveRule) -> State:
    return State(_new(rule).count(), offline_folder(rule.camera))


def begin_all() -> int:
    """Begin what is due of every camera. Runs every few minutes."""
    rules = LiveRule.objects.in_force().filter(paused_at=None, camera__merged_into=None)
    return sum(len(begin(rule)) for rule in rules.select_related("camera__owner"))


def after_import(run: ImportRun) -> None:
    """The same for the cameras of a person whose import has just ended."""
    rules = LiveRule.objects.in_force().owned_by(run.owner).filter(paused_at=None)
    for rule in rules.filter(camera__merged_into=None).select_related("camera__owner"):
        begin(rule)


def begin(
    rule: LiveRule, now: dt.datetime | None = None, most: int = DAYS_AT_ONCE
) -> list[Thinning]:
    """Leave the days that have settled to workers, each as a run of its own; ``most`` at once.

    Called again it begins nothing twice: the frames of a run are not new any more.
    """
    now = now or timezone.now()
    settled = settled_frames(rule, now)
    runs = (_begin_day(rule, day, settled, now) for day in days_of(settled)[:most])
    return [run for run in runs if run is not None]


def _begin_day(
    rule: LiveRule, day: dt.date, settled: PhotoQuerySet, now: dt.datetime
) -> Thinning | None:
    """One day in a transaction of its own, so that others can write between two days."""
    with transaction.atomic():
        held = LiveRule.objects.select_for_update(of=("self",)).select_related("camera__owner")
        rule = held.get(pk=rule.pk)
        if not rule.is_in_force or rule.paused_at or offline_folder(rule.camera):
            return None
        if day in _busy_days(rule, now):  # somebody else has just begun it
            return None
        return _run(rule, day, settled)


def days_of(settled: PhotoQuerySet) -> list[dt.date]:
    return list(settled.order_by("taken_day").values_list("taken_day", flat=True).distinct())


def trial(rule: LiveRule, day: dt.date) -> Thinning:
    """What a run of this day would find now, as a plan that touches nothing. See ``forget``."""
    return _run(rule, day, settled_frames(rule, timezone.now()), is_trial=True)


def forget(plan: Thinning) -> None:
    """Take a plan out of the lists; nothing was touched by it."""
    with transaction.atomic():
        plan.delete()
        plan.job.delete()


def settled_frames(rule: LiveRule, now: dt.datetime) -> PhotoQuerySet:
    """New frames that a run can take now.

    Of a rule for whole days: those of days that are over, to which nothing was added within the
    settling time. Else: those that were added before that, and are not the newest of the camera.
    Nothing of a day on which a run is going on.
    """
    settled_at = now - dt.timedelta(minutes=rule.settle_minutes)
    of_camera = Photo.objects.filter(camera=rule.camera_id)
    sure = of_camera.filter(taken_doubt="")
    newest = sure.aggregate(day=Max("taken_day"), moment=Max("taken_at"))
    today = settled_at.astimezone(rule.camera.owner.home_zone).date()
    is_over = Q(taken_day__lt=max(today, newest["day"] or today))
    frames = _new(rule).exclude(taken_day__in=_busy_days(rule, now))
    if rule.when == LiveRule.When.DAY:
        late = of_camera.filter(imported_at__gt=settled_at).order_by()
        late_days = list(late.values_list("taken_day", flat=True).distinct())
        return frames.filter(is_over).exclude(taken_day__in=late_days)
    has_later = Q(taken_at__lt=newest["moment"] or now)
    return frames.filter(is_over | has_later, imported_at__lte=settled_at)


def offline_folder(camera: Camera) -> str:
    """Path of a library folder of this camera's frames that is offline; empty if there is none."""
    offline = LibraryFolder.objects.filter(owner=camera.owner_id, offline_since__isnull=False)
    found = offline.filter(files__photo__camera=camera).order_by("pk")
    return found.values_list("path", flat=True).first() or ""


def _new(rule: LiveRule) -> PhotoQuerySet:
    asked = ThinnedFrame.objects.filter(
        ~Q(fate="") | Q(thinning__job__finished_at=None),
        photo=OuterRef("pk"),
        is_known=False,
        thinning__live_rule__isnull=False,
    )
    frames = plans.frames_on_timeline(rule.camera).filter(taken_day__gte=rule.first_day)
    return frames.filter(~Exists(asked))


def _busy_days(rule: LiveRule, now: dt.datetime) -> list[dt.date]:
    runs = Thinning.objects.filter(camera=rule.camera_id, live_rule__isnull=False)
    busy = Q(job__finished_at=None)
    if rule.when == LiveRule.When.HOUR:
        busy |= Q(started_at__gt=now - BETWEEN_RUNS)
    days = runs.filter(busy).order_by().values_list("first_day", flat=True)
    return [day for day in days if day is not None]


def _run(
    rule: LiveRule, day: dt.date, settled: PhotoQuerySet, *, is_trial: bool = False
) -> Thinning:
    of_day = plans.on_day(day)
    new = list(settled.filter(of_day).only(*plans.NEEDED)[: bulk.PHOTOS_AT_ONCE])
    not_asked = _new(rule).filter(of_day).order_by().values("pk")
    asked = plans.frames_on_timeline(rule.camera).filter(of_day).exclude(pk__in=not_asked)
    known = list(asked.only(*plans.NEEDED))
    return plans.create(
        rule.camera,
        rule.rule,
        [*known, *new],
        by=rule.made_by or rule.camera.owner,
        known={photo.pk for photo in known},
        first_day=day,
        last_day=day,
        is_by_day=True,
        live_rule=None if is_trial else rule,
    )
