"""Photos whose dates are hardly true share no window; settling them scans again by itself."""

from __future__ import annotations

import pytest
from django.test import Client

from dedup import scanning
from dedup.core.values import WindowMode
from dedup.models import Scan, SimilarGroup
from gallery import changes
from gallery.dating import acts
from gallery.dating.corrections import Keep, SetMoment
from gallery.models import Photo, User
from gallery.work import runner
from tests.dedup.library import options
from tests.factories import NOON, make_stored_photo
from tests.pictures import scene, with_grain

pytestmark = pytest.mark.django_db


def twin(owner: User, number: int, **fields: object) -> Photo:
    picture = with_grain(scene(1), number)
    return make_stored_photo(owner, picture, taken_at=NOON.replace(second=number), **fields)


def scanned(owner: User, mode: WindowMode = WindowMode.GAP) -> Scan:
    scan = scanning.start(owner, options(mode=mode))
    runner.drain(scan.job, processes=0)
    scan.refresh_from_db()
    return scan


def grouped(scan: Scan) -> set[str]:
    groups = SimilarGroup.objects.filter(scan=scan)
    return set(groups.values_list("members__photo__file_name", flat=True))


@pytest.mark.parametrize("mode", list(WindowMode))
def test_a_doubtful_or_inexact_date_shares_no_window(alice: User, mode: WindowMode) -> None:
    sure = [twin(alice, number) for number in (1, 2)]
    doubtful = twin(alice, 3, taken_doubt="series")
    day_only = twin(alice, 4, taken_precision="day")
    undated = twin(alice, 5, taken_precision="unknown")
    scan = scanned(alice, mode)
    assert grouped(scan) == {photo.file_name for photo in sure}
    assert (scan.photo_count, scan.doubtful_count, scan.imprecise_count) == (2, 1, 2)
    assert not {doubtful.file_name, day_only.file_name, undated.file_name} & grouped(scan)


@pytest.mark.parametrize("mode", list(WindowMode))
def test_photos_of_one_day_never_share_a_window_because_of_equal_dates(
    alice: User, mode: WindowMode
) -> None:
    for number in range(4):
        twin(alice, number, taken_precision="day")
    Photo.objects.update(taken_at=NOON)
    scan = scanned(alice, mode)
    assert (scan.pair_count, scan.group_count, scan.imprecise_count) == (0, 0, 4)


def test_settling_a_date_scans_again_and_undoing_it_too(alice: User) -> None:
    twin(alice, 1)
    doubtful = twin(alice, 2, taken_doubt="reset", taken_source="person")
    first = scanned(alice)
    assert grouped(first) == set()
    done = acts.correct(Photo.objects.filter(pk=doubtful.pk), Keep(), by=alice)
    second = Scan.objects.latest("pk")
    assert second.pk > first.pk
    runner.drain(second.job, processes=0)
    assert len(grouped(second)) == 2
    changes.undo(done.change, by=alice)
    assert Scan.objects.latest("pk").pk > second.pk


def test_a_corrected_date_leaves_its_window(alice: User) -> None:
    photos = [twin(alice, number) for number in (1, 2)]
    assert len(grouped(scanned(alice))) == 2
    said = SetMoment("1999-08-11", "12:00:00")
    acts.correct(Photo.objects.filter(pk=photos[0].pk), said, by=alice)
    again = Scan.objects.latest("pk")
    runner.drain(again.job, processes=0)
    assert grouped(again) == set()


def test_many_corrections_while_a_scan_runs_lead_to_one_more_scan(alice: User) -> None:
    photos = [twin(alice, number) for number in (1, 2, 3)]
    running = scanning.start(alice, options())
    for photo in photos:
        acts.correct(Photo.objects.filter(pk=photo.pk), SetMoment("1999-08-11"), by=alice)
    assert Scan.objects.count() == 1
    runner.drain(running.job, processes=0)
    assert Scan.objects.count() == 2


def test_nobody_who_never_scanned_gets_a_scan_for_a_date(alice: User) -> None:
    photo = twin(alice, 1)
    acts.correct(Photo.objects.filter(pk=photo.pk), SetMoment("1999-08-11"), by=alice)
    assert not Scan.objects.exists()


def test_the_pages_of_scans_say_how_many_were_held_out_and_lead_to_them(
    alice: User, alice_client: Client
) -> None:
    twin(alice, 1)
    twin(alice, 2, taken_doubt="series")
    page = alice_client.get("/scans/").content.decode()
    assert "1 photo will stay outside" in page
    page = alice_client.get(scanned(alice).get_absolute_url()).content.decode()
    assert "1 photo stayed outside because its date is hardly true" in page
    assert "/dates/suspicious/" in page
