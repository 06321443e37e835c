"""Live rules: new frames are thinned once they have settled, once, and never against a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from dedup import many_cameras, reviewing
from dedup.core.thinning import Keep, Rule
from dedup.models import LiveRule, Thinning
from dedup.thinning import carrying, live, plans
from gallery import albums, bulk, changes, tags
from gallery.models import Camera, Change, FolderFile, LibraryFolder, Photo, PhotoQuerySet, User
from gallery.work import runner
from tests.dedup.thinning.live_frames import DAY, MINUTES, add_frames, left, run_all, switched_on
from tests.factories import NOON, make_camera

pytestmark = pytest.mark.django_db

Act = Callable[[PhotoQuerySet, User], None]

EVENING = dt.datetime(2024, 5, 17, 20, 0, tzinfo=dt.UTC)
NEXT_MORNING = dt.datetime(2024, 5, 18, 8, 0, tzinfo=dt.UTC)


@pytest.fixture
def camera(alice: User) -> Camera:
    return make_camera(alice, "c21", prefix="c21")


def test_a_day_that_is_over_is_thinned_as_one_change_with_one_undo(camera: Camera) -> None:
    add_frames(camera, "..c..")
    (run,) = run_all(switched_on(camera))
    assert left(camera) == "0-0 0-2 0-3"
    change = Change.objects.get()
    assert run.change == change
    assert change.summary == "c21, 2024-05-17: archived 2 frames by its rule"
    assert (run.gone_count, change.photo_count) == (2, 2)
    assert run.gone_bytes == sum(Photo.objects.archived().values_list("size_bytes", flat=True))
    changes.undo(change, by=camera.owner)
    assert left(camera) == "0-0 0-1 0-2 0-3 0-4"


def test_every_day_keeps_a_frame_and_is_a_change_of_its_own(camera: Camera) -> None:
    add_frames(camera, "...")
    add_frames(camera, "...", day=1)
    run_all(switched_on(camera))
    assert left(camera) == "0-0 1-0"
    assert Change.objects.count() == 2


def test_the_last_of_a_stretch_stays_if_the_rule_says_so(camera: Camera) -> None:
    add_frames(camera, "..c..")
    run_all(switched_on(camera, Rule(Keep.LAST)))
    assert left(camera) == "0-1 0-2 0-4"


def test_a_second_run_changes_nothing(camera: Camera) -> None:
    add_frames(camera, "..c..")
    rule = switched_on(camera)
    run_all(rule)
    assert run_all(rule) == []
    assert live.begin_all() == 0
    assert Change.objects.count() == 1


def test_what_was_undone_is_not_done_again_even_if_late_frames_come(camera: Camera) -> None:
    add_frames(camera, "....")
    rule = switched_on(camera)
    run_all(rule)
    changes.undo(Change.objects.get(), by=camera.owner)
    assert run_all(rule) == []
    add_frames(camera, "..")
    run_all(rule)
    assert left(camera) == "0-0 0-1 0-2 0-3"


def test_an_undone_thinning_by_hand_is_not_done_again(camera: Camera) -> None:
    add_frames(camera, "...")
    thinning = plans.start(camera, Rule(), by=camera.owner)
    runner.drain(thinning.job, processes=0)
    job = runner.drain(plans.act(thinning, bulk.Act.TRASH, by=camera.owner), processes=0)
    runner.drain(bulk.undo_later(job, by=camera.owner), processes=0)
    run_all(switched_on(camera))
    assert left(camera) == "0-0 0-1 0-2"


def test_late_frames_of_a_day_are_compared_with_what_stayed(camera: Camera) -> None:
    add_frames(camera, "..c")
    rule = switched_on(camera)
    run_all(rule)
    add_frames(camera, "c.")
    (run,) = run_all(rule)
    assert left(camera) == "0-0 0-2 0-4"
    assert run.gone_count == 1
    assert run.frames.filter(is_known=False).count() == 2


def test_a_day_waits_until_it_is_over_and_nothing_came_for_the_settling_time(
    camera: Camera,
) -> None:
    add_frames(camera, "...")
    rule = switched_on(camera, settle_minutes=90)
    assert run_all(rule, EVENING) == [], "the day is not over"
    last = Photo.objects.latest("taken_at")
    Photo.objects.filter(pk=last.pk).update(imported_at=NEXT_MORNING - 30 * MINUTES)
    assert run_all(rule, NEXT_MORNING) == [], "a frame has just come"
    assert len(run_all(rule, NEXT_MORNING + 61 * MINUTES)) == 1


def test_a_frame_of_a_later_day_ends_a_day_too(camera: Camera) -> None:
    add_frames(camera, "...")
    add_frames(camera, ".", day=1)
    rule = switched_on(camera)
    (run,) = run_all(rule, EVENING)
    assert run.first_day == NOON.date()


def test_every_hour_what_is_older_than_the_settling_time_and_not_the_newest_goes(
    camera: Camera,
) -> None:
    frames = add_frames(camera, "....")
    Photo.objects.filter(pk=frames[2].pk).update(imported_at=EVENING - 10 * MINUTES)
    rule = switched_on(camera, when=LiveRule.When.HOUR, settle_minutes=60)
    (run,) = run_all(rule, EVENING)
    assert left(camera) == "0-0 0-2 0-3"
    Thinning.objects.filter(pk=run.pk).update(started_at=EVENING)
    assert run_all(rule, EVENING + 59 * MINUTES) == [], "once an hour"
    run_all(rule, EVENING + 61 * MINUTES)
    assert left(camera) == "0-0 0-3", "the newest frame waits for a neighbour"


def favourite(photos: PhotoQuerySet, by: User) -> None:
    changes.favourite(photos, by=by, on=True)


def put_into_album(photos: PhotoQuerySet, by: User) -> None:
    albums.put_in(photos, albums.create(by, "Proof"), by=by)


def put_tag_on(photos: PhotoQuerySet, by: User) -> None:
    tags.put_on(photos, ["proof"], by=by)


def bring_back(photos: PhotoQuerySet, by: User) -> None:
    changes.trash(photos, by=by)
    changes.restore(photos, by=by)


def rate(photos: PhotoQuerySet, by: User) -> None:
    changes.rate(photos, by=by, stars=3)


@pytest.mark.parametrize("act", [favourite, put_into_album, put_tag_on, bring_back, rate])
def test_what_a_person_took_up_stays_and_says_why(camera: Camera, act: Act) -> None:
    frames = add_frames(camera, "...")
    act(Photo.objects.filter(pk=frames[1].pk), camera.owner)
    (run,) = run_all(switched_on(camera))
    assert left(camera) == "0-0 0-1"
    assert run.frames.get(photo=frames[1]).spared_because


def test_what_a_person_took_up_while_the_frames_were_compared_stays(camera: Camera) -> None:
    frames = add_frames(camera, "....")
    (run,) = live.begin(switched_on(camera))
    changes.favourite(Photo.objects.filter(pk=frames[1].pk), by=camera.owner, on=True)
    changes.archive(Photo.objects.filter(pk=frames[2].pk), by=camera.owner)
    runner.drain(run.job, processes=0)
    assert left(camera) == "0-0 0-1"
    by_rule = Change.objects.exclude(summary__startswith="Archived").filter(act="archive")
    assert by_rule.get().photo_count == 1


def test_frames_stay_whose_kept_one_was_moved_meanwhile(
    camera: Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = add_frames(camera, "...")
    (run,) = live.begin(switched_on(camera))
    spare = carrying._spare

    def moved_first(thinning: Thinning) -> None:
        changes.trash(Photo.objects.filter(pk=frames[0].pk), by=camera.owner)
        spare(thinning)

    monkeypatch.setattr(carrying, "_spare", moved_first)
    runner.drain(run.job, processes=0)
    assert left(camera) == "0-1 0-2"


def test_unreadable_and_tiny_frames_are_listed_and_stay(camera: Camera) -> None:
    frames = add_frames(camera, "...")
    Photo.objects.filter(pk=frames[1].pk).update(width=10, height=6)
    (run,) = run_all(switched_on(camera))
    assert left(camera) == "0-0 0-1"
    assert [frame.photo_id for frame in plans.listed(run)] == [frames[1].pk]


def test_trash_is_chosen_by_name_and_never_empties_a_group(
    camera: Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_frames(camera, "...")
    run_all(switched_on(camera, act=LiveRule.Act.TRASH))
    assert Photo.objects.in_trash().count() == 2
    add_frames(camera, "...", day=1)
    monkeypatch.setattr(reviewing, "groups_left_empty", lambda owner, ids: ["a group"])
    (run,) = run_all(LiveRule.objects.get())
    assert run.note == carrying.WOULD_EMPTY
    assert Photo.objects.archived().count() == 2


def test_frames_before_the_first_day_are_not_touched(camera: Camera) -> None:
    add_frames(camera, "...")
    add_frames(camera, "...", day=1)
    rule = switched_on(camera)
    rule.first_day = (NOON + DAY).date()
    rule.save()
    run_all(rule)
    assert left(camera) == "0-0 0-1 0-2 1-0"


def test_nothing_is_done_while_the_folder_is_offline(camera: Camera) -> None:
    frames = add_frames(camera, "...")
    folder = LibraryFolder.objects.create(
        owner=camera.owner, path="/cameras", added_at=NOON, mode=LibraryFolder.Mode.IN_PLACE
    )
    FolderFile.objects.create(
        folder=folder, path="a", path_key="a", size_bytes=1, modified_us=1, photo=frames[0]
    )
    LibraryFolder.objects.update(offline_since=NOON, offline_reason="not mounted")
    rule = switched_on(camera)
    assert run_all(rule) == []
    assert live.state_of(rule).offline == "/cameras"
    LibraryFolder.objects.update(offline_since=None, offline_reason="")
    assert len(run_all(rule)) == 1


def test_trashed_frames_of_a_folder_read_in_place_are_hidden_in_the_end(camera: Camera) -> None:
    frames = add_frames(camera, "..")
    folder = LibraryFolder.objects.create(
        owner=camera.owner, path="/cameras", added_at=NOON, mode=LibraryFolder.Mode.IN_PLACE
    )
    FolderFile.objects.create(
        folder=folder, path="a", path_key="a", size_bytes=1, modified_us=1, photo=frames[1]
    )
    run_all(switched_on(camera, act=LiveRule.Act.TRASH))
    changes.empty_trash(camera.owner, by=camera.owner)
    frames[1].refresh_from_db()
    assert frames[1].state == "hidden"


def test_a_draft_touches_nothing_and_shows_what_the_rule_would_do(camera: Camera) -> None:
    add_frames(camera, "..c..")
    add_frames(camera, "..", day=1)
    rule = live.draft(camera, live.Wanted(Rule(), NOON.date()), by=camera.owner)
    assert rule.preview is not None
    runner.drain(rule.preview.job, processes=0)
    assert plans.summary(rule.preview).goes == 3
    assert live.begin_all() == 0
    assert Photo.objects.on_timeline().count() == 7


def test_neither_a_run_nor_a_preview_counts_as_a_plan_made_by_hand(camera: Camera) -> None:
    add_frames(camera, "...")
    run_all(switched_on(camera))
    assert Thinning.objects.count() == 2
    assert many_cameras.newest_plan(camera, camera.owner) is None


def test_switching_on_begins_and_replaces_what_was_in_force(camera: Camera) -> None:
    add_frames(camera, "...")
    before = switched_on(camera)
    rule = live.draft(camera, live.Wanted(Rule(Keep.LAST), NOON.date()), by=camera.owner)
    assert live.switch_on(rule, by=camera.owner)
    assert not live.switch_on(rule, by=camera.owner), "once"
    before.refresh_from_db()
    assert live.rule_of(camera) == rule and not before.is_in_force
    runner.drain(rule.runs.get().job, processes=0)
    assert left(camera) == "0-2"


def test_a_rule_that_is_switched_off_does_nothing_any_more(camera: Camera) -> None:
    add_frames(camera, "...")
    rule = switched_on(camera)
    (run,) = live.begin(rule)
    live.switch_off(rule, by=camera.owner)
    run.job.refresh_from_db()
    assert run.job.status == "cancelled"
    assert run_all(rule) == [] and live.begin_all() == 0
    assert left(camera) == "0-0 0-1 0-2"


def test_a_paused_rule_waits_with_what_it_began_and_goes_on(camera: Camera) -> None:
    add_frames(camera, "...")
    rule = switched_on(camera)
    (run,) = live.begin(rule)
    live.pause(rule, by=camera.owner)
    assert not runner.run_chunk_of(run.job)
    assert live.begin_all() == 0
    live.resume(rule, by=camera.owner)
    runner.drain(run.job, processes=0)
    assert left(camera) == "0-0"


def test_a_pause_at_the_last_moment_still_holds(camera: Camera) -> None:
    add_frames(camera, "...")
    rule = switched_on(camera)
    (run,) = live.begin(rule)
    LiveRule.objects.update(paused_at=NOON)
    runner.run_chunk_of(run.job)
    run.job.refresh_from_db()
    assert not run.job.has_ended
    assert left(camera) == "0-0 0-1 0-2"
