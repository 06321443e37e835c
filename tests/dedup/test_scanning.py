from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dedup import scanning
from dedup.core.values import WindowMode
from dedup.models import MeasureFailure, PairScore, PhotoFeatures, Scan, SimilarGroup
from dedup.scanning import comparing, starting
from gallery import changes
from gallery.files import derivatives, originals
from gallery.models import ImportRun, Job, Photo, User
from gallery.work import jobs, runner
from tests.dedup.library import contents, groups_of, make_measured, options, scanned
from tests.factories import NOON, make_camera, make_photo, make_stored_photo
from tests.pictures import scene, with_grain

pytestmark = pytest.mark.django_db

SECOND = dt.timedelta(seconds=1)


def test_a_scan_measures_compares_and_groups_new_photos(alice: User) -> None:
    view = scene(1)
    one = make_stored_photo(alice, view)
    other = make_stored_photo(alice, with_grain(view, 5), taken_at=NOON + 9 * SECOND)
    stranger = make_stored_photo(alice, scene(2), taken_at=NOON + 20 * SECOND)

    scan = scanned(alice)

    assert groups_of(scan) == [{one.pk, other.pk}]
    assert PhotoFeatures.objects.count() == 3
    assert (scan.photo_count, scan.pair_count, scan.group_count) == (3, 3, 1)
    assert PairScore.objects.filter(photo_b=stranger).count() == 2


def test_a_photo_that_cannot_be_read_is_noted_and_the_others_go_on(alice: User) -> None:
    broken = make_stored_photo(alice, scene(3), file_name="torn.jpg")
    derivatives.delete_all(broken.checksum)
    name = originals.name_of(broken.checksum)
    originals.storage().delete(name)
    view = scene(1)
    good = {
        make_stored_photo(alice, with_grain(view, shot), taken_at=NOON + shot * SECOND).pk
        for shot in (1, 2)
    }

    scan = scanning.start(alice, options())
    job = runner.drain(scan.job, processes=0)
    scan.refresh_from_db()

    assert (job.status, job.failed) == ("done", 1)
    assert groups_of(scan) == [good]
    assert "torn.jpg" in MeasureFailure.objects.get(photo=broken).reason
    assert scan.unmeasured_count == 1
    assert scanned(alice).job.failed == 0, "what failed once is not tried again and again"


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    gaps_us=st.lists(
        st.sampled_from([0, 1, 50_000, 999_999, 1_000_000, 1_000_001, 7_000_000]), max_size=12
    ),
    mode=st.sampled_from(list(WindowMode)),
    across=st.booleans(),
    cameras=st.lists(st.sampled_from([0, 1, 2]), min_size=13, max_size=13),
    slice_size=st.integers(1, 5),
)
def test_exactly_the_pairs_inside_the_window_get_a_score(
    alice: User,
    monkeypatch: pytest.MonkeyPatch,
    gaps_us: list[int],
    mode: WindowMode,
    across: bool,
    cameras: list[int],
    slice_size: int,
) -> None:
    """Whatever slices a library is cut into, and however close to their borders photos lie."""
    monkeypatch.setattr(scanning, "PHOTOS_PER_SLICE", slice_size)
    monkeypatch.setattr(comparing, "PAIRS_PER_STEP", 2)
    Photo.objects.all().delete()
    alice.cameras.all().delete()
    owned = [None, make_camera(alice, "one"), make_camera(alice, "two")]
    times = np.cumsum([0, *gaps_us]).tolist()
    photos = [
        make_measured(alice, 1, after=time / 1e6, camera=owned[camera])
        for time, camera in zip(times, cameras, strict=False)
    ]

    scan = scanned(alice, options(1.0, mode=mode, across_cameras=across))

    taken = list(zip([photo.pk for photo in photos], times, cameras, strict=False))
    expected = {
        (a[0], b[0])
        for place, a in enumerate(taken)
        for b in taken[place + 1 :]
        if (across or a[2] == b[2]) and _share_window(a, b, taken, mode, across)
    }
    assert set(PairScore.objects.values_list("photo_a", "photo_b")) == expected
    assert scan.pair_count == len(expected)


