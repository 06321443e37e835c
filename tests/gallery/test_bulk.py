"""Acts on many photos as a job: a result for each photo, one undo for all."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from gallery import bulk, changes
from gallery.models import Change, Job, Photo, User
from gallery.work import runner
from tests.factories import make_photo, make_photos

pytestmark = pytest.mark.django_db


def all_of(owner: User) -> Any:
    return Photo.objects.owned_by(owner)


def done(job: Job) -> Job:
    """Work until nothing waits, as the workers do."""
    return runner.drain(job, processes=0)


def guard(owner: User, photo_ids: Any) -> list[str]:
    return ["Group 7 would keep no photo."]


@pytest.mark.parametrize(
    ("act", "prepared", "state"),
    [
        (bulk.Act.ARCHIVE, None, "archive"),
        (bulk.Act.UNARCHIVE, bulk.Act.ARCHIVE, "timeline"),
        (bulk.Act.TRASH, None, "trash"),
        (bulk.Act.RESTORE, bulk.Act.TRASH, "timeline"),
    ],
)
def test_every_act_reaches_every_photo_and_is_undone_as_one(
    alice: User, act: bulk.Act, prepared: bulk.Act | None, state: str
) -> None:
    make_photos(alice, 30)
    if prepared:
        done(bulk.later(prepared, all_of(alice), by=alice))
    before = {photo.state for photo in all_of(alice)}
    job = done(bulk.later(act, all_of(alice), by=alice))
    assert job.status == Job.Status.DONE
    assert bulk.counts(job) == {"done": 30}
    assert {photo.state for photo in all_of(alice)} == {state}
    assert len(bulk.change_ids(job)) == 1
    undo = done(bulk.undo_later(job, by=alice))
    assert undo.status == Job.Status.DONE
    assert {photo.state for photo in all_of(alice)} == before
    assert not bulk.can_be_undone(job)


def test_each_photo_that_was_left_has_its_reason(alice: User, bob: User) -> None:
    waiting, archived, gone = make_photos(alice, 3)
    theirs = make_photo(bob)
    changes.archive(Photo.objects.filter(pk=archived.pk), by=alice)
    ids = [waiting.pk, archived.pk, gone.pk, theirs.pk]
    Photo.objects.filter(pk=gone.pk).delete()
    job = done(bulk.later(bulk.Act.ARCHIVE, ids, by=alice))
    assert bulk.counts(job) == {"done": 1, "nothing_to_do": 1, "gone": 2}
    left = {item.photo_id: item for item in bulk.items(job)}
    assert set(left) == {archived.pk, gone.pk, theirs.pk}
    assert all(item.reason for item in left.values())
    theirs.refresh_from_db()
    assert theirs.state == "timeline"


def test_staff_act_on_anybodys_photos_with_one_change_for_each_owner(
    alice: User, bob: User
) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True)
    make_photos(alice, 3)
    make_photos(bob, 2)
    job = done(bulk.later(bulk.Act.ARCHIVE, Photo.objects.all(), by=alice))
    owners = Change.objects.filter(pk__in=bulk.change_ids(job)).values_list("owner", flat=True)
    assert sorted(owners) == sorted([alice.pk, bob.pk])
    assert bulk.counts(job) == {"done": 5}


def test_what_a_guard_holds_back_is_left_and_named_until_asked_for_by_name(
    alice: User, alice_client: Client, settings: Any
) -> None:
    settings.TRASH_GUARDS = [f"{__name__}.guard"]
    make_photos(alice, 4)
    job = done(bulk.later(bulk.Act.TRASH, all_of(alice), by=alice))
    assert bulk.counts(job) == {"refused": 4}
    assert bulk.problems(job) == ["Group 7 would keep no photo."]
    assert {photo.state for photo in all_of(alice)} == {"timeline"}
    page = alice_client.get(f"/jobs/{job.pk}/").content.decode()
    assert "Group 7 would keep no photo." in page
    again = alice_client.post(f"/jobs/{job.pk}/even-so/")
    runner.drain(Job.objects.latest("pk"), processes=0)
    assert again.status_code == 302
    assert {photo.state for photo in all_of(alice)} == {"trash"}


def test_more_photos_than_one_change_holds_are_still_undone_together(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "PHOTOS_AT_ONCE", 7)
    make_photos(alice, 20)
    job = done(bulk.later(bulk.Act.TRASH, all_of(alice), by=alice))
    assert len(bulk.change_ids(job)) == 3
    done(bulk.undo_later(job, by=alice))
    assert {photo.state for photo in all_of(alice)} == {"timeline"}


def test_doing_a_piece_twice_changes_nothing_more(alice: User) -> None:
    make_photos(alice, 5)
    done(bulk.later(bulk.Act.ARCHIVE, all_of(alice), by=alice))
    times = set(all_of(alice).values_list("pk", "archived_at"))
    job = done(bulk.later(bulk.Act.ARCHIVE, all_of(alice), by=alice))
    assert bulk.counts(job) == {"nothing_to_do": 5}
    assert set(all_of(alice).values_list("pk", "archived_at")) == times


def test_an_undo_that_something_stands_in_the_way_of_says_so(alice: User) -> None:
    photos = make_photos(alice, 2)
    job = done(bulk.later(bulk.Act.ARCHIVE, all_of(alice), by=alice))
    changes.unarchive(Photo.objects.filter(pk=photos[0].pk), by=alice)
    undo = done(bulk.undo_later(job, by=alice))
    assert photos[0].file_name in bulk.problems(undo)[0]
    assert bulk.can_be_undone(job)


def test_the_page_of_a_job_is_for_its_owner(
    alice: User, alice_client: Client, bob_client: Client
) -> None:
    make_photos(alice, 2)
    job = done(bulk.later(bulk.Act.ARCHIVE, all_of(alice), by=alice))
    assert alice_client.get(f"/jobs/{job.pk}/").status_code == 200
    assert job.title in alice_client.get("/jobs/").content.decode()
    for part in ("", "progress/"):
        assert bob_client.get(f"/jobs/{job.pk}/{part}").status_code == 404
    for part in ("cancel", "undo", "even-so"):
        assert bob_client.post(f"/jobs/{job.pk}/{part}/").status_code == 404
    assert job.title not in bob_client.get("/jobs/").content.decode()


def test_a_cancelled_job_changes_nothing(alice: User, alice_client: Client) -> None:
    make_photos(alice, 2)
    job = bulk.later(bulk.Act.ARCHIVE, all_of(alice), by=alice)
    alice_client.post(f"/jobs/{job.pk}/cancel/")
    assert done(job).status == Job.Status.CANCELLED
    assert {photo.state for photo in all_of(alice)} == {"timeline"}
