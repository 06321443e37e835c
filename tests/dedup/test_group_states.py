"""What lists are filtered and sorted by says the truth after every act, whoever did it."""

from __future__ import annotations

import random
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction

from dedup import bulk, group_states, groups, reviewing
from dedup.models import Decision, GroupTally, SimilarGroup
from gallery import bulk as gallery_bulk
from gallery import changes, stacks
from gallery.changes import CannotUndo, WouldEmptyGroups
from gallery.models import Change, Photo, User
from gallery.stacks import Parts
from gallery.work import runner
from tests.dedup.library import assert_tallies_are_true, make_measured, options, scanned

pytestmark = pytest.mark.django_db

State = SimilarGroup.State
ACTS_IN_A_ROW = 20


def truth(group: SimilarGroup) -> dict[str, Any]:
    """Computed from the rows of members, photos and decisions, without the columns."""
    if Decision.objects.standing().filter(group=group).exists():
        return {"state": State.DECIDED}
    found = groups.views_of([group])
    if not found:
        return {"state": State.DISSOLVED}
    return {"state": State.OPEN, **group_states.columns_of(found[0])}


def assert_columns_are_true() -> None:
    for group in SimilarGroup.objects.select_related("scan"):
        expected = truth(group)
        assert {name: getattr(group, name) for name in expected} == expected
    assert_tallies_are_true()
    for scan_id in SimilarGroup.objects.values_list("scan", flat=True).distinct():
        rows = SimilarGroup.objects.filter(scan=scan_id).open()
        views = groups.views_of(list(rows.select_related("scan")))
        assert groups.summary(views[0].group.scan if views else rows_scan(scan_id)) == (
            groups.Summary(
                len(views),
                sum(view.photo_count for view in views),
                sum(view.spare_bytes for view in views),
            )
        )


def rows_scan(scan_id: int) -> Any:
    group = SimilarGroup.objects.filter(scan=scan_id).first()
    assert group is not None
    return group.scan


def of(*photos: Photo) -> Any:
    return Photo.objects.filter(pk__in=[photo.pk for photo in photos])


@pytest.fixture
def library(alice: User) -> list[Photo]:
    """Two scans of five groups of two to four photos, some with a RAW beside them."""
    photos = []
    for view in range(5):
        for shot in range(2 + view % 3):
            name = f"IMG_{view}{shot}"
            fields: dict[str, Any] = {
                "after": 600 * view + 2 * shot,
                "shot": shot,
                "file_name": f"{name}.JPG",
            }
            photos.append(make_measured(alice, view, **fields))
            if view == 4:
                raw = {**fields, "file_name": f"{name}.CR3", "format": stacks.RAW}
                photos.append(make_measured(alice, view, **raw))
    with transaction.atomic():
        stacks.join(alice, photos[:-2])
    assert scanned(alice).group_count == 5
    scanned(alice, options(30))
    return photos


def test_a_scan_writes_true_columns(alice: User, library: list[Photo]) -> None:
    assert_columns_are_true()
    assert SimilarGroup.objects.open().count() == SimilarGroup.objects.count() == 10


@pytest.mark.parametrize("seed", range(3))
def test_random_acts_leave_the_columns_true(alice: User, library: list[Photo], seed: int) -> None:
    chance = random.Random(seed)
    acts = acts_of(alice, chance)
    for _ in range(ACTS_IN_A_ROW):
        act = chance.choice(acts)
        try:
            act()
        except (reviewing.Refused, CannotUndo, WouldEmptyGroups, changes.NotInTrash):
            continue
        assert_columns_are_true()


def acts_of(alice: User, chance: random.Random) -> list[Callable[[], Any]]:
    def some() -> Any:
        ids = list(Photo.objects.values_list("pk", flat=True))
        return Photo.objects.filter(pk__in=chance.sample(ids, min(len(ids), 3)))

    def group() -> SimilarGroup:
        return chance.choice(list(SimilarGroup.objects.select_related("scan__owner")))

    def decide() -> Any:
        row = group()
        ids = list(row.members.values_list("photo", flat=True))
        answers = [chance.choice(["keep", "archive", "trash"]) for _ in ids]
        chosen = {
            name: [pk for pk, answer in zip(ids, answers, strict=True) if answer == name]
            for name in ("keep", "archive", "trash")
        }
        return reviewing.decide(row, by=alice, even_if_empty=chance.random() < 0.3, **chosen)

    def apart() -> Any:
        row = group()
        ids = list(row.members.values_list("photo", flat=True))
        return reviewing.not_similar(row, alice, chance.sample(ids, 1))

    def undo() -> Any:
        change = Change.objects.filter(undone_at=None).order_by("?").first()
        return change and changes.undo(change, by=alice)

    def stack() -> None:
        with transaction.atomic():
            stacks.join(alice, Photo.objects.all())

    return [
        lambda: changes.archive(some(), by=alice),
        lambda: changes.unarchive(some(), by=alice),
        lambda: changes.trash(some(), by=alice, even_if_groups_empty=True),
        lambda: changes.trash(some(), by=alice, parts=Parts.ONLY_THESE),
        lambda: changes.restore(some(), by=alice),
        lambda: changes.delete_forever(Photo.objects.in_trash()[:1], by=alice),
        lambda: reviewing.keep_all(group(), alice),
        lambda: reviewing.accept_suggestion(group(), alice),
        lambda: reviewing.not_similar(group(), alice),
        decide,
        apart,
        undo,
        undo,
        undo,
        stack,
    ]


def test_many_decisions_at_once_and_their_undo_leave_the_columns_true(
    alice: User, library: list[Photo]
) -> None:
    scan = groups.newest_scan(alice)
    assert scan is not None
    job = runner.drain(bulk.accept_suggestions_later(scan.groups.all(), alice), processes=0)
    assert job.done == 5
    assert scan.groups.decided().count() == 5
    assert_columns_are_true()
    runner.drain(gallery_bulk.undo_later(job, alice), processes=0)
    assert scan.groups.open().count() == 5
    assert_columns_are_true()


def test_photos_that_left_while_a_scan_ran_are_not_counted(
    alice: User, library: list[Photo]
) -> None:
    scan = groups.newest_scan(alice)
    assert scan is not None
    # Behind the back of every act, as if it had been committed between two looks of the scan.
    of(library[0]).update(archived_at=library[0].imported_at)
    group_states.refresh_scan(scan)
    assert scan.groups.filter(state=State.DISSOLVED).count() == 1


def test_a_group_whose_cover_is_deleted_forever_is_not_counted_any_more(
    alice: User, library: list[Photo]
) -> None:
    scan = groups.newest_scan(alice)
    assert scan is not None
    cover = scan.groups.earliest("pk").cover
    changes.trash(of(cover), by=alice, parts=Parts.ONLY_THESE)
    changes.delete_forever(of(cover), by=alice)
    assert scan.groups.count() == 4
    assert_tallies_are_true()


def test_groups_of_older_installations_are_counted_once(alice: User, library: list[Photo]) -> None:
    stored = GroupTally.objects.order_by("scan", "kind", "state")
    columns = ("scan", "kind", "state", "groups", "photos", "spare_bytes")
    before = list(stored.values_list(*columns))
    assert before
    stored.delete()
    import_module("dedup.migrations.0018_group_tallies").count_groups(apps, None)
    assert list(stored.values_list(*columns)) == before
