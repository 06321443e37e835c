"""A cluster that hangs is told from one that is idle and from one that is busy."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from gallery.models import Chunk, Job
from gallery.work import jobs, watchdog

pytestmark = pytest.mark.django_db

LONG = timedelta(minutes=10)


@pytest.fixture
def unheard(monkeypatch: pytest.MonkeyPatch, bell: list[int]) -> Callable[[datetime | None], None]:
    def since(time: datetime | None) -> None:
        monkeypatch.setattr("trial_bell.oldest_waiting", lambda: time)

    return since


def test_a_quiet_queue_is_no_reason_to_worry(unheard: Any) -> None:
    unheard(None)
    assert not watchdog.cluster_hangs()


def test_a_ring_just_made_is_no_reason_to_worry(unheard: Any) -> None:
    unheard(timezone.now())
    assert not watchdog.cluster_hangs()


def test_a_ring_nobody_hears_for_long_means_a_hang(unheard: Any) -> None:
    unheard(timezone.now() - LONG)
    assert watchdog.cluster_hangs()


@pytest.mark.django_db(transaction=True)
def test_the_supervisor_is_told_which_child_hangs(unheard: Any) -> None:
    assert watchdog.look() == set()
    unheard(timezone.now() - LONG)
    assert watchdog.look() == {watchdog.WORKERS}


def test_a_ring_may_wait_while_a_worker_shows_signs_of_life(
    unheard: Any, trial_job: Callable[..., Job]
) -> None:
    unheard(timezone.now() - LONG)
    assert jobs.claim(trial_job([1])) is not None
    assert not watchdog.cluster_hangs()
    Chunk.objects.update(lease_until=timezone.now() - LONG)
    assert watchdog.cluster_hangs()
