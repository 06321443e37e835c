"""How fast pages answer while photos are imported: what somebody else sees who looks meanwhile.

A real `manage.py up` with its web server and workers; one person asks for page after page, first
while nothing happens, then while an import keeps all workers busy.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
import urllib.request
from argparse import ArgumentParser
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse

from gallery.benchmarks.drawn import photo_files, photo_rows
from gallery.benchmarks.serving import server
from gallery.importing import folders
from gallery.models import ImportRun, Photo, User

LIMIT_MS = 200
SECONDS_IDLE = 10.0
# As a person does who looks at one page after another, and does not wait long.
SECONDS_BETWEEN = 0.1
PERCENTILE = 95


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--count", type=int, default=500, help="photos to import (default 500)")
    parser.add_argument("--there", type=int, default=20_000, help="photos there before")


def run(options: dict[str, Any]) -> None:
    owner = User.objects.create_user("bench")
    photo_rows(owner, options["there"])
    with tempfile.TemporaryDirectory() as folder:
        photo_files(Path(folder), options["count"])
        with server() as address:
            _say(f"{options['there']:,} photos there, {options['count']} are imported")
            _say(f"{'page':12}{'':12}{'requests':>9}{'median ms':>11}{'p95 ms':>8}{'most ms':>9}")
            until = time.monotonic() + SECONDS_IDLE
            _tell("idle", _ask(address, owner, lambda: time.monotonic() < until))
            begun = folders.begin(Path(folder), owner, door=ImportRun.Door.FOLDER)
            _tell("importing", _ask(address, owner, lambda: not _has_ended(begun), begun))
    added = begun.files.filter(outcome="added").count()
    _say(f"{added} photos added meanwhile; limit: {PERCENTILE} of 100 within {LIMIT_MS} ms")


def _ask(
    address: str, owner: User, goes_on: Callable[[], bool], run: ImportRun | None = None
) -> dict[str, list[float]]:
    """Milliseconds of each request, by page."""
    client = Client()
    client.force_login(owner)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    pages = _pages(owner, run)
    took: dict[str, list[float]] = {name: [] for name in pages}
    for name, path in cycle(pages.items()):
        if not goes_on():
            return took
        request = urllib.request.Request(address + path, headers={"Cookie": cookie})
        began = time.perf_counter()
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()
        took[name].append(1000 * (time.perf_counter() - began))
        time.sleep(SECONDS_BETWEEN)
    raise AssertionError("unreachable")


def _pages(owner: User, run: ImportRun | None) -> dict[str, str]:
    photo = Photo.objects.filter(owner=owner).latest("pk")
    pages = {
        "timeline": reverse("gallery:timeline"),
        "photo": reverse("gallery:photo", args=[photo.pk]),
        "albums": reverse("gallery:albums"),
        "cameras": reverse("gallery:cameras"),
        "imports": reverse("gallery:imports"),
    }
    if run:
        pages["progress"] = reverse("gallery:import-progress", args=[run.pk])
    return pages


def _tell(when: str, took: dict[str, list[float]]) -> None:
    for name, each in took.items():
        _line(name, when, each)
    _line("all", when, [ms for each in took.values() for ms in each])


def _line(name: str, when: str, took: list[float]) -> None:
    if len(took) < 2:
        return
    p95 = statistics.quantiles(took, n=100, method="inclusive")[PERCENTILE - 1]
    verdict = "" if name != "all" else ("  kept" if p95 <= LIMIT_MS else "  MISSED")
    median = statistics.median(took)
    _say(f"{name:12}{when:12}{len(took):9}{median:11.0f}{p95:8.0f}{max(took):9.0f}{verdict}")


def _has_ended(run: ImportRun) -> bool:
    run.job.refresh_from_db()
    return bool(run.job.has_ended)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
