"""Every rule of tus 1.0 that this server says it keeps, and what our own sender relies on."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.http import parse_http_date

from gallery.importing import uploads
from gallery.models import ImportedFile, ImportRun, Upload, User
from tests.gallery.views.tus_requests import (
    BODY_TYPE,
    DATA,
    ask,
    base64_of,
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


# --- Core ---------------------------------------------------------------------------------------


def test_options_tell_what_is_offered_without_asking_for_a_version(
    alice_client: Client, run: ImportRun, settings: Any
) -> None:
    answer = ask(alice_client, "OPTIONS", f"/imports/{run.pk}/uploads/", Tus_Resumable=None)
    assert answer.status_code == 204
    assert answer["Tus-Version"] == "1.0.0"
    assert set(answer["Tus-Extension"].split(",")) == {
        "creation", "creation-with-upload", "expiration", "checksum", "termination",
    }  # fmt: skip
    assert answer["Tus-Max-Size"] == str(settings.MAX_ARCHIVE_BYTES)  # the largest of any kind
    assert answer["Tus-Checksum-Algorithm"] == "sha1,sha256"


@pytest.mark.parametrize("version", [None, "0.2.2", "2.0.0", ""])
@pytest.mark.parametrize("method", ["POST", "HEAD", "PATCH", "DELETE"])
def test_another_version_is_refused_and_nothing_is_done(
    alice_client: Client, run: ImportRun, address: str, method: str, version: str | None
) -> None:
    place = f"/imports/{run.pk}/uploads/" if method == "POST" else address
    answer = ask(
        alice_client, method, place, DATA, Tus_Resumable=version,
        Upload_Offset=0, Upload_Length=5, Content_Type=BODY_TYPE,
    )  # fmt: skip
    assert answer.status_code == 412
    assert answer["Tus-Version"] == "1.0.0"
    assert Upload.objects.count() == 1
    assert offset_of(alice_client, address) == 0


def test_every_answer_names_the_version(alice_client: Client, run: ImportRun, address: str) -> None:
    answers = [
        create(alice_client, run),
        ask(alice_client, "HEAD", address),
        patch(alice_client, address, DATA, 0),
        patch(alice_client, address, DATA, 77),
        ask(alice_client, "HEAD", "/uploads/unknown/"),
        ask(alice_client, "PUT", address),
        ask(alice_client, "DELETE", address),
    ]
    assert {answer["Tus-Resumable"] for answer in answers} == {"1.0.0"}


def test_head_tells_how_much_has_arrived_and_is_never_cached(
    alice_client: Client, address: str
) -> None:
    patch(alice_client, address, DATA[:1000], 0)
    answer = ask(alice_client, "HEAD", address)
    assert answer.status_code == 200
    assert answer["Upload-Offset"] == "1000"
    assert answer["Upload-Length"] == str(len(DATA))
    assert answer["Cache-Control"] == "no-store"


def test_what_is_not_there_has_no_offset(alice_client: Client) -> None:
    answer = ask(alice_client, "HEAD", "/uploads/0123456789abcdef/")
    assert answer.status_code == 404
    assert "Upload-Offset" not in answer


def test_pieces_are_appended_and_the_last_one_makes_a_file_of_the_import(
    alice_client: Client, run: ImportRun, address: str
) -> None:
    first = patch(alice_client, address, DATA[:4000], 0)
    assert (first.status_code, first["Upload-Offset"]) == (204, "4000")
    assert not ImportedFile.objects.exists()
    last = patch(alice_client, address, DATA[4000:], 4000)
    assert (last.status_code, last["Upload-Offset"]) == (204, str(len(DATA)))
    file = ImportedFile.objects.get(run=run)
    assert (file.path, file.size_bytes, file.outcome) == ("trip/a.jpg", len(DATA), "waiting")
    assert part_of(address).read_bytes() == DATA
    assert [chunk.payload for chunk in run.job.chunks.all()] == [[file.pk]]


@pytest.mark.parametrize("offset", [1, 999, 1001, 10**15])
def test_a_piece_for_another_place_is_a_conflict_and_changes_nothing(
    alice_client: Client, address: str, offset: int
) -> None:
    patch(alice_client, address, DATA[:1000], 0)
    assert patch(alice_client, address, DATA[1000:], offset).status_code == 409
    assert part_of(address).read_bytes() == DATA[:1000]


@pytest.mark.parametrize("offset", [None, "", "-1", "1.5", "x", "\xb2", "9" * 40])
def test_a_piece_without_a_readable_offset_is_refused(
    alice_client: Client, address: str, offset: Any
) -> None:
    answer = patch(alice_client, address, DATA, 0, Upload_Offset=offset)
    assert answer.status_code == 400
    assert offset_of(alice_client, address) == 0


def test_a_piece_of_another_content_type_is_refused(alice_client: Client, address: str) -> None:
    answer = patch(alice_client, address, DATA, 0, Content_Type="application/octet-stream")
    assert answer.status_code == 415
    assert offset_of(alice_client, address) == 0


def test_more_than_the_file_has_is_refused_unread(alice_client: Client, address: str) -> None:
    assert patch(alice_client, address, DATA + b"x", 0).status_code == 413
    assert offset_of(alice_client, address) == 0


def test_a_piece_for_a_finished_file_changes_nothing(alice_client: Client, address: str) -> None:
    patch(alice_client, address, DATA, 0)
    assert patch(alice_client, address, b"", len(DATA)).status_code == 204
    assert patch(alice_client, address, b"x", len(DATA)).status_code == 413
    assert patch(alice_client, address, DATA, 0).status_code == 409
    assert ImportedFile.objects.count() == 1


def test_the_method_may_be_named_in_a_header_of_a_post(alice_client: Client, address: str) -> None:
    answer = ask(
        alice_client, "POST", address, DATA, Upload_Offset=0,
        Content_Type=BODY_TYPE, X_HTTP_Method_Override="PATCH",
    )  # fmt: skip
    assert answer.status_code == 204
    assert ask(alice_client, "POST", address, X_HTTP_Method_Override="HEAD").status_code == 200


def test_a_get_never_becomes_anything_else(alice_client: Client, address: str) -> None:
    """It passes the check for forged requests."""
    answer = ask(alice_client, "GET", address, X_HTTP_Method_Override="DELETE")
    assert answer.status_code == 405
    assert Upload.objects.exists()


# --- Creation -----------------------------------------------------------------------------------


def test_a_file_is_begun_with_its_length_and_its_metadata(
    alice_client: Client, alice: User, run: ImportRun
) -> None:
    said = f"{metadata('Süden/日本.jpg', DATA)},modified {base64_of('1600000000000')},extra"
    answer = create(alice_client, run, Upload_Metadata=said)
    assert answer.status_code == 201
    upload = Upload.objects.get()
    assert answer["Location"] == f"/uploads/{upload.token}/"
    assert (upload.owner, upload.run, upload.path) == (alice, run, "Süden/日本.jpg")
    assert (upload.size_bytes, upload.checksum) == (len(DATA), hashlib.sha256(DATA).hexdigest())
    assert upload.modified_at is not None
    assert upload.modified_at.isoformat() == "2020-09-13T12:26:40+00:00"


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Upload_Length": None}, id="no_length"),
        pytest.param({"Upload_Length": "-5"}, id="negative_length"),
        pytest.param({"Upload_Length": "ten"}, id="length_in_words"),
        pytest.param({"Upload_Length": None, "Upload_Defer_Length": "1"}, id="deferred_length"),
        pytest.param({"Upload_Metadata": "filename"[:0] + ",,"}, id="empty_keys"),
        pytest.param({"Upload_Metadata": "filename !!!"}, id="no_base64"),
        pytest.param({"Upload_Metadata": "filename /w=="}, id="no_utf8"),
        pytest.param({"Upload_Metadata": "a eA==,a eA=="}, id="key_twice"),
        pytest.param({"Upload_Metadata": "sha256 eA=="}, id="no_checksum"),
        pytest.param({"Upload_Metadata": "modified eA=="}, id="no_time"),
    ],
)
def test_what_cannot_be_understood_is_a_bad_request(
    alice_client: Client, run: ImportRun, headers: dict[str, Any]
) -> None:
    answer = create(alice_client, run, **headers)
    assert answer.status_code == 400
    assert len(answer.json()["error"]["message"]) > 15
    assert not Upload.objects.exists()


def test_a_file_larger_than_the_largest_is_refused_before_its_bytes_travel(
    alice_client: Client, run: ImportRun, settings: Any
) -> None:
    settings.MAX_FILE_BYTES = 1000
    answer = create(alice_client, run, 1001)
    assert answer.status_code == 413
    assert "larger" in answer.json()["error"]["message"]
    assert not Upload.objects.exists()


def test_an_empty_file_is_complete_when_it_is_begun(alice_client: Client, run: ImportRun) -> None:
    answer = create(alice_client, run, 0)
    assert (answer.status_code, answer["Upload-Offset"]) == (201, "0")
    assert ImportedFile.objects.get().size_bytes == 0


def test_a_file_may_come_with_its_creation(alice_client: Client, run: ImportRun) -> None:
    answer = create_with(alice_client, run, DATA, Upload_Metadata=metadata(data=DATA))
    assert (answer.status_code, answer["Upload-Offset"]) == (201, str(len(DATA)))
    assert offset_of(alice_client, answer["Location"]) == len(DATA)
    assert ImportedFile.objects.get().outcome == "waiting"


def test_the_first_part_of_a_file_may_come_with_its_creation(
    alice_client: Client, run: ImportRun
) -> None:
    answer = create_with(alice_client, run, DATA[:100])
    assert (answer.status_code, answer["Upload-Offset"]) == (201, "100")
    patch(alice_client, answer["Location"], DATA[100:], 100)
    assert part_of(answer["Location"]).read_bytes() == DATA


def test_a_creation_with_too_many_bytes_is_refused(alice_client: Client, run: ImportRun) -> None:
    assert create_with(alice_client, run, DATA + b"x").status_code == 413
    assert not Upload.objects.exists()


def test_a_creation_whose_answer_was_lost_finds_the_same_upload_again(
    alice_client: Client, run: ImportRun
) -> None:
    said = metadata(data=DATA)
    first = create_with(alice_client, run, DATA[:100], Upload_Metadata=said)
    again = create_with(alice_client, run, DATA, Upload_Metadata=said)
    assert again["Location"] == first["Location"]
    assert again["Upload-Offset"] == str(len(DATA))
    third = create_with(alice_client, run, DATA, Upload_Metadata=said)
    assert third["Location"] == first["Location"]
    assert part_of(first["Location"]).read_bytes() == DATA
    assert ImportedFile.objects.count() == 1


# --- Expiration ---------------------------------------------------------------------------------


def test_an_unfinished_file_says_until_when_it_is_kept(
    alice_client: Client, run: ImportRun, settings: Any
) -> None:
    begun = create(alice_client, run)
    sent = patch(alice_client, begun["Location"], DATA[:10], 0)
    for answer in (begun, sent):
        left = parse_http_date(answer["Upload-Expires"]) - timezone.now().timestamp()
        assert abs(left - settings.UPLOAD_KEEPING_TIME.total_seconds()) < 60


@pytest.mark.parametrize("method", ["HEAD", "PATCH", "DELETE"])
def test_an_expired_file_is_gone(
    alice_client: Client, address: str, settings: Any, method: str
) -> None:
    settings.UPLOAD_KEEPING_TIME *= 0
    answer = ask(alice_client, method, address, DATA, Upload_Offset=0, Content_Type=BODY_TYPE)
    assert answer.status_code == 410
    assert "Upload-Offset" not in answer


# --- Checksum -----------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_piece_with_its_checksum_is_taken(
    alice_client: Client, address: str, algorithm: str
) -> None:
    digest = base64_of(hashlib.new(algorithm, DATA[:500]).digest())
    answer = patch(alice_client, address, DATA[:500], 0, Upload_Checksum=f"{algorithm} {digest}")
    assert answer.status_code == 204
    assert offset_of(alice_client, address) == 500


def test_a_piece_with_another_checksum_is_thrown_away(alice_client: Client, address: str) -> None:
    patch(alice_client, address, DATA[:100], 0)
    digest = base64_of(hashlib.sha1(b"something else").digest())
    answer = patch(alice_client, address, DATA[100:], 100, Upload_Checksum=f"sha1 {digest}")
    assert answer.status_code == 460
    assert part_of(address).read_bytes() == DATA[:100]
    assert not ImportedFile.objects.exists()


@pytest.mark.parametrize("text", ["md5 eA==", "sha1", "sha1 !!", "sha1 eA==", "", "sha512 eA=="])
def test_an_unreadable_checksum_is_a_bad_request(
    alice_client: Client, address: str, text: str
) -> None:
    assert patch(alice_client, address, DATA, 0, Upload_Checksum=text).status_code == 400
    assert offset_of(alice_client, address) == 0


def test_a_checked_piece_that_was_cut_off_by_a_crash_is_not_trusted(
    alice_client: Client, address: str
) -> None:
    patch(alice_client, address, DATA[:100], 0)
    part = part_of(address)
    part.with_suffix(".unverified").write_text("100")
    with part.open("ab") as file:
        file.write(b"bytes that nobody has verified")
    assert offset_of(alice_client, address) == 100
    assert patch(alice_client, address, DATA[100:], 100).status_code == 204
    assert part.read_bytes() == DATA
    assert not part.with_suffix(".unverified").exists()


def test_a_whole_file_that_is_not_the_announced_one_begins_anew(
    alice_client: Client, run: ImportRun
) -> None:
    begun = create(alice_client, run, Upload_Metadata=metadata(data=b"another content"))
    assert patch(alice_client, begun["Location"], DATA, 0).status_code == 460
    assert offset_of(alice_client, begun["Location"]) == 0
    assert not ImportedFile.objects.exists()


# --- Termination --------------------------------------------------------------------------------


def test_an_ended_upload_is_gone_with_its_bytes(alice_client: Client, address: str) -> None:
    patch(alice_client, address, DATA[:100], 0)
    part = part_of(address)
    assert ask(alice_client, "DELETE", address).status_code == 204
    assert not part.exists()
    assert ask(alice_client, "HEAD", address).status_code == 404
    assert patch(alice_client, address, DATA, 0).status_code == 404


def test_ending_a_finished_upload_takes_no_file_from_the_import(
    alice_client: Client, address: str
) -> None:
    patch(alice_client, address, DATA, 0)
    part = part_of(address)
    assert ask(alice_client, "DELETE", address).status_code == 204
    assert part.read_bytes() == DATA
    assert ImportedFile.objects.count() == 1
