"""How long an import takes, beside the bare decode limit measured in the same run.

The limit is what no import can do without: the checksum, the EXIF time, one scaled decode, a
small grey picture and one preview as a JPEG on disk; OpenCV, no database, one thread per core.

Beside the time that passed stands the processor time of all processes: on a machine that others
use as well it says more, though waiting for the disk, and for the last worker, is not in it.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import resource
import statistics
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from django.core.management import call_command
from django.test import override_settings
from PIL import Image

from gallery.benchmarks.drawn import photo_files
from gallery.files import derivatives, originals
from gallery.importing import folders
from gallery.models import ImportRun, Photo, User
from gallery.work import runner
from gallery.work.processes import adopt_orphans

# Decoders end by themselves when their worker has ended.
SECONDS_TO_END = 10


@dataclass(frozen=True, slots=True)
class _Cost:
    wall: float  # seconds
    cpu: float  # seconds of all processes, in the system too

    def __add__(self, other: _Cost) -> _Cost:
        return _Cost(self.wall + other.wall, self.cpu + other.cpu)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--count", type=int, default=500, help="photos (default 500)")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="measure with the photos of this folder")


def run(options: dict[str, Any]) -> None:
    adopt_orphans()  # so that the time of the decoders is counted when their workers have ended
    with tempfile.TemporaryDirectory() as temporary:
        folder = options["folder"] or Path(temporary) / "photos"
        paths = list(folders.found_in(folder)) if options["folder"] else []
        paths = paths or photo_files(folder, options["count"])
        size = sum(path.stat().st_size for path in paths) / len(paths) / 1e6
        _say(f"{len(paths)} photos of {size:.1f} MB, {os.cpu_count()} cores")
        rounds = [
            _round(number, folder, paths, Path(temporary)) for number in range(options["rounds"])
        ]
        if len(rounds) > 1:
            _say_medians(rounds)


def _round(
    number: int, folder: Path, paths: list[Path], temporary: Path
) -> dict[str, tuple[float, float]]:
    """Of each kind of work: how many times the limit it took, in time that passed and of CPU."""
    owner = User.objects.create_user(f"bench{number}")
    os.sync()  # what was drawn or deleted a moment ago would be written while others are read
    before = _timed(lambda: least_work(paths, temporary / f"limit{number}a"))
    stored = _timed(lambda: _import(folder, owner))
    measured = _timed(lambda: _measure(owner))
    after = _timed(lambda: least_work(paths, temporary / f"limit{number}b"))
    both = before + after
    limit = _Cost(both.wall / 2, both.cpu / 2)
    count = len(paths)
    each = f"{'ms/photo':>10}{'x limit':>9}"
    _say(f"{'':28}{'wall s':>8}{each}{'cpu s':>9}{each}")
    costs = {
        "bare decode limit": limit,
        "import: store, date, copies": stored,
        "measure": measured,
        "import and measure": stored + measured,
    }
    for name, cost in costs.items():
        wall = f"{cost.wall:8.2f}{cost.wall / count * 1000:10.1f}{cost.wall / limit.wall:9.2f}"
        cpu = f"{cost.cpu:9.2f}{cost.cpu / count * 1000:10.1f}{cost.cpu / limit.cpu:9.2f}"
        _say(f"{name:28}{wall}{cpu}")
    added = Photo.objects.filter(owner=owner).count()
    _forget_files(owner)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    _say(f"{added} photos added; largest process {peak:.0f} MB")
    _say(f"limit {before.wall:.2f}, {after.wall:.2f} s; cpu {before.cpu:.2f}, {after.cpu:.2f} s")
    return {name: (cost.wall / limit.wall, cost.cpu / limit.cpu) for name, cost in costs.items()}


def _forget_files(owner: User) -> None:
    """For the next round, which would find every file in the storage already."""
    for checksum in Photo.objects.filter(owner=owner).values_list("checksum", flat=True):
        originals.storage().delete(originals.name_of(checksum))
        derivatives.delete_all(checksum)


def _say_medians(rounds: list[dict[str, tuple[float, float]]]) -> None:
    """One round on a machine that others use as well says little; the median says more."""
    _say(f"median of {len(rounds)} rounds, x limit")
    for name in rounds[0]:
        wall, cpu = (statistics.median(each[name][at] for each in rounds) for at in (0, 1))
        _say(f"{name:28}{wall:8.2f} wall{cpu:8.2f} cpu")


def _import(folder: Path, owner: User) -> None:
    run = folders.begin(folder, owner, door=ImportRun.Door.FOLDER)
    with override_settings(AFTER_IMPORT=[]):  # measured apart
        runner.drain(run.job, processes=os.cpu_count())


def _measure(owner: User) -> None:
    # A window so short that hardly a pair falls into it: what remains is measuring.
    arguments = ["--owner", owner.username, "--window", "0.1s"]
    call_command("scan", *arguments, stdout=io.StringIO(), stderr=io.StringIO())


def least_work(paths: Sequence[Path], target: Path, workers: int | None = None) -> None:
    """The limit, of all pictures; their previews are left in the target, a new folder."""
    target.mkdir()
    cv2.setNumThreads(1)
    with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        list(pool.map(lambda path: _least_work(path, target), paths))


def _least_work(path: Path, target: Path) -> None:
    data = path.read_bytes()
    checksum = hashlib.sha256(data).hexdigest()
    with Image.open(io.BytesIO(data)) as image:
        image.getexif().get_ifd(0x8769).get(0x9003)
    pixels = cv2.imdecode(
        np.frombuffer(data, np.uint8), cv2.IMREAD_REDUCED_COLOR_4 | cv2.IMREAD_IGNORE_ORIENTATION
    )
    assert pixels is not None, f"OpenCV cannot read {path.name}"
    cv2.resize(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), (256, 256), interpolation=cv2.INTER_AREA)
    _, preview = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 80])
    (target / f"{checksum}.jpg").write_bytes(preview.tobytes())


def _timed(work: Callable[[], None]) -> _Cost:
    started, used = time.perf_counter(), _cpu_seconds()
    work()
    wall = time.perf_counter() - started
    _reap()
    return _Cost(wall, _cpu_seconds() - used)


def _cpu_seconds() -> float:
    """Of this process and of all that were its children, or became so, and have ended."""
    own, children = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _reap() -> None:
    until = time.monotonic() + SECONDS_TO_END
    with contextlib.suppress(ChildProcessError):  # none is left
        while time.monotonic() < until:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.05)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
