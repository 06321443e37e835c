"""What an import of the sample files gives is what docs/importing.md says it gives."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gallery.importing import folders, preparing
from gallery.models import User
from gallery.work import runner
from tests.conftest import REPOSITORY
from tests.gallery.importing import sample_tables

pytestmark = pytest.mark.django_db(transaction=True)

DOCUMENT = REPOSITORY / "docs" / "importing.md"
BEGIN, END = "<!-- sample files: begin -->\n", "<!-- sample files: end -->"
# Set to write the tables anew when the readers have learnt something.
WRITE = "CONTACTSHEET_WRITE_SAMPLE_TABLES"
# One sample was taken by a clock that ran in the future, which is refused for as long as it is.
NOW = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)


def test_the_document_says_what_the_sample_files_give(
    shared_data: Path, settings: Any, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "timezone", SimpleNamespace(now=lambda: NOW))
    runs = {}
    for name, folder in sample_tables.SETS.items():
        run = folders.begin(shared_data / folder, alice)
        runner.drain(run.job, processes=0)
        assert not run.files.filter(outcome__in=["failed", "waiting"]).exists()
        runs[name] = run
    section = sample_tables.section(runs)
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    written, _, after = rest.partition(END)
    if os.environ.get(WRITE):
        DOCUMENT.write_text(before + BEGIN + section + END + after, encoding="utf-8")
        return
    assert written == section, f"run this test once with {WRITE}=1 and read the difference"
