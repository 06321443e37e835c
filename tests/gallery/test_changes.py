from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.forms import model_to_dict
from django.utils import timezone

from gallery import changes, clearing
from gallery.files import derivatives, originals
from gallery.merging import Fates
from gallery.models import Change, Job, Photo, User
from gallery.work import runner
from tests.factories import make_photo, make_photos, make_stored_photo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_groups(settings: Any) -> None:
    settings.TRASH_GUARDS = []


def of(*photos: Photo) -> Any:
    return Photo.objects.filter(pk__in=[photo.pk for photo in photos])


def rows(owner: User) -> list[dict[str, Any]]:
    return [model_to_dict(photo) for photo in Photo.objects.filter(owner=owner).order_by("pk")]


def clear() -> None:
    """Let the worker's part be done: files leave the disk."""
    for job in Job.objects.filter(kind=clearing.KIND):
        runner.drain(job, processes=0)


@pytest.mark.parametrize("act", [changes.archive, changes.trash], ids=["archive", "trash"])
def test_an_act_is_undone_exactly(alice: User, act: Any) -> None:
    photos = make_photos(alice, 3)
    before = rows(alice)
    change = act(of(*photos[:2]), by=alice)
    assert change.photo_count == 2
    assert Photo.objects.owned_by(alice).on_timeline().count() == 1
    changes.undo(change, by=alice)
    assert rows(alice) == before


def test_restoring_from_trash_returns_to_the_archive(alice: User) -> None:
    photo = make_photo(alice)
    changes.archive(of(photo), by=alice)
    changes.trash(of(photo), by=alice)
    changes.restore(of(photo), by=alice)
    photo.refresh_from_db()
    assert photo.state == "archive"


def test_doing_it_twice_changes_nothing_the_second_time(alice: User) -> None:
    photo = make_photo(alice)
    changes.trash(of(photo), by=alice)
    trashed_at = Photo.objects.get().trashed_at
    again = changes.trash(of(photo), by=alice)
    assert again.pk is None
    assert again.photo_count == 0
    assert Photo.objects.get().trashed_at == trashed_at
    assert Change.objects.count() == 1


def test_undoing_twice_changes_nothing_the_second_time(alice: User) -> None:
    photo = make_photo(alice)
    change = changes.trash(of(photo), by=alice)
    changes.undo(change, by=alice)
    changes.trash(of(photo), by=alice)
    changes.undo(change, by=alice)
    photo.refresh_from_db()
    assert photo.state == "trash"


def test_undo_touches_no_photo_of_another_change(alice: User) -> None:
    first, second = make_photos(alice, 2)
    change = changes.archive(of(first), by=alice)
    changes.archive(of(second), by=alice)
    changes.undo(change, by=alice)
    second.refresh_from_db()
    assert second.state == "archive"


def test_undo_names_the_later_act_that_stands_in_the_way(alice: User) -> None:
    photo = make_photo(alice, file_name="beach.jpg")
    trashed = changes.trash(of(photo), by=alice)
    changes.restore(of(photo), by=alice)
    with pytest.raises(changes.CannotUndo) as refused:
        changes.undo(trashed, by=alice)
    assert "beach.jpg" in refused.value.reasons[0]
    assert "Restored" in refused.value.reasons[0]
    trashed.refresh_from_db()
    assert not trashed.is_undone


def test_undo_goes_past_a_later_act_in_another_respect(alice: User) -> None:
    photo = make_photo(alice)
    change = changes.archive(of(photo), by=alice)
    changes.favourite(of(photo), by=alice, on=True)
    changes.undo(change, by=alice)
    photo.refresh_from_db()
    assert photo.archived_at is None
    assert photo.favourite_at is not None


def test_a_decision_archives_and_trashes_as_one_change(alice: User) -> None:
    _kept, archived, trashed = make_photos(alice, 3)
    before = rows(alice)
    fates = Fates(archive=of(archived), trash=of(trashed))
    change = changes.decide(alice, fates, by=alice, summary="Kept 1 of 3")
    assert [photo.state for photo in Photo.objects.order_by("pk")] == [
        "timeline",
        "archive",
        "trash",
    ]
    changes.undo(change, by=alice)
    assert rows(alice) == before


def test_a_guard_stops_the_trash_unless_asked_for_by_name(alice: User, settings: Any) -> None:
    settings.TRASH_GUARDS = [f"{__name__}.always_objects"]
    photo = make_photo(alice)
    with pytest.raises(changes.WouldEmptyGroups) as refused:
        changes.trash(of(photo), by=alice)
    assert refused.value.messages == ["1 group would keep no photo."]
    photo.refresh_from_db()
    assert photo.trashed_at is None
    changes.trash(of(photo), by=alice, even_if_groups_empty=True)
    photo.refresh_from_db()
    assert photo.trashed_at is not None


def always_objects(owner: User, photo_ids: list[int]) -> list[str]:
    return [f"{len(photo_ids)} group would keep no photo."]