def _share_window(a: Any, b: Any, taken: list[Any], mode: WindowMode, across: bool) -> bool:
    if mode is WindowMode.SPAN:
        return bool(b[1] - a[1] <= 1_000_000)
    run = [t for _, t, camera in taken if a[1] <= t <= b[1] and (across or camera == a[2])]
    return all(later - before <= 1_000_000 for before, later in itertools.pairwise(run))


def test_photos_50_ms_apart_are_one_group_on_both_sides_of_a_minute(alice: User) -> None:
    before = make_measured(alice, 1, after=59.975)
    after = make_measured(alice, 1, after=60.025, shot=2)
    assert groups_of(scanned(alice, options(0.1))) == [{before.pk, after.pk}]


def test_photos_of_a_day_or_of_no_known_time_share_no_window(alice: User) -> None:
    for precision in ("day", "unknown"):
        make_measured(alice, 1, taken_precision=precision)
    make_measured(alice, 1, shot=2)
    scan = scanned(alice)
    assert groups_of(scan) == []
    assert (scan.photo_count, scan.imprecise_count) == (1, 2)


def test_archived_and_trashed_photos_are_in_no_new_group(alice: User) -> None:
    photos = [make_measured(alice, 1, after=shot, shot=shot) for shot in range(4)]
    changes.archive(Photo.objects.filter(pk=photos[0].pk), by=alice)
    changes.trash(Photo.objects.filter(pk=photos[1].pk), by=alice)
    assert groups_of(scanned(alice)) == [{photos[2].pk, photos[3].pk}]


def test_a_scan_looks_at_its_camera_and_its_days_only(alice: User) -> None:
    camera = make_camera(alice)
    day = 24 * 3600
    inside = {make_measured(alice, 1, after=s, shot=s, camera=camera).pk for s in (0, 1)}
    for after in (2, 3):
        make_measured(alice, 1, after=after, shot=after)
    for after in (day, day + 1):
        make_measured(alice, 1, after=after, shot=2, camera=camera)
    scan = scanned(alice, camera=camera, first_day=NOON.date(), last_day=NOON.date())
    assert groups_of(scan) == [inside]


def test_per_camera_a_scan_joins_no_photos_of_two_cameras(alice: User) -> None:
    for shot, name in enumerate(("one", "two")):
        make_measured(alice, 1, after=shot, shot=shot, camera=make_camera(alice, name))
    assert len(groups_of(scanned(alice))) == 1
    assert groups_of(scanned(alice, options(across_cameras=False))) == []


