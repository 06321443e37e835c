"""What people notice of the work behind the pages: nothing."""

from __future__ import annotations

from tests.browser.installation import Installation


def test_workers_leave_the_processor_to_whoever_looks_at_a_page(installation: Installation) -> None:
    web = [each for each in installation.family() if "gunicorn" in " ".join(each.cmdline())]
    workers = installation.workers()
    assert web
    assert workers
    assert max(each.nice() for each in web) < min(each.nice() for each in workers)
