from __future__ import annotations

from typing import Any

import pytest
from django.http import Http404

from dedup import access, groups, pairs, reviewing
from dedup.group_filters import ORDER, Sort, Wanted, neighbours
from dedup.models import PairScore
from gallery import changes
from gallery.models import Photo, User
from gallery.web.paging import BadCursor
from tests.dedup.library import make_measured, options, scanned
from tests.dedup.test_bulk import make_groups

pytestmark = pytest.mark.django_db


def _trash(user: User, *photo_ids: int) -> None:
    changes.trash(Photo.objects.filter(pk__in=photo_ids), by=user)


def _pages(user: User, **chosen: Any) -> list[list[int]]:
    pages: list[list[int]] = []
    cursor = None
    while True:
        page = groups.open_groups(user, cursor=cursor, **chosen)
        pages.append([view.id for view in page.groups])
        cursor = page.next_cursor
        if cursor is None:
            return pages


def test_before_the_first_scan_there_is_nothing(alice: User) -> None:
    page = groups.open_groups(alice)
    assert (page.scan, page.groups, page.next_cursor) == (None, [], None)


@pytest.mark.parametrize("sort", list(Sort))
def test_every_open_group_is_on_exactly_one_page_in_every_order(alice: User, sort: Sort) -> None:
    rows = make_groups(alice, 5)
    pages = _pages(alice, sort=sort, size=2)
    assert [len(page) for page in pages] == [2, 2, 1]
    assert sorted(pk for page in pages for pk in page) == sorted(row.pk for row in rows)
    first = ORDER[sort][0]
    by_id = {row.pk: row for row in rows}
    values = [getattr(by_id[pk], first.lstrip("-")) for page in pages for pk in page]
    assert values == sorted(values, reverse=first.startswith("-"))


def test_the_newest_scan_is_shown_unless_another_is_asked_for(alice: User) -> None:
    make_groups(alice, 2)
    older = groups.newest_scan(alice)
    newer = scanned(alice, options(0.5))
    assert newer.group_count == 0
    assert groups.open_groups(alice).groups == []
    assert len(groups.open_groups(alice, older).groups) == 2


def test_the_list_asks_as_often_for_twenty_groups_as_for_three(
    alice: User, django_assert_num_queries: Any
) -> None:
    make_groups(alice, 20)
    for size in (3, 20):
        with django_assert_num_queries(4):
            page = groups.open_groups(alice, size=size)
        assert len(page.groups) == size


def test_a_group_whose_photos_left_the_timeline_is_closed_and_opens_again(alice: User) -> None:
    group, _ = make_groups(alice, 2)
    other = group.members.exclude(photo=group.cover_id).get().photo
    change = changes.archive(Photo.objects.filter(pk=other.pk), by=alice)
    assert len(groups.open_groups(alice).groups) == 1
    assert groups.summary(group.scan).groups == 1
    changes.undo(change, by=alice)
    assert len(groups.open_groups(alice).groups) == 2


def test_a_group_without_its_cover_is_shown_around_the_next_best(alice: User) -> None:
    for shot in range(4):
        make_measured(alice, 1, after=shot, shot=shot)
    group = scanned(alice).groups.get()
    _trash(alice, group.cover_id)
    (view,) = groups.open_groups(alice).groups
    assert view.photo_count == 3
    assert view.cover.photo.pk != group.cover_id
    assert view.cover.percent == 100
    for member in view.others:
        a, b = sorted((member.photo.pk, view.cover.photo.pk))
        assert member.percent == PairScore.objects.get(photo_a=a, photo_b=b).percent


def test_members_come_by_time_with_percent_seconds_and_reasons(alice: User) -> None:
    first = make_measured(alice, 1, after=0)
    cover = make_measured(alice, 1, after=2.5, shot=1, width=4000, height=3000)
    group = scanned(alice).groups.get()
    view = groups.members(group)
    assert [member.photo for member in view.members] == [first, cover]
    other, kept = view.members
    assert kept.is_cover
    assert kept.is_suggested
    assert other.seconds_after_cover == -2.5
    assert other.reasons
    assert other.kind
    assert view.spare_bytes == first.size_bytes
    assert view.span_seconds == 2.5


