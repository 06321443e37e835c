"""What people notice of the work behind the pages: nothing."""

from __future__ import annotations

import time

from tests.browser.installation import SECONDS_TO_START, Installation


def test_workers_leave_the_processor_to_whoever_looks_at_a_page(installation: Installation) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while not (workers := installation.workers()):  # they start beside the web server
        assert time.monotonic() < until, "no worker has started"
        time.sleep(0.2)
    web = [each for each in installation.family() if "gunicorn" in " ".join(each.cmdline())]
    assert web
    assert max(each.nice() for each in web) < min(each.nice() for each in workers)
