"""A command that waits for a job works on it in processes of its own, whatever happens to them."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from gallery.models import Job, User
from gallery.work import jobs, runner, stopping
from gallery.work.progress import Progress

pytestmark = pytest.mark.django_db(transaction=True)

StartJob = Callable[..., Job]


@pytest.fixture
def notes(tmp_path: Path, handler: Any) -> Path:
    """Where the processes note what they do: one file for each item and process."""
    folder = tmp_path / "notes"
    folder.mkdir()

    def work_on(claim: jobs.Claim) -> None:
        left = list(claim.payload)
        while left:
            item = left.pop(0)
            time.sleep(0.02)
            jobs.extend(claim)
            # Within the fence, so that a note is made exactly as often as its item is counted.
            jobs.step(
                claim,
                lambda item=item: note(folder, item),  # type: ignore[misc]
                done=1,
                payload=left,
            )
        jobs.finish(claim)

    handler.work_on = work_on
    return folder


def note(folder: Path, item: int) -> None:
    (folder / f"{item}-{os.getpid()}-{time.monotonic_ns()}").touch()


def noted(folder: Path) -> list[int]:
    return sorted(int(path.name.split("-")[0]) for path in folder.iterdir())


def workers_in(folder: Path) -> set[int]:
    return {int(path.name.split("-")[1]) for path in folder.iterdir()}


def test_several_processes_share_a_job_and_do_everything_once(
    trial_job: StartJob, notes: Path
) -> None:
    items = list(range(40))
    job = trial_job(*[items[start : start + 4] for start in range(0, 40, 4)])
    seen: list[Progress] = []
    runner.drain(job, processes=3, on_progress=seen.append)
    assert job.status == Job.Status.DONE
    assert noted(notes) == items
    assert len(workers_in(notes)) > 1
    assert os.getpid() not in workers_in(notes)
    fractions = [progress.fraction for progress in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


def test_a_killed_process_is_replaced_and_its_chunk_done_by_another(
    trial_job: StartJob, notes: Path
) -> None:
    job = trial_job(list(range(60)))
    killed: list[int] = []

    def kill_once(progress: Progress) -> None:
        busy = workers_in(notes)
        if busy and not killed:
            killed.append(busy.pop())
            os.kill(killed[0], signal.SIGKILL)

    runner.drain(job, processes=1, on_progress=kill_once)
    assert killed
    assert (job.status, job.done, job.failed) == (Job.Status.DONE, 60, 0)
    # What was noted but not committed at the moment of the kill may appear twice: one item.
    assert set(noted(notes)) == set(range(60))
    assert len(noted(notes)) <= 61


def test_an_interrupted_command_leaves_the_job_to_be_continued(
    trial_job: StartJob, notes: Path
) -> None:
    job = trial_job(list(range(30)), list(range(30, 60)))

    def interrupt(progress: Progress) -> None:
        if progress.done > 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        runner.drain(job, processes=2, on_progress=interrupt)
    job.refresh_from_db()
    assert job.status == Job.Status.RUNNING
    assert 3 < job.done < 60
    assert not job.chunks.filter(status="running").exists()
    runner.drain(job, processes=2)
    assert noted(notes) == list(range(60))


def test_a_job_cancelled_by_somebody_else_ends_the_wait(
    trial_job: StartJob, notes: Path, alice: User
) -> None:
    job = trial_job(list(range(1000)))

    def cancel(progress: Progress) -> None:
        if progress.done > 2:
            jobs.cancel(Job.objects.get(pk=job.pk), alice)

    runner.drain(job, processes=1, on_progress=cancel)
    assert job.status == Job.Status.CANCELLED
    assert 2 < job.done < 1000


def test_a_worker_asked_to_stop_hands_its_chunk_over_without_blame(
    trial_job: StartJob, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = trial_job([1, 2, 3])
    monkeypatch.setattr(stopping, "_asked", True)
    assert runner.run_chunk_of(job)
    chunk = job.chunks.get()
    assert (chunk.status, chunk.attempts) == ("queued", 0)
    assert runner.run_slice_of(job)  # it takes no more, and says that something is left
    assert noted(notes) == []


def test_the_database_of_the_tests_is_seen_by_other_processes(trial_job: StartJob) -> None:
    """Otherwise the tests of this file would prove nothing."""
    job = trial_job([1])
    connection.close()  # or the child would close that of its parent, as PostgreSQL sees it
    pid = os.fork()
    if pid == 0:
        os._exit(0 if Job.objects.filter(pk=job.pk).exists() else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
