"""What one move of a slider costs with 100,000 open groups, against its limit of 300 ms.

The scores are those of a scan of as many bursts; the photos are rows without files. Everything
runs on SQLite in an installation of its own.
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import Any

import numpy as np
from django.core.management import call_command
from django.core.management.base import CommandParser
from django.test import Client
from django.utils import timezone

from dedup import previews
from dedup.core.grouping import sorted_edges
from dedup.core.scored_library import ScoredLibrary
from dedup.core.values import Options, WindowMode
from dedup.models import Scan, ScanPairs
from gallery import changes
from gallery.benchmarks.drawn import photo_rows
from gallery.models import Job, Photo, User

LIMIT_MS = 300
PHOTOS_OF_GROUP = 3
SECONDS_APART = 12
SECONDS_BETWEEN_GROUPS = 600
WINDOWS = (2, 10, 20, 30, 60, 120, 300, 600, 3600, 86400)
PERCENTS = (40, 60, 70, 80, 95)
PHOTOS_GONE = 1000


def add_arguments(parser: CommandParser) -> None:
    parser.add_argument("--groups", type=int, default=100_000)


def run(options: dict[str, Any]) -> None:
    call_command("collectstatic", interactive=False, verbosity=0)
    owner = User.objects.create_user("bench")
    scan = make_scored(owner, options["groups"])
    _measure(owner, scan, "with every photo there")
    gone = Photo.objects.owned_by(owner).order_by("pk").values("pk")[:PHOTOS_GONE]
    changes.archive(Photo.objects.filter(pk__in=list(gone.values_list("pk", flat=True))), by=owner)
    _measure(owner, scan, f"after {PHOTOS_GONE:,} photos were archived")


def make_scored(owner: User, groups: int) -> Scan:
    """A finished scan that left the scores of so many bursts of three."""
    count = groups * PHOTOS_OF_GROUP
    photo_rows(owner, count, seconds_apart=SECONDS_APART)
    job = Job.objects.create(kind="scan", owner=owner, status=Job.Status.DONE)
    scan = Scan.objects.create(
        owner=owner, job=job, options=Options().to_json(), started_at=timezone.now()
    )
    store_scores(scan)
    return scan


def store_scores(scan: Scan) -> None:
    """Leave scores behind as the scan of a library of bursts of three would."""
    rows = Photo.objects.owned_by(scan.owner).order_by("pk").values_list("pk", flat=True)
    groups = len(rows) // PHOTOS_OF_GROUP
    ids = np.array(rows[: groups * PHOTOS_OF_GROUP], dtype=np.int64)
    library = _library(ids, groups)
    ScanPairs.objects.create(scan=scan, known_at=timezone.now(), data=library.to_bytes())


def _library(ids: np.ndarray, groups: int) -> ScoredLibrary:
    count = len(ids)
    random = np.random.default_rng(1)
    place = random.permutation(count)  # in the ranking, of each photo in the order of time
    number = np.arange(count)
    first = number.reshape(groups, PHOTOS_OF_GROUP)
    taken = number // PHOTOS_OF_GROUP * SECONDS_BETWEEN_GROUPS
    taken = (taken + number % PHOTOS_OF_GROUP * SECONDS_APART) * 1_000_000
    pairs = np.concatenate([first[:, [0, 1]], first[:, [0, 2]], first[:, [1, 2]]])
    percent = np.round(random.uniform(30, 99, len(pairs)), 2).astype(np.float32)
    edges = sorted_edges(place[pairs[:, 0]], place[pairs[:, 1]], percent)
    order = np.argsort(place)
    nothing = np.empty(0, dtype=np.int64)
    return ScoredLibrary(
        ids=np.sort(ids)[order],
        taken_us=taken[order],
        cameras=np.zeros(count, dtype=np.int64),
        size_bytes=random.integers(1_000_000, 9_000_000, count),
        measured=np.ones(count, dtype=bool),
        fixed=np.zeros(count, dtype=bool),
        in_time=place,
        better=edges.better,
        worse=edges.worse,
        hundredths=np.round(edges.percent.astype(np.float64) * 100).astype(np.uint16),
        decided=np.zeros(len(edges), dtype=bool),
        seen_cover=nothing,
        seen_frame=nothing,
        seen_stays=nothing.astype(bool),
        set_number=nothing,
        set_place=nothing,
        set_percent=np.empty(0, dtype=np.float32),
    )


def _measure(owner: User, scan: Scan, when: str) -> None:
    client = Client(headers={"host": "localhost"})
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    previews.forget()
    first = slider_ms(client, scan, 60, 70, "gap")
    _say(f"{when}: the first answer of a process takes {first:.0f} ms")
    for mode in WindowMode:
        times = [
            slider_ms(client, scan, window, percent, mode.value)
            for window in WINDOWS
            for percent in PERCENTS
        ]
        median, worst = statistics.median(times), max(times)
        verdict = "kept" if median <= LIMIT_MS else "MISSED"
        _say(
            f"  {mode.value:5} median {median:6.0f} ms, slowest {worst:6.0f} ms of {len(times)}; "
            f"limit {LIMIT_MS} ms: {verdict} ({median / LIMIT_MS:.2f} of it)"
        )


def slider_ms(client: Client, scan: Scan, window: float, percent: float, mode: str) -> float:
    """Milliseconds of one answer while a slider moves; the window in seconds."""
    fields: dict[str, str] = {
        "window_value": str(window),
        "window_unit": "s",
        "mode": mode,
        "threshold_percent": str(percent),
        "across_cameras": "on",
    }
    began = time.perf_counter()
    answer = client.get(f"/scans/{scan.pk}/preview/", fields)
    assert answer.status_code == 200
    return (time.perf_counter() - began) * 1000


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
