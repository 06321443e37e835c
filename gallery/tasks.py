"""The queue's side of long work. Besides gallery.work.cluster, the only module that knows django-q.

A task holds a job's id and nothing else: what is to be done stands in the job's chunks.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Min
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.models import Failure, OrmQ, Schedule
from django_q.tasks import async_task

from gallery.models import Job
from gallery.work import reaper, runner

log = logging.getLogger(__name__)

FAILURES_KEPT = timedelta(days=30)


def work_later(job_id: int) -> None:
    """Ring for a worker to work on chunks of this job."""
    async_task("gallery.tasks._work", job_id)


def _work(job_id: int) -> None:
    job = Job.objects.filter(pk=job_id).first()
    if job is None or job.has_ended:
        return
    if runner.run_slice_of(job):
        work_later(job_id)  # behind the rings of other jobs, so that each has its turn


def oldest_waiting() -> datetime | None:
    """Return since when the oldest ring waits for a worker."""
    ready = OrmQ.objects.filter(lock__lte=timezone.now())
    oldest: datetime | None = ready.aggregate(oldest=Min("lock"))["oldest"]
    return oldest


def schedule_regular_work() -> None:
    kinds = (
        ("daily", Schedule.DAILY),
        ("hourly", Schedule.HOURLY),
        ("frequent", Schedule.MINUTES),
    )
    for name, kind in kinds:
        Schedule.objects.get_or_create(
            name=name,
            defaults={
                "func": f"gallery.tasks._{name}",
                "schedule_type": kind,
                "next_run": timezone.now() + timedelta(minutes=2),
            },
        )
    minutes = max(1, int(settings.WATCH_INTERVAL.total_seconds() // 60))
    Schedule.objects.filter(name="frequent").update(minutes=minutes)


def _frequent() -> None:
    _call_all(settings.FREQUENT_TASKS, "frequent")


def _hourly() -> None:
    _call_all(settings.HOURLY_TASKS, "hourly")


def _daily() -> None:
    reaper.forget_old_jobs()
    Failure.objects.filter(stopped__lt=timezone.now() - FAILURES_KEPT).delete()
    _call_all(settings.DAILY_TASKS, "daily")


def _call_all(names: Iterable[str], when: str) -> None:
    """Call what the settings name; one that fails does not stop the others."""
    failed = []
    for name in names:
        try:
            import_string(name)()
        except Exception:
            log.exception("%s task %s failed", when, name)
            failed.append(name)
    if failed:
        raise RuntimeError(f"{when} tasks failed: {', '.join(failed)}")
