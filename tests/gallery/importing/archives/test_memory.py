"""A large Takeout costs little memory; `manage.py bench takeout` measures the real size."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from pathlib import Path

import pytest

from gallery.benchmarks.memory import peak_memory
from gallery.benchmarks.takeout import made_up_takeout
from gallery.importing.archives import opening
from gallery.models import Album, Photo, User
from gallery.work import runner

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_made_up_takeout_is_imported_whole_in_little_memory(tmp_path: Path, alice: User) -> None:
    parts = made_up_takeout(tmp_path, count=400, parts=3)
    run = opening.begin(parts, alice)
    tracemalloc.start()
    runner.drain(run.job, processes=0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert Counter(run.files.values_list("outcome", flat=True)) == {
        "added": 190,
        "already_here": 20,
        "side_file": 190,
    }
    assert Photo.objects.filter(taken_source="exif").count() == 190
    assert Album.objects.count() == 1
    assert peak < 60 * 1024**2


def test_memory_of_processes_is_seen() -> None:
    with peak_memory() as peak:
        block = bytearray(b"x" * 50 * 1024**2)
        peak._stop.wait(0.8)
    assert peak.together >= len(block)
