"""Works on trial jobs: writes each item of a chunk into a table, slowly."""

import time

from django.db import connection

from gallery.work.claims import Claim, extend, finish, step

SECONDS_PER_ITEM = 0.1


def work_on(claim: Claim) -> None:
    left = list(claim.payload)
    while left:
        time.sleep(SECONDS_PER_ITEM)
        extend(claim)
        item = left.pop(0)
        step(claim, lambda item=item: _write(item), done=1, payload=left)  # type: ignore[misc]
    finish(claim)


def _write(item: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO trial_effects (item) VALUES (%s)", [item])
