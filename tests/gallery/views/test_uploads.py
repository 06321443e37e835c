"""Files come in by the page: one request each, or all in one form."""

from __future__ import annotations

import io
from collections import namedtuple
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gallery.importing import uploads
from gallery.models import ImportedFile, ImportRun, Outcome, Photo, User

pytestmark = pytest.mark.django_db

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def run(alice: User) -> ImportRun:
    return uploads.begin(alice)


def put(client: Client, run: ImportRun, data: bytes, name: str = "a.jpg", **query: Any) -> Any:
    asked = {"name": name, "size": len(data)} | query
    address = f"/imports/{run.pk}/files/?{urlencode(asked)}"
    return client.put(address, data, "application/octet-stream")


def left_aside() -> list[Path]:
    return [path for path in Path(django_settings.INCOMING_FOLDER).rglob("*") if path.is_file()]


def test_a_run_is_begun_filled_and_closed(alice_client: Client, alice: User) -> None:
    begun = alice_client.post("/upload/begin/").json()
    run = ImportRun.objects.get(pk=begun["run"])
    assert run.owner == alice
    assert begun["page"] == f"/imports/{run.pk}/"
    assert put(alice_client, run, b"some bytes", "day/one.jpg").status_code == 201
    file = ImportedFile.objects.get()
    assert (file.path, file.size_bytes, file.outcome) == ("day/one.jpg", 10, Outcome.WAITING)
    assert [path.read_bytes() for path in left_aside()] == [b"some bytes"]
    assert alice_client.post(f"/imports/{run.pk}/close/").status_code == 204
    run.job.refresh_from_db()
    assert run.job.is_open is False


def test_the_files_own_time_comes_along(alice_client: Client, run: ImportRun) -> None:
    put(alice_client, run, b"x", modified=1_600_000_000_000)
    modified = ImportedFile.objects.get().modified_at
    assert modified is not None
    assert modified.isoformat() == "2020-09-13T12:26:40+00:00"


def test_a_file_that_did_not_arrive_whole_is_refused_and_not_kept(
    alice_client: Client, run: ImportRun
) -> None:
    response = put(alice_client, run, b"only a part", size=5000)
    assert response.status_code == 400
    assert "again" in response.json()["error"]["message"]
    assert not ImportedFile.objects.exists()
    assert left_aside() == []


def test_a_file_that_is_too_large_is_refused_before_its_bytes_travel(
    alice_client: Client, run: ImportRun, settings: Any
) -> None:
    settings.MAX_FILE_BYTES = 1000
    response = put(alice_client, run, b"", "huge.tif", size=1001)
    assert response.status_code == 201
    file = ImportedFile.objects.get()
    assert (file.path, file.outcome) == ("huge.tif", Outcome.REFUSED)
    assert "larger" in file.reason


def test_a_body_larger_than_it_said_is_not_written(
    alice_client: Client, run: ImportRun, settings: Any
) -> None:
    settings.MAX_FILE_BYTES = 1000
    put(alice_client, run, b"y" * 5000, size=10)
    assert left_aside() == []
    assert ImportedFile.objects.get().outcome == Outcome.REFUSED


def test_nothing_is_taken_in_when_the_disk_is_nearly_full(
    alice_client: Client, run: ImportRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda place: Usage(100, 99, 1))
    response = put(alice_client, run, b"x")
    assert response.status_code == 507
    assert not ImportedFile.objects.exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        pytest.param("../../etc/cron.d/x.jpg", "etc/cron.d/x.jpg", id="up_and_away"),
        pytest.param("/etc/passwd", "etc/passwd", id="from_the_root"),
        pytest.param("C:\\photos\\a.jpg", "C:/photos/a.jpg", id="windows"),
        pytest.param("..\\..\\a.jpg", "a.jpg", id="up_on_windows"),
        pytest.param("a\u202egpj.exe", "agpj.exe", id="hidden_ending"),
        pytest.param("...", "...", id="dots"),
        pytest.param("/", "unnamed", id="nothing_left"),
    ],
)
def test_a_name_leads_nowhere(alice_client: Client, run: ImportRun, name: str, kept: str) -> None:
    assert put(alice_client, run, b"x", name).status_code == 201
    assert ImportedFile.objects.get().path == kept
    incoming = Path(django_settings.INCOMING_FOLDER).resolve()
    assert all(path.resolve().is_relative_to(incoming) for path in left_aside())


