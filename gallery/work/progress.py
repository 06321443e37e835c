"""How far a job is, as a person wants to know it: done of total, how fast, how long still."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from gallery.models import Job

from . import handlers

# Before this there is nothing to judge a speed by.
SECONDS_BEFORE_RATE = 1.0


@dataclass(frozen=True, slots=True)
class Progress:
    status: str
    stage_name: str
    stage: int  # counted from 1
    stages: int
    done: int  # items settled in this stage, of `total`: done, skipped or failed
    total: int
    skipped: int  # of the whole job
    failed: int  # of the whole job
    fraction: float  # of the whole job, 0 to 1; never falls; 1 only when it is done
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
        status=job.status,
        stage_name=job.stage_name,
        stage=job.stage + 1,
        stages=max(len(names), job.stage + 1),
        done=settled,
        total=total,
        skipped=job.skipped,
        failed=job.failed,
        fraction=_fraction(job, settled, total, len(names)),
        rate_per_second=rate,
        seconds_left=(total - settled) / rate if rate and not job.has_ended else None,
    )


def _stage_total(job: Job) -> int:
    planned = job.total - job.stage_base
    if job.is_open:  # more will come; whoever opened the job may know how many
        return max(planned, int(job.options.get("expected", 0)))
    return planned


def _fraction(job: Job, settled: int, total: int, stages: int) -> float:
    """Give each stage the same share. Stages a handler did not announce share the last one."""
    if job.status == Job.Status.DONE:
        return 1.0
    share = settled / total if total else 0.0
    if job.stage < stages:
        return min((job.stage + share) / stages, 0.999)
    return 0.999


def _rate(job: Job, settled: int, now: datetime) -> float | None:
    if not job.stage_started_at or not settled:
        return None
    seconds = ((job.finished_at or now) - job.stage_started_at).total_seconds()
    return settled / seconds if seconds >= SECONDS_BEFORE_RATE else None
