"""Runs chunks: for the queue's tasks, and for commands that wait for the result."""

import logging
import multiprocessing.connection
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from multiprocessing.context import ForkProcess

from django.conf import settings
from django.db import connections

from gallery.models import Job

from . import claims, handlers, reaper, stages, stopping
from .claims import Claim, ClaimLost, Paused, Stopping
from .processes import die_with_parent
from .progress import Progress, progress

log = logging.getLogger(__name__)

SECONDS_BETWEEN_TRIES = 0.1  # of a process that finds nothing to do
# Of the one that waits for the others; ten times a second took a twentieth of a core from them.
SECONDS_BETWEEN_LOOKS = 0.5
SECONDS_TO_STOP = 5
# After an exception: 5 s, 10 s, 20 s, ... so that a short trouble (a full disk, a busy database)
# does not use up all attempts at once.
FIRST_RETRY = timedelta(seconds=5)


def run_chunk_of(job: Job) -> bool:
    """Work on one chunk of the job; False when none waits."""
    taken = claims.claim(job)
    if taken is None:
        stages.end_if_nothing_is_left(job.pk)
        return False
    run(taken)
    return True


def run_slice_of(job: Job) -> bool:
    """Work on chunks of the job for a while. True when some are left for another time."""
    until = time.monotonic() + settings.TASK_SLICE.total_seconds()
    while time.monotonic() < until and not stopping.is_asked():
        if not run_chunk_of(job):
            return False
    return claims.has_waiting(job)


def run(claim: Claim) -> None:
    """Let the handler work on the chunk; whatever goes wrong is written on the chunk."""
    try:
        handlers.work_on(claim)
        # Only an unfinished chunk can still be given back.
        claims.give_back(claim, "its handler returned without finishing it")
    except (Stopping, Paused):
        with suppress(ClaimLost):
            claims.hand_over(claim)
    except ClaimLost:
        _give_back(claim, "cancelled", timedelta())
    except Exception as problem:
        log.exception("chunk %s failed (attempt %s)", claim.chunk_id, claim.attempt)
        _give_back(claim, _reason(problem), FIRST_RETRY * 2 ** (claim.attempt - 1))
    except BaseException as interruption:  # the queue's time-out, Ctrl-C
        _give_back(claim, _reason(interruption), timedelta())
        raise


def drain(
    job: Job,
    *,
    processes: int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Job:
    """Work on the job until it has ended, in processes of its own; returns its last state.

    Needs no running cluster and does not mind one: both take chunks of the same job. With
    `processes=0` this process does the work itself. If it is interrupted, the job stays where it
    is and anybody can go on with it.
    """
    report = on_progress or (lambda _: None)
    count = settings.WORKERS if processes is None else processes
    if count == 0:
        _drain_here(job, report)
    else:
        with _crew(job, count) as crew:
            while not job.has_ended:
                crew.look_after()
                report(progress(job))
                crew.wait(SECONDS_BETWEEN_LOOKS)
                job.refresh_from_db()
    job.refresh_from_db()
    report(progress(job))
    return job


def _drain_here(job: Job, report: Callable[[Progress], None]) -> None:
    while not job.has_ended:
        if not run_chunk_of(job):
            job.refresh_from_db()
            if not job.has_ended:
                reaper.release_lost_claims()
                time.sleep(SECONDS_BETWEEN_TRIES)
        job.refresh_from_db()
        report(progress(job))


class _Crew:
    """Processes that work on one job, each until the job has ended."""

    def __init__(self, job: Job, size: int) -> None:
        self._job = job
        self._size = size
        self._processes: list[ForkProcess] = []

    def look_after(self) -> None:
        """Hire who is missing, in place of those that died as well."""
        for process in [each for each in self._processes if not each.is_alive()]:
            process.join()
            self._processes.remove(process)
        reaper.release_lost_claims()
        missing = self._size - len(self._processes)
        if missing:
            connections.close_all()  # a child must not inherit an open one
            self._processes += [_hire(self._job) for _ in range(missing)]

    def wait(self, seconds: float) -> None:
        """Wait this long, or until the first of them has ended."""
        multiprocessing.connection.wait([each.sentinel for each in self._processes], seconds)

    def dismiss(self) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join(SECONDS_TO_STOP)
            process.kill()
            process.join()
        reaper.release_lost_claims()


@contextmanager
def _crew(job: Job, size: int) -> Iterator[_Crew]:
    crew = _Crew(job, size)
    try:
        yield crew
    finally:
        crew.dismiss()


def _hire(job: Job) -> ForkProcess:
    process = multiprocessing.get_context("fork").Process(target=_toil, args=(job,), daemon=True)
    process.start()
    return process


def _toil(job: Job) -> None:
    """Be one process of a crew: work until the job has ended."""
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends the crew
    stopping.listen(signal.SIGTERM)
    while not job.has_ended and not stopping.is_asked():
        if not run_chunk_of(job):
            time.sleep(SECONDS_BETWEEN_TRIES)
        job.refresh_from_db()
    connections.close_all()
    os._exit(0)  # no clean-up of what belongs to the parent


def _give_back(claim: Claim, reason: str, retry_after: timedelta) -> None:
    with suppress(ClaimLost):  # finished, or somebody else's by now
        claims.give_back(claim, reason, retry_after=retry_after)


def _reason(problem: BaseException) -> str:
    return f"{type(problem).__name__}: {problem}"[:2000]
