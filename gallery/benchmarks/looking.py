"""How long a look at an unchanged library folder takes, and the pages of its import's files."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from gallery.importing import library_folders
from gallery.models import FolderFile, ImportRun, LibraryFolder, Outcome, User
from gallery.work import jobs, runner

FILES_PER_DIRECTORY = 500


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--count", type=int, default=100_000, help="files (default 100,000)")


def run(options: dict[str, Any]) -> None:
    call_command("collectstatic", interactive=False, verbosity=0)
    owner = User.objects.create_user("bench")
    with tempfile.TemporaryDirectory(prefix="contactsheet-look-") as folder:
        _write(Path(folder), options["count"])
        added = library_folders.add(
            Path(folder), owner, mode=LibraryFolder.Mode.IN_PLACE, is_watched=False, by=None
        )
        _say(f"{options['count']:,} files in directories of {FILES_PER_DIRECTORY}")
        _timed("first look", added)
        found = ImportRun.objects.get()
        jobs.cancel(found.job)
        # As after an import: nothing of it is to be offered again.
        FolderFile.objects.update(outcome=Outcome.REFUSED, tries=0)
        for name in ("look, nothing changed", "the same again"):
            library_folders.look_later(added)
            _timed(name, added)
        assert ImportRun.objects.count() == 1
        _pages(owner, found)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    _say(f"peak memory {peak:.0f} MB")


def _pages(owner: User, found: ImportRun) -> None:
    client = Client(headers={"host": "localhost"})
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    page = reverse("gallery:import", args=[found.pk])
    for name, address in (
        ("page of the import", page),
        ("searched by a name", f"{page}?text=099_0499"),
        ("its progress", reverse("gallery:import-progress", args=[found.pk])),
    ):
        started = time.perf_counter()
        assert client.get(address).status_code == 200
        _say(f"{name:24}{(time.perf_counter() - started) * 1000:10.0f} ms")


def _timed(name: str, folder: LibraryFolder) -> None:
    folder.refresh_from_db()
    assert folder.look_job
    started = time.perf_counter()
    runner.drain(folder.look_job, processes=0)
    _say(f"{name:24}{time.perf_counter() - started:10.2f} s")


def _write(root: Path, count: int) -> None:
    for number in range(count):
        place = root / f"{number // FILES_PER_DIRECTORY:03}"
        if number % FILES_PER_DIRECTORY == 0:
            place.mkdir()
        (place / f"IMG_{number // FILES_PER_DIRECTORY:03}_{number % 500:04}.jpg").touch()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
