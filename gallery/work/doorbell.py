"""Rings the queue for a job. By name, because the module that knows the queue lies above this one.

A ring carries no truth: one too many finds nothing to do, a lost one is made up by the reaper.
"""

from datetime import datetime
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import transaction


def ring_after_commit(job_id: int, times: int = 1) -> None:
    # Robust: what is committed stands, and must not look as if it had failed.
    transaction.on_commit(lambda: ring(job_id, times), robust=True)


def ring(job_id: int, times: int = 1) -> None:
    """Call as many workers as there is work for, but not more than there are."""
    for _ in range(min(times, settings.WORKERS)):
        _queue().work_later(job_id)


def oldest_unheard() -> datetime | None:
    """Return since when the oldest ring waits for a free worker, or None when none waits."""
    oldest: datetime | None = _queue().oldest_waiting()
    return oldest


def _queue() -> Any:
    return import_module(settings.DOORBELL)
