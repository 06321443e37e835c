"""The supervisor keeps its children running and ends them all, whatever they do."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from gallery.work.supervisor import Child, Supervisor

WRITE_PID = "import os, time; open({file!r}, 'a').write(f'{{os.getpid()}}\\n')"


@pytest.fixture
def kept_signals() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


class Trial:
    """A supervised program that notes each start, and what happens between the looks."""

    def __init__(self, folder: Path, rest: str) -> None:
        self.file = folder / "starts"
        program = WRITE_PID.format(file=str(self.file)) + f"\n{rest}"
        self.child = Child("trial", [sys.executable, "-c", program])

    def starts(self) -> list[int]:
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        return [int(line) for line in lines]

    def run(self, at_each_look: Callable[[], set[str]]) -> None:
        until = time.monotonic() + 20

        def tick() -> set[str]:
            assert time.monotonic() < until, "took too long"
            return at_each_look()

        Supervisor([self.child], tick, tick_seconds=0.1).run()


def stop() -> set[str]:
    os.kill(os.getpid(), signal.SIGTERM)
    return set()


def test_a_child_that_ends_is_started_anew(tmp_path: Path, kept_signals: None) -> None:
    trial = Trial(tmp_path, "raise SystemExit(70)")
    trial.run(lambda: stop() if len(trial.starts()) >= 2 else set())
    assert len(set(trial.starts())) >= 2


def test_a_child_that_hangs_is_killed_and_started_anew(
    tmp_path: Path, kept_signals: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gallery.work.supervisor.SOUND_AFTER_SECONDS", 0.5)
    trial = Trial(tmp_path, "time.sleep(60)")
    trial.run(lambda: stop() if len(trial.starts()) == 2 else {"trial"})
    assert len(trial.starts()) == 2


def test_a_child_just_started_is_given_time(tmp_path: Path, kept_signals: None) -> None:
    trial = Trial(tmp_path, "time.sleep(60)")
    looks: list[int] = []

    def look() -> set[str]:
        looks.append(1)
        if trial.starts() and len(looks) > 10:
            stop()
        return {"trial"}

    trial.run(look)
    assert len(trial.starts()) == 1


def test_what_a_dead_child_left_behind_dies_too(tmp_path: Path, kept_signals: None) -> None:
    trial = Trial(tmp_path, "import subprocess; subprocess.Popen(['sleep', '60']); time.sleep(60)")
    left: list[psutil.Process] = []

    def look() -> set[str]:
        if not left and trial.starts():
            left.extend(psutil.Process(trial.starts()[0]).children())
            if left:
                os.kill(trial.starts()[0], signal.SIGKILL)
        return stop() if len(trial.starts()) > 1 else set()

    trial.run(look)
    assert left
    _, alive = psutil.wait_procs(left, timeout=5)
    assert alive == []


def test_a_child_deaf_to_sigterm_is_killed_in_the_end(
    tmp_path: Path, kept_signals: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gallery.work.supervisor.SECONDS_TO_STOP", 0.5)
    deaf = "import signal; signal.signal(15, signal.SIG_IGN); open({!r}, 'w'); time.sleep(60)"
    ready = tmp_path / "deaf"
    trial = Trial(tmp_path, deaf.format(str(ready)))
    trial.run(lambda: stop() if ready.exists() else set())
    assert not psutil.pid_exists(trial.starts()[0])
