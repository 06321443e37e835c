"""SIGKILL in the middle of an archive: every file ends once, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.conftest import REPOSITORY
from tests.zips import picture, side_file, zip_file

PHOTOS = 60
KILLS = 3
SECONDS_TO_WAIT = 120
YEAR = "Takeout/Google Photos/Photos from 2019"
PARIS = "Takeout/Google Photos/Paris"
PREPARE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from gallery.models import User
User.objects.create_user("ann")
"""
GO_ON = """
import django; django.setup()
from gallery.models import Job
from gallery.work import runner
runner.drain(Job.objects.get(kind="archive"), processes=1)
"""


SETTLED = "SELECT count(*) FROM gallery_importedfile WHERE outcome <> 'waiting'"
WAITING = "SELECT count(*) FROM gallery_importedfile WHERE outcome = 'waiting'"
ENDED = "SELECT outcome, count(*) FROM gallery_importedfile GROUP BY outcome"
DATED = "SELECT count(*) FROM gallery_photo WHERE taken_source = 'sidecar'"


class Installation:
    """Processes on a data folder of their own, which may be killed."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.environment = {
            **os.environ,
            "CONTACTSHEET_DATA": str(data),
            "DJANGO_SETTINGS_MODULE": "gallery.config.settings",
            "PYTHONPATH": str(REPOSITORY),
        }
        self.begin("-c", PREPARE)
        assert self.process.wait(SECONDS_TO_WAIT) == 0

    def begin(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *arguments], cwd=REPOSITORY, env=self.environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    def kill_when_settled(self, count: int) -> None:
        until = time.monotonic() + SECONDS_TO_WAIT
        while self.rows(SETTLED)[0][0] < count:
            assert self.process.poll() is None, "it ended before it could be killed"
            assert time.monotonic() < until
            time.sleep(0.02)
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        assert self.rows(WAITING)[0][0] > 0

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.data / "db.sqlite3", timeout=20)) as connection:
            return connection.execute(query).fetchall()


def test_an_import_that_is_killed_again_and_again_ends_with_every_file_once(
    tmp_path: Path,
) -> None:
    photos = {f"{YEAR}/{n}.jpg": picture(n) for n in range(PHOTOS)}
    beside = {f"{YEAR}/{n}.jpg.json": side_file(1_577_880_000 + n) for n in range(PHOTOS)}
    copies = {f"{PARIS}/{n}.jpg": picture(n) for n in range(0, PHOTOS, 10)}
    first = zip_file(tmp_path / "1.zip", {**photos, **copies})
    second = zip_file(tmp_path / "2.zip", beside)
    installation = Installation(tmp_path / "data")
    command = ["manage.py", "import_archive", str(first), str(second)]
    installation.begin(*command, "--owner=ann", "--processes=1")
    # The side files are settled from the start; then photos follow.
    for number in range(1, KILLS + 1):
        installation.kill_when_settled(PHOTOS + number * PHOTOS // (KILLS + 1))
        installation.begin("-c", GO_ON)
    assert installation.process.wait(SECONDS_TO_WAIT) == 0
    assert dict(installation.rows(ENDED)) == {
        "added": PHOTOS,
        "already_here": len(copies),
        "side_file": PHOTOS,
    }
    assert installation.rows(DATED) == [(PHOTOS,)]
    assert installation.rows("SELECT count(*) FROM gallery_albumphoto") == [(len(copies),)]
    assert [path for path in (tmp_path / "data" / "incoming").rglob("*") if path.is_file()] == []
