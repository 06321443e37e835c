"""A chunk belongs to one worker at a time, and whoever lost it changes nothing."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from gallery.models import Chunk, Job
from gallery.work import jobs, reaper

pytestmark = pytest.mark.django_db

StartJob = Callable[..., Job]


def take(job: Job) -> jobs.Claim:
    taken = jobs.claim(job)
    assert taken is not None
    return taken


def lose_lease(claim: jobs.Claim) -> None:
    """Let so much time pass for the database that the lease of this claim is over."""
    Chunk.objects.filter(pk=claim.chunk_id).update(
        lease_until=timezone.now() - timedelta(seconds=1)
    )
    reaper.release_lost_claims()


def counters(job: Job) -> tuple[int, int, int, int]:
    job.refresh_from_db()
    return job.total, job.done, job.skipped, job.failed


def test_two_claims_never_hold_one_chunk(trial_job: StartJob) -> None:
    job = trial_job([1], [2])
    first, second = take(job), take(job)
    assert first.chunk_id != second.chunk_id
    assert jobs.claim(job) is None


@pytest.mark.django_db(transaction=True)
def test_a_chunk_that_another_worker_is_just_taking_is_not_taken_too(trial_job: StartJob) -> None:
    job = trial_job([1])
    found: list[jobs.Claim | None] = []

    def take_too() -> None:
        found.append(jobs.claim(job))
        connection.close()

    other = threading.Thread(target=take_too)
    with transaction.atomic():
        mine = take(job)
        other.start()
        time.sleep(0.5)  # until the other one waits for this transaction
    other.join()
    assert found == [None]
    jobs.finish(mine)


def test_claiming_starts_the_job(trial_job: StartJob) -> None:
    job = trial_job([1])
    assert job.status == Job.Status.QUEUED
    take(job)
    job.refresh_from_db()
    assert job.status == Job.Status.RUNNING
    assert job.started_at is not None


def test_finish_commits_effects_and_counts_together(trial_job: StartJob) -> None:
    job = trial_job([1, 2, 3, 4])
    effects: list[str] = []
    jobs.finish(take(job), lambda: effects.append("written"), done=2, failed=1)
    assert effects == ["written"]
    assert counters(job) == (4, 2, 1, 1)  # what was not mentioned was skipped
    assert job.status == Job.Status.DONE


def test_finish_without_numbers_means_everything_is_done(trial_job: StartJob) -> None:
    job = trial_job([1, 2, 3])
    jobs.finish(take(job))
    assert counters(job) == (3, 3, 0, 0)


def test_failing_effects_leave_the_chunk_unfinished(trial_job: StartJob) -> None:
    job = trial_job([1])
    claim = take(job)

    def fail() -> None:
        raise ValueError("disk full")

    with pytest.raises(ValueError, match="disk full"):
        jobs.finish(claim, fail)
    assert counters(job) == (1, 0, 0, 0)
    assert Chunk.objects.get(pk=claim.chunk_id).status == Chunk.Status.RUNNING


def test_finish_after_losing_the_lease_changes_nothing(trial_job: StartJob) -> None:
    job = trial_job([1, 2])
    late = take(job)
    lose_lease(late)
    current = take(job)
    effects: list[str] = []
    with pytest.raises(jobs.ClaimLost):
        jobs.finish(late, lambda: effects.append("written"))
    assert effects == []
    assert counters(job) == (2, 0, 0, 0)
    jobs.finish(current)
    assert counters(job) == (2, 2, 0, 0)


def test_finishing_twice_counts_once(trial_job: StartJob) -> None:
    job = trial_job([1], [2])
    claim = take(job)
    jobs.finish(claim)
    with pytest.raises(jobs.ClaimLost):
        jobs.finish(claim)
    assert counters(job) == (2, 1, 0, 0)


def test_counts_beyond_the_size_are_refused(trial_job: StartJob) -> None:
    claim = take(trial_job([1, 2]))
    with pytest.raises(ValueError, match="do not fit"):
        jobs.finish(claim, done=3)


def test_a_step_survives_the_death_of_its_worker(trial_job: StartJob) -> None:
    job = trial_job([1, 2, 3])
    claim = take(job)
    jobs.step(claim, done=1, payload=[2, 3])
    assert counters(job) == (3, 1, 0, 0)
    lose_lease(claim)
    again = take(job)
    assert again.payload == [2, 3]
    assert again.settled == 1
    jobs.finish(again)
    assert counters(job) == (3, 3, 0, 0)


def test_sign_of_life_prolongs_the_lease(trial_job: StartJob) -> None:
    claim = take(trial_job([1]))
    before = Chunk.objects.get(pk=claim.chunk_id).lease_until
    claim.signed_at -= 60
    jobs.extend(claim)
    after = Chunk.objects.get(pk=claim.chunk_id).lease_until
    assert before is not None
    assert after is not None
    assert after > before


def test_sign_of_life_for_a_lost_claim_says_so(trial_job: StartJob) -> None:
    job = trial_job([1])
    claim = take(job)
    lose_lease(claim)
    take(job)
    claim.signed_at -= 60
    with pytest.raises(jobs.ClaimLost):
        jobs.extend(claim)


def test_a_claim_of_a_dead_process_is_free_at_once(trial_job: StartJob) -> None:
    job = trial_job([1])
    claim = take(job)
    chunk = Chunk.objects.get(pk=claim.chunk_id)
    host, pid, started = chunk.worker.split(":")
    assert reaper.release_lost_claims() == 0  # this very process holds it, and lives
    chunk.worker = f"{host}:{pid}:{float(started) - 1:.2f}"  # a former process of the same number
    chunk.save()
    assert reaper.release_lost_claims() == 1
    assert take(job).attempt == 2


def test_a_claim_on_another_machine_is_left_to_its_lease(trial_job: StartJob) -> None:
    claim = take(trial_job([1]))
    Chunk.objects.filter(pk=claim.chunk_id).update(worker="elsewhere.example:1:0.00")
    assert reaper.release_lost_claims() == 0


def test_a_chunk_waits_before_it_is_tried_again(trial_job: StartJob) -> None:
    job = trial_job([1])
    jobs.give_back(take(job), "busy", retry_after=timedelta(minutes=1))
    assert jobs.claim(job) is None
    Chunk.objects.update(next_try_at=timezone.now())
    assert take(job).attempt == 2


def test_a_chunk_that_fails_too_often_is_given_up_and_the_job_goes_on(
    trial_job: StartJob, settings: Any
) -> None:
    settings.CHUNK_ATTEMPTS = 2
    job = trial_job({"size": 3}, [7])
    jobs.give_back(take(job), "cannot read it")
    jobs.give_back(take(job), "cannot read it")
    bad = Chunk.objects.get(number=0)
    assert (bad.status, bad.error, bad.failed) == (Chunk.Status.FAILED, "cannot read it", 3)
    jobs.finish(take(job))
    assert counters(job) == (4, 1, 0, 3)
    assert job.status == Job.Status.DONE


def test_one_bad_item_does_not_take_the_others_of_its_chunk_with_it(
    trial_job: StartJob, settings: Any
) -> None:
    settings.CHUNK_ATTEMPTS = 2
    job = trial_job([10, 666, 30])
    while (claim := jobs.claim(job)) is not None:
        if 666 in claim.payload:
            jobs.give_back(claim, "its worker died")
        else:
            jobs.finish(claim)
    assert counters(job) == (3, 2, 0, 1)
    assert job.status == Job.Status.DONE
    failed = job.chunks.get(status=Chunk.Status.FAILED)
    assert failed.payload == [666]


def test_a_job_in_which_nothing_succeeded_has_failed_and_says_why(
    trial_job: StartJob, settings: Any
) -> None:
    settings.CHUNK_ATTEMPTS = 1
    job = trial_job([1])
    jobs.give_back(take(job), "no such folder")
    job.refresh_from_db()
    assert (job.status, job.error) == (Job.Status.FAILED, "no such folder")
