"""What is left behind by uploads that nobody goes on with, and what is not touched."""

from __future__ import annotations

import datetime as dt
import io
import os
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from gallery import tasks
from gallery.importing import parts, resumable, sweeping, uploads
from gallery.importing.resumable import NewFile
from gallery.models import ImportedFile, ImportRun, Photo, Upload, User
from gallery.work import runner
from tests.pictures import jpeg, scene

pytestmark = pytest.mark.django_db(transaction=True)

LONG_AGO = dt.timedelta(hours=49)


def send(run: ImportRun, name: str, data: bytes, size: int | None = None) -> Upload:
    upload = resumable.new_upload(run, NewFile(name, len(data) if size is None else size))
    upload.save()
    with parts.held(upload) as part:
        resumable.append(upload, part, io.BytesIO(data), len(data))
    return upload


def make_old(*paths: Path, age: dt.timedelta = LONG_AGO) -> None:
    then = (timezone.now() - age).timestamp()
    for path in paths:
        os.utime(path, (then, then))
    rows = {"created_at": timezone.now() - age}
    Upload.objects.update(**rows)


def test_an_upload_nobody_went_on_with_is_removed_with_its_bytes(alice: User) -> None:
    run = uploads.begin(alice)
    abandoned, alive = send(run, "a.jpg", b"first part", 100), send(run, "b.jpg", b"first", 100)
    make_old(abandoned.part)
    assert sweeping.sweep() == 1
    assert not abandoned.part.exists()
    assert alive.part.read_bytes() == b"first", "bytes came in the meantime"
    assert [upload.path for upload in Upload.objects.all()] == ["b.jpg"]


def test_an_upload_that_is_being_written_is_not_swept(alice: User) -> None:
    upload = send(uploads.begin(alice), "a.jpg", b"first part", 100)
    make_old(upload.part)
    with parts.held(upload):
        assert sweeping.sweep() == 0
    assert upload.part.exists()


def test_stray_files_are_removed_and_those_that_wait_are_not(alice: User, settings: Any) -> None:
    incoming = Path(settings.INCOMING_FOLDER)
    run = uploads.begin(alice)
    waiting = send(run, "a.jpg", jpeg(scene(1)))
    side = send(run, "a.jpg.json", b"{}")
    Upload.objects.filter(pk=side.pk).delete()
    stray, young, copy = incoming / "uploads" / ("f" * 32), incoming / "young", incoming / "tmp123"
    for path in (stray, young, copy):
        path.write_bytes(b"bytes of nobody")
    make_old(stray, copy, waiting.part, side.part)
    assert sweeping.sweep() == 2
    assert [path.exists() for path in (stray, copy, young)] == [False, False, True]
    assert waiting.part.exists()
    assert side.part.exists(), "its import has not ended"


def test_rows_and_side_files_of_an_import_that_ended_go_after_a_while(alice: User) -> None:
    run = uploads.begin(alice)
    photo, side = send(run, "a.jpg", jpeg(scene(1))), send(run, "a.jpg.json", b"{}")
    uploads.close(run)
    runner.drain(run.job, processes=0)
    assert not photo.part.exists(), "the worker has taken it"
    make_old(side.part)
    assert sweeping.sweep() == 0
    then = timezone.now() - LONG_AGO
    Upload.objects.update(finished_at=then)
    type(run.job).objects.update(finished_at=then)
    assert sweeping.sweep() == 1
    assert not Upload.objects.exists()
    assert not side.part.exists()
    assert ImportedFile.objects.count() == 2


def test_what_the_plain_form_left_aside_goes_once_its_import_has_ended(
    alice: User, settings: Any
) -> None:
    run = uploads.begin(alice)
    uploads.receive(
        run, name="a.xmp", size_bytes=2, modified_at=None, stream=io.BytesIO(b"<x"),
    )  # fmt: skip
    folder = Path(settings.INCOMING_FOLDER) / str(run.pk)
    make_old(folder)
    assert sweeping.sweep() == 0
    uploads.close(run)
    assert sweeping.sweep() == 1
    assert not folder.exists()


def test_an_upload_whose_browser_is_gone_is_closed_once_it_is_quiet(
    alice: User, settings: Any
) -> None:
    run = uploads.begin(alice)
    send(run, "a.jpg", jpeg(scene(1)))
    long_ago = timezone.now() - settings.UPLOAD_QUIET_TIME - dt.timedelta(minutes=1)
    ImportRun.objects.filter(pk=run.pk).update(started_at=long_ago)
    assert sweeping.close_forgotten() == 0, "a file waits"
    while runner.run_chunk_of(run.job):
        pass
    assert sweeping.close_forgotten() == 0, "it has just sent one"
    run.job.chunks.update(finished_at=long_ago)
    assert sweeping.close_forgotten() == 1
    run.job.refresh_from_db()
    assert run.job.status == "done"
    assert sweeping.close_forgotten() == 0
    assert Photo.objects.count() == 1


def test_an_upload_that_is_slow_but_alive_is_not_closed(alice: User) -> None:
    run = uploads.begin(alice)
    upload = send(run, "huge.tif", b"first part", 10**6)
    ImportRun.objects.filter(pk=run.pk).update(started_at=timezone.now() - LONG_AGO)
    assert sweeping.close_forgotten() == 0
    make_old(upload.part, age=dt.timedelta(hours=2))
    assert sweeping.close_forgotten() == 1


def test_the_hourly_work_sweeps(alice: User) -> None:
    upload = send(uploads.begin(alice), "a.jpg", b"first part", 100)
    make_old(upload.part)
    tasks._hourly()
    assert not upload.part.exists()
