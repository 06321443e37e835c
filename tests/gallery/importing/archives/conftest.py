from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gallery.decoding import decoder
from gallery.importing.archives import opening
from gallery.models import ImportRun, User
from gallery.work import runner

Import = Callable[..., ImportRun]


@pytest.fixture(autouse=True)
def _no_scan_afterwards(settings: Any) -> None:
    settings.AFTER_IMPORT = []
    settings.TRASH_GUARDS = []


@pytest.fixture(scope="module", autouse=True)
def _end_decoder() -> Iterator[None]:
    yield
    decoder.decoder().close()


@pytest.fixture
def import_zips(alice: User) -> Import:
    """Import zips as one run of Alice's, in this process."""

    def import_them(*paths: Path, owner: User = alice) -> ImportRun:
        run = opening.begin(paths, owner)
        runner.drain(run.job, processes=0)
        run.refresh_from_db()
        run.job.refresh_from_db()
        return run

    return import_them
