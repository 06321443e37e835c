from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gallery import timeline
from gallery.models import Photo, User
from tests.factories import NOON, make_photo, make_photos

pytestmark = pytest.mark.django_db


def all_pages(user: User, size: int) -> list[int]:
    photos = Photo.objects.owned_by(user).on_timeline()
    found: list[int] = []
    cursor = None
    while True:
        page = timeline.page(photos, cursor=cursor, size=size)
        found += [photo.pk for day in page.days for photo in day.photos]
        if page.next_cursor is None:
            return found
        cursor = page.next_cursor


def test_days_come_newest_first_with_their_counts(alice: User) -> None:
    make_photos(alice, 3)
    make_photo(alice, taken_at=NOON - dt.timedelta(days=1))
    page = timeline.page(Photo.objects.owned_by(alice))
    assert [(day.day, day.count) for day in page.days] == [
        (dt.date(2024, 5, 17), 3),
        (dt.date(2024, 5, 16), 1),
    ]
    newest = [photo.taken_at for photo in page.days[0].photos]
    assert newest == sorted(newest, reverse=True)


def test_a_day_torn_by_a_page_says_that_it_continues(alice: User) -> None:
    make_photos(alice, 4)
    first = timeline.page(Photo.objects.owned_by(alice), size=3)
    second = timeline.page(Photo.objects.owned_by(alice), size=3, cursor=first.next_cursor)
    assert not first.days[0].continues
    assert second.days[0].continues
    assert second.days[0].count == 4


def test_a_photo_stands_under_the_date_of_the_place_where_it_was_taken(alice: User) -> None:
    midnight_utc = dt.datetime(2024, 5, 17, 23, 30, tzinfo=dt.UTC)
    make_photo(alice, taken_at=midnight_utc, utc_offset_minutes=120, utc_offset_known=True)
    page = timeline.page(Photo.objects.owned_by(alice))
    assert page.days[0].day == dt.date(2024, 5, 18)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    seconds=st.lists(st.integers(0, 200_000), max_size=20),
    size=st.integers(1, 7),
)
def test_pages_hold_every_photo_once_in_order(alice: User, seconds: list[int], size: int) -> None:
    Photo.objects.all().delete()
    for second in seconds:
        make_photo(alice, taken_at=NOON + dt.timedelta(seconds=second))
    expected = list(Photo.objects.newest_first().values_list("pk", flat=True))
    assert all_pages(alice, size) == expected


def test_a_month_begins_where_its_cursor_says(alice: User) -> None:
    make_photo(alice, taken_at=dt.datetime(2024, 6, 1, 1, tzinfo=dt.UTC))
    make_photos(alice, 2)
    make_photo(alice, taken_at=dt.datetime(2023, 12, 31, 23, tzinfo=dt.UTC))
    months = timeline.months(Photo.objects.owned_by(alice))
    assert [(month.year, month.month, month.count) for month in months] == [
        (2024, 6, 1),
        (2024, 5, 2),
        (2023, 12, 1),
    ]
    page = timeline.page(Photo.objects.owned_by(alice), cursor=months[2].cursor)
    assert page.days[0].day == dt.date(2023, 12, 31)


def test_neighbours_stay_in_the_same_place(alice: User) -> None:
    old, middle, new = make_photos(alice, 3)
    archived = make_photo(alice, taken_at=new.taken_at, archived_at=NOON)
    assert timeline.neighbours(middle) == (new, old)
    assert timeline.neighbours(new) == (None, middle)
    assert timeline.neighbours(archived) == (None, None)


@pytest.mark.parametrize(
    "cursor", ["x", "2024-01-01", "2024-13-01_x_1", "_".join("abc"), "a_b_c_d"]
)
def test_a_text_that_is_no_cursor_is_refused(alice: User, cursor: str) -> None:
    with pytest.raises(timeline.BadCursor):
        timeline.page(Photo.objects.owned_by(alice), cursor=cursor)


def test_query_count_does_not_grow_with_photos(
    alice: User, django_assert_num_queries: object
) -> None:
    make_photos(alice, 30)
    with django_assert_num_queries(3):  # type: ignore[operator]
        timeline.page(Photo.objects.owned_by(alice), size=20)
