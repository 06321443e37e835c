"""How much memory this process and all its children take together, watched while work goes on."""

from __future__ import annotations

import contextlib
import os
import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SECONDS_BETWEEN_LOOKS = 0.25
PROC = Path("/proc")


@dataclass
class Peak:
    """In bytes. Pages that processes share are counted once, as Linux divides them among them."""

    together: int = 0
    largest: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        while not self._stop.wait(SECONDS_BETWEEN_LOOKS):
            sizes = [_proportional_bytes(pid) for pid in _family(os.getpid())]
            self.together = max(self.together, sum(sizes))
            self.largest = max(self.largest, *sizes, 0)


@contextlib.contextmanager
def peak_memory() -> Iterator[Peak]:
    """Linux only: elsewhere the figures stay 0."""
    peak = Peak()
    thread = threading.Thread(target=peak.watch, daemon=True)
    if PROC.is_dir():
        thread.start()
    try:
        yield peak
    finally:
        peak._stop.set()
        if thread.is_alive():
            thread.join()


def _family(root: int) -> list[int]:
    children: dict[int, list[int]] = defaultdict(list)
    for entry in PROC.iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError, ValueError, IndexError):
                # The name in brackets may hold anything, so count from its end.
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                children[int(fields[1])].append(int(entry.name))
    family, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        family.append(pid)
        waiting += children[pid]
    return family


def _proportional_bytes(pid: int) -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
