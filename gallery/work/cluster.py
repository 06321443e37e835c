"""django-q's cluster, made to crash rather than to hang.

A worker that is killed while it waits for work takes the lock of the internal queue with it:
the stock cluster replaces the process, and then nobody gets a task ever again. So here a process
that died in any unplanned way ends the whole cluster at once, and the supervisor starts a new one.
Nothing is lost by that: the chunks hold what is to be done.
"""

import logging
import os
import signal
import uuid
from multiprocessing.context import ForkProcess
from multiprocessing.sharedctypes import Synchronized
from typing import Any

from django_q import cluster as stock

from . import stopping
from .processes import die_with_parent

log = logging.getLogger(__name__)

EXIT_CRASHED = 70
# After a time-out the worker still hands over its result; cutting that off locks the result queue.
SECONDS_TO_HAND_OVER = 5
PLEASE_STOP = signal.SIGUSR1


class ClusterProcess(ForkProcess):
    """Any process of a cluster: dies with its sentinel, and stops soon when asked to."""

    timer: "Synchronized[float]"  # of a worker: seconds left, 0 after a time-out, negative else

    def run(self) -> None:
        die_with_parent()
        stopping.listen(PLEASE_STOP)
        super().run()


class CrashingSentinel(stock.Sentinel):  # type: ignore[misc]
    """Guards the processes of a cluster, and ends all of them when one dies."""

    def start(self) -> None:
        die_with_parent()
        super().start()

    def spawn_process(self, target: Any, *args: Any) -> ClusterProcess:
        name = f"Process-{uuid.uuid4().hex}"
        process = ClusterProcess(target=target, args=args, name=name, daemon=True)
        if target is stock.worker:
            process.timer = args[2]
            self.pool.append(process)
        process.start()
        return process

    def reincarnate(self, process: ClusterProcess) -> None:
        if process in self.pool and process.timer.value == 0:
            process.join(SECONDS_TO_HAND_OVER)
        if process.exitcode != 0:
            log.error("a process of the cluster died (exit %s): ending all", process.exitcode)
            self._crash()
        super().reincarnate(process)

    def stop(self) -> None:
        for process in self.pool:
            if process.is_alive():
                os.kill(process.pid, PLEASE_STOP)
        super().stop()

    def _crash(self) -> None:
        for process in [*self.pool, self.monitor, self.pusher]:
            if process is not None and process.is_alive():
                os.kill(process.pid, signal.SIGKILL)
        os._exit(EXIT_CRASHED)


def run() -> int:
    """Run a cluster until it is told to stop; returns its exit code."""
    stock.Sentinel = CrashingSentinel
    cluster = stock.Cluster()
    cluster.start()
    cluster.sentinel.join()
    code: int = cluster.sentinel.exitcode
    return code
