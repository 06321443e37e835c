"""How far a job is, as a person wants to know it: done of total, how fast, how long still."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from gallery.models import Job

from . import handlers

# Before this there is nothing to judge a speed by.
SECONDS_BEFORE_RATE = 1.0
# A rate is that of the last minute: what came before a pause, or a night without power, says
# nothing of the time that is left.
LOOK_BACK = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Progress:
    status: str  # as of the job, or "paused"
    stage_name: str
    stage: int  # counted from 1
    stages: int
    done: int  # items settled in this stage, of `total`: done, skipped or failed
    total: int
    skipped: int  # of the whole job
    failed: int  # of the whole job
    fraction: float  # of the whole job, 0 to 1; never falls; 1 only when it is done
    is_total_known: bool  # not while more may come and nobody said how many; fraction is 0 then
    rate_per_second: float | None  # of this stage
    seconds_left: float | None  # of this stage

    @property
    def percent(self) -> int:
        return int(self.fraction * 100)


def progress(job: Job, now: datetime | None = None) -> Progress:
    names = handlers.stages(job.kind)
    settled = job.settled - job.stage_base
    total = _stage_total(job)
    rate = _rate(job, settled, now or timezone.now())
    return Progress(
        status="paused" if job.is_paused else job.status,
        stage_name=job.stage_name,
        stage=job.stage + 1,
        stages=max(len(names), job.stage + 1),
        done=settled,
        total=total,
        skipped=job.skipped,
        failed=job.failed,
        fraction=_fraction(job, settled, total, len(names)),
        is_total_known=_is_total_known(job),
        rate_per_second=rate,
        seconds_left=_seconds_left(job, total - settled, rate),
    )


def _is_total_known(job: Job) -> bool:
    return not job.is_open or "expected" in job.options


def _seconds_left(job: Job, items: int, rate: float | None) -> float | None:
    if not rate or job.has_ended or not _is_total_known(job):
        return None
    return items / rate


def expected(job: Job, count: int) -> dict[str, Any]:
    """The options of an open job that from now on is to have `count` items.

    The bar goes on from where it stands, however much longer its way has become.
    """
    settled = job.settled - job.stage_base
    share = _share(job, settled, _stage_total(job))
    return {**job.options, "expected": count, "before": [job.stage, share, settled]}


def _stage_total(job: Job) -> int:
    planned = job.total - job.stage_base
    if job.is_open:  # more will come; whoever opened the job may know how many
        return max(planned, int(job.options.get("expected", 0)))
    return planned


def _fraction(job: Job, settled: int, total: int, stages: int) -> float:
    """Give each stage the same share. Stages a handler did not announce share the last one."""
    if job.status == Job.Status.DONE:
        return 1.0
    share = _share(job, settled, total)
    if job.stage < stages:
        return min((job.stage + share) / stages, 0.999)
    return 0.999


def _share(job: Job, settled: int, total: int) -> float:
    """How much of the stage is done. Never falls, also while more and more is added."""
    if job.is_open and "expected" not in job.options:
        return 0.0  # of how much, nobody can say before it is closed
    stage, before, base = job.options.get("before", (job.stage, 0.0, 0))
    if stage != job.stage:
        before, base = 0.0, 0
    left = total - base
    return float(before + (1 - before) * min((settled - base) / left, 1.0) if left > 0 else before)


def _rate(job: Job, settled: int, now: datetime) -> float | None:
    if not job.stage_started_at or not settled or job.is_paused:
        return None
    if job.has_ended:
        return _per_second(settled, job.stage_started_at, job.finished_at or now)
    since = max(job.stage_started_at, job.resumed_at or job.stage_started_at, now - LOOK_BACK)
    lately = job.chunks.filter(stage=job.stage, finished_at__gt=since, finished_at__lte=now)
    sums = lately.aggregate(done=Sum("done"), skipped=Sum("skipped"), failed=Sum("failed"))
    if count := sum(value or 0 for value in sums.values()):
        return _per_second(count, since, now)
    return _per_second(settled, job.stage_started_at, now)


def _per_second(items: int, since: datetime, until: datetime) -> float | None:
    seconds = (until - since).total_seconds()
    return items / seconds if seconds >= SECONDS_BEFORE_RATE else None
