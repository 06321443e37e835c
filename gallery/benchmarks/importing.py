"""How long an import takes, beside the bare decode limit measured in the same run.

The limit is what no import can do without: the checksum, the EXIF time, one scaled decode, a
small grey picture and one preview as a JPEG on disk; OpenCV, no database, one thread per core.
"""

from __future__ import annotations

import hashlib
import io
import os
import resource
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from django.core.management import call_command
from django.test import override_settings
from PIL import Image

from gallery.benchmarks.drawn import photo_files
from gallery.importing import folders
from gallery.models import ImportRun, Photo, User
from gallery.work import runner


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--count", type=int, default=500, help="photos (default 500)")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="measure with the photos of this folder")


def run(options: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = options["folder"] or Path(temporary) / "photos"
        paths = list(folders.found_in(folder)) if options["folder"] else []
        paths = paths or photo_files(folder, options["count"])
        size = sum(path.stat().st_size for path in paths) / len(paths) / 1e6
        _say(f"{len(paths)} photos of {size:.1f} MB, {os.cpu_count()} cores")
        for number in range(options["rounds"]):
            _round(number, folder, paths, Path(temporary))


def _round(number: int, folder: Path, paths: list[Path], temporary: Path) -> None:
    owner = User.objects.create_user(f"bench{number}")
    before = _timed(lambda: _limit(paths, temporary / f"limit{number}a"))
    stored = _timed(lambda: _import(folder, owner))
    measured = _timed(lambda: _measure(owner))
    after = _timed(lambda: _limit(paths, temporary / f"limit{number}b"))
    limit = (before + after) / 2
    count = len(paths)
    _say(f"{'':28}{'wall s':>8}{'ms/photo':>10}{'x limit':>9}")
    for name, seconds in (
        ("bare decode limit", limit),
        ("import: store, date, copies", stored),
        ("measure", measured),
        ("import and measure", stored + measured),
    ):
        _say(f"{name:28}{seconds:8.2f}{seconds / count * 1000:10.1f}{seconds / limit:9.2f}")
    added = Photo.objects.filter(owner=owner).count()
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    _say(f"{added} photos added; largest process {peak:.0f} MB; limit {before:.2f}, {after:.2f} s")


def _import(folder: Path, owner: User) -> None:
    run = folders.begin(folder, owner, door=ImportRun.Door.FOLDER)
    with override_settings(AFTER_IMPORT=[]):  # measured apart
        runner.drain(run.job, processes=os.cpu_count())


def _measure(owner: User) -> None:
    # A window so short that hardly a pair falls into it: what remains is measuring.
    arguments = ["--owner", owner.username, "--window", "0.1s"]
    call_command("scan", *arguments, stdout=io.StringIO(), stderr=io.StringIO())


def _limit(paths: list[Path], target: Path) -> None:
    target.mkdir()
    cv2.setNumThreads(1)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
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


def _timed(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
