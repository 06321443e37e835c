from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gallery import albums, changes
from gallery.changes import CannotUndo
from gallery.models import Album, AlbumPhoto, Change, Photo, Stack, User
from tests.factories import NOON, make_photo, make_photos

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_guards(settings: Any) -> None:
    settings.TRASH_GUARDS = []


@pytest.fixture
def album(alice: User) -> Album:
    return albums.create(alice, "Paris")


def all_of(user: User) -> Any:
    return Photo.objects.owned_by(user)


def state() -> list[Any]:
    members = AlbumPhoto.objects.order_by("photo").values_list("photo", "added_at", "removed_at")
    return [list(Album.objects.order_by("pk").values()), list(members)]


def test_photos_are_put_in_once(alice: User, album: Album) -> None:
    make_photos(alice, 3)
    change = albums.put_in(all_of(alice), album, by=alice)
    assert (change.photo_count, change.summary) == (3, "Put 3 photos into the album “Paris”")
    assert albums.photos_of(album).count() == 3
    again = albums.put_in(all_of(alice), album, by=alice)
    assert again.pk is None
    assert Change.objects.count() == 1


def test_every_act_on_an_album_is_undone_exactly(alice: User, album: Album) -> None:
    first, second, third = make_photos(alice, 3)
    albums.put_in(all_of(alice).filter(pk=first.pk), album, by=alice)
    albums.take_out(all_of(alice).filter(pk=first.pk), album, by=alice)
    albums.put_in(all_of(alice).filter(pk=second.pk), album, by=alice)
    acts: list[Callable[[], Change]] = [
        lambda: albums.put_in(all_of(alice), album, by=alice),
        lambda: albums.take_out(all_of(alice), album, by=alice),
        lambda: albums.rename(album, "Rome", by=alice),
        lambda: albums.delete(album, by=alice),
    ]
    states, made = [state()], []
    for act in acts:
        made.append(act())
        states.append(state())
    assert all(change.pk for change in made)
    for change in reversed(made):
        assert state() == states.pop()
        changes.undo(change, by=alice)
    assert state() == states.pop()
    assert list(albums.photos_of(album)) == [second]
    assert not AlbumPhoto.objects.filter(photo=third).exists()


def test_an_undo_that_would_overwrite_a_later_act_is_refused(alice: User, album: Album) -> None:
    make_photos(alice, 2)
    put_in = albums.put_in(all_of(alice), album, by=alice)
    albums.take_out(all_of(alice), album, by=alice)
    renamed = albums.rename(album, "Rome", by=alice)
    albums.rename(album, "Oslo", by=alice)
    for change in (put_in, renamed):
        with pytest.raises(CannotUndo) as refused:
            changes.undo(change, by=alice)
        assert "undo that first" in refused.value.reasons[0]
    assert albums.photos_of(album).count() == 0


def test_a_photo_keeps_its_albums_through_the_trash(alice: User, album: Album) -> None:
    photo = make_photo(alice)
    albums.put_in(all_of(alice), album, by=alice)
    trashed = changes.trash(all_of(alice), by=alice)
    assert albums.photos_of(album).count() == 0
    changes.undo(trashed, by=alice)
    assert list(albums.photos_of(album)) == [photo]
    assert albums.albums_of(photo) == [album]


def test_archived_photos_stay_in_their_albums(alice: User, album: Album) -> None:
    make_photo(alice, archived_at=NOON)
    albums.put_in(all_of(alice), album, by=alice)
    assert albums.photos_of(album).count() == 1


def test_a_photo_deleted_forever_leaves_its_album(alice: User, album: Album) -> None:
    make_photo(alice, trashed_at=NOON)
    change = albums.put_in(all_of(alice), album, by=alice)
    changes.delete_forever(all_of(alice), by=alice)
    assert AlbumPhoto.objects.count() == 0
    with pytest.raises(CannotUndo):
        changes.undo(change, by=alice)


def test_photos_of_somebody_else_are_not_put_in(alice: User, bob: User, album: Album) -> None:
    make_photo(bob)
    assert albums.put_in(Photo.objects.all(), album, by=alice).pk is None
    assert AlbumPhoto.objects.count() == 0


