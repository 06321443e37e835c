from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core import serializers

from gallery import bulk, changes
from gallery.core import taken_at
from gallery.core.taken_at import Candidate, Precision, Source
from gallery.dating import acts, columns
from gallery.dating.corrections import (
    Again,
    Correction,
    Forget,
    Keep,
    SetDay,
    SetMoment,
    SetZone,
    Shift,
    amount,
    from_stored,
    to_stored,
)
from gallery.dating.previews import preview
from gallery.models import Change, Job, Photo, Stack, User
from gallery.work import runner
from tests.factories import NOON, make_camera, make_photo

pytestmark = pytest.mark.django_db

LOCAL = NOON.replace(tzinfo=None)


def wall(*numbers: int) -> dt.datetime:
    """A time as a clock on the wall shows it."""
    return dt.datetime(*numbers)  # type: ignore[arg-type] # noqa: DTZ001


def dated(owner: User, *candidates: Candidate, **fields: Any) -> Photo:
    """A photo as an import would have dated it."""
    taken = columns.chosen(candidates, owner, NOON)
    return make_photo(owner, **({"taken_at": taken.instant} | columns.columns_of(taken) | fields))


def exif(local: dt.datetime = LOCAL, offset: int | None = None) -> Candidate:
    return Candidate(Source.EXIF, local, offset, Precision.SECOND, 90)


def one(photo: Photo) -> Any:
    return Photo.objects.filter(pk=photo.pk)


def corrected(photo: Photo, correction: Correction) -> Photo:
    acts.correct(one(photo), correction, by=photo.owner)
    photo.refresh_from_db()
    return photo


def row_of(photo: Photo) -> str:
    return str(serializers.serialize("json", Photo.objects.filter(pk=photo.pk)))


def test_a_date_set_by_hand_wins_and_the_files_word_stays_listed(alice: User) -> None:
    photo = corrected(dated(alice, exif()), SetMoment("1999-08-11", "12:33:07"))
    assert photo.taken_local == wall(1999, 8, 11, 12, 33, 7)
    assert (photo.taken_source, photo.taken_confidence) == (Source.PERSON, 100)
    assert [each.source for each in photo.candidates] == [Source.PERSON, Source.EXIF]
    assert photo.candidates[1].local == LOCAL


def test_a_date_without_a_time_is_known_to_the_day_only(alice: User) -> None:
    name = Candidate(Source.NAME, wall(1999, 8, 11, 9), None, Precision.SECOND, 80)
    photo = corrected(dated(alice, exif(), name), SetMoment("1999-08-11"))
    assert photo.taken_precision == Precision.DAY
    assert photo.taken_day == dt.date(1999, 8, 11)
    assert photo.taken_source == Source.PERSON


def test_a_zone_of_the_date_set_by_hand_gives_its_offset_of_that_day(alice: User) -> None:
    photo = corrected(dated(alice, exif()), SetMoment("2021-07-01", "12:00", "Europe/Paris"))
    assert photo.taken_at == dt.datetime(2021, 7, 1, 10, tzinfo=dt.UTC)
    assert (photo.utc_offset_minutes, photo.utc_offset_known) == (120, True)


@pytest.mark.parametrize(
    "correction",
    [
        SetMoment("1999-08-11", "12:33:07.250"),
        SetMoment("1999-08-11"),
        SetDay("2001-01-01"),
        Shift(-3723.5),
        SetZone("Asia/Tokyo"),
    ],
    ids=lambda each: each.kind,
)
def test_undo_puts_back_every_column(alice: User, correction: Correction) -> None:
    photo = dated(alice, exif())
    before = row_of(photo)
    done = acts.correct(one(photo), correction, by=alice)
    assert row_of(photo) != before
    changes.undo(done.change, by=alice)
    assert row_of(photo) == before


def test_an_earlier_correction_cannot_be_undone_under_a_later_one(alice: User) -> None:
    photo = dated(alice, exif())
    first = acts.correct(one(photo), Shift(60), by=alice).change
    second = acts.correct(one(photo), SetDay("2001-01-01"), by=alice).change
    with pytest.raises(changes.CannotUndo, match="Day set"):
        changes.undo(first, by=alice)
    changes.undo(second, by=alice)
    changes.undo(first, by=alice)
    photo.refresh_from_db()
    assert photo.taken_local == LOCAL


def test_one_day_for_many_keeps_each_time_of_day(alice: User) -> None:
    photos = [dated(alice, exif(LOCAL + dt.timedelta(hours=at))) for at in (0, 3)]
    acts.correct(Photo.objects.all(), SetDay("2010-02-03"), by=alice)
    for photo, hour in zip(photos, (12, 15), strict=True):
        photo.refresh_from_db()
        assert photo.taken_local == wall(2010, 2, 3, hour)


