"""A job passes through its stages once each, can be cancelled, and always comes to one end."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from gallery.models import Chunk, Job, User
from gallery.work import claims, jobs, progress, reaper, runner

pytestmark = pytest.mark.django_db

StartJob = Callable[..., Job]


def work_all(job: Job) -> None:
    runner.drain(job, processes=0)


def test_a_job_with_nothing_to_do_is_done_when_a_worker_looks(trial_job: StartJob) -> None:
    job = trial_job()
    runner.run_slice_of(job)
    job.refresh_from_db()
    assert job.status == Job.Status.DONE


def test_starting_a_job_rings_once_it_is_committed(
    trial_job: StartJob, bell: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = trial_job([1])
        assert bell == []
    assert bell == [job.pk]


def test_each_stage_is_planned_once_when_the_one_before_has_ended(
    trial_job: StartJob, handler: Any
) -> None:
    planned: list[int] = []

    def next_stage(job: Job) -> list[Any] | None:
        planned.append(job.stage)
        return [[1, 2], [3]] if job.stage < 2 else None

    handler.STAGES = ("Measuring", "Comparing", "Grouping")
    handler.next_stage = next_stage
    job = trial_job([1], [2])
    work_all(job)
    assert planned == [0, 1, 2]
    assert (job.status, job.total, job.done) == (Job.Status.DONE, 8, 8)
    assert job.stage_name == "Grouping"


def test_an_empty_stage_is_passed_over(trial_job: StartJob, handler: Any) -> None:
    handler.next_stage = lambda job: [[], [[9]], None][job.stage]
    job = trial_job([1])
    work_all(job)
    assert (job.stage, job.total, job.done) == (2, 2, 2)


def test_a_plan_that_fails_ends_the_job_with_the_reason(trial_job: StartJob, handler: Any) -> None:
    def next_stage(job: Job) -> None:
        raise ValueError("no photos in that range")

    handler.next_stage = next_stage
    job = trial_job([1])
    work_all(job)
    assert job.status == Job.Status.FAILED
    assert "no photos in that range" in job.error
    assert job.done == 1  # the finished work stays


def test_the_handler_hears_of_the_end_once(trial_job: StartJob, handler: Any) -> None:
    ends: list[str] = []
    handler.ended = lambda job: ends.append(job.status)
    work_all(trial_job([1], [2]))
    assert ends == ["done"]


def test_an_exception_is_written_on_the_chunk_and_tried_again(
    trial_job: StartJob, handler: Any
) -> None:
    attempts: list[int] = []

    def work_on(claim: jobs.Claim) -> None:
        attempts.append(claim.attempt)
        if claim.attempt == 1:
            raise OSError("disk is busy")
        jobs.finish(claim)

    handler.work_on = work_on
    job = trial_job([1])
    assert runner.run_chunk_of(job)
    chunk = Chunk.objects.get()
    assert (chunk.status, chunk.error) == (Chunk.Status.QUEUED, "OSError: disk is busy")
    Chunk.objects.update(next_try_at=timezone.now())
    work_all(job)
    assert attempts == [1, 2]
    assert job.status == Job.Status.DONE


def test_a_handler_that_forgets_to_finish_does_not_count_as_done(
    trial_job: StartJob, handler: Any, settings: Any
) -> None:
    settings.CHUNK_ATTEMPTS = 1
    handler.work_on = lambda claim: None
    job = trial_job([1])
    work_all(job)
    assert job.status == Job.Status.FAILED
    assert "without finishing" in job.error


def test_an_interrupted_chunk_is_free_for_the_next_worker(
    trial_job: StartJob, handler: Any
) -> None:
    def work_on(claim: jobs.Claim) -> None:
        raise KeyboardInterrupt

    handler.work_on = work_on
    job = trial_job([1])
    with pytest.raises(KeyboardInterrupt):
        runner.run_chunk_of(job)
    assert jobs.claim(job) is not None


def test_cancelling_drops_what_waits(trial_job: StartJob, alice: User) -> None:
    job = trial_job([1], [2])
    assert jobs.cancel(job, alice)
    assert job.status == Job.Status.CANCELLED
    assert jobs.claim(job) is None
    assert not jobs.cancel(job, alice)


def test_cancelling_stops_a_running_chunk_at_its_next_sign_of_life(
    trial_job: StartJob, alice: User
) -> None:
    job = trial_job([1, 2], [3])
    claim = jobs.claim(job)
    assert claim is not None
    jobs.step(claim, done=1, payload=[2])
    jobs.cancel(job, alice)
    assert job.status == Job.Status.RUNNING  # somebody still works on it
    claim.signed_at -= 60
    with pytest.raises(jobs.ClaimLost):
        jobs.extend(claim)


def test_a_cancelled_job_ends_with_its_last_running_chunk(
    trial_job: StartJob, handler: Any, alice: User
) -> None:
    def work_on(claim: jobs.Claim) -> None:
        jobs.cancel(Job.objects.get(pk=claim.job_id), alice)
        claim.signed_at -= 60
        jobs.extend(claim)

    handler.work_on = work_on
    job = trial_job([1], [2])
    runner.run_chunk_of(job)
    job.refresh_from_db()
    assert job.status == Job.Status.CANCELLED
    assert set(job.chunks.values_list("status", flat=True)) == {"cancelled"}


def test_an_open_job_waits_for_more_and_ends_when_closed(handler: Any, alice: User) -> None:
    job = jobs.create("trial", alice, "An upload", is_open=True)
    jobs.add_chunks(job, [[1]])
    assert runner.run_chunk_of(job)
    assert not runner.run_chunk_of(job)
    job.refresh_from_db()
    assert job.status == Job.Status.RUNNING
    jobs.add_chunks(job, [[2]])
    assert runner.run_chunk_of(job)
    jobs.close(job)
    assert (job.status, job.done) == (Job.Status.DONE, 2)


def test_a_job_that_ended_takes_no_more_chunks(trial_job: StartJob) -> None:
    job = trial_job([1])
    work_all(job)
    with pytest.raises(jobs.ClaimLost):
        jobs.add_chunks(job, [[2]])


def test_progress_never_falls_and_is_whole_only_at_the_end(
    trial_job: StartJob, handler: Any
) -> None:
    handler.STAGES = ("Measuring", "Comparing")
    handler.next_stage = lambda job: [[1, 2, 3], [4]] if job.stage == 0 else None
    job = trial_job([1, 2], [3], [4, 5])
    seen = [progress.progress(job).fraction]
    while runner.run_chunk_of(job):
        job.refresh_from_db()
        seen.append(progress.progress(job).fraction)
    assert seen == sorted(seen)
    assert seen[0] == 0.0
    assert all(fraction < 1 for fraction in seen[:-1])
    assert seen[-1] == 1.0


def test_progress_counts_the_items_of_the_present_stage(trial_job: StartJob, handler: Any) -> None:
    handler.STAGES = ("Measuring", "Comparing")
    handler.next_stage = lambda job: [[1, 2, 3], [4]] if job.stage == 0 else None
    job = trial_job([1, 2])
    runner.run_chunk_of(job)
    runner.run_chunk_of(job)
    job.refresh_from_db()
    shown = progress.progress(job)
    assert (shown.stage_name, shown.stage, shown.stages) == ("Comparing", 2, 2)
    assert (shown.done, shown.total) == (3, 4)


def test_time_left_follows_from_the_rate_of_the_stage(trial_job: StartJob) -> None:
    job = trial_job(*[[n] for n in range(10)])
    for _ in range(4):
        runner.run_chunk_of(job)
    job.refresh_from_db()
    assert job.stage_started_at is not None
    shown = progress.progress(job, now=job.stage_started_at + timedelta(seconds=8))
    assert shown.rate_per_second == pytest.approx(0.5)
    assert shown.seconds_left == pytest.approx(12)


def test_nobody_takes_a_chunk_of_a_paused_job_until_it_is_resumed(
    trial_job: StartJob, bell: list[int]
) -> None:
    job = trial_job([1], [2])
    assert runner.run_chunk_of(job)
    assert jobs.pause(job)
    assert jobs.pause(job)  # twice is harmless
    assert not runner.run_chunk_of(job)
    reaper.reap()  # as after a restart: it neither rings for the job nor ends it
    assert bell == []
    job.refresh_from_db()
    assert job.is_paused
    assert jobs.resume(job)
    assert not jobs.resume(job)
    work_all(job)
    assert (job.status, job.done) == ("done", 2)


def test_a_worker_gives_the_chunk_of_a_paused_job_back_without_blame(
    trial_job: StartJob, handler: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = trial_job([1])

    def pause_meanwhile(claim: jobs.Claim) -> None:
        jobs.pause(job)
        claim.signed_at -= claims.SECONDS_BETWEEN_SIGNS
        jobs.extend(claim)
        raise AssertionError("worked on")

    monkeypatch.setattr(handler, "work_on", pause_meanwhile)
    runner.run_chunk_of(job)
    chunk = job.chunks.get()
    assert (chunk.status, chunk.attempts, chunk.token) == ("queued", 0, "")
    monkeypatch.setattr(handler, "work_on", jobs.finish)
    jobs.resume(job)
    work_all(job)
    assert job.done == 1


def test_a_paused_job_can_be_cancelled_and_an_ended_one_not_paused(trial_job: StartJob) -> None:
    job = trial_job([1])
    jobs.pause(job)
    assert jobs.cancel(job)
    assert job.status == "cancelled"
    assert not job.is_paused
    assert not jobs.pause(job)
    assert not jobs.resume(job)


def test_a_rate_forgets_what_was_before_a_pause(trial_job: StartJob) -> None:
    job = trial_job(*[[n] for n in range(10)])
    for _ in range(4):
        runner.run_chunk_of(job)
    jobs.pause(job)
    assert progress.progress(job).rate_per_second is None
    jobs.resume(job)
    now = timezone.now()
    job.resumed_at = now - timedelta(seconds=8)
    Chunk.objects.filter(job=job, number__lt=2).update(finished_at=now - timedelta(hours=9))
    Chunk.objects.filter(job=job, number__in=[2, 3]).update(finished_at=now - timedelta(seconds=2))
    job.stage_started_at = now - timedelta(hours=10)
    shown = progress.progress(job, now=now)
    assert shown.rate_per_second == pytest.approx(2 / 8)
    assert shown.seconds_left == pytest.approx(6 * 4)


def test_progress_of_what_is_still_arriving_claims_no_fraction(handler: Any, alice: User) -> None:
    job = jobs.create("trial", alice, "A trial", is_open=True)
    seen = []
    for _ in range(3):
        jobs.add_chunks(job, [[1, 2]])
        runner.run_chunk_of(job)
        job.refresh_from_db()
        seen.append(progress.progress(job))
    assert [each.fraction for each in seen] == [0.0, 0.0, 0.0]
    assert not seen[0].is_total_known
    jobs.add_chunks(job, [[1, 2]])
    jobs.close(job)
    assert progress.progress(job).fraction == pytest.approx(6 / 8)


def test_the_reaper_rings_for_a_job_whose_ring_was_lost(
    trial_job: StartJob, bell: list[int]
) -> None:
    job = trial_job([1])
    assert bell == []  # the transaction of a test never commits: the ring is lost
    reaper.reap()
    assert bell == [job.pk]


def test_the_reaper_does_not_ring_for_a_chunk_that_waits_for_its_next_try(
    trial_job: StartJob, bell: list[int]
) -> None:
    job = trial_job([1])
    claim = jobs.claim(job)
    assert claim is not None
    jobs.give_back(claim, "busy", retry_after=timedelta(minutes=5))
    reaper.reap()
    assert bell == []


def test_the_reaper_ends_a_job_nobody_ended(trial_job: StartJob) -> None:
    job = trial_job()
    reaper.reap()
    job.refresh_from_db()
    assert job.status == Job.Status.QUEUED  # it may still be getting its chunks
    Job.objects.update(created_at=timezone.now() - timedelta(hours=1))
    reaper.reap()
    job.refresh_from_db()
    assert job.status == Job.Status.DONE


def test_old_jobs_are_forgotten_and_young_ones_kept(trial_job: StartJob) -> None:
    old, young = trial_job([1]), trial_job([2])
    work_all(old)
    work_all(young)
    Job.objects.filter(pk=old.pk).update(finished_at=timezone.now() - timedelta(days=91))
    reaper.forget_old_jobs()
    assert list(Job.objects.all()) == [young]