def test_a_decided_group_shows_all_its_members_and_the_decision(alice: User) -> None:
    (group,) = make_groups(alice, 1)
    decision = reviewing.accept_suggestion(group, alice)
    view = groups.members(group)
    assert view.decision == decision
    assert view.photo_count == 2


def test_the_summary_counts_what_is_open(alice: User) -> None:
    one, *_ = make_groups(alice, 3)
    scan = one.scan
    spare = sum(view.spare_bytes for view in groups.open_groups(alice).groups)
    assert groups.summary(scan) == groups.Summary(3, 6, spare)
    reviewing.keep_all(one, alice)
    assert groups.summary(scan).groups == 2


def test_the_next_group_is_the_one_below_in_the_list(alice: User) -> None:
    make_groups(alice, 3)
    listed = groups.open_groups(alice).groups
    wanted = Wanted(kind=listed[0].group.kind, sort=Sort.SPACE)
    following = [neighbours(view.group, wanted) for view in listed]
    assert following == [[listed[1].group], [listed[2].group], []]


def test_groups_and_scans_of_others_are_not_there(alice: User, bob: User) -> None:
    (group,) = make_groups(alice, 1)
    decision = reviewing.keep_all(group, alice)
    assert access.group_for(alice, group.pk) == group
    assert access.decision_for(alice, str(decision.pk)) == decision
    for door, row in (
        (access.group_for, group),
        (access.scan_for, group.scan),
        (access.decision_for, decision),
    ):
        for wrong in (row.pk, row.pk + 1000, "no number", 2**70):
            with pytest.raises(Http404):
                door(bob, wrong)
    assert groups.open_groups(bob).groups == []
    assert groups.open_groups(bob, group.scan).groups == []


def test_the_pair_report_lists_every_pair_of_neighbours_once(alice: User) -> None:
    photos = [make_measured(alice, number % 2, after=number * 0.4) for number in range(7)]
    scan = scanned(alice, options(1.0, mode="span"))
    expected = {
        (a.pk, b.pk)
        for place, a in enumerate(photos)
        for b in photos[place + 1 :]
        if (b.taken_at - a.taken_at).total_seconds() <= 1
    }
    seen: list[tuple[int, int]] = []
    cursor = None
    while True:
        page = pairs.report(scan, cursor=cursor, size=4)
        seen += [(pair.first.pk, pair.second.pk) for pair in page.pairs]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == scan.pair_count
    assert set(seen) == expected
    assert [(pair.first.pk, pair.second.pk) for pair in pairs.all_pairs(scan)] == seen


def test_a_pair_in_the_report_has_its_percent_and_says_whether_it_passes(alice: User) -> None:
    make_measured(alice, 1)
    make_measured(alice, 1, after=1, shot=1)
    make_measured(alice, 2, after=2)
    alike, *others = pairs.report(scanned(alice)).pairs
    assert alike.percent == PairScore.objects.order_by("-percent")[0].percent
    assert alike.passes
    assert alike.seconds_apart == 1
    assert not any(pair.passes for pair in others)


def test_a_pair_with_an_unreadable_photo_is_listed_without_a_percent(alice: User) -> None:
    make_measured(alice, 1)
    scan = scanned(alice)
    make_measured(alice, 1, after=1, shot=1)
    (pair,) = pairs.report(scan).pairs
    assert pair.percent is None


@pytest.mark.parametrize("cursor", ["x", "WzFd", "WzEsMiwzLCJhIl0", "WzksOSw5LDllNDBd"])
def test_a_made_up_cursor_is_refused(alice: User, cursor: str) -> None:
    with pytest.raises(BadCursor):
        pairs.report(scanned(alice), cursor=cursor)
