"""A real `manage.py up` on a data folder and a port of its own, as people run it."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psutil

REPOSITORY = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 120
SECONDS_TO_STOP = 40


class Installation:
    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.address = f"http://127.0.0.1:{_free_port()}"
        self.environment = {
            **os.environ,
            "CONTACTSHEET_DATA": str(folder / "data"),
            "DJANGO_SETTINGS_MODULE": "gallery.config.settings",
            "OMP_NUM_THREADS": "1",
            **environment,
        }
        self.log = folder / "up.log"
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        """Start it, or start it again after `kill`, at the same address."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--bind", self.address.removeprefix("http://")],
                cwd=REPOSITORY, env=self.environment, stdout=log, stderr=log,
            )  # fmt: skip
        return self.process

    def kill(self) -> None:
        """SIGKILL for everything at once, as when the power goes."""
        family = psutil.Process(self.process.pid).children(recursive=True)
        for each in [psutil.Process(self.process.pid), *family]:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        self.process.wait()
        psutil.wait_procs(family, timeout=SECONDS_TO_STOP)

    def wait_until_it_answers(self) -> None:
        until = time.monotonic() + SECONDS_TO_START
        while not self._answers():
            assert self.process.poll() is None, f"`manage.py up` ended:\n{self.log.read_text()}"
            assert time.monotonic() < until, f"no answer yet:\n{self.log.read_text()}"
            time.sleep(0.2)

    def manage(self, *arguments: str) -> str:
        """Run one more command on the same data; returns what it printed."""
        return self._run("manage.py", *arguments)

    def run_module(self, name: str, *arguments: str) -> str:
        return self._run("-m", name, *arguments)

    @contextmanager
    def workers_asleep(self) -> Iterator[None]:
        """Stop the clock of the background workers, so that a page can be seen waiting."""
        workers = self.workers()
        try:
            self._suspend(workers)
            yield
        finally:
            for worker in workers:
                worker.resume()

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(SECONDS_TO_STOP)
        finally:
            self.process.kill()
            self.process.wait()

    def family(self) -> list[psutil.Process]:
        """All processes of the installation but the first."""
        found: list[psutil.Process] = psutil.Process(self.process.pid).children(recursive=True)
        return found

    def workers(self) -> list[psutil.Process]:
        return [each for each in self.family() if "qcluster" in " ".join(each.cmdline())]

    def _suspend(self, workers: list[psutil.Process]) -> None:
        """Suspend them at a moment when none of them writes: the web server must still be able."""
        until = time.monotonic() + 20
        while time.monotonic() < until:
            for worker in workers:
                worker.suspend()
            if self._can_be_written():
                return
            for worker in workers:
                worker.resume()
            time.sleep(0.05)
        raise AssertionError("the workers write all the time")

    def _can_be_written(self) -> bool:
        with closing(sqlite3.connect(self.folder / "data" / "db.sqlite3", timeout=0.2)) as database:
            try:
                database.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return False
            database.rollback()
            return True

    def rows(self, *tables: str) -> list[object]:
        """Everything in these tables, to see whether it is the same later."""
        with closing(sqlite3.connect(self.folder / "data" / "db.sqlite3", timeout=20)) as database:
            return [database.execute(f"SELECT * FROM {table}").fetchall() for table in tables]

    def _run(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command],
            cwd=REPOSITORY, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{command} failed:\n{done.stdout}{done.stderr}"
        return done.stdout

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=10) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
