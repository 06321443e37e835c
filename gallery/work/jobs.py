"""The door to long work: make a job, give it chunks, ring for it, pause, resume or cancel it.

A handler (see `handlers`) works with what is imported here from `claims`.
"""

import logging
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from gallery.models import Chunk, Job, User

from . import doorbell, handlers, stages
from .claims import Claim, ClaimLost, claim, extend, finish, give_back, has_waiting, step
from .progress import Progress, expected, progress

log = logging.getLogger(__name__)

__all__ = [
    "Claim",
    "ClaimLost",
    "Progress",
    "add_chunks",
    "add_item",
    "cancel",
    "claim",
    "close",
    "count_settled",
    "create",
    "expect",
    "extend",
    "finish",
    "give_back",
    "has_waiting",
    "pause",
    "progress",
    "resume",
    "ring_later",
    "start",
    "step",
]


def create(
    kind: str,
    owner: User | None,
    title: str,
    options: dict[str, Any] | None = None,
    *,
    is_open: bool = False,
) -> Job:
    """Make a job without chunks. `is_open` keeps it from ending until `close(job)`.

    Call `add_chunks` in the same transaction, or create it open: a job that is not open and has
    no chunk left is over.
    """
    return Job.objects.create(
        kind=kind,
        owner=owner,
        title=title,
        options=options or {},
        is_open=is_open,
        stage_name=handlers.stages(kind)[0],
    )


def start(
    kind: str,
    owner: User | None,
    title: str,
    payloads: Sequence[Any],
    options: dict[str, Any] | None = None,
) -> Job:
    """Make a job, give it its first chunks and ring for it, all with the current transaction."""
    with transaction.atomic():
        job = create(kind, owner, title, options)
        add_chunks(job, payloads)
        ring_later(job)
    return job


def add_chunks(job: Job, payloads: Sequence[Any]) -> None:
    """Append chunks to the job's current stage.

    A payload is any JSON value; keep it small and idempotent: ids, not contents. The number of
    its items, for counting, is the length of a list, "size" in a dict, else one. Prefer lists: a
    list whose worker fails is taken apart, so that one bad item does not take the others with it.
    """
    pieces = [(payload, stages.size_of(payload)) for payload in payloads]
    with transaction.atomic():
        locked = _accepting(job)
        stages.append_chunks(job.pk, locked.stage, pieces)
        Job.objects.filter(pk=job.pk).update(total=F("total") + sum(n for _, n in pieces))
    job.refresh_from_db()


def add_item(job: Job, item: Any, *, most: int) -> None:
    """Append one item of those that come in one by one, and ring if nobody was called yet.

    It joins the last chunk that still waits, up to `most` in one: while the workers are idle
    each item is taken at once, while they are busy many share the cost of a chunk.
    """
    with transaction.atomic():
        locked = _accepting(job)
        waiting = locked.chunks.filter(
            stage=locked.stage, status=Chunk.Status.QUEUED, attempts=0, size__lt=most
        )
        last = waiting.select_for_update(skip_locked=True).order_by("-number").first()
        if last is None:
            stages.append_chunks(job.pk, locked.stage, [([item], 1)])
            doorbell.ring_after_commit(job.pk)
        else:
            last.payload, last.size = [*last.payload, item], last.size + 1
            last.save(update_fields=["payload", "size"])
        _grow(locked, 1)


def count_settled(job: Job, *, done: int = 0, skipped: int = 0) -> None:
    """Count items that needed no worker, so that the job's numbers name every item once."""
    with transaction.atomic():
        _grow(_accepting(job), done + skipped)
        Job.objects.filter(pk=job.pk).update(done=F("done") + done, skipped=F("skipped") + skipped)


def expect(job: Job, count: int) -> None:
    """Say how many items an open job is going to have in all, as far as that is known now."""
    with transaction.atomic():
        locked = _accepting(job)
        if locked.options.get("expected") != count:
            locked.options = expected(locked, count)
            locked.save(update_fields=["options"])


def close(job: Job) -> None:
    """No more chunks will be added to an open job: it may end."""
    with transaction.atomic():
        Job.objects.filter(pk=job.pk).update(is_open=False)
        stages.move_on(job.pk)
    job.refresh_from_db()


def ring_later(job: Job) -> None:
    """Call workers as soon as the current transaction is committed."""
    waiting = job.chunks.filter(status="queued").count()
    doorbell.ring_after_commit(job.pk, times=max(waiting, 1))


def pause(job: Job, by: User | None = None) -> bool:
    """Let nobody take up more of the job until `resume`, whatever is started anew meanwhile.

    What is being worked on goes back at its next sign of life, without blame. Pausing twice is
    harmless. False when the job had ended, or is being cancelled.
    """
    going_on = Job.objects.filter(
        pk=job.pk,
        status__in=[Job.Status.QUEUED, Job.Status.RUNNING],
        cancel_requested_at=None,
    )
    changed = going_on.filter(paused_at=None).update(paused_at=timezone.now())
    if changed:
        log.info("job %s paused by %s", job.pk, by or "the system")
    job.refresh_from_db()
    return job.is_paused


def resume(job: Job, by: User | None = None) -> bool:
    """Go on with a paused job. False when it was not paused, or has ended."""
    with transaction.atomic():
        paused = Job.objects.filter(pk=job.pk, paused_at__isnull=False, cancel_requested_at=None)
        paused = paused.filter(status__in=[Job.Status.QUEUED, Job.Status.RUNNING])
        changed = paused.update(paused_at=None, resumed_at=timezone.now())
        if changed:
            log.info("job %s resumed by %s", job.pk, by or "the system")
            ring_later(job)
    job.refresh_from_db()
    return bool(changed)


def cancel(job: Job, by: User | None = None) -> bool:
    """Stop the job: what waits is dropped at once, what runs ends at its next sign of life.

    False when it had ended already. What is done stays done.
    """
    with transaction.atomic():
        locked = Job.objects.select_for_update().get(pk=job.pk)
        if locked.has_ended:
            return False
        if not locked.cancel_requested_at:
            locked.cancel_requested_at = timezone.now()
            locked.save(update_fields=["cancel_requested_at"])
            log.info("job %s cancelled by %s", job.pk, by or "the system")
        stages.drop_queued_chunks(locked)
        stages.move_on(locked.pk)
    job.refresh_from_db()
    return True


def _accepting(job: Job) -> Job:
    """The job, locked. Raises ClaimLost if it takes nothing in any more."""
    locked = Job.objects.select_for_update().get(pk=job.pk)
    if locked.has_ended or locked.cancel_requested_at:
        raise ClaimLost(f"{locked} takes no more chunks")
    return locked


def _grow(job: Job, count: int) -> None:
    """Plan more items. If those are more than were expected, the bar still goes no step back."""
    planned = job.total - job.stage_base + count
    if planned > job.options.get("expected", planned):
        job.options = expected(job, planned)
        job.save(update_fields=["options"])
    Job.objects.filter(pk=job.pk).update(total=F("total") + count)
