"""Scans side by side: names, what stays of them, what imports renew, and remembered choices."""

from __future__ import annotations

import pytest

from dedup import reviewing, scanning
from dedup.models import Decision, PairScore, Scan, ScanPairs, Scope
from dedup.scanning import starting
from gallery.models import Job, Photo, User
from gallery.work import runner
from tests.dedup.library import make_measured, options, scanned
from tests.factories import make_camera

pytestmark = pytest.mark.django_db


@pytest.fixture
def burst(alice: User) -> list[Photo]:
    return [make_measured(alice, 1, after=shot, shot=shot) for shot in range(3)]


def work_all_off() -> None:
    while job := Job.objects.filter(kind="scan", finished_at=None).first():
        runner.drain(job, processes=0)


def test_a_named_scan_keeps_its_groups_however_many_follow(alice: User, burst: list[Photo]) -> None:
    named = scanned(alice, name="Bursts")
    for _ in range(6):
        scanned(alice)
    assert named.groups.count() == 1
    assert ScanPairs.objects.filter(scan=named).exists()
    again = scanned(alice, name="Bursts")
    for _ in range(5):
        scanned(alice)
    assert (named.groups.count(), again.groups.count()) == (0, 1), "the newest of a name stays"


def test_an_import_renews_named_scans_and_the_last_one_last(
    alice: User, burst: list[Photo]
) -> None:
    camera = make_camera(alice)
    Photo.objects.filter(pk=burst[0].pk).update(camera=camera)
    scanned(alice, options(7))
    scanned(alice, options(30), name="Wide")
    scanned(alice, options(3), camera=camera)
    before = set(Scan.objects.values_list("pk", flat=True))
    scanning.scan_soon(alice)
    work_all_off()
    renewed = list(Scan.objects.exclude(pk__in=before).order_by("pk"))
    assert [(each.name, each.chosen.window_seconds, each.camera_id) for each in renewed] == [
        ("", 7, None),
        ("Wide", 30, None),
        ("", 3, camera.pk),
    ]


def test_a_scan_started_meanwhile_stops_no_renewal_for_good(
    alice: User, burst: list[Photo]
) -> None:
    scanned(alice, name="One")
    scanned(alice, name="Two")
    scanning.scan_soon(alice)
    first = Scan.objects.owned_by(alice).running().get()
    scanning.scan_soon(alice)  # another import, while the renewal goes on
    work_all_off()
    newer = Scan.objects.filter(pk__gte=first.pk).values_list("name", flat=True)
    assert set(newer) == {"One", "Two"}


def test_choices_are_remembered_for_each_camera_and_for_the_rest(
    alice: User, bob: User, burst: list[Photo]
) -> None:
    door, yard = make_camera(alice, "Door"), make_camera(alice, "Yard")
    scanned(alice, options(5))
    scanned(alice, options(900), camera=door)
    assert scanning.last_options(alice, Scope(camera=door)) == options(900)
    assert scanning.last_options(alice, Scope(camera=yard)) == options(5)
    assert scanning.last_options(alice) == options(5)
    assert scanning.last_options(bob).window_seconds == 60


def test_what_a_renewal_uses_is_not_taken_for_a_choice(alice: User, burst: list[Photo]) -> None:
    scanned(alice, options(30), name="Wide")
    scanned(alice, options(5))
    scanning.scan_soon(alice)
    work_all_off()
    assert scanning.last_options(alice) == options(5)


def test_a_deleted_scan_takes_its_groups_and_leaves_decisions_and_photos(
    alice: User, burst: list[Photo]
) -> None:
    scan = scanned(alice)
    decision = reviewing.keep_all(scan.groups.get(), alice)
    scores = PairScore.objects.count()
    scanning.delete(scan)
    assert not Scan.objects.exists()
    assert Decision.objects.get() == decision
    assert Decision.objects.get().group is None
    assert PairScore.objects.count() == scores
    assert [Photo.objects.get(pk=photo.pk).state for photo in burst] == ["timeline"] * 3
    assert scanned(alice).groups.count() == 0, "what was decided is still not offered again"
    reviewing.undo(decision, alice)
    assert scanned(alice).groups.count() == 1


def test_a_scan_that_runs_is_not_deleted(alice: User, burst: list[Photo]) -> None:
    scan = scanning.start(alice, options())
    with pytest.raises(scanning.StillRunning):
        scanning.delete(scan)
    assert Scan.objects.filter(pk=scan.pk).exists()


def test_names_are_not_kept_without_end(
    alice: User, burst: list[Photo], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "MOST_NAMES", 2)
    first = scanned(alice, name="One")
    scanned(alice, name="Two")
    other = scanned(alice)
    scanning.rename(other, "Two")  # a name that is there is no further one
    with pytest.raises(scanning.TooManyNames):
        scanning.rename(other, "Three")
    scanning.rename(first, "")
    scanning.rename(other, "Three")
    assert Scan.objects.get(pk=other.pk).name == "Three"


def test_a_scan_of_an_album_looks_at_its_photos_only(alice: User, burst: list[Photo]) -> None:
    from gallery import albums

    album = albums.create(alice, "Two of them")
    albums.put_in(Photo.objects.filter(pk__in=[each.pk for each in burst[:2]]), album, by=alice)
    scan = scanned(alice, album=album)
    assert scan.photo_count == 2
    assert scan.groups.get().photo_count == 2
