from __future__ import annotations

import datetime as dt

import pytest
from django.forms.models import model_to_dict
from django.test import Client
from django.urls import reverse

from dedup import bulk, reviewing
from dedup.core.values import WindowMode
from dedup.models import Decision, GroupMember, SimilarGroup
from gallery import bulk as gallery_bulk
from gallery import changes
from gallery.models import Change, Job, Photo, User
from gallery.work import runner
from tests.dedup.library import groups_of, make_measured, options, scanned
from tests.factories import make_camera

pytestmark = pytest.mark.django_db


def make_groups(owner: User, count: int) -> list[SimilarGroup]:
    """Groups of two, an hour apart."""
    for number in range(count):
        for shot in (0, 1):
            make_measured(owner, number % 4, after=number * 3600 + shot, shot=shot)
    found = list(scanned(owner).groups.order_by("first_taken_at"))
    assert len(found) == count
    return found


def done(job: Job) -> Job:
    job = runner.drain(job, processes=0)
    assert job.status == "done", job.error
    return job


def _state(owner: User) -> dict[int, object]:
    return {photo.pk: model_to_dict(photo) for photo in Photo.objects.owned_by(owner)}


@pytest.mark.parametrize("pieces", [1000, 2])
def test_suggestions_of_many_groups_are_accepted_and_undone_in_one(
    alice: User, monkeypatch: pytest.MonkeyPatch, pieces: int
) -> None:
    monkeypatch.setattr(bulk, "GROUPS_AT_ONCE", pieces)
    rows = make_groups(alice, 5)
    before = _state(alice)
    job = done(bulk.accept_suggestions_later(rows, alice))
    assert Photo.objects.in_trash().count() == Photo.objects.on_timeline().count() == 5
    assert not SimilarGroup.objects.open().exists()
    assert gallery_bulk.counts(job) == {"done": 5}
    assert Change.objects.count() == -(-5 // pieces)
    done(gallery_bulk.undo_later(job, alice))
    assert _state(alice) == before
    assert SimilarGroup.objects.open().count() == 5


@pytest.mark.parametrize("act", [bulk.Act.NOT_SIMILAR, bulk.Act.KEEP_ALL])
def test_many_groups_are_settled_without_moving_a_photo_and_that_is_undone_too(
    alice: User, act: bulk.Act
) -> None:
    rows = make_groups(alice, 3)
    before = _state(alice)
    job = done(bulk.later(act, rows, alice))
    assert _state(alice) == before
    assert groups_of(scanned(alice)) == []
    assert set(Decision.objects.values_list("kind", flat=True)) == {act.value}
    done(gallery_bulk.undo_later(job, alice))
    assert len(groups_of(scanned(alice))) == 3


def test_doing_it_again_changes_nothing(alice: User) -> None:
    rows = make_groups(alice, 2)
    done(bulk.accept_suggestions_later(rows, alice))
    before = _state(alice)
    again = done(bulk.accept_suggestions_later(rows, alice))
    assert gallery_bulk.counts(again) == {"nothing_to_do": 2}
    assert _state(alice) == before
    assert Decision.objects.count() == 2


def test_groups_decided_or_emptied_meanwhile_are_left_alone(alice: User) -> None:
    decided, emptied, waiting = make_groups(alice, 3)
    reviewing.keep_all(decided, alice)
    member = emptied.members.exclude(photo=emptied.cover_id).get()
    changes.trash(Photo.objects.filter(pk=member.photo_id), by=alice)
    job = done(bulk.accept_suggestions_later([decided, emptied, waiting], alice))
    assert gallery_bulk.counts(job) == {"nothing_to_do": 2, "done": 1}
    assert Photo.objects.in_trash().count() == 2


def test_nobody_decides_the_groups_of_others(alice: User, bob: User) -> None:
    rows = make_groups(alice, 2)
    job = done(bulk.accept_suggestions_later(rows, bob))
    assert gallery_bulk.counts(job) == {"gone": 2}
    assert not Photo.objects.in_trash().exists()


def test_staff_decide_for_several_owners_with_a_change_for_each(alice: User, bob: User) -> None:
    staff = User.objects.create_user("staff", is_staff=True)
    rows = make_groups(alice, 2) + make_groups(bob, 1)
    done(bulk.accept_suggestions_later(rows, staff))
    made = Change.objects.values_list("owner__username", "made_by__username", "photo_count")
    assert set(made) == {("alice", "staff", 2), ("bob", "staff", 1)}


def test_no_photo_is_kept_by_one_group_and_trashed_by_another_of_the_same_list(
    alice: User,
) -> None:
    """Two scans put the same photos into groups with other covers."""
    make_groups(alice, 1)
    Photo.objects.update(camera=make_camera(alice))
    scanned(alice, options(30))
    rows = list(SimilarGroup.objects.order_by("pk"))
    assert len(rows) == 2
    rows[0].members.update(suggested=False)
    rows[0].members.exclude(photo=rows[0].cover_id).update(suggested=True)
    job = done(bulk.accept_suggestions_later(rows, alice))
    assert job.failed == 1
    assert "shares photos" in gallery_bulk.problems(job)[0]
    assert Photo.objects.on_timeline().count() == 1


def test_many_suggestions_do_not_empty_a_group_of_another_scan(alice: User) -> None:
    sizes = (2000, 2000, 4000)
    photos = [
        make_measured(alice, 1, after=shot, shot=shot, width=width)
        for shot, width in enumerate(sizes)
    ]
    narrow = scanned(alice, options(window_seconds=1.5, mode=WindowMode.SPAN)).groups.get()
    wide = scanned(alice).groups.get()
    inside = set(narrow.members.values_list("photo", flat=True))
    GroupMember.objects.filter(group=wide).update(suggested=False)
    outside = next(photo.pk for photo in photos if photo.pk not in inside)
    GroupMember.objects.filter(group=wide, photo=outside).update(suggested=True)
    SimilarGroup.objects.filter(pk=wide.pk).update(cover=outside)
    job = runner.drain(bulk.accept_suggestions_later([wide], alice), processes=0)
    assert gallery_bulk.counts(job) == {"refused": 1}
    assert "another scan" in gallery_bulk.problems(job)[0]
    with pytest.raises(reviewing.Refused, match="would be left"):
        reviewing.accept_suggestion(wide, alice)
    assert not Photo.objects.in_trash().exists()


def test_the_page_of_the_job_tells_the_results_and_undoes_them(
    alice: User, alice_client: Client, bob_client: Client
) -> None:
    rows = make_groups(alice, 2)
    job = done(bulk.accept_suggestions_later(rows, alice))
    page = alice_client.get(reverse("gallery:job", args=[job.pk]))
    assert page.status_code == 200
    assert "Accept suggestions: 2 groups" in page.content.decode()
    assert bob_client.get(reverse("gallery:job", args=[job.pk])).status_code == 404
    alice_client.post(reverse("gallery:undo-job", args=[job.pk]))
    done(Job.objects.latest("pk"))
    assert not Photo.objects.in_trash().exists()


def test_ten_thousand_groups_are_taken_on_at_once(alice: User) -> None:
    """The request only writes the list; the work is a worker's."""
    started = dt.datetime.now(dt.UTC)
    job = bulk.later(bulk.Act.ACCEPT, range(1, 10_001), alice)
    assert job.chunks.count() == 10
    assert dt.datetime.now(dt.UTC) - started < dt.timedelta(seconds=5)