def test_a_zone_moves_the_moment_of_a_wall_clock_and_the_wall_of_a_moment(alice: User) -> None:
    wall = corrected(dated(alice, exif()), SetZone("Asia/Tokyo"))
    assert wall.taken_local.replace(tzinfo=None) == LOCAL
    assert wall.taken_at == NOON - dt.timedelta(hours=9)
    epoch = Candidate(Source.NAME, None, None, Precision.SUBSECOND, 65, instant=NOON)
    moment = corrected(dated(alice, epoch), SetZone("Asia/Tokyo"))
    assert moment.taken_at == NOON
    assert moment.taken_local.replace(tzinfo=None) == LOCAL + dt.timedelta(hours=9)


def test_a_shift_keeps_offset_and_precision_and_adds_up(alice: User) -> None:
    photo = dated(alice, exif(offset=120))
    corrected(photo, Shift(-3600))
    corrected(photo, Shift(-123))
    assert photo.taken_local.replace(tzinfo=None) == LOCAL - dt.timedelta(seconds=3723)
    assert (photo.utc_offset_minutes, photo.utc_offset_known) == (120, True)
    assert photo.taken_precision == Precision.SECOND


def test_a_day_moves_by_whole_days_only(alice: User) -> None:
    day = Candidate(Source.NAME, wall(2021, 5, 3), None, Precision.DAY, 40)
    photo = dated(alice, day)
    left = acts.correct(one(photo), Shift(3600), by=alice)
    assert left.change.pk is None
    assert "Only the day" in left.left[0][1]
    assert corrected(photo, Shift(2 * 86_400)).taken_day == dt.date(2021, 5, 5)
    assert photo.taken_precision == Precision.DAY


@pytest.mark.parametrize("year", [-400, 9000])
def test_no_shift_leads_to_a_year_that_cannot_be(alice: User, year: int) -> None:
    photo = dated(alice, exif())
    done = acts.correct(one(photo), Shift(year * 365.25 * 86_400), by=alice)
    assert done.change.pk is None
    assert "year" in done.left[0][1]


def test_a_cameras_clock_moves_its_own_times_and_no_others(alice: User) -> None:
    gps = Candidate(Source.GPS, None, None, Precision.SECOND, 70, instant=NOON)
    mtime = Candidate(Source.FILE, None, None, Precision.SECOND, 10, instant=NOON)
    camera, satellite, file = dated(alice, exif()), dated(alice, gps), dated(alice, mtime)
    by_hand = corrected(dated(alice, exif()), SetMoment("2024-05-01", "10:00"))
    done = acts.correct(Photo.objects.all(), Shift(3600, of_camera=True), by=alice)
    assert {row.photo_id for row in done.change.changed_photos.all()} == {camera.pk}
    assert {pk for pk, _ in done.left} == {satellite.pk, file.pk, by_hand.pk}
    again = acts.correct(one(camera), Shift(60, of_camera=True), by=alice)
    assert again.change.photo_count == 1  # a shift of the clock may be shifted further


def test_a_shifted_clock_that_now_agrees_with_the_satellites_tells_its_zone(alice: User) -> None:
    wrong = exif(LOCAL - dt.timedelta(hours=1, minutes=7, seconds=30) + dt.timedelta(hours=2))
    gps = Candidate(Source.GPS, None, None, Precision.SECOND, 70, instant=NOON)
    photo = dated(alice, wrong, gps)
    assert not photo.utc_offset_known
    corrected(photo, Shift(4050, of_camera=True))
    assert (photo.taken_at, photo.utc_offset_minutes) == (NOON, 120)


def test_dating_again_leaves_what_a_person_said(alice: User) -> None:
    said = corrected(dated(alice, exif()), SetMoment("1999-08-11", "12:00"))
    other = dated(
        alice, exif(), Candidate(Source.NAME, LOCAL.replace(year=2020), None, Precision.SECOND, 80)
    )
    alice.date_order = ["name"]
    alice.save()
    acts.correct(Photo.objects.all(), Again(), by=alice)
    for photo in (said, other):
        photo.refresh_from_db()
    assert said.taken_day == dt.date(1999, 8, 11)
    assert other.taken_day.year == 2020
    assert other.taken_source == Source.NAME


def test_another_home_zone_moves_only_moments_of_unknown_zone(alice: User) -> None:
    floating, known = dated(alice, exif()), dated(alice, exif(offset=60))
    alice.home_zone_name = "America/New_York"
    alice.save()
    done = acts.correct(Photo.objects.all(), Again(), by=alice)
    assert done.same == [known.pk]
    floating.refresh_from_db()
    assert floating.taken_local == LOCAL
    assert floating.taken_at == NOON + dt.timedelta(hours=4)


def test_going_by_the_file_again_forgets_what_was_said(alice: User) -> None:
    photo = dated(alice, exif())
    before = {name: getattr(photo, name) for name in columns.DATE_COLUMNS}
    corrected(corrected(photo, SetDay("2001-01-01")), Forget())
    assert {name: getattr(photo, name) for name in columns.DATE_COLUMNS} == before


