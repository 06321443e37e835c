from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from gallery import changes
from gallery.core.taken_at import Candidate, Precision, Source
from gallery.dating import acts, checking, columns, doubtful
from gallery.dating.corrections import Beside, Keep, Shift
from gallery.models import Camera, ImportRun, Job, Photo, User
from gallery.work import runner
from tests.factories import NOON, make_camera, make_photo

pytestmark = pytest.mark.django_db


def counted(owner: User, camera: Camera | None, number: int, day: float, **fields: Any) -> Photo:
    """A photo that a camera called IMG_<number>, taken so many days after noon."""
    moment = NOON + dt.timedelta(days=day)
    name = f"DCIM/IMG_{number:04}.JPG"
    said = Candidate(Source.EXIF, moment.replace(tzinfo=None), None, Precision.SECOND, 90)
    taken = columns.chosen([said], owner, NOON + dt.timedelta(days=3650))
    values = columns.columns_of(taken) | columns.series_of(name)
    return make_photo(
        owner, camera=camera, file_name=name[5:], **({"taken_at": moment} | values | fields)
    )


@pytest.fixture
def roll(alice: User) -> list[Photo]:
    """Ten photos as they were counted; the fifth claims another year."""
    camera = make_camera(alice)
    return [
        counted(alice, camera, number, 700 if number == 5 else number / 100)
        for number in range(1, 11)
    ]


def doubts() -> dict[str, str]:
    photos = Photo.objects.exclude(taken_doubt="")
    return dict(photos.values_list("file_name", "taken_doubt"))


def check(owner: User) -> None:
    keys = Photo.objects.exclude(series_key="").values_list("series_key", flat=True).distinct()
    checking.check_series(owner, list(keys))


def test_a_photo_out_of_its_series_is_listed_with_the_reason(
    alice: User, roll: list[Photo]
) -> None:
    check(alice)
    assert doubts() == {"IMG_0005.JPG": "series"}
    roll[4].refresh_from_db()
    assert roll[4].taken_doubt_reason == (
        "Its camera took IMG_0004.JPG on 17 May 2024 and IMG_0006.JPG on 17 May 2024, "
        "but this one on 17 April 2026."
    )


def test_checking_twice_writes_nothing_the_second_time(alice: User, roll: list[Photo]) -> None:
    check(alice)
    keys = [roll[0].series_key]
    assert checking.check_series(alice, keys) == []


def test_correcting_one_photo_judges_those_beside_it_as_the_whole_series_would(
    alice: User,
) -> None:
    camera = make_camera(alice)
    photos = [
        counted(alice, camera, number, 700 if number in (3, 180, 350) else number / 100)
        for number in range(1, 401)
    ]
    check(alice)
    everything = doubts()
    assert set(everything) == {"IMG_0003.JPG", "IMG_0180.JPG", "IMG_0350.JPG"}
    shifted = Photo.objects.filter(pk=photos[200].pk)
    done = acts.correct(shifted, Shift(-300 * 86_400), by=alice)
    assert doubts() == everything, "what a person says is not doubted, and doubts nobody else"
    changes.undo(done.change, by=alice)
    assert doubts() == everything
    acts.correct(Photo.objects.filter(pk=photos[179].pk), Beside(), by=alice)
    assert set(doubts()) == {"IMG_0003.JPG", "IMG_0350.JPG"}


def test_names_of_several_cameras_or_owners_are_not_mixed(alice: User, bob: User) -> None:
    one, other = make_camera(alice, "One"), make_camera(alice, "Other")
    for number in range(1, 9):
        counted(alice, one, number, number / 100)
        counted(alice, other, number, 900 + number / 100)
        counted(bob, make_camera(bob, f"{number}"), number, 400 - number * 50)
        counted(alice, None, number, 400 - number * 50)
    check(alice)
    check(bob)
    assert doubts() == {}


def test_the_day_of_the_photo_beside_it_settles_an_outlier(alice: User, roll: list[Photo]) -> None:
    check(alice)
    acts.correct(doubtful.of_owner(alice), Beside(), by=alice)
    assert doubts() == {}
    roll[4].refresh_from_db()
    assert roll[4].taken_day == NOON.date()
    assert roll[4].taken_precision == Precision.DAY
    in_order = Photo.objects.order_by("taken_at", "pk").values_list("file_name", flat=True)
    assert list(in_order)[3:5] == ["IMG_0004.JPG", "IMG_0005.JPG"] or list(in_order)[4:6] == [
        "IMG_0005.JPG",
        "IMG_0004.JPG",
    ]


def test_a_photo_without_a_series_has_no_day_to_borrow(alice: User) -> None:
    photo = make_photo(alice)
    done = acts.correct(Photo.objects.filter(pk=photo.pk), Beside(), by=alice)
    assert done.change.pk is None
    assert "no photo beside it" in done.left[0][1]


def test_a_kept_date_stays_settled_however_often_the_series_is_checked(
    alice: User, roll: list[Photo]
) -> None:
    check(alice)
    acts.correct(doubtful.of_owner(alice), Keep(), by=alice)
    check(alice)
    assert doubts() == {}


def test_shifting_the_others_makes_the_odd_one_out_right(alice: User, roll: list[Photo]) -> None:
    check(alice)
    others = Photo.objects.filter(owner=alice).exclude(pk=roll[4].pk)
    acts.correct(others, Shift(700 * 86_400), by=alice)
    assert doubts() == {}


def test_an_import_has_its_series_checked_by_workers(alice: User, roll: list[Photo]) -> None:
    job = Job.objects.create(kind="import", owner=alice, title="An import")
    run = ImportRun.objects.create(owner=alice, job=job, door="upload", started_at=NOON)
    for photo in roll:
        run.files.create(path=photo.file_name, outcome="added", photo=photo)
    checking.after_import(run)
    check_job = Job.objects.get(kind="doubts")
    assert runner.drain(check_job, processes=0).status == Job.Status.DONE
    assert doubts() == {"IMG_0005.JPG": "series"}


def test_an_import_without_counted_photos_starts_no_check(alice: User) -> None:
    job = Job.objects.create(kind="import", owner=alice, title="An import")
    run = ImportRun.objects.create(owner=alice, job=job, door="upload", started_at=NOON)
    run.files.create(path="x.jpg", outcome="added", photo=make_photo(alice))
    checking.after_import(run)
    assert not Job.objects.filter(kind="doubts").exists()


@pytest.mark.parametrize(
    ("path", "same"),
    [("a/IMG_0001.JPG", True), ("b/IMG_0001.JPG", False), ("a/DSC_0001.JPG", False)],
)
def test_a_series_is_one_folder_and_one_prefix(path: str, same: bool) -> None:
    first, other = columns.series_of("a/IMG_0002.JPG"), columns.series_of(path)
    assert (first["series_key"] == other["series_key"]) is same
    assert other["series_number"] == 1


def test_a_name_that_counts_nothing_is_in_no_series() -> None:
    assert columns.series_of("a/IMG_20190509_154733.jpg") == {
        "series_key": "",
        "series_number": None,
    }
