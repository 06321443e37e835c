"""Counts while a slider moves: what a scan with the same options finds, and nothing written."""

from __future__ import annotations

import datetime as dt
from random import Random

import numpy as np
import pytest

from dedup import groups, previews, reviewing, scanning
from dedup.core.scoring import MEASURES
from dedup.core.values import Options, WindowMode
from dedup.measuring import SCORE_VERSION
from dedup.models import DecidedPair, Decision, PairScore, Scan, Scope, SimilarGroup
from gallery import albums, changes
from gallery.models import Photo, User
from gallery.work import runner
from tests.dedup.library import make_measured, options, scanned
from tests.factories import NOON, make_camera, make_photo

pytestmark = pytest.mark.django_db

WIDEST = Options(window_seconds=3600, threshold_percent=50)


def library(owner: User, random: Random, count: int = 14) -> list[Photo]:
    """Shots within some minutes of each other, with a score for every two of them."""
    cameras = [make_camera(owner, f"Camera {owner.pk} {number}") for number in range(2)]
    photos = [
        make_measured(
            owner,
            1,
            after=random.randint(0, 300),
            camera=random.choice([None, *cameras]),
            width=random.choice([400, 500, 600]),
            size_bytes=random.randint(1, 10_000),
        )
        for _ in range(count)
    ]
    unknown = np.full(len(MEASURES), np.nan, "<f4").tobytes()
    PairScore.objects.bulk_create(
        PairScore(
            photo_a=one,
            photo_b=other,
            version=SCORE_VERSION,
            percent=round(random.uniform(30, 100), 2),
            kind=6,
            measures=unknown,
        )
        for place, one in enumerate(photos)
        for other in photos[place + 1 :]
    )
    return photos


def drawn_options(random: Random) -> Options:
    return Options(
        window_seconds=random.choice([2, 15, 40, 100, 3600]),
        mode=random.choice(list(WindowMode)),
        threshold_percent=random.choice([0, 35, 60, 75.5, 90]),
        across_cameras=random.random() < 0.6,
    )


def act_at_random(owner: User, scan: Scan, random: Random, photos: list[Photo]) -> None:
    """Some decisions and acts since the scan, some of them undone."""
    for group in list(scan.groups.all())[:3]:
        act = random.choice(
            [reviewing.keep_all, reviewing.not_similar, reviewing.accept_suggestion]
        )
        decision = act(group, owner)
        if random.random() < 0.4:
            reviewing.undo(decision, owner)
    some = Photo.objects.filter(pk__in=[photo.pk for photo in random.sample(photos, 2)])
    try:
        change = random.choice([changes.archive, changes.trash])(some, by=owner)
    except changes.WouldEmptyGroups:
        return
    if random.random() < 0.4 and change.pk:
        changes.undo(change, by=owner)


@pytest.mark.parametrize("seed", range(12))
def test_the_counts_are_those_that_a_scan_with_these_options_finds(alice: User, seed: int) -> None:
    random = Random(seed)
    photos = library(alice, random)
    base = scanned(alice, WIDEST)
    act_at_random(alice, base, random, photos)
    for _ in range(4):
        chosen = drawn_options(random)
        counted = previews.counts(base, chosen)
        assert counted is not None
        found = groups.summary(scanned(alice, chosen))
        assert (counted.groups, counted.photos, counted.spare_bytes) == (
            found.groups,
            found.photos,
            found.spare_bytes,
        ), chosen
        assert counted.missing_pairs == 0


@pytest.mark.parametrize("seed", range(4))
def test_the_counts_of_a_camera_are_those_of_a_scan_of_it(alice: User, seed: int) -> None:
    random = Random(100 + seed)
    photos = library(alice, random)
    # Before the scan: what is in an album ranks higher, and scans know only what was so then.
    album = albums.create(alice, "Some")
    albums.put_in(Photo.objects.filter(pk__in=[p.pk for p in photos[::2]]), album, by=alice)
    base = scanned(alice, WIDEST)
    camera = next(photo.camera for photo in photos if photo.camera)
    chosen = drawn_options(random)
    for scope in (Scope(camera=camera), Scope(album=album), Scope(first_day=NOON.date())):
        counted = previews.counts(base, chosen, scope)
        found = groups.summary(
            scanned(
                alice, chosen, camera=scope.camera, album=scope.album, first_day=scope.first_day
            )
        )
        assert counted is not None
        assert (counted.groups, counted.photos) == (found.groups, found.photos)


def test_to_count_changes_nothing(alice: User) -> None:
    library(alice, Random(1))
    base = scanned(alice, WIDEST)
    before = written()
    for percent in (30, 60, 90):
        previews.counts(base, Options(threshold_percent=percent))
        previews.examples(base, Options(threshold_percent=percent))
    assert written() == before


def written() -> list[object]:
    return [
        list(model.objects.order_by("pk").values())
        for model in (PairScore, Decision, DecidedPair, SimilarGroup, Scan)
    ]


def test_a_window_wider_than_any_scan_says_how_many_pairs_nobody_compared(alice: User) -> None:
    for shot in range(4):
        make_measured(alice, 1, after=shot * 100, shot=shot)
    base = scanned(alice, options(60))
    assert counted_missing(base, 60) == 0
    assert counted_missing(base, 100) == 6
    assert counted_missing(base, 100, mode=WindowMode.SPAN) == 3
    wider = scanned(alice, options(100))
    assert counted_missing(wider, 100) == 0
    assert counted_missing(wider, 60) == 0


def test_photos_that_could_not_be_measured_are_not_missed_for_ever(alice: User) -> None:
    for shot in range(2):
        make_measured(alice, 1, after=shot, shot=shot)
    make_photo(alice, taken_at=NOON + dt.timedelta(seconds=2))  # without any file
    base = scanning.start(alice, options(60))
    runner.drain(base.job, processes=0)
    base.refresh_from_db()
    assert base.unmeasured_count == 1
    assert counted_missing(base, 60) == 0


def counted_missing(scan: Scan, window: float, **more: object) -> int:
    counted = previews.counts(scan, options(window, **more))
    assert counted is not None
    return counted.missing_pairs


def test_the_examples_are_the_pairs_nearest_to_the_threshold_on_both_sides(alice: User) -> None:
    photos = library(alice, Random(5))
    base = scanned(alice, WIDEST)
    found = previews.examples(base, Options(window_seconds=3600, threshold_percent=70))
    above = [pair.percent for pair in found.above]
    below = [pair.percent for pair in found.below]
    assert above == sorted(above)
    assert min(above) >= 70 > max(below)
    assert below == sorted(below, reverse=True)
    scores = PairScore.objects.values_list("percent", flat=True)
    assert above[0] == min(percent for percent in scores if percent >= 70)
    assert below[0] == max(percent for percent in scores if percent < 70)
    shown = [
        photo.pk for pair in (*found.above, *found.below) for photo in (pair.first, pair.second)
    ]
    assert len(shown) == len(set(shown)) <= len(photos)


def test_a_scan_of_before_left_nothing_to_count_from(alice: User) -> None:
    base = scanned(alice)
    base.pairs.delete()
    assert previews.counts(base, options()) is None
    assert previews.examples(base, options()) == previews.Examples([], [])


def test_a_photo_deleted_forever_is_counted_no_more(alice: User) -> None:
    photos = [make_measured(alice, 1, after=shot, shot=shot) for shot in range(2)]
    base = scanned(alice)
    gone = Photo.objects.filter(pk=photos[0].pk)
    changes.trash(gone, by=alice)
    changes.delete_forever(gone, by=alice)
    counted = previews.counts(base, options())
    assert counted is not None
    assert counted.groups == 0
