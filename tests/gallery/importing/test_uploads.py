from __future__ import annotations

import errno
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from gallery import tasks
from gallery.importing import uploads
from gallery.importing.room import UploadRefused
from gallery.models import ImportedFile, ImportRun, Photo, User
from gallery.work import runner
from tests.pictures import jpeg, scene

pytestmark = pytest.mark.django_db(transaction=True)


def send(run: ImportRun, name: str, data: bytes, **fields: Any) -> ImportedFile:
    values: dict[str, Any] = {"size_bytes": len(data), "modified_at": None} | fields
    return uploads.receive(run, name=name, stream=io.BytesIO(data), **values)


def finish(run: ImportRun) -> None:
    uploads.close(run)
    runner.drain(run.job, processes=0)


def left_aside(settings: Any) -> list[Path]:
    return [path for path in Path(settings.INCOMING_FOLDER).rglob("*") if path.is_file()]


def test_an_uploaded_file_becomes_a_photo_and_nothing_stays_aside(
    alice: User, settings: Any
) -> None:
    run = uploads.begin(alice)
    row = send(run, "IMG_20240517_103000.jpg", jpeg(scene(1)))
    assert row.outcome == "waiting"
    finish(run)
    row.refresh_from_db()
    assert row.outcome == "added"
    assert row.photo == Photo.objects.get(owner=alice)
    assert left_aside(settings) == []


def test_the_run_stays_open_until_the_browser_is_done(alice: User) -> None:
    run = uploads.begin(alice)
    send(run, "a.jpg", jpeg(scene(1)))
    while runner.run_chunk_of(run.job):
        pass
    run.job.refresh_from_db()
    assert not run.job.has_ended
    send(run, "b.jpg", jpeg(scene(2)))
    finish(run)
    assert Photo.objects.count() == 2


def test_a_file_that_did_not_arrive_whole_is_refused_and_not_kept(
    alice: User, settings: Any
) -> None:
    run = uploads.begin(alice)
    with pytest.raises(UploadRefused, match="whole"):
        send(run, "a.jpg", b"only this", size_bytes=100)
    assert left_aside(settings) == []
    assert run.files.count() == 0


def test_a_file_that_is_too_large_is_refused_before_and_while_it_travels(
    alice: User, settings: Any
) -> None:
    settings.MAX_FILE_BYTES = 1024
    run = uploads.begin(alice)
    with pytest.raises(UploadRefused) as refused:
        send(run, "a.jpg", b"x" * 2000)
    assert refused.value.code == 413
    with pytest.raises(UploadRefused):
        send(run, "a.jpg", b"x" * 2000, size_bytes=None)
    assert left_aside(settings) == []


def test_a_nearly_full_disk_takes_nothing_in(alice: User, settings: Any) -> None:
    settings.FREE_DISK_FLOOR = 10**18
    with pytest.raises(UploadRefused) as refused:
        send(uploads.begin(alice), "a.jpg", b"x")
    assert refused.value.code == 507


def test_a_side_file_sent_before_its_photo_dates_it(alice: User) -> None:
    run = uploads.begin(alice)
    side = {"photoTakenTime": {"timestamp": "1577880000"}}
    row = send(run, "trip/holiday.jpg.json", json.dumps(side).encode())
    send(run, "other/holiday.jpg", jpeg(scene(1)))
    send(run, "trip/holiday.jpg", jpeg(scene(2)))
    finish(run)
    assert row.outcome == "side_file"
    photos = {photo.source_path: photo.taken_source for photo in Photo.objects.all()}
    assert photos == {"trip/holiday.jpg": "sidecar", "other/holiday.jpg": "import"}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        pytest.param("../../etc/passwd", "etc/passwd", id="parent_folders"),
        pytest.param("/etc/passwd", "etc/passwd", id="absolute"),
        pytest.param("C:\\Photos\\a.jpg", "C:/Photos/a.jpg", id="windows"),
        pytest.param("a\x00b\n.jpg", "ab.jpg", id="control_characters"),
        pytest.param("", "unnamed", id="empty"),
        pytest.param("Urlaub/Süd/日本.jpg", "Urlaub/Süd/日本.jpg", id="unicode"),
        pytest.param("x" * 3000 + ".jpg", "x" * 1020 + ".jpg", id="too_long"),
    ],
)
def test_a_name_keeps_its_folders_and_loses_its_tricks(sent: str, kept: str) -> None:
    assert uploads.clean_name(sent) == kept


def test_a_file_stays_when_only_the_call_for_a_worker_fails(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its row is committed by then: without its bytes it could not be read any more."""

    def busy(*_: Any) -> None:
        raise OperationalError("database is locked")

    run = uploads.begin(alice)
    with monkeypatch.context() as patch:
        patch.setattr(tasks, "work_later", busy)
        row = send(run, "a.jpg", jpeg(scene(1)))
    finish(run)
    row.refresh_from_db()
    assert row.outcome == "added"


def test_a_disk_that_gets_full_while_a_file_travels_is_said_and_keeps_nothing(
    alice: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    run = uploads.begin(alice)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(UploadRefused) as refused:
            send(run, "a.jpg", jpeg(scene(1)))
    assert refused.value.code == 507
    assert left_aside(settings) == []
    assert not run.files.exists()
