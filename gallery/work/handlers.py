"""Which module does the work of which kind of job. The queue's edge knows them by name only."""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from django.conf import settings

from gallery.models import Job

if TYPE_CHECKING:
    from .claims import Claim

ONE_STAGE = ("Working",)


class NoHandler(LookupError):
    """settings.JOB_HANDLERS names no module for this kind of job."""


def work_on(claim: "Claim") -> None:
    """Do one chunk. The handler ends it with `finish(claim, ...)`."""
    _module(claim.kind).work_on(claim)


def stages(kind: str) -> tuple[str, ...]:
    """Return the names of the stages a job of this kind passes through, in order."""
    return getattr(_module(kind), "STAGES", ONE_STAGE)


def next_stage(job: Job) -> list[Any] | None:
    """Ask for the payloads of the stage after `job.stage`, or None when there is none."""
    plan = getattr(_module(job.kind), "next_stage", None)
    return plan(job) if plan else None


def ended(job: Job) -> None:
    """Tell the handler that the job is over, whatever its end."""
    hook = getattr(_module(job.kind), "ended", None)
    if hook:
        hook(job)


def _module(kind: str) -> ModuleType:
    name = settings.JOB_HANDLERS.get(kind)
    if name is None:
        raise NoHandler(f"no handler for jobs of kind {kind!r}")
    return import_module(name)
