"""A handler that takes its time over a chunk and then finishes it."""

import time

from gallery.work.claims import Claim, finish

SECONDS_PER_CHUNK = 0.2


def work_on(claim: Claim) -> None:
    time.sleep(SECONDS_PER_CHUNK)
    finish(claim)
