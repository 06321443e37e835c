"""A file that takes its worker with it is given up by name; the others of its chunk get through."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gallery.files.arrivals import arriving
from gallery.importing import folders, library_folders, preparing
from gallery.importing.looking import KIND
from gallery.models import ImportRun, Job, LibraryFolder, Photo, User
from gallery.work import runner
from tests.factories import write_picture
from tests.pictures import scene

pytestmark = pytest.mark.django_db(transaction=True)

Begin = Callable[[Path, User], ImportRun]


def through_a_library_folder(root: Path, owner: User) -> ImportRun:
    mode = LibraryFolder.Mode.IN_PLACE
    library_folders.add(root, owner, mode=mode, is_watched=False, by=owner)
    runner.drain(Job.objects.get(kind=KIND), processes=0)
    return ImportRun.objects.get()


@pytest.mark.parametrize("begin", [folders.begin, through_a_library_folder])
def test_one_file_that_kills_its_worker_every_time_is_given_up_alone(
    tmp_path: Path, alice: User, monkeypatch: pytest.MonkeyPatch, begin: Begin
) -> None:
    for number in range(4):
        write_picture(tmp_path / "photos" / f"{number}.jpg", scene(number))

    def die_of_one(path: Path, **how: Any) -> Any:
        if path.name == "2.jpg":
            os.kill(os.getpid(), signal.SIGKILL)
        return arriving(path, **how)

    monkeypatch.setattr(preparing, "arriving", die_of_one)
    run = begin(tmp_path / "photos", alice)
    runner.drain(run.job, processes=1)
    run.refresh_from_db()
    assert run.job.has_ended
    outcomes = dict(run.files.values_list("path", "outcome"))
    assert outcomes == {"0.jpg": "added", "1.jpg": "added", "2.jpg": "failed", "3.jpg": "added"}
    assert "stopped the worker again and again" in run.files.get(path="2.jpg").reason
    assert (run.job.total, run.job.settled) == (4, 4)
    assert Photo.objects.count() == 3
