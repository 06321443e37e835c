"""A real `manage.py up` on the data of a benchmark, for those that measure what people see."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management.base import CommandError

SECONDS_TO_START = 120


@contextmanager
def server() -> Iterator[str]:
    """Start web server and workers; yields their address. Raises CommandError if none answers."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{found.getsockname()[1]}"
    command = [sys.executable, "manage.py", "up", "--bind", place]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=settings.BASE_FOLDER, stdout=quiet, stderr=quiet)
    try:
        _wait_for(f"http://{place}/readyz", process)
        yield f"http://{place}"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(SECONDS_TO_START)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise CommandError("The server did not start.")
