"""Before anything is sent: what is here already, what was begun, what may not come."""

from __future__ import annotations

import hashlib
import io
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gallery.files import originals
from gallery.importing import listing, offers, parts, preparing, resumable, uploads
from gallery.importing.pipeline import Offered
from gallery.importing.resumable import NewFile
from gallery.importing.room import Room, UploadRefused
from gallery.models import ImportedFile, ImportRun, Photo, Upload, User
from gallery.work import jobs, runner
from gallery.work.claims import ClaimLost
from tests.pictures import jpeg, scene

pytestmark = pytest.mark.django_db(transaction=True)

Usage = namedtuple("Usage", "total used free")
PICTURE = jpeg(scene(1))


@pytest.fixture
def run(alice: User) -> ImportRun:
    return uploads.begin(alice)


def new(name: str, data: bytes) -> NewFile:
    return NewFile(name, len(data), hashlib.sha256(data).hexdigest())


def send(run: ImportRun, file: NewFile, data: bytes) -> Upload:
    upload = resumable.find(run, file) or resumable.new_upload(run, file)
    upload.save()
    with parts.held(upload) as part:
        resumable.append(upload, part, io.BytesIO(data), len(data))
    return upload


def added(owner: User, data: bytes = PICTURE) -> Photo:
    run = uploads.begin(owner)
    send(run, new("before.jpg", data), data)
    uploads.close(run)
    runner.drain(run.job, processes=0)
    return Photo.objects.get(owner=owner, checksum=hashlib.sha256(data).hexdigest())


def one(run: ImportRun, file: NewFile) -> offers.Answer:
    [answer] = offers.answer(run, [file])
    return answer


def test_a_new_file_is_to_be_sent(run: ImportRun) -> None:
    assert one(run, new("a.jpg", PICTURE)) == offers.Answer()
    assert not run.files.exists()


def test_a_photo_that_is_here_is_not_sent_and_stands_in_the_list(
    alice: User, run: ImportRun
) -> None:
    photo = added(alice)
    for _ in range(2):  # asked again after a lost answer, it stands there once
        row = one(run, new("again.jpg", PICTURE)).file
        assert row is not None
        assert (row.outcome, row.photo, row.path) == ("already_here", photo, "again.jpg")
    assert run.files.count() == 1
    run.job.refresh_from_db()
    assert (run.job.total, run.job.done) == (1, 1)


def test_a_photo_in_the_trash_is_told_as_that(alice: User, run: ImportRun) -> None:
    photo = added(alice)
    Photo.objects.filter(pk=photo.pk).update(trashed_at=photo.imported_at)
    row = one(run, new("again.jpg", PICTURE)).file
    assert row is not None
    assert listing.shown_outcome(row) == "in_trash"
    assert "trash" in row.reason


def test_the_photo_of_another_owner_is_not_known(bob: User, run: ImportRun) -> None:
    added(bob)
    assert one(run, new("a.jpg", PICTURE)) == offers.Answer()


def test_a_photo_whose_original_was_lost_is_sent_again(alice: User, run: ImportRun) -> None:
    photo = added(alice)
    originals.storage().delete(originals.name_of(photo.checksum))
    assert one(run, new("again.jpg", PICTURE)) == offers.Answer()


def test_a_file_that_has_arrived_in_this_run_is_not_sent_again(run: ImportRun) -> None:
    file = new("a.jpg", PICTURE)
    upload = send(run, file, PICTURE)
    assert one(run, file).file == upload.file
    assert run.files.count() == 1


def test_a_file_that_was_begun_goes_on_where_it_stopped_also_in_another_run(
    alice: User, run: ImportRun
) -> None:
    file = new("a.jpg", PICTURE)
    upload = send(run, file, PICTURE[:100])
    assert one(run, file) == offers.Answer(upload=upload, arrived=100)
    uploads.close(run)
    later = uploads.begin(alice)
    assert one(later, file).arrived == 100
    upload.refresh_from_db()
    assert upload.run == later
    with parts.held(upload) as part:
        resumable.append(upload, part, io.BytesIO(PICTURE[100:]), len(PICTURE) - 100)
    assert later.files.get().path == "a.jpg"


def test_a_run_that_is_over_answers_nothing(alice: User, run: ImportRun) -> None:
    added(alice)
    uploads.close(run)
    with pytest.raises(ClaimLost):
        one(run, new("again.jpg", PICTURE))
    assert not run.files.exists()


def test_side_files_go_along_when_the_upload_goes_on_in_another_run(
    alice: User, run: ImportRun
) -> None:
    send(run, new("trip/a.jpg.json", b"{}"), b"{}")
    uploads.close(run)
    later = uploads.begin(alice)
    offers.side_files_go_with(run, later)
    row = later.files.get()
    assert (row.path, row.outcome) == ("trip/a.jpg.json", "side_file")
    assert run.files.count() == 1


