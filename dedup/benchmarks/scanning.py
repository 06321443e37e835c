"""How long a scan of photos that are measured already takes, against its limit of 60 s.

The features are real ones, of bursts made from some photographs (or, where there are none, from
drawings), used again and again; the rows are as many as asked. Drawings are the worst case: the
embedding knows photographs, so nearly every pair of two drawings needs its local features.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management.base import CommandParser, OutputWrapper
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFilter

from dedup import scanning
from dedup.core.features import FEATURES_VERSION, Features, measure
from dedup.core.values import Options, WindowMode
from dedup.models import LocalFeatures, PhotoFeatures, Scan
from gallery.benchmarks.drawn import photo_rows
from gallery.models import Photo, User
from gallery.work import runner
from gallery.work.progress import Progress

SECONDS_LIMIT = 60.0
PHOTOS_OF_LIMIT = 100_000
PHOTOGRAPHS = settings.BASE_FOLDER.parent / "shared" / "data" / "train"
SECONDS_APART = 12
SIZE = (480, 360)
SCENES = 30
SHOTS = 6  # of one scene, one after the other
ROWS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class _Scenes:
    what: str
    images: list[Image.Image]


@dataclass(slots=True)
class _Clock:
    """When which stage of a job was seen last."""

    began: float = field(default_factory=time.perf_counter)
    stages: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    seen: float = field(default_factory=time.perf_counter)

    def look(self, progress: Progress) -> None:
        now = time.perf_counter()
        self.stages[progress.stage_name] += now - self.seen
        self.seen = now

    @property
    def seconds(self) -> float:
        return self.seen - self.began


def add_arguments(parser: CommandParser) -> None:
    parser.add_argument("--photos", type=int, default=PHOTOS_OF_LIMIT)
    parser.add_argument(
        "--neighbours", type=int, default=5, help="later photos inside the window of each"
    )
    parser.add_argument(
        "--pictures", type=Path, default=PHOTOGRAPHS, help="folder of JPEGs to make bursts from"
    )
    parser.add_argument("--processes", type=int, default=settings.WORKERS, help=argparse.SUPPRESS)


def run(options: dict[str, Any]) -> None:
    out = OutputWrapper(sys.stdout)
    owner = User.objects.create_user("bench")
    scenes = _scenes(options["pictures"])
    out.write(f"{SCENES * SHOTS} shots of {SCENES} {scenes.what}, {options['photos']:,} photos ...")
    photo_rows(owner, options["photos"], seconds_apart=SECONDS_APART)
    _store_features(owner, _measured(scenes.images))
    chosen = Options(window_seconds=SECONDS_APART * options["neighbours"], mode=WindowMode.SPAN)
    for name in ("First scan: every pair is new", "Again: every pair is known"):
        scan, clock = _scanned(owner, chosen, options["processes"])
        _tell(out, name, scan, clock)


def _scenes(folder: Path) -> _Scenes:
    paths = sorted(folder.glob("*.jpg"))
    if len(paths) < SCENES:
        return _Scenes("drawings", [_scene(seed) for seed in range(SCENES)])
    chosen = paths[:: len(paths) // SCENES][:SCENES]
    return _Scenes("photographs", [_photograph(path) for path in chosen])


def _photograph(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGB").resize(SIZE)


def _measured(scenes: list[Image.Image]) -> list[Features]:
    """Features of bursts: the same scene shifted, brighter and with other noise."""
    return [
        measure(np.asarray(_shot(scene, np.random.default_rng([number, shot]))))
        for number, scene in enumerate(scenes)
        for shot in range(SHOTS)
    ]


def _scene(seed: int) -> Image.Image:
    random = np.random.default_rng(seed)
    image = Image.new("RGB", SIZE, tuple(int(each) for each in random.integers(40, 216, 3)))
    draw = ImageDraw.Draw(image)
    for _ in range(60):
        left, top = int(random.integers(0, SIZE[0])), int(random.integers(0, SIZE[1]))
        across, down = random.integers(8, 140, 2)
        colour = tuple(int(each) for each in random.integers(0, 256, 3))
        draw.rectangle((left, top, left + int(across), top + int(down)), fill=colour)
    return image.filter(ImageFilter.GaussianBlur(0.8))


def _shot(scene: Image.Image, random: np.random.Generator) -> Image.Image:
    right, down = (int(each) for each in random.integers(-12, 13, 2))
    moved = np.roll(np.asarray(scene, np.float32), (down, right), axis=(0, 1))
    pixels = moved * random.uniform(0.85, 1.15) + random.normal(0, 4, moved.shape)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _store_features(owner: User, measured: list[Features]) -> None:
    now = timezone.now()
    light = [found.light_bytes() for found in measured]
    local = [found.local_bytes() for found in measured]
    ids = iter(Photo.objects.owned_by(owner).oldest_first().values_list("pk", flat=True))
    place = 0
    while some := list(_some(ids)):
        numbers = [(place + index) % len(measured) for index in range(len(some))]
        place += len(some)
        PhotoFeatures.objects.bulk_create(
            PhotoFeatures(
                photo_id=pk, version=FEATURES_VERSION, light=light[number], measured_at=now
            )
            for pk, number in zip(some, numbers, strict=True)
        )
        LocalFeatures.objects.bulk_create(
            LocalFeatures(photo_id=pk, data=local[number])
            for pk, number in zip(some, numbers, strict=True)
        )


def _some(ids: Iterator[int]) -> Iterator[int]:
    for _ in range(ROWS_AT_ONCE):
        photo_id = next(ids, None)
        if photo_id is None:
            return
        yield photo_id


def _scanned(owner: User, chosen: Options, processes: int) -> tuple[Scan, _Clock]:
    clock = _Clock()
    scan = scanning.start(owner, chosen)
    runner.drain(scan.job, processes=processes, on_progress=clock.look)
    scan.refresh_from_db()
    return scan, clock


def _tell(out: OutputWrapper, name: str, scan: Scan, clock: _Clock) -> None:
    limit = SECONDS_LIMIT * max(scan.photo_count, 1) / PHOTOS_OF_LIMIT
    out.write(f"\n{name}: {scan.photo_count:,} photos, {scan.pair_count:,} pairs")
    for stage, seconds in clock.stages.items():
        out.write(f"  {stage:<12}{seconds:8.1f} s")
    rate = scan.pair_count / max(clock.stages.get("comparing", 0.0), 1e-9)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    out.write(f"  in all      {clock.seconds:8.1f} s; {rate:,.0f} pairs/s while comparing")
    out.write(f"  {scan.group_count:,} groups; largest worker {memory:,.0f} MB")
    ratio = clock.seconds / limit
    out.write(f"  {ratio:.2f} of the limit of {limit:.0f} s: {'kept' if ratio <= 1 else 'MISSED'}")
