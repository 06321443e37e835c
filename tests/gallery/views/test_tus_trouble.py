"""Cut lines, killed servers, strangers and full disks: nothing is lost and nothing is forged."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.http.request import UnreadablePostError
from django.test import Client

from gallery.importing import parts, uploads
from gallery.models import ImportedFile, ImportRun, Upload, User
from gallery.work import jobs
from tests.conftest import signed_in
from tests.gallery.views.tus_requests import (
    BODY_TYPE,
    DATA,
    ask,
    create,
    create_with,
    metadata,
    offset_of,
    part_of,
    patch,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(alice: User) -> ImportRun:
    return uploads.begin(alice)


@pytest.fixture
def address(alice_client: Client, run: ImportRun) -> str:
    return str(create(alice_client, run)["Location"])


@pytest.mark.parametrize("method", ["HEAD", "PATCH", "DELETE"])
def test_the_upload_of_another_is_not_there(
    bob_client: Client, alice_client: Client, address: str, method: str
) -> None:
    answer = ask(bob_client, method, address, DATA, Upload_Offset=0, Content_Type=BODY_TYPE)
    assert answer.status_code == 404
    assert offset_of(alice_client, address) == 0


def test_nobody_begins_a_file_in_the_import_of_another(bob_client: Client, run: ImportRun) -> None:
    assert create(bob_client, run).status_code == 404
    assert not Upload.objects.exists()


def test_a_forged_request_is_refused(alice: User, address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    assert patch(client, address, DATA, 0).status_code == 403
    assert offset_of(signed_in(alice), address) == 0


def test_a_stranger_gets_no_sign_in_page_but_a_refusal(client: Client, address: str) -> None:
    assert patch(client, address, DATA, 0, Accept="application/json").status_code == 401


def test_a_second_sender_of_the_same_file_waits(alice_client: Client, address: str) -> None:
    upload = Upload.objects.get()
    with parts.held(upload):
        assert patch(alice_client, address, DATA, 0).status_code == 423
        assert ask(alice_client, "DELETE", address).status_code == 423
    assert patch(alice_client, address, DATA, 0).status_code == 204


class CutOff(io.BytesIO):
    """A body of which only the first part arrives."""

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        if not piece:
            raise UnreadablePostError("connection reset")
        return piece


def cut_off(data: bytes) -> dict[str, Any]:
    length: dict[str, Any] = {"CONTENT_TYPE": BODY_TYPE, "CONTENT_LENGTH": str(len(DATA))}
    return {"wsgi.input": CutOff(data), **length}


def test_what_arrived_before_the_line_was_cut_need_not_come_again(
    alice_client: Client, address: str
) -> None:
    cut = cut_off(DATA[:3000])
    said = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}
    answer = alice_client.generic("PATCH", address, headers=said, **cut)
    assert answer.status_code == 400
    assert offset_of(alice_client, address) == 3000
    patch(alice_client, address, DATA[3000:], 3000)
    assert part_of(address).read_bytes() == DATA


def test_a_creation_cut_off_in_its_body_goes_on_where_it_stopped(
    alice_client: Client, run: ImportRun
) -> None:
    cut = cut_off(DATA[:3000])
    said = {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": str(len(DATA)),
        "Upload-Metadata": metadata(data=DATA),
    }
    place = f"/imports/{run.pk}/uploads/"
    alice_client.generic("POST", place, headers=said, **cut)
    upload = Upload.objects.get()
    assert offset_of(alice_client, upload.get_absolute_url()) == 3000


def test_a_server_stopped_after_the_last_byte_finishes_the_file_when_it_is_asked(
    alice_client: Client, address: str
) -> None:
    part = part_of(address)
    part.write_bytes(DATA)
    assert not ImportedFile.objects.exists()
    assert offset_of(alice_client, address) == len(DATA)
    assert ImportedFile.objects.get().outcome == "waiting"
    assert offset_of(alice_client, address) == len(DATA)
    assert ImportedFile.objects.count() == 1


def test_a_run_that_has_ended_takes_no_file_and_keeps_its_bytes_for_the_next(
    alice_client: Client, run: ImportRun, address: str
) -> None:
    patch(alice_client, address, DATA[:100], 0)
    uploads.close(run)
    answer = patch(alice_client, address, DATA[100:], 100)
    assert answer.status_code == 409
    assert part_of(address).read_bytes() == DATA


def test_a_full_disk_refuses_before_the_bytes_travel(
    alice_client: Client, run: ImportRun, settings: Any
) -> None:
    settings.FREE_DISK_FLOOR = 10**18
    answer = create_with(alice_client, run, DATA)
    assert answer.status_code == 507
    assert "disk" in answer.json()["error"]["message"]
    assert not Upload.objects.exists()


def test_files_that_come_while_workers_are_busy_share_a_chunk(
    alice_client: Client, run: ImportRun
) -> None:
    for number in range(20):
        data = f"picture {number}".encode()
        said: dict[str, Any] = {
            "Upload_Metadata": metadata(f"{number}.jpg", data),
            "Upload_Length": len(data),
        }
        assert create_with(alice_client, run, data, **said).status_code == 201
    assert [chunk.size for chunk in run.job.chunks.all()] == [16, 4]
    run.job.refresh_from_db()
    assert run.job.total == 20
    claim = jobs.claim(run.job)
    assert claim is not None
    create_with(alice_client, run, b"late", Upload_Metadata=metadata("late.jpg"), Upload_Length=4)
    assert [chunk.size for chunk in run.job.chunks.all()] == [16, 5]