def test_a_kept_date_is_doubted_no_more_until_it_changes(alice: User) -> None:
    reset = dated(alice, exif(wall(2000, 1, 1, 3)))
    assert reset.taken_doubt == "reset"
    corrected(reset, Keep())
    assert (reset.taken_doubt, reset.taken_day) == ("", dt.date(2000, 1, 1))
    corrected(reset, Again())
    assert reset.taken_doubt == ""


def test_undoing_a_correction_brings_the_doubt_back(alice: User) -> None:
    reset = dated(alice, exif(wall(2000, 1, 1, 3)))
    done = acts.correct(one(reset), SetDay("2021-01-05"), by=alice)
    reset.refresh_from_db()
    assert reset.taken_doubt == ""
    changes.undo(done.change, by=alice)
    reset.refresh_from_db()
    assert reset.taken_doubt == "reset"


def test_five_thousand_photos_of_a_camera_are_shifted_and_undone_in_one_step(alice: User) -> None:
    camera = make_camera(alice)
    template = dated(alice, exif(), camera=camera)
    Photo.objects.bulk_create(
        Photo(
            **{
                **{
                    f.name: getattr(template, f.name)
                    for f in Photo._meta.concrete_fields
                    if f.name not in ("id", "checksum")
                },
                "checksum": f"{number:064}",
                "taken_at": template.taken_at + dt.timedelta(minutes=number),
            }
        )
        for number in range(1, 5000)
    )
    before = dict(Photo.objects.values_list("pk", "taken_at"))
    job = acts.correct_later(Photo.objects.all(), Shift(-3723, of_camera=True), by=alice)
    job = runner.drain(job, processes=0)
    assert job.status == Job.Status.DONE
    assert bulk.counts(job) == {"done": 5000}
    [change] = Change.objects.all()
    assert change.photo_count == 5000
    assert change.summary == "Clock shifted by \N{MINUS SIGN}1 h 2 min 3 s: 5,000 photos"
    changes.undo(change, by=alice)
    assert dict(Photo.objects.values_list("pk", "taken_at")) == before


def test_a_piece_that_is_worked_on_twice_shifts_once(alice: User) -> None:
    """Killed between its work and its end, a chunk comes again; nothing of it was written."""
    photo = dated(alice, exif())
    job = acts.correct_later(one(photo), Shift(60), by=alice)
    from gallery.dating import work
    from gallery.work import claims

    claim = claims.claim(job)
    assert claim is not None
    claims.give_back(claim, "killed")
    with pytest.raises(claims.ClaimLost):
        work.work_on(claim)
    runner.drain(job, processes=0)
    photo.refresh_from_db()
    assert photo.taken_local == LOCAL + dt.timedelta(seconds=60)


def test_the_parts_of_a_shot_keep_one_date_however_the_list_is_cut(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = Stack.objects.create(owner=alice)
    jpeg, raw = (dated(alice, exif(), stack=stack) for _ in range(2))
    other = dated(alice, exif())
    done = acts.correct(one(jpeg), Shift(3600), by=alice)
    assert {row.photo_id for row in done.change.changed_photos.all()} == {jpeg.pk, raw.pk}
    monkeypatch.setattr(acts, "PHOTOS_PER_CHUNK", 1)
    job = runner.drain(acts.correct_later(one(raw), Shift(3600), by=alice), processes=0)
    assert bulk.counts(job) == {"done": 2}
    assert Change.objects.count() == 2, "one change for all pieces"
    for photo, hours in ((jpeg, 2), (raw, 2), (other, 0)):
        photo.refresh_from_db()
        assert photo.taken_local == LOCAL + dt.timedelta(hours=hours)
    assert preview(one(jpeg), Shift(60), alice).moved == 2


def test_nobody_corrects_photos_of_two_owners_at_once(alice: User, bob: User) -> None:
    dated(alice, exif())
    dated(bob, exif())
    with pytest.raises(ValueError, match="one owner"):
        acts.correct(Photo.objects.all(), Shift(60), by=alice)


def test_every_correction_travels_as_json() -> None:
    for correction in (SetMoment("2001-02-03"), Shift(1.5, of_camera=True), Keep(), SetZone("UTC")):
        assert from_stored(to_stored(correction)) == correction


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3723, "\N{MINUS SIGN}1 h 2 min 3 s"),
        (86_400 * 2, "+2 d"),
        (0.25, "+0.25 s"),
        (90_061.5, "+1 d 1 h 1 min 1.5 s"),
    ],
)
def test_an_amount_is_said_in_words(seconds: float, words: str) -> None:
    assert amount(seconds) == words


def test_stored_candidates_are_checked_again_without_change(alice: User) -> None:
    photo = dated(alice, exif(wall(2036, 1, 1)), exif(wall(2000, 1, 1)))
    again = columns.chosen_again(photo, alice, None)
    assert taken_at.to_json(again.candidates) == photo.taken_candidates
