"""How a job moves: from stage to stage, and to its end. Always under the lock of the job's row."""

import logging
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from gallery.models import Chunk, Job

from . import doorbell, handlers

log = logging.getLogger(__name__)

ROWS_AT_ONCE = 500


def mark_started(job_id: int) -> None:
    """Note that the first chunk of the job, or of its stage, was taken."""
    now = timezone.now()
    job = Job.objects.filter(pk=job_id)
    job.filter(status=Job.Status.QUEUED).update(status=Job.Status.RUNNING, started_at=now)
    job.filter(stage_started_at=None).update(stage_started_at=now)


def append_chunks(
    job_id: int, stage: int, pieces: list[tuple[Any, int]], *, attempts: int = 0
) -> None:
    """Write chunks (payload and size) behind those the stage has. The caller counts the total."""
    Job.objects.select_for_update().get(pk=job_id)
    last = Chunk.objects.filter(job=job_id, stage=stage).aggregate(n=models.Max("number"))["n"]
    first = 0 if last is None else last + 1
    rows = [
        Chunk(
            job_id=job_id, stage=stage, number=number, payload=payload, size=size, attempts=attempts
        )
        for number, (payload, size) in enumerate(pieces, start=first)
    ]
    Chunk.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)


def size_of(payload: Any) -> int:
    """Count the items of a payload: those of a list; what "size" says in a dict; else one."""
    if isinstance(payload, list):
        return len(payload)
    if isinstance(payload, dict):
        return int(payload.get("size", 1))
    return 1


def move_on(job_id: int) -> None:
    """After a chunk ended: begin the next stage if that was the last, or end the job.

    Exactly one caller sees the last chunk end, because each holds the lock of the job here and
    changes the stage, or the state, before letting go.
    """
    job = Job.objects.select_for_update().get(pk=job_id)
    if job.has_ended:
        return
    chunks = job.chunks.filter(stage=job.stage)
    if job.cancel_requested_at:
        if not job.chunks.filter(status=Chunk.Status.RUNNING).exists():
            _end(job, Job.Status.CANCELLED)
        return
    if job.is_open or chunks.filter(status=Chunk.Status.QUEUED).exists():
        return
    if not chunks.filter(status=Chunk.Status.RUNNING).exists():
        _begin_next_stage(job)


def end_if_nothing_is_left(job_id: int) -> None:
    """End a job whose chunks have all ended, or that never got one."""
    with transaction.atomic():
        move_on(job_id)


def after_giving_back(chunk: Chunk) -> None:
    """A chunk went back to the queue: ring for it, or drop it with its cancelled job."""
    job = Job.objects.select_for_update().get(pk=chunk.job_id)
    if job.cancel_requested_at:
        drop_queued_chunks(job)
        move_on(job.pk)
    else:
        doorbell.ring_after_commit(job.pk)


def drop_queued_chunks(job: Job) -> None:
    job.chunks.filter(status=Chunk.Status.QUEUED).update(
        status=Chunk.Status.CANCELLED, finished_at=timezone.now()
    )


def _begin_next_stage(job: Job) -> None:
    try:
        with transaction.atomic():
            while (payloads := handlers.next_stage(job)) is not None:
                _enter_stage(job, payloads)
                if payloads:
                    return
    except Exception as problem:
        log.exception("job %s cannot go on after stage %s", job.pk, job.stage)
        _end(job, Job.Status.FAILED, error=f"Could not go on: {problem}")
        return
    _end_by_counts(job)


def _enter_stage(job: Job, payloads: list[Any]) -> None:
    job.stage += 1
    names = handlers.stages(job.kind)
    job.stage_name = names[min(job.stage, len(names) - 1)]
    job.stage_started_at = None
    job.stage_base = job.settled
    pieces = [(payload, size_of(payload)) for payload in payloads]
    job.total = job.settled + sum(size for _, size in pieces)
    job.save(
        update_fields=["stage", "stage_name", "stage_started_at", "stage_base", "total", "result"]
    )
    append_chunks(job.pk, job.stage, pieces)
    doorbell.ring_after_commit(job.pk, times=len(pieces))


def _end_by_counts(job: Job) -> None:
    if job.failed and not job.done and not job.skipped:
        reason = job.chunks.exclude(error="").values_list("error", flat=True).first()
        _end(job, Job.Status.FAILED, error=reason or "")
    else:
        _end(job, Job.Status.DONE)


def _end(job: Job, status: Job.Status, *, error: str = "") -> None:
    job.status = status
    job.error = error
    job.is_open = False
    job.finished_at = timezone.now()
    job.save(update_fields=["status", "error", "is_open", "finished_at", "result"])
    try:
        with transaction.atomic():
            handlers.ended(job)
    except Exception as problem:
        log.exception("job %s ended, but its handler failed", job.pk)
        job.status, job.error = Job.Status.FAILED, f"Could not finish: {problem}"
    job.save(update_fields=["status", "error", "result"])
