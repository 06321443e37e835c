"""Names a process so that later, and from outside, it can be told whether it still lives."""

import ctypes
import os
import signal
import socket

import psutil

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

_libc = ctypes.CDLL(None, use_errno=True)


def this_worker() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{psutil.Process().create_time():.2f}"


def is_gone(worker: str) -> bool:
    """Tell whether this worker is known to be dead.

    Only of this machine's processes can that be known; others answer by their lease. The start
    time tells a process from a later one with the same number.
    """
    host, _, rest = worker.partition(":")
    number, _, started = rest.partition(":")
    if host != socket.gethostname() or not number.isdecimal():
        return False
    try:
        process = psutil.Process(int(number))
        return process.status() == psutil.STATUS_ZOMBIE or f"{process.create_time():.2f}" != started
    except psutil.NoSuchProcess:
        return True


def die_with_parent(signal_number: int = signal.SIGKILL) -> None:
    """Have the kernel end this process when its parent ends, however that ends."""
    if hasattr(_libc, "prctl"):  # Linux
        _libc.prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)


def adopt_orphans() -> None:
    """Become the parent of children whose parent died, as the first process of a machine does."""
    if hasattr(_libc, "prctl"):
        _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
