"""Taking a chunk, holding it, and ending it: the only writes to a chunk that is being worked on.

Every write asks for the token of the claim. Whoever lost the claim in the meantime (its lease
ran out, its machine was thought dead, the job was cancelled) changes nothing: ClaimLost.
"""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from gallery.models import Chunk, Job

from . import doorbell, stages, stopping
from .processes import this_worker

# A sign of life is written, and a cancelled job noticed, this often, however often it is given.
SECONDS_BETWEEN_SIGNS = 2
SPLIT_ATTEMPTS = 2


class ClaimLost(Exception):
    """The chunk belongs to somebody else by now, or its job was cancelled: stop, change nothing."""


class Stopping(ClaimLost):
    """This worker was asked to end: another one goes on with the chunk."""


class Paused(ClaimLost):
    """The job was paused: somebody goes on with the chunk once it is resumed."""


@dataclass(slots=True)
class Claim:
    """The right to work on one chunk."""

    chunk_id: int
    job_id: int
    kind: str
    stage: int
    payload: Any
    settled: int  # items of the chunk that earlier `step`s have settled
    options: dict[str, Any]  # of the job
    token: str
    attempt: int  # 1 at the first try
    signed_at: float = field(default_factory=time.monotonic)


def claim(job: Job | None = None) -> Claim | None:
    """Take the next chunk of this job, or of any; None when nothing waits now."""
    while True:
        chunk_id = _next_waiting(job)
        if chunk_id is None:
            return None
        token = uuid.uuid4().hex
        # No join: PostgreSQL asks again about this row after waiting for another worker, but not
        # about a subquery, and would give the chunk to both. Cancelling takes the status away.
        taken = Chunk.objects.filter(pk=chunk_id, status=Chunk.Status.QUEUED).update(
            status=Chunk.Status.RUNNING,
            token=token,
            worker=this_worker(),
            lease_until=timezone.now() + settings.CHUNK_LEASE,
            attempts=F("attempts") + 1,
        )
        if taken:
            return _taken(chunk_id, token)
        # Another worker was faster with this one; take the next.


def has_waiting(job: Job) -> bool:
    return _next_waiting(job) is not None


def waiting_jobs() -> QuerySet[Job]:
    """Return the jobs that have a chunk somebody could take now."""
    return Job.objects.filter(pk__in=_claimable().values("job"))


def extend(claim: Claim) -> None:
    """Give a sign of life: the lease starts anew. Cheap, so call it between any two items."""
    if stopping.is_asked():
        raise Stopping(f"chunk {claim.chunk_id}")
    if time.monotonic() - claim.signed_at < SECONDS_BETWEEN_SIGNS:
        return
    held = _held(claim).filter(job__cancel_requested_at=None, job__paused_at=None)
    if not held.update(lease_until=timezone.now() + settings.CHUNK_LEASE):
        is_paused = _held(claim).filter(job__cancel_requested_at=None).exists()
        raise (Paused if is_paused else ClaimLost)(f"chunk {claim.chunk_id}")
    claim.signed_at = time.monotonic()


def step(
    claim: Claim,
    effects: Callable[[], None] | None = None,
    *,
    done: int = 0,
    skipped: int = 0,
    failed: int = 0,
    payload: Any,
) -> None:
    """Commit what is settled so far and keep the chunk; `payload` is what is left of it.

    Should this worker die, the next one starts with that payload.
    """
    with transaction.atomic():
        chunk = _locked(claim)
        if effects:
            effects()
        _count(chunk, done=done, skipped=skipped, failed=failed)
        chunk.payload = payload
        chunk.lease_until = timezone.now() + settings.CHUNK_LEASE
        chunk.save(update_fields=["done", "skipped", "failed", "payload", "lease_until"])
    claim.payload, claim.settled = payload, chunk.settled


def finish(
    claim: Claim,
    effects: Callable[[], None] | None = None,
    *,
    done: int | None = None,
    skipped: int = 0,
    failed: int = 0,
) -> None:
    """End the chunk: effects, counts and `done` in one transaction, or nothing of it.

    Without `done` every item not counted otherwise was done. Items of which nothing is said
    count as skipped, so that the numbers of a job always add up.
    """
    with transaction.atomic():
        chunk = _locked(claim)
        if effects:
            effects()
        left = chunk.size - chunk.settled
        if done is None:
            done = left - skipped - failed
        _count(chunk, done=done, skipped=left - done - failed, failed=failed)
        _end(chunk, Chunk.Status.DONE)


