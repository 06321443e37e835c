"""Failed files once more: from their folder, or from what an upload left aside."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from gallery.decoding.decoder import Decoder
from gallery.importing import folders, retrying, uploads
from gallery.models import ImportRun, Photo, User
from gallery.work import jobs, runner
from tests.factories import write_picture
from tests.pictures import jpeg, scene

pytestmark = pytest.mark.django_db(transaction=True)


def drained(run: ImportRun) -> ImportRun:
    runner.drain(run.job, processes=0)
    run.refresh_from_db()
    return run


def outcomes(run: ImportRun) -> dict[str, str]:
    return dict(run.files.values_list("path", "outcome"))


def fail_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Decoder, "begin", fail)


def test_only_failed_files_of_a_folder_are_tried_again(
    tmp_path: Path, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "photos"
    write_picture(root / "a.jpg", scene(1))
    (root / "b.txt").write_text("no picture")
    fail_reading(monkeypatch)
    run = drained(folders.begin(root, alice))
    assert outcomes(run) == {"a.jpg": "failed", "b.txt": "failed"}
    monkeypatch.undo()
    again = retrying.try_again(run, by=alice)
    assert again.owner == alice
    assert outcomes(drained(again)) == {"a.jpg": "added", "b.txt": "refused"}
    assert Photo.objects.get(owner=alice).file_name == "a.jpg"


def test_pressing_twice_tries_once(
    tmp_path: Path, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_picture(tmp_path / "photos" / "a.jpg", scene(1))
    fail_reading(monkeypatch)
    run = drained(folders.begin(tmp_path / "photos", alice))
    first = retrying.try_again(run, by=alice)
    assert retrying.try_again(run, by=alice) == first
    assert ImportRun.objects.count() == 2


def test_a_cancelled_import_goes_on_where_it_was_stopped(tmp_path: Path, alice: User) -> None:
    for number in range(3):
        write_picture(tmp_path / "photos" / f"{number}.jpg", scene(number))
    run = folders.begin(tmp_path / "photos", alice)
    jobs.cancel(run.job, by=alice)
    run.refresh_from_db()
    again = drained(retrying.try_again(run, by=alice))
    assert set(outcomes(again).values()) == {"added"}
    assert Photo.objects.count() == 3


def test_an_upload_that_failed_is_kept_aside_with_its_side_file(
    alice: User, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    run = uploads.begin(alice)
    side = json.dumps({"photoTakenTime": {"timestamp": "1577880000"}}).encode()
    for name, data in (("holiday.jpg.json", side), ("holiday.jpg", jpeg(scene(1)))):
        uploads.receive(
            run, name=name, size_bytes=len(data), modified_at=None, stream=io.BytesIO(data)
        )
    fail_reading(monkeypatch)
    uploads.close(run)
    drained(run)
    assert outcomes(run)["holiday.jpg"] == "failed"
    monkeypatch.undo()
    drained(retrying.try_again(run, by=alice))
    photo = Photo.objects.get(owner=alice)
    assert (photo.taken_source, photo.taken_local.year) == ("sidecar", 2020)


def test_nothing_is_tried_again_that_did_not_fail_or_is_still_going_on(
    tmp_path: Path, alice: User
) -> None:
    write_picture(tmp_path / "photos" / "a.jpg", scene(1))
    run = folders.begin(tmp_path / "photos", alice)
    with pytest.raises(retrying.NothingToRetry, match="not ended"):
        retrying.try_again(run, by=alice)
    drained(run)
    with pytest.raises(retrying.NothingToRetry, match="No file"):
        retrying.try_again(run, by=alice)
