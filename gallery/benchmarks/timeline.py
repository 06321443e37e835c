"""How long the first page of the timeline takes with 100,000 photos, beside its limit of 150 ms."""

from __future__ import annotations

import statistics
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.db import connection, reset_queries
from django.test import Client, override_settings
from django.urls import reverse

from gallery import timeline
from gallery.benchmarks.drawn import photo_rows
from gallery.models import Photo, User

LIMIT_MS = 150
REPEATS = 15


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--count", type=int, default=100_000, help="photos (default 100,000)")


def run(options: dict[str, Any]) -> None:
    call_command("collectstatic", interactive=False, verbosity=0)
    owner = User.objects.create_user("bench")
    photo_rows(owner, options["count"])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client(headers={"host": "localhost"})
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    photos = Photo.objects.owned_by(owner).on_timeline().one_of_each_stack()
    middle = timeline.months(photos)[len(timeline.months(photos)) // 2].cursor
    _say(f"{options['count']:,} photos; median of {REPEATS} requests")
    _say(f"{'page':24}{'ms':>8}{'x limit':>9}{'queries':>9}{'kB':>8}")
    for name, url in (
        ("timeline, first page", reverse("gallery:timeline")),
        ("timeline, next page", f"{reverse('gallery:timeline')}?part=days&after={middle}"),
    ):
        _measure(client, name, url)


def _measure(client: Client, name: str, url: str) -> None:
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        answer = client.get(url)
        times.append((time.perf_counter() - started) * 1000)
        assert answer.status_code == 200, answer.status_code
    with override_settings(DEBUG=True):
        reset_queries()
        client.get(url)
        queries = len(connection.queries)
    median = statistics.median(times)
    size = len(answer.content) / 1000
    _say(f"{name:24}{median:8.1f}{median / LIMIT_MS:9.2f}{queries:9}{size:8.0f}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
