"""What the supervisor does about the database every few seconds."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from gallery.models import Chunk

from . import doorbell, reaper

log = logging.getLogger(__name__)

WORKERS = "workers"  # the name of the cluster among the supervisor's children


def look() -> set[str]:
    """Make up for what was lost; return the names of children that hang."""
    try:
        close_old_connections()
        reaper.reap()
        return {WORKERS} if cluster_hangs() else set()
    except DatabaseError:
        # The next look will tell more; a supervisor that ends would take everything with it.
        log.exception("cannot look after the background work now")
        return set()


def cluster_hangs() -> bool:
    """Tell whether rings wait although nobody shows a sign of life.

    No task takes longer than the queue's time-out, so after that and a while a free worker must
    have heard the ring.
    """
    since = doorbell.oldest_unheard()
    patience = timedelta(seconds=settings.Q_CLUSTER["timeout"] + 30)
    now = timezone.now()
    if since is None or now - since < patience:
        return False
    alive_since = now + settings.CHUNK_LEASE - patience
    return not Chunk.objects.filter(
        status=Chunk.Status.RUNNING, lease_until__gte=alive_since
    ).exists()
