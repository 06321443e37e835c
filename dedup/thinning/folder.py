"""Plan the thinning of a plain folder, over all cores, without a database.

Each camera goes to one process, which decodes and compares its frames one after the other. While
there are fewer cameras than cores, threads of it decode those that come next. So the plan is the
same on any machine, whatever its cores.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import queue
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import cv2

from dedup.core.camera_maps import work_size
from dedup.core.camera_settings import CameraRules
from dedup.core.camera_stages import StagedComparison, StagedFrame, compare_staged, stage
from dedup.core.thinning import Frame, Rule, Verdict, in_order, plan
from dedup.thinning.memory import keep_freed_memory
from gallery.core.camera_overview import TINY_EDGE_PX
from gallery.core.frame_files import FrameFile, UnreadableFrame, read_gray

TOLD_EVERY = 10  # frames
SECONDS_BETWEEN_LOOKS = 0.05
# Decoded frames that wait; each has 0.3 MB.
AHEAD = 8


class CameraFailed(Exception):
    """A worker process died over the frames of a camera; the text names it."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a file was when it was read, to notice that it changed since."""

    size_bytes: int
    modified_ns: int
    inode: tuple[int, int]


@dataclass(frozen=True, slots=True)
class FileVerdict:
    file: FrameFile
    look: Look
    verdict: Verdict[Path]


_Frame = Frame[Path, StagedFrame]
_Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class _Cores:
    """How many cores a run may use; every camera that is being thinned has one of them."""

    count: int
    taken: Any = None  # a number that processes share; None where one process does it all

    @property
    def has_spare(self) -> bool:
        taken = 1 if self.taken is None else self.taken.value
        return bool(taken < self.count)

    @contextmanager
    def one_taken(self) -> Iterator[None]:
        self._take(1)
        try:
            yield
        finally:
            self._take(-1)

    def _take(self, cores: int) -> None:
        with self.taken.get_lock():
            self.taken.value += cores


def plan_folder(
    files: Sequence[FrameFile],
    rule: Rule,
    rules: CameraRules,
    *,
    workers: int,
    zone: dt.tzinfo = dt.UTC,
    told: _Told = lambda _count: None,
) -> list[FileVerdict]:
    """A verdict for every file; ``told`` is called with the number of frames just settled.

    Whether a frame was taken by day or by night is read from the clock of ``zone``.
    """
    cameras: defaultdict[str, list[FrameFile]] = defaultdict(list)
    for file in files:
        cameras[file.camera].append(file)
    # The largest first, so that no core waits for it at the end.
    parts = sorted(cameras.values(), key=lambda part: (-len(part), part[0].camera))
    if workers < 2 or len(parts) < 2:
        # One camera needs no process of its own: threads decode ahead, and nothing has to start.
        found = [
            plan_camera(part, rule, rules, cores=_Cores(workers), zone=zone, told=told)
            for part in parts
        ]
    else:
        found = _in_processes(parts, rule, rules, workers, zone, told)
    return [verdict for part in found for verdict in part]


def plan_camera(
    files: Sequence[FrameFile],
    rule: Rule,
    rules: CameraRules,
    *,
    cores: _Cores,
    zone: dt.tzinfo = dt.UTC,
    told: _Told = lambda _count: None,
) -> list[FileVerdict]:
    """The same of the frames of one camera, in the order in which they were compared."""
    by_path = {file.path: file for file in files}
    ordered = in_order([(file.path, file.taken) for file in files], rule)
    looks: dict[Path, Look] = {}

    def frames() -> Iterator[_Frame]:
        decoded = _decoded(ordered, by_path, cores)
        for count, (path, frame, look) in enumerate(decoded, start=1):
            looks[path] = look
            yield frame
            if count % TOLD_EVERY == 0:
                told(TOLD_EVERY)
        told(len(ordered) % TOLD_EVERY)

    def compare(kept: _Frame, frame: _Frame) -> StagedComparison:
        assert kept.picture and frame.picture and kept.taken and frame.taken
        moment = max(kept.taken, frame.taken).astimezone(zone)
        return compare_staged(kept.picture, frame.picture, rules.at(moment))

    return [
        FileVerdict(by_path[verdict.key], looks[verdict.key], verdict)
        for verdict in plan(frames(), compare, rule)
    ]


