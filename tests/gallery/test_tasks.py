"""Tasks carry ids through the queue, and the daily work is done whatever one part of it does."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.utils.module_loading import import_string
from django_q.models import OrmQ, Schedule

from gallery import tasks
from gallery.models import Job, User
from gallery.work import jobs
from tests.gallery.work import slow_handler

pytestmark = pytest.mark.django_db

done: list[str] = []


def good() -> None:
    done.append("good")


def bad() -> None:
    raise OSError("disk full")


def test_a_ring_holds_nothing_but_the_id_of_the_job() -> None:
    tasks.work_later(7)
    task = OrmQ.objects.get().task
    assert (task["func"], task["args"], task["kwargs"]) == ("gallery.tasks._work", (7,), {})


def test_the_oldest_waiting_ring_is_known() -> None:
    assert tasks.oldest_waiting() is None
    tasks.work_later(7)
    first = OrmQ.objects.get().lock
    tasks.work_later(8)
    assert tasks.oldest_waiting() == first


def test_a_ring_for_a_job_that_is_gone_does_nothing() -> None:
    tasks._work(4711)
    assert not OrmQ.objects.exists()


def test_a_job_too_long_for_one_turn_rings_for_another(alice: User, settings: Any) -> None:
    settings.JOB_HANDLERS = {"trial": "tests.gallery.work.slow_handler"}
    job = jobs.create("trial", alice, "A trial")
    jobs.add_chunks(job, [[1], [2]])
    settings.TASK_SLICE = timedelta(seconds=slow_handler.SECONDS_PER_CHUNK / 2)
    tasks._work(job.pk)
    assert OrmQ.objects.count() == 1
    job.refresh_from_db()
    assert (job.status, job.done) == (Job.Status.RUNNING, 1)


def test_daily_work_goes_on_after_a_failure_and_then_tells(settings: Any) -> None:
    done.clear()
    settings.DAILY_TASKS = [f"{__name__}.bad", f"{__name__}.good"]
    with pytest.raises(RuntimeError, match=r"daily tasks failed: .*bad"):
        tasks._daily()
    assert done == ["good"]


def test_regular_work_is_scheduled_once() -> None:
    tasks.schedule_regular_work()
    tasks.schedule_regular_work()
    funcs = list(Schedule.objects.order_by("func").values_list("func", flat=True))
    assert funcs == ["gallery.tasks._daily", "gallery.tasks._frequent", "gallery.tasks._hourly"]


def test_every_daily_task_and_handler_of_the_settings_exists(settings: Any) -> None:
    regular = [*settings.DAILY_TASKS, *settings.HOURLY_TASKS, *settings.FREQUENT_TASKS]
    for name in [*regular, *settings.AFTER_IMPORT, *settings.TRASH_GUARDS]:
        assert callable(import_string(name)), name
    for name in settings.JOB_HANDLERS.values():
        assert callable(import_module(name).work_on), name