def test_a_second_scan_computes_nothing_again_and_finds_the_same(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        make_measured(alice, number // 3, after=number * 4, shot=number % 3)
    first = scanned(alice)
    assert first.group_count > 2

    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr(comparing, "score_pairs", never)
    second = scanned(alice)
    assert contents(second) == contents(first)
    assert second.pair_count == first.pair_count


def test_scores_of_another_version_are_replaced(alice: User) -> None:
    make_measured(alice, 1)
    make_measured(alice, 1, after=1, shot=1)
    scanned(alice)
    PairScore.objects.update(version=1, percent=3)
    scan = scanned(alice)
    assert PairScore.objects.get().percent > 60
    assert scan.group_count == 1


def test_every_member_passes_the_threshold_to_the_cover(alice: User) -> None:
    for number in range(10):
        make_measured(alice, number // 5, after=number, shot=number)
    scan = scanned(alice)
    for group in scan.groups.all():
        for member in group.members.exclude(photo=group.cover_id):
            a, b = sorted((member.photo_id, group.cover_id))
            stored = PairScore.objects.get(photo_a=a, photo_b=b).percent
            assert stored == member.percent >= scan.chosen.threshold_percent


def test_the_photo_suggested_to_keep_is_the_cover_and_says_why(alice: User) -> None:
    small = make_measured(alice, 1)
    large = make_measured(alice, 1, after=1, shot=1, width=4000, height=3000)
    group = scanned(alice).groups.get()
    suggested = group.members.get(suggested=True)
    assert suggested.photo_id == group.cover_id == large.pk
    assert "4000" in suggested.reason
    assert group.spare_bytes == small.size_bytes


def test_nobody_else_s_photos_are_in_a_scan(alice: User, bob: User) -> None:
    own = {make_measured(alice, 1, after=shot, shot=shot).pk for shot in (0, 1)}
    make_measured(bob, 1, after=0.5, shot=3)
    assert groups_of(scanned(alice)) == [own]
    assert groups_of(scanned(bob)) == []


def test_one_scan_at_a_time_for_each_owner(alice: User, bob: User) -> None:
    running = scanning.start(alice, options())
    with pytest.raises(scanning.AlreadyScanning) as refused:
        scanning.start(alice, options())
    assert refused.value.scan == running
    scanning.start(bob, options())  # is not in anybody's way
    runner.drain(running.job, processes=0)
    scanning.start(alice, options())


def test_photos_that_arrive_as_a_scan_ends_get_one_of_their_own(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scan was seen running, and has ended when the wish for another is noted."""
    running = scanning.start(alice, options())

    def too_late(*_: object, **__: object) -> Scan:
        monkeypatch.undo()
        runner.drain(running.job, processes=0)
        raise scanning.AlreadyScanning(running)

    monkeypatch.setattr(starting, "start", too_late)
    scanning.scan_soon(alice)
    assert Scan.objects.owned_by(alice).running().get() != running


def test_a_cancelled_scan_ends_without_groups_and_leaves_room_for_another(alice: User) -> None:
    make_measured(alice, 1)
    make_measured(alice, 1, after=1, shot=1)
    scan = scanning.start(alice, options())
    assert scanning.cancel(scan, by=alice)
    runner.drain(scan.job, processes=0)
    scan.job.refresh_from_db()
    assert scan.job.status == Job.Status.CANCELLED
    assert not SimilarGroup.objects.exists()
    assert len(groups_of(scanned(alice))) == 1


def _import_run(owner: User) -> ImportRun:
    job = jobs.create("import", owner, "Import", is_open=True)
    return ImportRun.objects.create(owner=owner, door="folder", job=job, started_at=NOON)


def test_an_import_starts_a_scan_with_the_options_used_last(alice: User) -> None:
    scanned(alice, options(7))
    scanning.scan_after_import(_import_run(alice))
    newest = Scan.objects.owned_by(alice).latest("pk")
    assert newest.chosen == options(7)
    assert newest.job.status == Job.Status.QUEUED


def test_photos_that_arrive_during_a_scan_get_one_of_their_own(alice: User) -> None:
    running = scanning.start(alice, options(7))
    scanning.scan_after_import(_import_run(alice))
    scanning.scan_after_import(_import_run(alice))
    assert Scan.objects.count() == 1
    runner.drain(running.job, processes=0)
    later = Scan.objects.get(job__status=Job.Status.QUEUED)
    assert later.chosen == options(7)
    runner.drain(later.job, processes=0)
    assert Scan.objects.count() == 2, "one more is enough for both imports"


def test_a_scan_of_an_empty_library_ends_with_nothing(alice: User) -> None:
    scan = scanned(alice)
    assert (scan.photo_count, scan.group_count) == (0, 0)


def test_progress_never_falls_and_ends_at_all(alice: User) -> None:
    for number in range(6):
        make_stored_photo(alice, scene(number), taken_at=NOON + number * SECOND)
    scan = scanning.start(alice, options())
    seen: list[float] = []
    runner.drain(scan.job, processes=0, on_progress=lambda now: seen.append(now.fraction))
    assert seen == sorted(seen)
    assert seen[-1] == 1


def test_only_the_newest_scans_keep_their_groups(alice: User) -> None:
    make_measured(alice, 1)
    make_measured(alice, 1, after=1, shot=1)
    scans = [scanned(alice) for _ in range(7)]
    assert [scan.groups.count() for scan in scans] == [0, 0, 1, 1, 1, 1, 1]


def test_a_photo_deleted_forever_takes_its_scores_along(alice: User) -> None:
    gone = make_photo(alice)
    Photo.objects.filter(pk=gone.pk).delete()
    photos = [make_measured(alice, 1, after=shot, shot=shot) for shot in (0, 1)]
    scanned(alice)
    changes.trash(Photo.objects.filter(pk=photos[0].pk), by=alice)
    changes.delete_forever(Photo.objects.filter(pk=photos[0].pk), by=alice)
    assert not PairScore.objects.exists()
