"""SIGKILL at the worst places to workers of a real `manage.py up`: nothing lost or doubled."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
START_JOB = """
import django; django.setup()
from django.db import connection
from gallery.work import jobs
connection.cursor().execute("CREATE TABLE IF NOT EXISTS trial_effects (item integer)")
jobs.start("trial", None, "A trial", {payloads})
"""
SECONDS_TO_WAIT = 90  # a busy machine needs a while to start Python three times


class Installation:
    """`manage.py up --no-web` on a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **os.environ,
            "CONTACTSHEET_DATA": str(folder),
            "DJANGO_SETTINGS_MODULE": "tests.gallery.work.trial_settings",
            "PYTHONPATH": str(REPOSITORY),
        }
        with (folder / "up.log").open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--no-web", "--workers", "2"],
                cwd=REPOSITORY, env=self.environment, stdout=log, stderr=log,
            )  # fmt: skip

    def start_job(self, *payloads: list[int]) -> None:
        subprocess.run(
            [sys.executable, "-c", START_JOB.format(payloads=list(payloads))],
            cwd=REPOSITORY, env=self.environment, check=True,
        )  # fmt: skip

    def rows(self, query: str) -> list[tuple[int | str, ...]]:
        with closing(sqlite3.connect(self.folder / "db.sqlite3", timeout=20)) as connection:
            return connection.execute(query).fetchall()

    def workers(self, state: str) -> list[psutil.Process]:
        """Return the processes whose title ends or goes on with that state."""
        found = []
        for process in psutil.Process(self.process.pid).children(recursive=True):
            try:
                title = " ".join(process.cmdline())
            except psutil.Error:
                continue
            if title.startswith("qcluster Process-") and f" {state}" in title:
                found.append(process)
        return found

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(30)
        finally:
            self.process.kill()


def kill_one(workers: list[psutil.Process]) -> bool:
    for worker in workers[:1]:
        worker.kill()
    return bool(workers)


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    installation = Installation(tmp_path)
    yield installation
    if installation.process.poll() is None:
        installation.stop()


def wait_until(condition: Callable[[], object]) -> None:
    until = time.monotonic() + SECONDS_TO_WAIT
    while not condition():
        assert time.monotonic() < until, "waited too long; see up.log"
        time.sleep(0.1)


def test_killed_workers_busy_or_next_in_line_lose_nothing_and_double_nothing(
    installation: Installation,
) -> None:
    def effects() -> list[int]:
        return [int(item) for (item,) in installation.rows("SELECT item FROM trial_effects")]

    wait_until(lambda: len(installation.workers("idle")) == 2)
    installation.start_job(list(range(40)))
    wait_until(lambda: installation.workers("processing") and len(effects()) > 3)

    # The idle worker waits inside the lock of the internal queue: the stock cluster would hang.
    (idle,) = installation.workers("idle")
    idle.kill()
    before = len(effects())
    wait_until(lambda: installation.workers("processing") and len(effects()) > before + 3)

    wait_until(lambda: kill_one(installation.workers("processing")))  # not between two chunks
    installation.start_job([100, 101], [102])
    ended = "SELECT count(*) FROM gallery_job WHERE status = 'done'"
    wait_until(lambda: installation.rows(ended) == [(2,)])
    assert sorted(effects()) == [*range(40), 100, 101, 102]

    family = psutil.Process(installation.process.pid).children(recursive=True)
    assert installation.stop() == 0
    _, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []
