"""Import runs: the list, the counts, the files and their reasons, as page and as CSV."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client

from gallery.importing import uploads
from gallery.models import ImportedFile, ImportRun, Job, Outcome, User
from gallery.work import jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(alice: User, make_photo: Any) -> ImportRun:
    run = uploads.begin(alice)
    photo = make_photo(alice)
    for path, outcome, reason in [
        ("a.jpg", Outcome.ADDED, ""),
        ("b.jpg", Outcome.ALREADY_HERE, ""),
        ("notes.txt", Outcome.REFUSED, "It is no picture."),
        ("=cmd|' /C calc'!A0.jpg", Outcome.REFUSED, "It is no picture."),
    ]:
        ImportedFile.objects.create(
            run=run, path=path, outcome=outcome, reason=reason, photo=None if reason else photo
        )
    return run


def csv_of(response: Any) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_the_list_tells_how_each_import_ended(alice_client: Client, run: ImportRun) -> None:
    page = alice_client.get("/imports/").content.decode()
    assert "4 files" in page
    assert "1 added · 1 already here · 2 refused" in page


def test_one_import_lists_every_file_with_its_reason(alice_client: Client, run: ImportRun) -> None:
    page = alice_client.get(run.get_absolute_url()).content.decode()
    for file in run.files.all():
        assert file.path.split("|")[0] in page
    assert page.count("It is no picture.") == 2


def test_the_files_of_one_outcome(alice_client: Client, run: ImportRun) -> None:
    response = alice_client.get(run.get_absolute_url(), {"outcome": "refused"})
    assert [file.path for file, _ in response.context["files"]] == [
        "notes.txt",
        "=cmd|' /C calc'!A0.jpg",
    ]


def test_pages_of_files_follow_each_other_without_gaps(
    alice_client: Client, run: ImportRun
) -> None:
    ImportedFile.objects.bulk_create(
        ImportedFile(run=run, path=f"{n}.jpg", outcome=Outcome.ADDED) for n in range(250)
    )
    seen: list[int] = []
    after = ""
    while after is not None:
        context = alice_client.get(run.get_absolute_url(), {"after": after}).context
        seen += [file.pk for file, _ in context["files"]]
        after = context["next_cursor"]
    assert seen == list(run.files.order_by("id").values_list("pk", flat=True))


def test_the_csv_has_every_file_and_no_formula(alice_client: Client, run: ImportRun) -> None:
    head, *rows = csv_of(alice_client.get(f"/imports/{run.pk}/files.csv"))
    assert head[:3] == ["path", "outcome", "reason"]
    assert [row[1] for row in rows] == ["added", "already_here", "refused", "refused"]
    assert rows[3][0].startswith("'=cmd")


def test_the_csv_of_one_outcome(alice_client: Client, run: ImportRun) -> None:
    rows = csv_of(alice_client.get(f"/imports/{run.pk}/files.csv?outcome=refused"))[1:]
    assert len(rows) == 2


def test_progress_answers_304_while_nothing_changes(alice_client: Client, run: ImportRun) -> None:
    address = f"/imports/{run.pk}/progress/"
    first = alice_client.get(address)
    again = alice_client.get(address, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    run.files.filter(path="a.jpg").delete()
    changed = alice_client.get(address, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


def test_progress_says_when_it_has_come_to_its_end(
    alice_client: Client, run: ImportRun, settings: Any
) -> None:
    settings.AFTER_IMPORT = []
    address = f"/imports/{run.pk}/progress/"
    assert "data-ended" not in alice_client.get(address).content.decode()
    uploads.close(run)
    assert "data-ended" in alice_client.get(address).content.decode()


def test_an_import_is_cancelled_by_its_owner_only(
    alice_client: Client, bob_client: Client, run: ImportRun
) -> None:
    jobs.add_chunks(run.job, [[1]])
    assert bob_client.post(f"/imports/{run.pk}/cancel/").status_code == 404
    assert alice_client.post(f"/imports/{run.pk}/cancel/").status_code == 302
    run.job.refresh_from_db()
    assert run.job.status == Job.Status.CANCELLED


def test_an_import_is_paused_and_resumed_by_its_owner_only(
    alice_client: Client, bob_client: Client, run: ImportRun
) -> None:
    jobs.add_chunks(run.job, [[1]])
    for act in ("pause", "resume", "again"):
        assert bob_client.post(f"/imports/{run.pk}/{act}/").status_code == 404
    assert alice_client.post(f"/imports/{run.pk}/pause/").status_code == 302
    assert jobs.claim(run.job) is None
    page = alice_client.get(run.get_absolute_url()).content.decode()
    assert "This import is paused" in page
    assert "Resume" in page
    alice_client.post(f"/imports/{run.pk}/resume/")
    assert jobs.claim(run.job) is not None


def test_the_failed_files_can_be_tried_again_once(
    alice_client: Client, run: ImportRun, settings: Any
) -> None:
    settings.AFTER_IMPORT = []
    run.files.filter(outcome="refused").update(outcome="failed", incoming="1/gone")
    uploads.close(run)
    page = alice_client.get(run.get_absolute_url()).content.decode()
    assert "Try the 2 failed again" in page
    address = alice_client.post(f"/imports/{run.pk}/again/")["Location"]
    assert alice_client.post(f"/imports/{run.pk}/again/")["Location"] == address
    assert "Try the 2 failed again" not in alice_client.get(run.get_absolute_url()).content.decode()
    assert "tries again what failed" in alice_client.get(address).content.decode()


def test_files_are_found_by_a_part_of_their_name_or_reason(
    alice_client: Client, run: ImportRun
) -> None:
    for text, found in (("NOTES", 1), ("no picture", 2), ("%", 0), ("a.jpg", 1)):
        response = alice_client.get(run.get_absolute_url(), {"text": text})
        assert len(response.context["files"]) == found
        rows = csv_of(alice_client.get(f"/imports/{run.pk}/files.csv", {"text": text}))[1:]
        assert len(rows) == found


@pytest.mark.parametrize("part", ["", "progress/", "files.csv"])
def test_a_stranger_sees_nothing_of_an_import(
    bob_client: Client, run: ImportRun, part: str
) -> None:
    assert bob_client.get(f"/imports/{run.pk}/{part}").status_code == 404


def test_a_stranger_sees_no_import_in_the_list(bob_client: Client, run: ImportRun) -> None:
    assert "Nothing was imported yet" in bob_client.get("/imports/").content.decode()


def test_the_list_asks_as_many_questions_for_ten_runs_as_for_one(
    alice_client: Client, alice: User, run: ImportRun, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(5):
        alice_client.get("/imports/")
    for _ in range(10):
        uploads.begin(alice)
    with django_assert_num_queries(5):
        alice_client.get("/imports/")
