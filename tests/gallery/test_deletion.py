"""Delete forever as a job: what was confirmed, what was restored since, what a crash repeats."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from gallery import bulk, changes, deletion
from gallery.files import originals
from gallery.models import Change, Chunk, Job, Photo, User
from gallery.timeline import extent_of
from gallery.work import claims, runner
from tests.factories import NOON, make_photo, make_photos, make_stored_photo
from tests.library import add, drawn_folder

pytestmark = pytest.mark.django_db

EMPTY = "/trash/empty/"


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deletion, "MOST_AT_ONCE", 5)
    monkeypatch.setattr(deletion, "PHOTOS_PER_PIECE", 4)


def all_of(owner: User) -> Any:
    return Photo.objects.owned_by(owner)


def of(*photos: Photo) -> Any:
    return Photo.objects.filter(pk__in=[photo.pk for photo in photos])


def confirmed_job(owner: User, asked_at: dt.datetime | None = None) -> Job:
    """The job of somebody who was asked just now, and said yes to all of their trash."""
    asked_at = asked_at or timezone.now()
    photos = all_of(owner).trashed_before(asked_at)
    confirmed = extent_of(photos).as_text
    return deletion.later(photos, by=owner, asked_at=asked_at, confirmed=confirmed)


def done(job: Job) -> Job:
    return runner.drain(job, processes=0)


def text_of(client: Client, address: str) -> str:
    text = re.sub(r"<[^>]+>", " ", client.get(address).content.decode())
    return " ".join(text.split())


def answer_of(client: Client, **more: Any) -> dict[str, Any]:
    """What the form sends if one says yes to the question as it stands now."""
    asked = client.post(EMPTY, more).context
    return {"confirmed": asked["extent"].as_text, "asked_at": asked["asked_at"], **more}


def test_a_large_trash_is_answered_with_the_page_of_a_job_that_empties_it(
    alice: User, alice_client: Client
) -> None:
    make_photos(alice, 10, trashed_at=NOON)
    kept = make_photo(alice)
    assert "done in the background" in text_of(alice_client, EMPTY)
    answer = alice_client.post(EMPTY, answer_of(alice_client))
    job = Job.objects.get(kind="deletion")
    assert answer["Location"] == f"/jobs/{job.pk}/"
    assert Photo.objects.count() == 11
    page = text_of(alice_client, f"/jobs/{job.pk}/")
    assert "Delete forever: 10 photos" in page
    assert "There is no undo for what is deleted" in page

    job = done(job)
    assert (job.status, job.done, job.total) == (Job.Status.DONE, 10, 10)
    assert list(job.chunks.order_by("number").values_list("done", flat=True)) == [4, 4, 2]
    assert list(Photo.objects.all()) == [kept]
    page = text_of(alice_client, f"/jobs/{job.pk}/")
    assert "10 deleted forever" in page
    assert "There is no undo for the 10 photos" in page
    assert "Undo all" not in page
    assert not bulk.can_be_undone(job)


def test_a_small_trash_is_emptied_at_once_as_ever(alice: User, alice_client: Client) -> None:
    make_photos(alice, 5, trashed_at=NOON)
    assert "in the background" not in text_of(alice_client, EMPTY)
    answer = alice_client.post(EMPTY, answer_of(alice_client))
    assert answer["Location"] == "/trash/"
    assert not Photo.objects.exists()
    assert not Job.objects.filter(kind="deletion").exists()


def test_many_chosen_photos_are_a_job_too_and_the_others_stay(
    alice: User, alice_client: Client
) -> None:
    chosen = make_photos(alice, 6, trashed_at=NOON)
    spared = make_photos(alice, 3, trashed_at=NOON)
    address = "/trash/delete-forever/"
    ids = {"photo": [photo.pk for photo in chosen]}
    asked = alice_client.post(address, ids).context
    fields = {"confirmed": asked["extent"].as_text, "asked_at": asked["asked_at"], **ids}
    alice_client.post(address, fields)
    done(Job.objects.get(kind="deletion"))
    assert set(Photo.objects.all()) == set(spared)


def test_the_originals_leave_the_disk_except_those_that_somebody_needs(
    alice: User, bob: User, django_capture_on_commit_callbacks: Any
) -> None:
    doomed = make_stored_photo(alice, trashed_at=NOON)
    shared = make_stored_photo(alice, trashed_at=NOON)
    make_photo(bob, checksum=shared.checksum)
    done(confirmed_job(alice))
    for clearing in Job.objects.filter(kind="clearing"):
        done(clearing)
    assert not originals.exists(doomed.checksum)
    assert originals.exists(shared.checksum)


def test_the_history_has_one_line_for_all_pieces(alice: User, alice_client: Client) -> None:
    make_photos(alice, 10, trashed_at=NOON)
    done(confirmed_job(alice))
    line = Change.objects.get()
    assert (line.act, line.photo_count) == (Change.Act.DELETE_FOREVER, 10)
    assert line.summary == "Deleted forever: 10 photos"
    assert line.summary in text_of(alice_client, "/history/")


def test_what_was_restored_since_the_question_stays(alice: User, alice_client: Client) -> None:
    photos = make_photos(alice, 10, trashed_at=NOON)
    restored, trashed_again, undone_again, *_ = photos
    job = confirmed_job(alice)
    changes.restore(of(restored), by=alice)
    changes.restore(of(trashed_again), by=alice)
    changes.trash(of(trashed_again), by=alice)
    changes.undo(changes.restore(of(undone_again), by=alice), by=alice)
    undone_again.refresh_from_db()
    assert undone_again.trashed_at == NOON

    job = done(job)
    assert set(Photo.objects.all()) == {restored, trashed_again, undone_again}
    assert bulk.counts(job) == {"done": 7, "nothing_to_do": 3}
    assert (job.done, job.skipped) == (7, 3)
    page = text_of(alice_client, f"/jobs/{job.pk}/")
    assert "3 photos left as they were" in page
    assert f"{restored.file_name} left alone {deletion.RESTORED}" in page


def test_what_came_into_the_trash_since_the_question_is_not_taken_along(alice: User) -> None:
    make_photos(alice, 6, trashed_at=NOON)
    late = make_photo(alice)
    job = confirmed_job(alice)
    changes.trash(of(late), by=alice)
    done(job)
    assert list(Photo.objects.all()) == [late]


def test_an_answer_to_another_number_begins_nothing(alice: User) -> None:
    photos = make_photos(alice, 6, trashed_at=NOON)
    asked_at = timezone.now()
    confirmed = extent_of(all_of(alice)).as_text
    changes.restore(of(photos[0]), by=alice)
    with pytest.raises(deletion.NotAsConfirmed):
        deletion.later(all_of(alice), by=alice, asked_at=asked_at, confirmed=confirmed)
    assert not Job.objects.exists()


def test_the_same_answer_sent_twice_is_one_job(alice: User, alice_client: Client) -> None:
    chosen = make_photos(alice, 6, trashed_at=NOON)
    fields = answer_of(alice_client)
    first = alice_client.post(EMPTY, fields)
    assert alice_client.post(EMPTY, fields)["Location"] == first["Location"]
    done(Job.objects.get(kind="deletion"))
    assert alice_client.post(EMPTY, fields)["Location"] == first["Location"]
    fields["photo"] = [photo.pk for photo in chosen]
    again = alice_client.post("/trash/delete-forever/", fields)
    assert again["Location"] == first["Location"]


def test_a_piece_that_is_killed_before_its_end_is_repeated_as_if_it_had_never_begun(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_photos(alice, 6, trashed_at=NOON)
    job = confirmed_job(alice)
    claim = claims.claim(job)
    assert claim

    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(deletion, "finish", killed)
        deletion.work_on(claim)
    assert Photo.objects.count() == 6
    assert not Change.objects.exists()
    Chunk.objects.filter(pk=claim.chunk_id).update(status="queued", token="")
    job = done(job)
    assert not Photo.objects.exists()
    assert bulk.counts(job) == {"done": 6}
    assert Change.objects.get().photo_count == 6


def test_a_worker_that_was_thought_dead_deletes_and_counts_nothing_twice(alice: User) -> None:
    make_photos(alice, 6, trashed_at=NOON)
    job = confirmed_job(alice)
    late = claims.claim(job)
    assert late
    Chunk.objects.filter(pk=late.chunk_id).update(status="queued", token="")
    done(job)
    with pytest.raises(claims.ClaimLost):
        deletion.work_on(late)
    job.refresh_from_db()
    assert bulk.counts(job) == {"done": 6}
    assert Change.objects.get().photo_count == 6


def test_a_second_job_for_the_same_photos_finds_them_gone(alice: User) -> None:
    make_photos(alice, 6, trashed_at=NOON)
    asked_at = timezone.now()
    first, second = confirmed_job(alice, asked_at), confirmed_job(alice, asked_at)
    done(first)
    second = done(second)
    assert bulk.counts(second) == {"gone": 6}
    assert (second.done, second.skipped) == (0, 6)
    assert Change.objects.get().photo_count == 6


def test_photos_of_somebody_else_never_go(alice: User, bob: User) -> None:
    make_photos(alice, 3, trashed_at=NOON)
    theirs = make_photos(bob, 3, trashed_at=NOON)
    User.objects.filter(pk=alice.pk).update(is_staff=True)
    confirmed = extent_of(Photo.objects.in_trash()).as_text
    now = timezone.now()
    with pytest.raises(deletion.NotAsConfirmed):
        deletion.later(Photo.objects.in_trash(), by=alice, asked_at=now, confirmed=confirmed)
    job = confirmed_job(alice)
    chunk = job.chunks.get()
    chunk.payload = [photo.pk for photo in theirs]  # as if the list had been tampered with
    chunk.save()
    assert bulk.counts(done(job)) == {"gone": 3}
    assert all_of(bob).count() == 3


def test_the_job_is_its_owners_alone(alice: User, bob_client: Client) -> None:
    make_photos(alice, 6, trashed_at=NOON)
    job = confirmed_job(alice)
    assert bob_client.get(f"/jobs/{job.pk}/").status_code == 404
    assert bob_client.post(f"/jobs/{job.pk}/cancel/").status_code == 404


def test_a_cancelled_job_leaves_the_rest_in_the_trash(alice: User, alice_client: Client) -> None:
    make_photos(alice, 10, trashed_at=NOON)
    job = confirmed_job(alice)
    runner.run_chunk_of(job)
    alice_client.post(f"/jobs/{job.pk}/cancel/")
    assert done(job).status == Job.Status.CANCELLED
    assert Photo.objects.in_trash().count() == 6
    page = text_of(alice_client, f"/jobs/{job.pk}/")
    assert "4 deleted forever" in page
    assert "The rest is still in the trash" in page


def test_what_is_read_in_place_is_hidden_and_can_be_put_back(
    alice: User, alice_client: Client, tmp_path: Path
) -> None:
    add(drawn_folder(tmp_path / "photos"), alice)
    make_photos(alice, 6)
    changes.trash(Photo.objects.all(), by=alice)
    job = done(confirmed_job(alice))
    assert bulk.counts(job) == {"done": 6, "hidden": 2}
    assert {photo.state for photo in Photo.objects.all()} == {"hidden"}
    page = text_of(alice_client, f"/jobs/{job.pk}/")
    assert "2 hidden, files stay" in page
    assert "Put the 2 hidden back into the trash" in page
    alice_client.post(f"/jobs/{job.pk}/undo/")
    undo = done(Job.objects.get(kind="bulk"))
    assert undo.title == "Put hidden photos back into the trash"
    assert bulk.problems(undo) == []
    assert Photo.objects.in_trash().count() == 2


def test_hidden_photos_of_several_pieces_are_one_line_of_the_history(
    alice: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deletion, "PHOTOS_PER_PIECE", 1)
    add(drawn_folder(tmp_path / "photos"), alice)
    changes.trash(Photo.objects.all(), by=alice)
    job = done(confirmed_job(alice))
    hidden = Change.objects.get(act="hide")
    assert (hidden.photo_count, hidden.summary) == (2, "Hidden: 2 photos")
    assert hidden.changed_photos.count() == 2
    done(bulk.undo_later(job, by=alice))
    assert Photo.objects.in_trash().count() == 2