def give_back(claim: Claim, reason: str, *, retry_after: timedelta = timedelta()) -> None:
    """This attempt came to nothing: queue the chunk again, or give it up after the last attempt.

    A list of several items is first taken apart, so that one bad item does not take the others
    with it.
    """
    with transaction.atomic():
        chunk = _locked(claim)
        is_cancelled = Job.objects.filter(pk=chunk.job_id).exclude(cancel_requested_at=None)
        if chunk.attempts < settings.CHUNK_ATTEMPTS or is_cancelled.exists():
            _queue_again(chunk, reason, retry_after)
        elif isinstance(chunk.payload, list) and 1 < len(chunk.payload) <= _left(chunk):
            _take_apart(chunk, reason)
        else:
            chunk.error = reason
            _count(chunk, failed=_left(chunk))
            _end(chunk, Chunk.Status.FAILED)


def hand_over(claim: Claim) -> None:
    """Give the chunk back without blame: this attempt does not count."""
    with transaction.atomic():
        chunk = _locked(claim)
        chunk.attempts -= 1
        _queue_again(chunk, "", timedelta())


def _claimable() -> QuerySet[Chunk]:
    now = timezone.now()
    return Chunk.objects.filter(
        Q(next_try_at=None) | Q(next_try_at__lte=now),
        status=Chunk.Status.QUEUED,
        job__status__in=[Job.Status.QUEUED, Job.Status.RUNNING],
        job__cancel_requested_at=None,
        job__paused_at=None,
    )


def _next_waiting(job: Job | None) -> int | None:
    waiting = _claimable()
    if job is not None:
        waiting = waiting.filter(job=job)
    return waiting.order_by("job", "stage", "number").values_list("pk", flat=True).first()


def _taken(chunk_id: int, token: str) -> Claim:
    chunk = Chunk.objects.select_related("job").get(pk=chunk_id)
    # Apart from the claim itself: a worker never waits for a job while it holds a chunk row.
    stages.mark_started(chunk.job_id)
    return Claim(
        chunk_id=chunk_id,
        job_id=chunk.job_id,
        kind=chunk.job.kind,
        stage=chunk.stage,
        payload=chunk.payload,
        settled=chunk.settled,
        options=chunk.job.options,
        token=token,
        attempt=chunk.attempts,
    )


def _held(claim: Claim) -> QuerySet[Chunk]:
    return Chunk.objects.filter(pk=claim.chunk_id, token=claim.token, status=Chunk.Status.RUNNING)


def _locked(claim: Claim) -> Chunk:
    chunk = _held(claim).select_for_update().first()
    if chunk is None:
        raise ClaimLost(f"chunk {claim.chunk_id}")
    return chunk


def _left(chunk: Chunk) -> int:
    return chunk.size - chunk.settled


def _count(chunk: Chunk, *, done: int = 0, skipped: int = 0, failed: int = 0) -> None:
    """Add to the counters of the chunk and of its job, never beyond the size of the chunk."""
    if min(done, skipped, failed) < 0 or done + skipped + failed > _left(chunk):
        raise ValueError(
            f"{chunk} has {_left(chunk)} items left;"
            f" {done} done, {skipped} skipped, {failed} failed do not fit"
        )
    chunk.done += done
    chunk.skipped += skipped
    chunk.failed += failed
    Job.objects.filter(pk=chunk.job_id).update(
        done=F("done") + done, skipped=F("skipped") + skipped, failed=F("failed") + failed
    )


def _end(chunk: Chunk, status: Chunk.Status) -> None:
    chunk.status = status
    chunk.token = ""
    chunk.lease_until = None
    chunk.finished_at = timezone.now()
    chunk.save()
    stages.move_on(chunk.job_id)


def _queue_again(chunk: Chunk, reason: str, retry_after: timedelta) -> None:
    chunk.status = Chunk.Status.QUEUED
    chunk.token = ""
    chunk.lease_until = None
    chunk.next_try_at = timezone.now() + retry_after
    chunk.error = reason
    chunk.save()
    stages.after_giving_back(chunk)


def _take_apart(chunk: Chunk, reason: str) -> None:
    """Replace the chunk by one for each item that is left of it."""
    items, left = chunk.payload, _left(chunk)
    chunk.size -= left
    chunk.error = reason
    chunk.payload = []
    attempts = max(settings.CHUNK_ATTEMPTS - SPLIT_ATTEMPTS, 0)
    # The first takes what the list does not name, so that the sizes still add up.
    sizes = [left - len(items) + 1] + [1] * (len(items) - 1)
    stages.append_chunks(
        chunk.job_id,
        chunk.stage,
        [([item], size) for item, size in zip(items, sizes, strict=True)],
        attempts=attempts,
    )
    _end(chunk, Chunk.Status.DONE)
    doorbell.ring_after_commit(chunk.job_id, times=len(items))
