"""Keeps the processes of one machine running: the web server and a cluster of workers.

Starts them, starts them anew when they end, notices a cluster that hangs, takes in orphans, and
ends everything when it is told to.
"""

import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .processes import adopt_orphans, die_with_parent

log = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 0.2
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
# Having run this long, a process is sound: if it ends now, the pauses start over.
SOUND_AFTER_SECONDS = 60
SECONDS_TO_STOP = 15


@dataclass
class Child:
    """One process to keep running, with everything it starts."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    pause_seconds: float = FIRST_PAUSE_SECONDS

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            env={**os.environ, **self.environment},
            process_group=0,  # Ctrl-C reaches the supervisor alone, which then ends all in order
            preexec_fn=lambda: die_with_parent(signal.SIGTERM),
        )
        self.started_at = time.monotonic()

    def kill(self) -> None:
        """End it with everything it started, at once."""
        self.send(signal.SIGKILL, to_group=True)

    def send(self, signal_number: int, *, to_group: bool = False) -> None:
        if self.process is None:
            return
        try:
            if to_group:
                os.killpg(self.process.pid, signal_number)
            else:
                os.kill(self.process.pid, signal_number)
        except ProcessLookupError:
            pass


class Supervisor:
    """Runs children until SIGINT or SIGTERM.

    `tick` is called every `tick_seconds` and right after a child was lost. It returns the names
    of children that hang; those are killed and started anew.
    """

    def __init__(
        self, children: list[Child], tick: Callable[[], set[str]], *, tick_seconds: float
    ) -> None:
        self.children = children
        self.tick = tick
        self.tick_seconds = tick_seconds
        self.next_tick = time.monotonic() + tick_seconds
        self.is_stopping = False

    def run(self) -> None:
        adopt_orphans()
        signal.signal(signal.SIGTERM, self._ask_to_stop)
        signal.signal(signal.SIGINT, self._ask_to_stop)
        for child in self.children:
            child.start()
        while not self.is_stopping:
            time.sleep(SECONDS_BETWEEN_LOOKS)
            self._reap()
            self._start_missing()
            self._tick_if_due()
        self._stop()

    def _ask_to_stop(self, *_: object) -> None:
        self.is_stopping = True

    def _reap(self) -> None:
        """Take leave of every process that ended: children, and orphans taken in."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            for child in self.children:
                if child.process is not None and child.process.pid == pid:
                    self._lost(child, os.waitstatus_to_exitcode(status))

    def _lost(self, child: Child, code: int) -> None:
        assert child.process is not None
        child.kill()  # what it left behind
        child.process.returncode = code
        child.process = None
        now = time.monotonic()
        if now - child.started_at > SOUND_AFTER_SECONDS:
            child.pause_seconds = FIRST_PAUSE_SECONDS
        child.start_again_at = now + child.pause_seconds
        child.pause_seconds = min(child.pause_seconds * 2, LONGEST_PAUSE_SECONDS)
        self.next_tick = min(self.next_tick, child.start_again_at)
        if not self.is_stopping:
            log.warning("%s ended (exit %s) and is started anew", child.name, code)

    def _start_missing(self) -> None:
        for child in self.children:
            if child.process is None and time.monotonic() >= child.start_again_at:
                child.start()

    def _tick_if_due(self) -> None:
        if time.monotonic() < self.next_tick:
            return
        self.next_tick = time.monotonic() + self.tick_seconds
        hanging = self.tick()
        for child in self.children:
            # One just started may still be about to do what the one before did not.
            is_sound = time.monotonic() - child.started_at > SOUND_AFTER_SECONDS
            if child.name in hanging and child.process and is_sound:
                log.error("%s hangs and is killed", child.name)
                child.kill()

    def _stop(self) -> None:
        """Ask all to end, wait, and kill what did not."""
        for child in self.children:
            child.send(signal.SIGTERM)
        until = time.monotonic() + SECONDS_TO_STOP
        while any(child.process for child in self.children) and time.monotonic() < until:
            time.sleep(SECONDS_BETWEEN_LOOKS / 4)
            self._reap()
        for child in self.children:
            child.kill()
        while any(child.process for child in self.children):
            time.sleep(SECONDS_BETWEEN_LOOKS / 4)
            self._reap()
