"""Jobs of kind "trial", whose handler each test scripts itself, and no queue behind them."""

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from gallery.models import Job, User
from gallery.work import jobs

Handler = ModuleType


@pytest.fixture
def bell(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[int]:
    """A doorbell that only notes which jobs were rung for."""
    rung: list[int] = []
    module = ModuleType("trial_bell")
    module.work_later = rung.append  # type: ignore[attr-defined]
    module.oldest_waiting = lambda: None  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "trial_bell", module)
    settings.DOORBELL = "trial_bell"
    return rung


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch, settings: Any, bell: list[int]) -> Handler:
    """The module that works on trial jobs; by default each chunk just finishes."""
    module = ModuleType("trial_handler")
    module.work_on = jobs.finish  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "trial_handler", module)
    settings.JOB_HANDLERS = {"trial": "trial_handler"}
    return module


@pytest.fixture
def trial_job(handler: Handler, alice: User) -> Callable[..., Job]:
    def start(*payloads: Any, **options: Any) -> Job:
        return jobs.start("trial", alice, "A trial", payloads, options)

    return start