@pytest.mark.parametrize(
    "query", [{"name": ""}, {"size": "many"}, {"size": -1}, {"modified": 10**30}, {"name": "a\0b"}]
)
def test_a_file_without_name_or_size_is_refused(
    alice_client: Client, run: ImportRun, query: dict[str, Any]
) -> None:
    assert put(alice_client, run, b"x", **query).status_code == 422
    assert not ImportedFile.objects.exists()


def test_nothing_is_taken_after_the_upload_has_ended(alice_client: Client, run: ImportRun) -> None:
    uploads.close(run)
    assert put(alice_client, run, b"x").status_code == 409
    assert left_aside() == []


def test_a_stranger_can_neither_send_nor_close_nor_look(bob_client: Client, run: ImportRun) -> None:
    assert put(bob_client, run, b"x").status_code == 404
    assert bob_client.post(f"/imports/{run.pk}/close/").status_code == 404
    assert bob_client.get(f"/imports/{run.pk}/outcomes/?ids=1").status_code == 404
    assert left_aside() == []


def test_a_body_without_csrf_token_is_refused_before_it_is_read(
    alice: User, run: ImportRun
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    assert put(strict, run, b"x").status_code == 403
    assert left_aside() == []


def test_outcomes_name_only_what_is_settled_and_answer_304_until_more_is(
    alice_client: Client, alice: User, run: ImportRun, make_photo: Any
) -> None:
    photo = make_photo(alice)
    done = ImportedFile.objects.create(run=run, path="a", outcome=Outcome.ADDED, photo=photo)
    open_ = ImportedFile.objects.create(run=run, path="b")
    address = f"/imports/{run.pk}/outcomes/?ids={done.pk},{open_.pk}"
    first = alice_client.get(address)
    assert [file["id"] for file in first.json()["files"]] == [done.pk]
    assert first.json()["files"][0]["page"] == photo.get_absolute_url()
    headers = {"If-None-Match": first["ETag"]}
    assert alice_client.get(address, headers=headers).status_code == 304
    open_.outcome, open_.reason = Outcome.REFUSED, "It is no picture."
    open_.save()
    assert len(alice_client.get(address, headers=headers).json()["files"]) == 2


def test_a_photo_that_lies_in_the_trash_is_told_as_that(
    alice_client: Client, alice: User, run: ImportRun, make_photo: Any
) -> None:
    photo = make_photo(alice)
    Photo.objects.filter(pk=photo.pk).update(trashed_at=photo.imported_at)
    file = ImportedFile.objects.create(run=run, path="a", outcome=Outcome.ALREADY_HERE, photo=photo)
    answer = alice_client.get(f"/imports/{run.pk}/outcomes/?ids={file.pk}").json()
    assert answer["files"][0]["outcome"] == "in_trash"
    assert answer["files"][0]["photo"] == photo.pk


@pytest.mark.parametrize("ids", ["", "x", "1;2", "9" * 40, "-1", "1," * 5000])
def test_odd_questions_for_outcomes_do_no_harm(
    alice_client: Client, run: ImportRun, ids: str
) -> None:
    assert alice_client.get(f"/imports/{run.pk}/outcomes/", {"ids": ids}).status_code == 200


def test_without_script_all_files_come_in_one_form(alice_client: Client) -> None:
    files = [SimpleUploadedFile(f"{n}.jpg", b"bytes") for n in range(3)]
    response = alice_client.post("/upload/", {"files": [*files, SimpleUploadedFile("0.jpg", b"")]})
    run = ImportRun.objects.get()
    assert response["Location"] == f"/imports/{run.pk}/"
    assert run.files.count() == 4
    assert run.job.is_open is False


def test_an_empty_form_is_refused_with_a_reason(alice_client: Client) -> None:
    response = alice_client.post("/upload/", {})
    assert response.status_code == 422
    assert "Choose at least one photo." in response.content.decode()


class Unread(io.BytesIO):
    """A body that must not be touched."""

    def read(self, *args: Any) -> bytes:
        raise AssertionError("The body was read.")


@pytest.mark.parametrize("address", ["/sign-in/", "/upload/", "/acts/trash/"])
def test_a_large_form_of_a_stranger_is_refused_unread(
    client: Client, alice: User, address: str
) -> None:
    asked: dict[str, Any] = {
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
        "CONTENT_LENGTH": str(10**9),
        "wsgi.input": Unread(),
    }
    response = client.generic("POST", address, b"", **asked)
    assert response.status_code == 413