def test_only_the_trash_can_be_deleted_forever(alice: User) -> None:
    trashed, kept = make_photos(alice, 2)
    changes.trash(of(trashed), by=alice)
    with pytest.raises(changes.NotInTrash):
        changes.delete_forever(of(trashed, kept), by=alice)
    assert Photo.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_deleting_forever_takes_the_files_only_after_the_commit(alice: User) -> None:
    photo = make_stored_photo(alice)
    changes.trash(of(photo), by=alice)
    assert originals.exists(photo.checksum)
    assert changes.delete_forever(of(photo), by=alice) == changes.Deleted(1, 0)
    assert originals.exists(photo.checksum)
    clear()
    assert not originals.exists(photo.checksum)
    assert derivatives.missing(photo.checksum) == list(derivatives.AT_IMPORT)
    assert Change.objects.filter(act=Change.Act.DELETE_FOREVER, photo_count=1).exists()


@pytest.mark.django_db(transaction=True)
def test_a_delete_that_is_rolled_back_leaves_photo_and_file(alice: User) -> None:
    photo = make_stored_photo(alice, trashed_at=timezone.now())
    with pytest.raises(RuntimeError), transaction.atomic():
        changes.delete_forever(of(photo), by=alice)
        raise RuntimeError
    clear()
    assert Photo.objects.filter(pk=photo.pk).exists()
    assert originals.exists(photo.checksum)


@pytest.mark.django_db(transaction=True)
def test_an_original_that_somebody_else_needs_stays(alice: User, bob: User) -> None:
    photo = make_stored_photo(alice)
    make_photo(bob, checksum=photo.checksum)
    changes.trash(of(photo), by=alice)
    changes.delete_forever(of(photo), by=alice)
    clear()
    assert originals.exists(photo.checksum)
    assert derivatives.missing(photo.checksum) == []


def test_what_was_deleted_forever_cannot_be_undone(alice: User) -> None:
    photo = make_photo(alice)
    change = changes.trash(of(photo), by=alice)
    changes.delete_forever(of(photo), by=alice)
    with pytest.raises(changes.CannotUndo, match="deleted forever"):
        changes.undo(change, by=alice)
    with pytest.raises(changes.CannotUndo):
        changes.undo(Change.objects.get(act=Change.Act.DELETE_FOREVER), by=alice)


def test_the_trash_keeps_photos_for_its_whole_keeping_time(alice: User, settings: Any) -> None:
    settings.TRASH_KEEPING_TIME = dt.timedelta(days=30)
    now = timezone.now()
    make_photo(alice, trashed_at=now - dt.timedelta(days=29))
    old = make_photo(alice, trashed_at=now - dt.timedelta(days=31))
    assert changes.empty_expired_trash().count == 1
    assert not Photo.objects.filter(pk=old.pk).exists()
    assert Photo.objects.count() == 1


def test_undoing_a_restore_gives_the_photo_its_keeping_time_again(alice: User) -> None:
    photo = make_photo(alice)
    changes.trash(of(photo), by=alice)
    long_ago = timezone.now() - dt.timedelta(days=400)
    of(photo).update(trashed_at=long_ago)
    restored = changes.restore(of(photo), by=alice)
    changes.undo(restored, by=alice)
    photo.refresh_from_db()
    assert photo.trashed_at == long_ago
    assert changes.empty_expired_trash().count == 0
    Change.objects.filter(pk=restored.pk).update(undone_at=long_ago)
    assert changes.empty_expired_trash().count == 1


def test_a_guard_stops_an_undo_that_moves_photos_to_the_trash(alice: User, settings: Any) -> None:
    photo = make_photo(alice)
    trashed = changes.trash(of(photo), by=alice)
    restored = changes.restore(of(photo), by=alice)
    settings.TRASH_GUARDS = [f"{__name__}.always_objects"]
    with pytest.raises(changes.CannotUndo, match="would keep no photo"):
        changes.undo(restored, by=alice)
    photo.refresh_from_db()
    assert photo.trashed_at is None
    assert trashed.undone_at is None


def test_a_change_never_spans_two_owners(alice: User, bob: User) -> None:
    photos = of(make_photo(alice), make_photo(bob))
    with pytest.raises(ValueError, match="one owner"):
        changes.trash(photos, by=alice)


def test_ten_thousand_photos_are_one_change_with_few_queries(
    alice: User, django_assert_max_num_queries: Any
) -> None:
    make = [
        Photo(
            owner=alice,
            checksum=f"{number:064x}",
            file_name=f"{number}.jpg",
            size_bytes=1,
            format="JPEG",
            width=4,
            height=3,
            taken_at=timezone.now(),
            taken_day=dt.date(2024, 1, 1),
            taken_precision="second",
            taken_source="exif",
            imported_at=timezone.now(),
        )
        for number in range(10_000)
    ]
    Photo.objects.bulk_create(make, batch_size=1000)
    with django_assert_max_num_queries(60):
        change = changes.archive(Photo.objects.owned_by(alice), by=alice)
    assert change.photo_count == 10_000
    with django_assert_max_num_queries(60):
        changes.undo(change, by=alice)
    assert Photo.objects.owned_by(alice).on_timeline().count() == 10_000
