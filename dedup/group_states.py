"""Keeps what lists of groups are filtered and sorted by true: state, counts, space, likeness, time.

The columns say what ``groups.views_of`` would show. They are written in the transaction of the act
that changes it, so that a list of 100,000 groups need not ask every photo where it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Q

from dedup import group_tallies
from dedup.groups import GroupView, views_of
from dedup.models import ChosenCover, Decision, GroupMember, Scan, SimilarGroup
from dedup.models.group import SimilarGroupQuerySet
from gallery.core.batches import batches
from gallery.core.companions import folder_of
from gallery.models import Change, Photo, User

State = SimilarGroup.State

GROUPS_AT_ONCE = 500
# The first half of the key of an advisory lock; the second is the owner.
LOCK = 0x6772


def after_change(owner: User, photo_ids: Sequence[int], change: Change | None) -> None:
    """Photos went to another place or stack, or a change was made or undone."""
    # Before a look at the groups: a scan that ends at this moment has new ones.
    _hold(owner)
    if not SimilarGroup.objects.filter(scan__owner=owner).exists():
        return
    concerned = _groups_with(photo_ids)
    if change is not None and change.pk:
        decisions = Decision.objects.filter(Q(change=change) | Q(reopened_by=change)).order_by()
        by_it = Q(set_apart_by__change=change) | Q(set_apart_by__reopened_by=change)
        apart = GroupMember.objects.filter(by_it).order_by()
        concerned |= set(decisions.exclude(group=None).values_list("group", flat=True))
        concerned |= set(apart.values_list("group", flat=True))
        covers = ChosenCover.objects.filter(decision__change=change).order_by()
        concerned |= set(covers.values_list("group", flat=True))
    refresh(owner, concerned)


def refresh(owner: User, group_ids: Iterable[int]) -> None:
    """Write the columns of these groups of one owner anew. Doing it again changes nothing."""
    ids = sorted(set(group_ids))
    if not ids:
        return
    with transaction.atomic():
        _hold(owner)
        with group_tallies.following(ids):
            for start in range(0, len(ids), GROUPS_AT_ONCE):
                _refresh(ids[start : start + GROUPS_AT_ONCE])


def refresh_scan(scan: Scan) -> None:
    """The same of the groups of a scan that lost photos between its last look and its end.

    Counts all of them, which are new.
    """
    with transaction.atomic():
        _hold(scan.owner)
        members = GroupMember.objects.filter(group__scan=scan).on_timeline().order_by()
        left = dict(members.values_list("group").annotate(Count("pk")))
        found = scan.groups.values_list("pk", "left_count")
        changed = [pk for pk, count in found.iterator() if left.get(pk, 0) != count]
        refresh(scan.owner, changed)
        group_tallies.count_anew(scan)


def forget(photo_ids: Sequence[int]) -> None:
    """Groups go with the photo they were found around, when that is deleted forever."""
    ids = list(SimilarGroup.objects.filter(cover__in=photo_ids).values_list("pk", flat=True))
    with group_tallies.following(ids):
        SimilarGroup.objects.filter(pk__in=ids).delete()


def _hold(owner: User) -> None:
    """Two acts on one group at once: the second counts only what the first has left.

    Always the last lock that an act takes. SQLite admits one writing transaction anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, owner.pk % 2**31])


def _groups_with(photo_ids: Sequence[int]) -> set[int]:
    """Groups with one of these photos, or with another part of its shot."""
    found: set[int] = set()
    for some in batches(sorted(set(photo_ids))):
        stacks = Photo.objects.filter(pk__in=some, stack__isnull=False).values("stack")
        for chosen in (Q(photo__in=some), Q(photo__stack__in=stacks)):
            found.update(GroupMember.objects.filter(chosen).values_list("group", flat=True))
    return found


def _refresh(group_ids: Sequence[int]) -> None:
    rows = SimilarGroup.objects.filter(pk__in=group_ids)
    _follow_chosen_covers(rows)
    standing = Decision.objects.standing().filter(group__in=group_ids).order_by()
    decided = set(standing.values_list("group", flat=True))
    others = list(rows.exclude(pk__in=decided).select_related("scan").order_by("pk"))
    views = {view.id: view for view in views_of(others)}
    dissolved = [row.pk for row in others if row.pk not in views]
    rows.filter(pk__in=decided).exclude(state=State.DECIDED).update(state=State.DECIDED)
    rows.filter(pk__in=dissolved).exclude(state=State.DISSOLVED).update(state=State.DISSOLVED)
    for view in _changed(views.values()):
        rows.filter(pk=view.id).update(state=State.OPEN, **columns_of(view))


def _follow_chosen_covers(rows: SimilarGroupQuerySet) -> None:
    """The last choice that stands, or none."""
    chosen = ChosenCover.objects.filter(
        group__in=rows.values("pk"), decision__in=Decision.objects.standing()
    )
    last = dict(chosen.order_by("pk").values_list("group", "photo"))
    if not last:
        rows.exclude(chosen_cover=None).update(chosen_cover=None)
        return
    for pk, photo_id in rows.values_list("pk", "chosen_cover"):
        if photo_id != last.get(pk):
            rows.filter(pk=pk).update(chosen_cover=last.get(pk))


def _changed(views: Iterable[GroupView]) -> Iterator[GroupView]:
    """Those whose row does not say it yet."""
    for view in views:
        group = view.group
        wanted = columns_of(view)
        is_open = group.state == State.OPEN
        if not is_open or any(getattr(group, name) != value for name, value in wanted.items()):
            yield view


def columns_of(view: GroupView) -> dict[str, Any]:
    """What the row of an open group says of the photos that are left."""
    cover = view.cover.photo
    return {
        "left_count": view.photo_count,
        "spare_count": view.spare_count,
        "spare_bytes": view.spare_bytes,
        "lowest_percent": view.lowest_percent,
        "highest_percent": view.highest_percent,
        "first_taken_at": view.members[0].photo.taken_at,
        "last_taken_at": view.members[-1].photo.taken_at,
        "camera_id": cover.camera_id,
        "camera_name": cover.camera.name if cover.camera else "",
        "folder": folder_of(cover.source_path),
    }