def test_what_is_too_large_is_refused_for_good(run: ImportRun, settings: Any) -> None:
    settings.MAX_FILE_BYTES = 1000
    answer = one(run, NewFile("huge.tif", 1001))
    assert answer.file is not None
    assert (answer.file.outcome, answer.may_change) == ("refused", False)
    assert "larger" in answer.file.reason
    run.job.refresh_from_db()
    assert (run.job.total, run.job.skipped) == (1, 1)


def test_a_disk_that_would_get_too_full_refuses_what_comes_on_top(
    run: ImportRun, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = settings.FREE_DISK_FLOOR + 5000
    monkeypatch.setattr("shutil.disk_usage", lambda place: Usage(10**12, 0, free))
    files = [NewFile(f"{number}.jpg", 1000) for number in range(4)]
    answers = offers.answer(run, files)
    assert [answer.file is None for answer in answers] == [True, True, False, False]
    assert all(answer.may_change for answer in answers if answer.file)


def test_a_quota_counts_what_is_here_what_waits_and_what_is_coming(
    alice: User, run: ImportRun
) -> None:
    alice.quota_gb = 1
    alice.save()
    photo = added(alice)
    Photo.objects.filter(pk=photo.pk).update(size_bytes=400_000_000)
    resumable.new_upload(run, NewFile("b.jpg", 250_000_000)).save()
    ImportedFile.objects.create(run=run, path="c.jpg", size_bytes=250_000_000)
    run.owner.refresh_from_db()
    Room(run.owner).check(100_000_000)
    with pytest.raises(UploadRefused, match="quota of 1 GB"):
        Room(run.owner).check(100_000_001)


def test_a_file_refused_for_its_room_may_come_later_and_is_listed_once(
    alice: User, run: ImportRun, settings: Any
) -> None:
    floor, settings.FREE_DISK_FLOOR = settings.FREE_DISK_FLOOR, 10**18
    file = new("a.jpg", PICTURE)
    assert one(run, file).may_change
    settings.FREE_DISK_FLOOR = floor
    assert one(run, file) == offers.Answer()
    run.job.refresh_from_db()  # as each request has it anew
    send(run, file, PICTURE)
    uploads.close(run)
    runner.drain(run.job, processes=0)
    assert [row.outcome for row in run.files.all()] == ["added"]


def test_the_price_of_a_question_does_not_grow_with_its_files(alice: User, run: ImportRun) -> None:
    added(alice)

    def queries(count: int, prefix: str) -> int:
        files = [new(f"{prefix}{number}.jpg", PICTURE) for number in range(count)]
        with CaptureQueriesContext(connection) as captured:
            offers.answer(run, files)
        return len(captured)

    # SQLite takes 150 rows in two statements.
    assert queries(150, "many") <= queries(3, "few") + 1


def test_a_folder_of_the_server_fills_no_quota_and_no_disk(
    alice: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    (tmp_path / "a.jpg").write_bytes(PICTURE)
    offered = Offered(tmp_path / "a.jpg", "a.jpg")
    alice.quota_gb = 0
    refused = preparing.prepare(offered, alice)
    assert ("quota of 0 GB" in refused.refusal, refused.failed) == (True, False)
    settings.FREE_DISK_FLOOR = 10**18
    failed = preparing.prepare(offered, alice)
    assert ("disk" in failed.refusal, failed.failed) == (True, True)
    assert not originals.exists(new("a.jpg", PICTURE).checksum)


def test_the_bar_of_an_open_upload_is_true_and_never_goes_back(run: ImportRun) -> None:
    seen = []

    def look() -> None:
        run.job.refresh_from_db()
        seen.append(jobs.progress(run.job).fraction)

    jobs.expect(run.job, 4)
    for number in range(2):
        file = new(f"{number}.jpg", PICTURE)
        send(run, file, PICTURE)
        look()
    while runner.run_chunk_of(run.job):
        look()
    assert seen[-1] == 0.5, "two of four"
    jobs.expect(run.job, 10)  # somebody chose six more
    look()
    assert seen[-1] == 0.5
    for number in range(8):
        send(run, new(f"more{number}.jpg", PICTURE), PICTURE)
        look()
    while runner.run_chunk_of(run.job):
        look()
    send(run, new("unexpected.jpg", PICTURE), PICTURE)
    look()
    assert seen[-1] < 1
    uploads.close(run)
    runner.drain(run.job, processes=0)
    look()
    assert seen[-1] == 1
    assert seen == sorted(seen)
