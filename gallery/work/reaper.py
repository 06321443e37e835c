"""Makes up for whatever was lost: claims of dead workers, rings nobody heard, ends nobody saw.

Safe at any time, from any process, on any number of machines.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from gallery.models import Chunk, Job

from . import claims, doorbell, stages
from .claims import Claim, ClaimLost
from .processes import is_gone

log = logging.getLogger(__name__)

# A job is made and given its chunks in one transaction; this is for code that does not.
TIME_TO_GET_CHUNKS = timedelta(minutes=10)


def reap() -> None:
    release_lost_claims()
    end_jobs_with_nothing_left()
    ring_again()


def release_lost_claims() -> int:
    """Give back the chunks of dead workers at once, and of silent ones when their lease is over."""
    released = 0
    now = timezone.now()
    for chunk in Chunk.objects.filter(status=Chunk.Status.RUNNING).select_related("job"):
        if is_gone(chunk.worker):
            released += _release(chunk, "its worker died")
        elif chunk.lease_until and chunk.lease_until < now:
            released += _release(chunk, "its worker gave no sign of life")
    return released


def end_jobs_with_nothing_left() -> None:
    """End jobs that lost their last ring: no chunk queued or running, and not open."""
    old_enough = timezone.now() - TIME_TO_GET_CHUNKS
    unfinished = Job.objects.filter(
        status__in=[Job.Status.QUEUED, Job.Status.RUNNING], created_at__lt=old_enough
    )
    for job_id in unfinished.values_list("pk", flat=True):
        stages.end_if_nothing_is_left(job_id)


def ring_again() -> None:
    """Ring for every job with waiting chunks, unless rings are already waiting to be heard."""
    if doorbell.oldest_unheard() is not None:
        return
    for job in claims.waiting_jobs():
        doorbell.ring(job.pk)


def forget_old_jobs() -> None:
    """Delete jobs that ended long ago, except those something still refers to."""
    old = Job.objects.filter(finished_at__lt=timezone.now() - settings.JOB_KEEPING_TIME)
    for job in old:
        try:
            job.delete()
        except ProtectedError:
            # Its import or scan is still listed; the chunks are not needed for that.
            job.chunks.all().delete()


def _release(chunk: Chunk, reason: str) -> int:
    claim = Claim(
        chunk_id=chunk.pk,
        job_id=chunk.job_id,
        kind=chunk.job.kind,
        stage=chunk.stage,
        payload=chunk.payload,
        settled=chunk.settled,
        options=chunk.job.options,
        token=chunk.token,
        attempt=chunk.attempts,
    )
    try:
        with transaction.atomic():
            claims.give_back(claim, reason)
    except ClaimLost:
        return 0
    log.warning("%s is free again: %s", chunk, reason)
    return 1
