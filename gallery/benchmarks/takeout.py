"""Time and memory of the import of a made-up Google Takeout in several zips.

The pictures are tiny: what is measured is what the archive costs, not the decoding.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
import zipfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from django.test import override_settings

from gallery.benchmarks.drawn import with_exif
from gallery.benchmarks.memory import peak_memory
from gallery.importing.archives import opening
from gallery.models import Album, Outcome, Photo, User
from gallery.work import runner

ROOT = "Takeout/Google Photos"
YEARS = 10
PHOTOS_PER_ALBUM = 25
FIRST_MOMENT = 1_500_000_000


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--count", type=int, default=10_000, help="files (default 10000)")
    parser.add_argument("--parts", type=int, default=3, help="zips (default 3)")
    parser.add_argument("--most-mb", type=int, default=400, help="memory allowed (default 400)")


def run(options: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        parts = made_up_takeout(Path(temporary), options["count"], options["parts"])
        size = sum(part.stat().st_size for part in parts) / 1e6
        _say(f"{options['count']:,} files in {len(parts)} zips of {size:.0f} MB in all")
        owner = User.objects.create_user("bench")
        for again in (False, True):
            _measure(parts, owner, options["most_mb"], again=again)


def made_up_takeout(folder: Path, count: int, parts: int) -> list[Path]:
    """Photos in folders of years, side files each in another zip, copies in albums."""
    copies = count // 20
    photos = (count - copies) // 2
    paths = [folder / f"takeout-{number + 1:03}.zip" for number in range(parts)]
    zips = [zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) for path in paths]
    jpeg = _tiny_jpeg()
    for number in range(count - copies - photos):
        name = f"{ROOT}/Photos from {2010 + number % YEARS}/IMG_{number:05}.jpg"
        told = {"photoTakenTime": {"timestamp": str(FIRST_MOMENT + 60 * number)}}
        zips[(number + 1) % parts].writestr(f"{name}.supplemental-metadata.json", json.dumps(told))
        if number < photos:
            zips[number % parts].writestr(name, with_exif(jpeg, number))
    for number in range(copies):
        name = f"{ROOT}/Album {number // PHOTOS_PER_ALBUM + 1}/IMG_{number:05}.jpg"
        zips[number % parts].writestr(name, with_exif(jpeg, number))
    for each in zips:
        each.close()
    return paths


def _measure(parts: list[Path], owner: User, most_mb: int, *, again: bool) -> None:
    started = time.perf_counter()
    with peak_memory() as peak, override_settings(AFTER_IMPORT=[]):
        run = opening.begin(parts, owner)
        runner.drain(run.job, processes=os.cpu_count())
    seconds = time.perf_counter() - started
    rows = run.files
    ended = {outcome: rows.filter(outcome=outcome).count() for outcome in Outcome}
    shown = ", ".join(f"{count:,} {outcome.label}" for outcome, count in ended.items() if count)
    _say(f"{'again' if again else 'first'}: {shown}")
    _say(
        f"  {seconds:.1f} s, {rows.count() / seconds:.0f} files per second; peak memory of all "
        f"processes together {peak.together / 1e6:.0f} MB, of one {peak.largest / 1e6:.0f} MB"
    )
    photos = Photo.objects.filter(owner=owner).count()
    _say(f"  {photos:,} photos in the library, {Album.objects.filter(owner=owner).count()} albums")
    if peak.together > most_mb * 1e6:
        sys.exit(f"More than the allowed {most_mb} MB.")


def _tiny_jpeg() -> bytes:
    pixels = np.random.default_rng(1).integers(0, 256, (6, 8, 3), np.uint8)
    done, data = cv2.imencode(".jpg", cv2.resize(pixels, (64, 48)))
    assert done
    return data.tobytes()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
