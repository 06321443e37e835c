"""How fast and how right frames of fixed cameras are thinned, beside the usual OpenCV script.

The frames are made up (tests/made_up_cameras.py), so what happened in them is known. Everything
is timed in one run on the same files, in turns, the best of the rounds: the machine may be shared.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import cv2
import numpy as np
from django.conf import settings
from django.core.management.base import CommandParser, OutputWrapper
from django.utils import timezone

from dedup.benchmarks.camera_truth import ThinningFigures, judge
from dedup.core.camera_maps import work_size
from dedup.core.camera_settings import DEFAULT_RULES
from dedup.core.thinning import Fate, Rule
from dedup.thinning.folder import plan_folder
from dedup.thinning.memory import keep_freed_memory
from gallery.benchmarks.importing import least_work
from gallery.core.frame_files import FrameFile, UnreadableFrame, find, named, read_gray

FRAMES_OF_THE_SET = 1080
LIMIT_SHARE, TIMES_FASTER = 0.6, 3.0
LENGTH_OF_THE_SET = dt.timedelta(days=30)  # more than any part of it lasts
# What the known task's scripts use: blurs, border, threshold, contour areas.
BLURS, BORDER_PERCENT, THRESHOLD, LEAST_AREA_PX = (5, 11, 21), (5, 10, 5, 0), 45, 500


def add_arguments(parser: CommandParser) -> None:
    parser.add_argument("--frames", type=int, default=FRAMES_OF_THE_SET)
    parser.add_argument("--format", choices=("png", "jpg"), default="jpg")
    parser.add_argument("--folder", type=Path, help="a set that is there already, or is made there")
    parser.add_argument("--full-hd", action="store_true", help="only frames of 1920 by 1080")
    parser.add_argument("--times", type=int, default=1, help="the set follows itself, as links")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)


def run(options: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory(prefix="contactsheet-frames-") as scratch:
        folder = options["folder"] or Path(scratch)
        if not (folder / "ground_truth.json").is_file():
            _make(folder, options)
        with tempfile.TemporaryDirectory(prefix=".again-", dir=folder) as links:
            _measure(folder, Path(links), options, OutputWrapper(sys.stdout))


def _make(folder: Path, options: dict[str, Any]) -> None:
    share = str(options["frames"] / FRAMES_OF_THE_SET)
    command = [sys.executable, "-m", "tests.made_up_cameras", str(folder), "--share", share]
    command += ["--format", options["format"], "--workers", str(options["workers"])]
    subprocess.run(command, check=True, cwd=settings.BASE_FOLDER)


def _measure(folder: Path, links: Path, options: dict[str, Any], out: OutputWrapper) -> None:
    truth = json.loads((folder / "ground_truth.json").read_text())
    files = _files(folder, truth)
    if options["full_hd"]:
        wanted = {each["name"] for each in truth["frames"] if each["width"] == 1920}
        files = [file for file in files if file.path.name in wanted]
        truth["frames"] = [each for each in truth["frames"] if each["name"] in wanted]
    # What happens in the set is judged once; it follows itself to tell the time of a long run.
    judged = {file.path for file in files}
    files += _again(files, links, options["times"])
    damaged = {each["name"] for each in truth["frames"] if each["unreadable"]}
    readable = [file.path for file in files if file.path.name not in damaged]
    workers = options["workers"]
    keep_freed_memory()  # as the workers of thin_frames do; so the others have it too
    found: dict[str, Any] = {}
    runs: dict[str, Callable[[], Any]] = {
        "bare decode": lambda: _decode_all(files, workers),
        "bare limit of an import": lambda: _limit_of_import(readable, folder, workers),
        "thin_frames": lambda: _thin(files, workers),
        "plain OpenCV script": lambda: _plain_script(files),
    }
    seconds = {name: (float("inf"), float("inf")) for name in runs}
    for _ in range(options["rounds"]):
        for name, work in runs.items():
            began, cpu = time.perf_counter(), _cpu_seconds()
            found[name] = work()
            took = (time.perf_counter() - began, _cpu_seconds() - cpu)
            seconds[name] = min(seconds[name], took)
    _tell(out, files, seconds, workers)
    for name in ("thin_frames", "plain OpenCV script"):
        gone = [path.name for path in found[name] if path in judged]
        _tell_figures(out, name, judge(truth, gone))


def _cpu_seconds() -> float:
    """Of this process and of its workers that have ended."""
    return sum(os.times()[:4])


def _again(files: Sequence[FrameFile], links: Path, times: int) -> list[FrameFile]:
    """The same frames later: other names of the same files, so they are read and decoded anew."""
    found = []
    for number in range(1, times):
        (links / str(number)).mkdir()
        for file in files:
            path = links / str(number) / file.path.name
            os.link(file.path, path)
            taken = file.taken and file.taken + number * LENGTH_OF_THE_SET
            found.append(replace(file, path=path, taken=taken))
    return found


def _files(folder: Path, truth: dict[str, Any]) -> list[FrameFile]:
    zone, now = ZoneInfo(truth["zone"]), timezone.now()
    return [named(path, folder, zone, now) for path in find(folder)]


def _decode_all(files: Sequence[FrameFile], workers: int) -> int:
    """The same files as small as their format allows, on all cores, and nothing else."""

    def decode(file: FrameFile) -> int:
        try:
            return read_gray(file.path, work_size)[1].size
        except UnreadableFrame:
            return 0

    cv2.setNumThreads(1)
    with ThreadPoolExecutor(workers) as pool:
        return sum(pool.map(decode, files))


def _limit_of_import(paths: Sequence[Path], folder: Path, workers: int) -> None:
    """What `bench import` calls its bare decode limit: with checksum, EXIF time and a preview."""
    with tempfile.TemporaryDirectory(prefix=".previews-", dir=folder) as previews:
        least_work(paths, Path(previews) / "all", workers)


def _thin(files: Sequence[FrameFile], workers: int) -> list[Path]:
    verdicts = plan_folder(files, Rule(), DEFAULT_RULES, workers=workers)
    return [each.file.path for each in verdicts if each.verdict.fate is Fate.GOES]


def _plain_script(files: Sequence[FrameFile]) -> list[Path]:
    """What people write for this: read, gray, blur, mask, difference, contours; frame by frame.

    Of equal size only, as the known helpers ask; compared with the last kept frame, which the
    better ones of these scripts do.
    """
    cv2.setNumThreads(os.cpu_count() or 1)  # as OpenCV does by itself
    gone: list[Path] = []
    for camera in sorted({file.camera for file in files}):
        mine = [file for file in files if file.camera == camera and file.taken]
        gone += _plain_camera(sorted(mine, key=lambda file: (file.taken, file.path)))
    cv2.setNumThreads(1)
    return gone


def _plain_camera(files: Sequence[FrameFile]) -> list[Path]:
    gone, kept = [], None
    for file in files:
        picture = cv2.imread(str(file.path))
        if picture is None or min(picture.shape[:2]) < max(BLURS):
            continue
        frame = _preprocessed(picture)
        if kept is not None and kept.shape == frame.shape and not _differs(kept, frame):
            gone.append(file.path)
        else:
            kept = frame
    return gone


def _preprocessed(picture: np.ndarray) -> np.ndarray:
    gray: np.ndarray = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    for blur in BLURS:
        gray = cv2.GaussianBlur(gray, (blur, blur), 0)
    height, width = gray.shape
    left, top, right, bottom = BORDER_PERCENT
    mask = np.zeros_like(gray)
    mask[
        int(height * top / 100) : height - int(height * bottom / 100),
        int(width * left / 100) : width - int(width * right / 100),
    ] = 255
    return np.asarray(cv2.bitwise_and(gray, mask))


def _differs(kept: np.ndarray, frame: np.ndarray) -> bool:
    changed = cv2.threshold(cv2.absdiff(kept, frame), THRESHOLD, 255, cv2.THRESH_BINARY)[1]
    changed = cv2.dilate(changed, np.ones((3, 3), np.uint8), iterations=2)
    contours = cv2.findContours(changed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]
    return any(cv2.contourArea(contour) >= LEAST_AREA_PX for contour in contours)


def _tell(
    out: OutputWrapper,
    files: Sequence[FrameFile],
    seconds: dict[str, tuple[float, float]],
    workers: int,
) -> None:
    out.write(f"\n{timezone.localdate()}, {len(files):,} frames, {workers} workers\n\n")
    for name, (took, cpu) in seconds.items():
        a_frame = f"{1000 * took / len(files):.1f} ms a frame"
        out.write(f"{name}: {took:.1f} s, {a_frame}, {1000 * cpu / len(files):.1f} ms of CPU")
    decode, limit, thin, script = (seconds[name] for name in seconds)
    for name, each in (("bare decode", decode), ("bare limit of an import", limit)):
        out.write(
            f"share of the {name}: {each[0] / thin[0]:.2f} (wanted {LIMIT_SHARE}), "
            f"{each[1] / thin[1]:.2f} by CPU"
        )
    out.write(
        f"times as fast as the plain script: {script[0] / thin[0]:.1f} (wanted {TIMES_FASTER:g}), "
        f"{script[1] / thin[1]:.1f} by CPU\n"
    )


def _tell_figures(out: OutputWrapper, name: str, figures: ThinningFigures) -> None:
    kept, planted = figures.promised
    out.write(
        f"{name}: {figures.removed_percent:.1f} % of {figures.redundant:,} redundant frames go, "
        f"{kept} of {planted} events of at least 0.5 % of the picture are kept"
    )
    told = ", ".join(f"{area} %: {kept} of {all_}" for area, (kept, all_) in figures.events.items())
    out.write(f"  kept by size: {told}")
