"""What stays gains from what goes; and whatever was done, in any order, its undo is exact."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gallery import albums, changes, merging, tags
from gallery.changes import CannotUndo
from gallery.merging import Fates, Merge
from gallery.models import Album, AlbumPhoto, Change, Photo, PhotoTag, Stack, User
from tests.factories import NOON, make_photo, make_photos

pytestmark = pytest.mark.django_db

PARIS = {"latitude": 48.85, "longitude": 2.35}


def _these(*photos: Photo) -> Any:
    return Photo.objects.filter(pk__in=[photo.pk for photo in photos])


def _decide(owner: User, stays: list[Photo], goes: list[Photo]) -> Change:
    merge = Merge(frozenset(each.pk for each in stays), frozenset(each.pk for each in goes))
    fates = Fates(trash=_these(*goes), merges=[merge])
    return changes.decide(owner, fates, by=owner, summary="Kept one")


def _titles(photo: Photo) -> set[str]:
    return {album.title for album in albums.albums_of(photo)}


def _names(photo: Photo) -> list[str]:
    return tags.names_of([photo.pk]).get(photo.pk, [])


@pytest.fixture
def five(alice: User) -> list[Photo]:
    """A plain photo, and four with albums, stars, tags, and a place."""
    plain, *others = make_photos(alice, 5)
    for title, photo in (("Paris", others[0]), ("Best", others[1]), ("Paris", others[1])):
        album = Album.objects.filter(title=title).first() or albums.create(alice, title)
        albums.put_in(_these(photo), album, by=alice)
    tags.put_on(_these(others[0], others[2]), ["sea"], by=alice)
    tags.put_on(_these(others[2]), ["boat"], by=alice)
    changes.rate(_these(others[1]), by=alice, stars=4)
    changes.favourite(_these(others[3]), by=alice, on=True)
    _these(others[3]).update(facts={"lens": "50 mm", **PARIS}, place="near Paris, France")
    _these(plain).update(facts={"lens": "35 mm"})
    return list(Photo.objects.order_by("pk"))


def test_the_keeper_gets_the_union_and_undo_removes_exactly_that(
    alice: User, five: list[Photo]
) -> None:
    plain, *others = five
    before = _everything()
    change = _decide(alice, [plain], others)
    plain.refresh_from_db()
    assert _titles(plain) == {"Paris", "Best"}
    assert _names(plain) == ["boat", "sea"]
    assert plain.rating == 4
    assert plain.favourite_at == others[3].favourite_at
    assert plain.facts == {"lens": "35 mm", **PARIS}
    assert plain.place == "near Paris, France"
    assert "what stays gained 2 albums, favourite, 4 stars, 2 tags, place" in change.summary
    assert _titles(others[1]) == {"Paris", "Best"}, "nothing is taken from what goes"
    assert Change.objects.order_by("-pk").first() == change, "one change holds it all"
    changes.undo(change, by=alice)
    assert _everything() == before


def test_what_was_told_before_is_what_is_done(alice: User, five: list[Photo]) -> None:
    plain, *others = five
    merge = Merge(frozenset({plain.pk}), frozenset(each.pk for each in others))
    told = merging.told(merging.gains(alice, [merge]))
    assert set(told.albums) == {"Paris", "Best"}
    assert (told.favourite, told.rating, told.place) == (True, 4, "near Paris, France")
    before = _everything()
    merging.gains(alice, [merge])
    assert _everything() == before, "looking changes nothing"
    _decide(alice, [plain], others)
    assert merging.gains(alice, [merge]) == [], "a second time there is nothing to gain"


def test_another_kept_photo_is_unchanged_unless_it_was_chosen(
    alice: User, five: list[Photo]
) -> None:
    plain, one, two, three, four = five
    before = _row(one)
    _decide(alice, [plain], [two, three, four])
    assert _row(one) == before
    assert _titles(one) == {"Paris"}


def test_what_a_photo_has_is_not_replaced_by_less(alice: User) -> None:
    home = {"latitude": 1.0, "longitude": 2.0}
    keeper = make_photo(alice, rating=5, favourite_at=NOON, facts=home, place="home")
    other = make_photo(alice, rating=3, facts=PARIS, place="Paris")
    other_time = NOON + dt.timedelta(hours=1)
    _these(other).update(favourite_at=other_time)
    before = _row(keeper)
    change = _decide(alice, [keeper], [other])
    assert _row(keeper) == before
    assert change.photo_count == 1


def test_a_deleted_album_gives_nothing(alice: User) -> None:
    keeper, other = make_photos(alice, 2)
    album = albums.create(alice, "Old")
    albums.put_in(_these(other), album, by=alice)
    albums.delete(album, by=alice)
    _decide(alice, [keeper], [other])
    assert not AlbumPhoto.objects.filter(photo=keeper).exists()


def test_all_parts_of_the_shot_that_stays_gain_and_all_of_what_goes_give(alice: User) -> None:
    stays, goes = (Stack.objects.create(owner=alice) for _ in range(2))
    keeper = make_photo(alice, stack=stays, stack_place=1)
    raw = make_photo(alice, stack=stays, stack_place=2, format="RAW")
    other = make_photo(alice, stack=goes, stack_place=1)
    make_photo(alice, stack=goes, stack_place=2, format="RAW", rating=5)
    before = _everything()
    change = _decide(alice, [keeper], [other])
    assert set(_these(keeper, raw).values_list("rating", flat=True)) == {5}
    assert change.photo_count == 4
    changes.undo(change, by=alice)
    assert _everything() == before


def test_an_undo_names_what_was_done_to_the_keeper_since(alice: User, five: list[Photo]) -> None:
    plain, *others = five
    change = _decide(alice, [plain], others)
    albums.take_out(_these(plain), Album.objects.get(title="Best"), by=alice)
    changes.rate(_these(plain), by=alice, stars=1)
    before = _everything()
    with pytest.raises(CannotUndo) as refusal:
        changes.undo(change, by=alice)
    told = " ".join(refusal.value.reasons)
    assert f"{plain.file_name} was changed since by “Rated: 1 photo”" in told
    assert f"{plain.file_name} was put into the album “Best” or taken out of it since" in told
    assert _everything() == before


def test_a_stranger_s_photo_gives_nothing(alice: User, bob: User) -> None:
    keeper, theirs = make_photo(alice), make_photo(bob, rating=5)
    assert merging.gains(alice, [Merge(frozenset({keeper.pk}), frozenset({theirs.pk}))]) == []


def test_a_thousand_decisions_at_once_ask_as_often_as_two(
    alice: User, django_assert_num_queries: Any
) -> None:
    album = albums.create(alice, "Paris")
    merges = []
    for _ in range(20):
        keeper, other = make_photos(alice, 2)
        albums.put_in(_these(other), album, by=alice)
        merges.append(Merge(frozenset({keeper.pk}), frozenset({other.pk})))
    for count in (2, 20):
        with django_assert_num_queries(4):
            assert len(merging.gains(alice, merges[:count])) == count


Rows = dict[tuple[str, int], dict[str, Any]]


def _row(photo: Photo) -> Any:
    return Photo.objects.filter(pk=photo.pk).values().get()


def _everything() -> Rows:
    """Every row that an act may touch, as it is stored."""
    found: Rows = {}
    for model in (Photo, AlbumPhoto, PhotoTag, Album):
        for row in model._default_manager.order_by("pk").values():
            found[model.__name__, row["id"]] = dict(row)
    return found


def _difference(before: Rows, after: Rows) -> dict[tuple[str, int, str], tuple[Any, Any]]:
    """Each column of each row that differs, with its values then and now."""
    return {
        (*key, name): (old, new)
        for key in before.keys() | after.keys()
        for name in before.get(key, {}).keys() | after.get(key, {}).keys()
        for old, new in [(before.get(key, {}).get(name), after.get(key, {}).get(name))]
        if old != new
    }


@contextmanager
def _tried_and_forgotten() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


COUNT = 5
some = st.sets(st.integers(0, COUNT - 1), min_size=1)
stars = st.none() | st.integers(0, 5)
word = st.sampled_from(["sea", "boat"])
title = st.sampled_from(["Paris", "Best"])
acts = st.one_of(
    st.tuples(st.just("rate"), some, stars),
    st.tuples(st.just("favourite"), some, st.booleans()),
    st.tuples(st.just("tag"), some, word),
    st.tuples(st.just("untag"), some, word),
    st.tuples(st.just("put in"), some, title),
    st.tuples(st.just("take out"), some, title),
    st.tuples(st.just("archive"), some, st.none()),
    st.tuples(st.just("restore"), some, st.none()),
    st.tuples(st.just("merge"), some, some),
)


def _act(owner: User, made: tuple[str, set[int], Any], photos: list[Photo]) -> Change:
    name, chosen, what = made
    these = _these(*(photos[place] for place in sorted(chosen)))
    does: dict[str, Callable[[], Change]] = {
        "rate": lambda: changes.rate(these, by=owner, stars=what),
        "favourite": lambda: changes.favourite(these, by=owner, on=what),
        "tag": lambda: tags.put_on(these, [what], by=owner),
        "untag": lambda: tags.take_off(these, [what], by=owner),
        "put in": lambda: albums.put_in(these, Album.objects.get(title=what), by=owner),
        "take out": lambda: albums.take_out(these, Album.objects.get(title=what), by=owner),
        "archive": lambda: changes.archive(these, by=owner),
        "restore": lambda: changes.restore(these, by=owner),
        "merge": lambda: _decide(
            owner,
            [photos[place] for place in sorted(chosen)],
            [photos[place] for place in sorted(what - chosen)],
        ),
    }
    return does[name]()


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(made=st.lists(acts, min_size=1, max_size=6), data=st.data())
def test_every_undo_is_exact_or_says_what_stands_in_its_way(
    alice: User, made: list[tuple[str, set[int], Any]], data: st.DataObject
) -> None:
    with _tried_and_forgotten():
        photos = [make_photo(alice, facts=PARIS if place == 4 else {}) for place in range(COUNT)]
        for name in ("Paris", "Best"):
            albums.create(alice, name)
        did: list[tuple[Change, Any]] = []
        for each in made:
            before = _everything()
            change = _act(alice, each, photos)
            if change.pk:
                did.append((change, _difference(_everything(), before)))
        for change, undone in data.draw(st.permutations(did)):
            before = _everything()
            try:
                changes.undo(change, by=alice)
            except CannotUndo as refusal:
                assert refusal.reasons
                assert _everything() == before
            else:
                assert _difference(before, _everything()) == undone


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(made=st.lists(acts, min_size=1, max_size=6))
def test_undone_in_turn_all_acts_leave_nothing_behind(
    alice: User, made: list[tuple[str, set[int], Any]]
) -> None:
    with _tried_and_forgotten():
        photos = [make_photo(alice, facts=PARIS if place == 4 else {}) for place in range(COUNT)]
        for name in ("Paris", "Best"):
            albums.create(alice, name)
        before = _everything()
        did = [change for change in (_act(alice, each, photos) for each in made) if change.pk]
        for change in reversed(did):
            changes.undo(change, by=alice)
        assert _everything() == before