def _decoded(
    ordered: Iterable[tuple[Path, Any]], files: dict[Path, FrameFile], cores: _Cores
) -> Iterator[tuple[Path, _Frame, Look]]:
    """Every frame in turn. Threads decode ahead while a core is spare.

    Where each core has its camera, threads would only push each other's frames out of the caches.
    """
    upcoming = iter(ordered)
    waiting: deque[tuple[Path, Future[tuple[_Frame, Look]]]] = deque()
    with ThreadPoolExecutor(cores.count) as pool:
        while True:
            ahead = cores.count + AHEAD if cores.has_spare else 0
            for path, _ in islice(upcoming, max(0, ahead - len(waiting))):
                waiting.append((path, pool.submit(_read, files[path])))
            if waiting:
                path, future = waiting.popleft()
                yield path, *future.result()
            elif following := next(upcoming, None):
                yield following[0], *_read(files[following[0]])
            else:
                return


def _read(file: FrameFile) -> tuple[_Frame, Look]:
    try:
        stat = file.path.stat()
        look = Look(stat.st_size, stat.st_mtime_ns, (stat.st_dev, stat.st_ino))
        size, gray = read_gray(file.path, work_size)
        if min(size) < TINY_EDGE_PX:
            raise UnreadableFrame(f"It has only {size[0]} by {size[1]} pixels.")
        return Frame(file.path, file.taken, stage(gray, size)), look
    except UnreadableFrame as error:
        return Frame(file.path, file.taken, None, str(error)), look
    except OSError as error:
        return Frame(file.path, file.taken, None, f"{error}."), Look(0, 0, (0, 0))


def _in_processes(
    parts: Sequence[Sequence[FrameFile]],
    rule: Rule,
    rules: CameraRules,
    workers: int,
    zone: dt.tzinfo,
    told: _Told,
) -> list[list[FileVerdict]]:
    """This process takes cameras too: it need not start, which takes as long as 60 frames do."""
    context = multiprocessing.get_context("spawn")
    settled: multiprocessing.Queue[int] = context.Queue()
    cores = _Cores(workers, context.Value("i", 0))

    def told_of_all(count: int) -> None:
        told(count)
        _tell(settled, told)

    def here(part: Sequence[FrameFile]) -> list[FileVerdict]:
        with cores.one_taken():
            return plan_camera(part, rule, rules, cores=cores, zone=zone, told=told_of_all)

    others = min(workers, len(parts)) - 1
    with (
        ProcessPoolExecutor(
            others, mp_context=context, initializer=_begin_worker, initargs=(settled, cores)
        ) as pool,
        _one_thread_in_opencv(),
    ):
        futures = [pool.submit(_work, list(part), rule, rules, zone) for part in parts[1:]]
        found = {0: here(parts[0])}
        for number, future in enumerate(futures, start=1):
            if future.cancel():  # no other process has begun with it
                found[number] = here(parts[number])
        while not all(future.done() for future in futures):
            _tell(settled, told)
            time.sleep(SECONDS_BETWEEN_LOOKS)
        _tell(settled, told)
        for number, future in enumerate(futures, start=1):
            if number not in found:
                found[number] = _result(future, parts[number][0].camera)
        return [found[number] for number in range(len(parts))]


@contextmanager
def _one_thread_in_opencv() -> Iterator[None]:
    """For a while: every core has its process already."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)


def _result(future: Future[list[FileVerdict]], camera: str) -> list[FileVerdict]:
    try:
        return future.result()
    except BrokenProcessPool:
        raise CameraFailed(
            f"A worker process died while it read the frames of {camera}. Nothing was touched."
        ) from None


def _tell(settled: Any, told: _Told) -> None:
    while True:
        try:
            told(settled.get_nowait())
        except queue.Empty:
            return


_settled: Any = None
_cores: _Cores


def _begin_worker(settled: Any, cores: _Cores) -> None:
    global _settled, _cores
    _settled, _cores = settled, cores
    cv2.setNumThreads(1)
    keep_freed_memory()


def _work(
    files: list[FrameFile], rule: Rule, rules: CameraRules, zone: dt.tzinfo
) -> list[FileVerdict]:
    with _cores.one_taken():
        return plan_camera(files, rule, rules, cores=_cores, zone=zone, told=_settled.put)
