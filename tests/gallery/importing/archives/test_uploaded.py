"""Zips that come by the browser or the API: opened when everything has arrived, as one run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from gallery.importing import archive_runs, sweeping, uploads
from gallery.models import Album, ImportRun, Outcome, Photo, User
from gallery.work import jobs, runner
from tests.zips import picture, side_file, zip_file

pytestmark = pytest.mark.django_db(transaction=True)

PARIS = "Takeout/Google Photos/Paris"


def send(client: Client, run: int, path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    query = f"?name={quote(path.name)}&size={len(data)}"
    answer = client.put(
        reverse("gallery:receive-file", args=[run]) + query, data, "application/octet-stream"
    )
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = json.loads(answer.content)
    return found


def begun(client: Client) -> int:
    return int(json.loads(client.post(reverse("gallery:begin-upload")).content)["run"])


def closed(client: Client, run_id: int) -> ImportRun:
    client.post(reverse("gallery:close-upload", args=[run_id]))
    run = ImportRun.objects.get(pk=run_id)
    runner.drain(run.job, processes=0)
    return run


def test_all_zips_of_an_upload_become_one_import(
    tmp_path: Path, data_folder: Path, alice_client: Client
) -> None:
    first = zip_file(tmp_path / "takeout-001.zip", {f"{PARIS}/a.jpg": picture(1)})
    second = zip_file(tmp_path / "takeout-002.zip", {f"{PARIS}/a.jpg.json": side_file(1577880000)})
    (tmp_path / "b.jpg").write_bytes(picture(2))
    run_id = begun(alice_client)
    for path in (first, second, tmp_path / "b.jpg"):
        send(alice_client, run_id, path)
    assert ImportRun.objects.count() == 1
    upload = closed(alice_client, run_id)
    assert dict(upload.files.values_list("path", "outcome")) == {
        "takeout-001.zip": "archive",
        "takeout-002.zip": "archive",
        "b.jpg": "added",
    }
    run = ImportRun.objects.get(door=ImportRun.Door.ARCHIVE)
    runner.drain(run.job, processes=0)
    assert run.root == "takeout-001.zip, takeout-002.zip"
    assert sorted(run.files.values_list("outcome", flat=True)) == ["added", "side_file"]
    assert Photo.objects.get(file_name="a.jpg").taken_source == "sidecar"
    assert Album.objects.get().title == "Paris"
    assert not list((data_folder / "incoming" / "archives").iterdir())
    page = alice_client.get(upload.get_absolute_url()).content.decode()
    assert f'<a href="{run.get_absolute_url()}">See that import</a>' in page


def test_a_large_zip_is_let_in_where_a_large_photo_is_not(
    tmp_path: Path, settings: Any, alice_client: Client
) -> None:
    path = zip_file(tmp_path / "photos.ZIP", {"a.jpg": picture(1)})
    settings.MAX_FILE_BYTES = 100
    run_id = begun(alice_client)
    send(alice_client, run_id, path)
    settings.MAX_ARCHIVE_BYTES = 100
    address = reverse("gallery:receive-file", args=[run_id]) + "?name=big.zip&size=5000"
    alice_client.put(address, b"", "application/octet-stream")
    reasons = dict(ImportRun.objects.get().files.values_list("path", "reason"))
    assert reasons["photos.ZIP"] == uploads.OPENED_LATER
    assert "the largest archive taken in" in reasons["big.zip"]


def test_a_cancelled_upload_opens_no_archive(tmp_path: Path, alice: User) -> None:
    path = zip_file(tmp_path / "a.zip", {"a.jpg": picture(1)})
    run = uploads.begin(alice)
    with path.open("rb") as file:
        uploads.receive(run, name="a.zip", size_bytes=None, modified_at=None, stream=file)
    jobs.cancel(run.job)
    assert ImportRun.objects.count() == 1
    assert run.files.get().outcome == Outcome.FAILED


def test_sweeping_leaves_an_archive_that_is_still_being_imported(
    tmp_path: Path, settings: Any, alice: User, alice_client: Client
) -> None:
    path = zip_file(tmp_path / "a.zip", {"a.jpg": picture(1), "b.jpg": picture(2)})
    closed(alice_client, _sent(alice_client, path))
    run = ImportRun.objects.get(door=ImportRun.Door.ARCHIVE)
    settings.UPLOAD_KEEPING_TIME = settings.UPLOAD_KEEPING_TIME * 0
    sweeping.sweep()
    archive_runs.expire_forgotten()
    runner.drain(run.job, processes=0)
    assert set(run.files.values_list("outcome", flat=True)) == {"added"}


def test_what_is_called_zip_and_is_none_says_so(tmp_path: Path, alice_client: Client) -> None:
    path = tmp_path / "photo.zip"
    path.write_bytes(picture(1))
    closed(alice_client, _sent(alice_client, path))
    run = ImportRun.objects.get(door=ImportRun.Door.ARCHIVE)
    runner.drain(run.job, processes=0)
    assert run.files.get().reason == "It is no zip archive, whatever its name says."


def _sent(client: Client, path: Path) -> int:
    run_id = begun(client)
    send(client, run_id, path)
    return run_id