def test_a_shot_in_parts_is_one_photo_of_its_album(alice: User, album: Album) -> None:
    stack = Stack.objects.create(owner=alice)
    first, second = (make_photo(alice, stack=stack, stack_place=place) for place in (0, 1))
    albums.put_in(all_of(alice).filter(pk=second.pk), album, by=alice)
    assert list(albums.photos_of(album)) == [first]
    assert albums.overviews(alice)[0].count == 1
    AlbumPhoto.objects.filter(photo=first).delete()  # as an import may leave it
    assert list(albums.photos_of(album)) == [second]
    albums.take_out(all_of(alice).filter(pk=first.pk), album, by=alice)
    assert albums.photos_of(album).count() == 0


def test_the_overview_shows_count_days_and_newest_photo(alice: User, album: Album) -> None:
    make_photo(alice)
    newest = make_photo(alice, taken_at=NOON + dt.timedelta(days=3))
    make_photo(alice, taken_at=NOON + dt.timedelta(days=9), trashed_at=NOON)
    albums.put_in(all_of(alice), album, by=alice)
    empty = albums.create(alice, "Empty")
    albums.delete(albums.create(alice, "Deleted"), by=alice)
    first, second = albums.overviews(alice)
    assert (first.album, first.count, first.cover) == (album, 2, newest)
    assert (first.last_day, first.first_day) == (newest.taken_day, NOON.date())
    assert (second.album, second.count, second.cover) == (empty, 0, None)


def test_pages_show_albums_and_act_on_them(alice: User, alice_client: Client, album: Album) -> None:
    photo = make_photo(alice)
    choose = reverse("gallery:choose-album")
    page = alice_client.post(choose, {"photo": photo.pk, "next": "/"}).content.decode()
    assert "Put 1 photo into an album" in page and "Paris" in page
    alice_client.post(choose, {"photo": photo.pk, "album": album.pk})
    assert "Paris" in alice_client.get(reverse("gallery:albums")).content.decode()
    album_page = alice_client.get(album.get_absolute_url()).content.decode()
    assert f'id="photo-{photo.pk}"' in album_page and 'form="selection"' in album_page
    assert "Paris" in alice_client.get(photo.get_absolute_url()).content.decode()
    alice_client.post(reverse("gallery:take-out-of-album", args=[album.pk]), {"photo": photo.pk})
    assert "This album is empty" in alice_client.get(album.get_absolute_url()).content.decode()
    alice_client.post(reverse("gallery:rename-album", args=[album.pk]), {"title": " Rome  "})
    assert Album.objects.get().title == "Rome"
    refused = alice_client.post(reverse("gallery:rename-album", args=[album.pk]), {"title": " "})
    assert refused.status_code == 422
    assert "An album needs a title." in refused.content.decode()
    alice_client.post(reverse("gallery:delete-album", args=[album.pk]))
    assert alice_client.get(album.get_absolute_url()).status_code == 404
    history = alice_client.get(reverse("gallery:history")).content.decode()
    assert "Deleted the album “Rome”. Its photos stay." in history


def test_a_new_album_is_made_of_the_selected_photos(alice: User, alice_client: Client) -> None:
    make_photos(alice, 2)
    ids = [photo.pk for photo in all_of(alice)]
    choose = reverse("gallery:choose-album")
    refused = alice_client.post(choose, {"photo": ids, "title": ""})
    assert refused.status_code == 422
    answer = alice_client.post(choose, {"photo": ids, "title": "Summer"}, follow=True)
    assert "Put 2 photos into the album “Summer”" in answer.content.decode()
    assert albums.photos_of(Album.objects.get()).count() == 2


@pytest.mark.parametrize("name", ["rename-album", "delete-album", "take-out-of-album"])
def test_a_stranger_finds_no_album_to_act_on(
    alice: User, bob: User, bob_client: Client, album: Album, name: str
) -> None:
    photo = make_photo(bob)
    before = state()
    address = reverse(f"gallery:{name}", args=[album.pk])
    assert bob_client.post(address, {"photo": photo.pk, "title": "x"}).status_code == 404
    choose = reverse("gallery:choose-album")
    assert bob_client.post(choose, {"photo": photo.pk, "album": album.pk}).status_code == 404
    assert state() == before
