"""Groups of similar photos as pages show them, for one user; reads only.

What was trashed or archived elsewhere since the scan is left out here, at every read; the columns
that lists are filtered and sorted by follow it, see ``group_states``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from dedup import chosen_covers, group_tallies, suggesting
from dedup.core.values import Reason
from dedup.group_filters import ORDER, Sort, Wanted
from dedup.group_tallies import Tally
from dedup.models import Decision, GroupMember, PairScore, Scan, SimilarGroup
from dedup.models.group import GroupMemberQuerySet
from dedup.pairs import kind_of, pairs_with, reasons_of
from gallery import stacks
from gallery.models import User
from gallery.models.photo import Photo, parts_of_shots
from gallery.web.paging import page_of

__all__ = ["ORDER", "Sort"]  # of group_filters

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class MemberView:
    photo: Photo
    percent: float  # to the cover; 100 for the cover itself; below 0 where not compared
    is_cover: bool
    is_suggested: bool
    reason: str  # why it is suggested
    seconds_after_cover: float
    reasons: tuple[Reason, ...] = ()  # why it is this much like the cover; on the group's own page
    kind: str = ""

    @property
    def has_raw_and_picture(self) -> bool:
        """Whether a part of the shot could go alone."""
        return len({part.format == stacks.RAW for part in self.photo.parts}) == 2


@dataclass(frozen=True, slots=True)
class GroupView:
    """An open group with the members that are still on the timeline."""

    group: SimilarGroup
    members: tuple[MemberView, ...]  # by time
    decision: Decision | None = None  # the standing one

    @property
    def id(self) -> int:
        return int(self.group.pk)

    @property
    def cover(self) -> MemberView:
        return next(member for member in self.members if member.is_cover)

    @property
    def others(self) -> tuple[MemberView, ...]:
        return tuple(member for member in self.members if not member.is_cover)

    @property
    def photo_count(self) -> int:
        return len(self.members)

    @property
    def lowest_percent(self) -> float:
        return min(self._percents, default=100.0)

    @property
    def highest_percent(self) -> float:
        return max(self._percents, default=100.0)

    @property
    def _percents(self) -> list[float]:
        """Those of pairs that were compared."""
        return [member.percent for member in self.others if member.percent >= 0]

    @property
    def span_seconds(self) -> float:
        if not self.members:
            return 0.0
        first, last = self.members[0].photo, self.members[-1].photo
        return (last.taken_at - first.taken_at).total_seconds()

    @property
    def cover_first(self) -> tuple[MemberView, ...]:
        """The order in which people look: the cover, then the others by time."""
        return (self.cover, *self.others) if self.members else ()

    @property
    def has_raw_and_picture(self) -> bool:
        """Whether some of its shots have a part that could go alone."""
        return any(member.has_raw_and_picture for member in self.members)

    @property
    def last_photo(self) -> Photo:
        return self.members[-1].photo

    @property
    def kept_first(self) -> tuple[MemberView, ...]:
        """What is suggested to stay, then what could go."""
        return tuple(sorted(self.members, key=lambda member: not member.is_suggested))

    @property
    def suggested_count(self) -> int:
        return sum(1 for member in self.members if member.is_suggested)

    @property
    def spare_count(self) -> int:
        return self.photo_count - self.suggested_count

    @property
    def spare_bytes(self) -> int:
        """What could go if only the suggested photos stayed."""
        return sum(member.photo.shot_bytes for member in self.members if not member.is_suggested)


@dataclass(frozen=True, slots=True)
class GroupPage:
    scan: Scan | None  # none before the first scan is done
    groups: list[GroupView]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Summary:
    """What is still open in a scan."""

    groups: int
    photos: int
    spare_bytes: int


@dataclass(frozen=True, slots=True)
class ScanProgress:
    """A scan, and how many of the groups it still has were decided."""

    scan: Scan
    groups: int
    decided: int


def progress_of(scans: Sequence[Scan]) -> list[ScanProgress]:
    """The scans in their order; two queries, however many they are."""
    there = SimilarGroup.objects.filter(scan__in=scans).order_by().values("scan")
    counts = dict(there.annotate(count=Count("pk")).values_list("scan", "count"))
    standing = Decision.objects.standing().filter(group__scan__in=scans).order_by()
    made = standing.values("group__scan").annotate(count=Count("group", distinct=True))
    decided = dict(made.values_list("group__scan", "count"))
    return [ScanProgress(scan, counts.get(scan.pk, 0), decided.get(scan.pk, 0)) for scan in scans]


def newest_scan(user: User) -> Scan | None:
    """The one whose groups are shown unless another is asked for."""
    return Scan.objects.owned_by(user).finished().select_related("job", "camera").first()


def open_groups(
    user: User,
    scan: Scan | None = None,
    *,
    sort: Sort = Sort.SPACE,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> GroupPage:
    """One page of the groups that wait for a decision, of the newest scan or of another."""
    return listed(user, scan, Wanted(sort=sort), cursor=cursor, size=size)


def listed(
    user: User,
    scan: Scan | None,
    wanted: Wanted,
    *,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> GroupPage:
    """One page of the groups that are wanted, of the newest scan or of another."""
    scan = scan or newest_scan(user)
    if scan is None or scan.owner_id != user.pk:
        return GroupPage(scan, [], None)
    rows = wanted.among(SimilarGroup.objects.filter(scan=scan))
    page = page_of(rows, order=wanted.order, cursor=cursor, size=size)
    for group in page.rows:
        group.scan = scan
    return GroupPage(scan, shown(page.rows), page.next_cursor)


def shown(rows: Sequence[SimilarGroup]) -> list[GroupView]:
    """Groups as the list shows them: open ones with what is left, decided ones as scanned."""
    decided = [row for row in rows if row.state == SimilarGroup.State.DECIDED]
    waiting = [row for row in rows if row.state == SimilarGroup.State.OPEN]
    open_ones = views_of(waiting, with_facts=False)
    views = {view.id: view for view in [*open_ones, *_as_scanned(decided)]}
    return [views[row.pk] for row in rows if row.pk in views]


def views_of(groups: Sequence[SimilarGroup], *, with_facts: bool = True) -> list[GroupView]:
    """The groups with their living members; those with fewer than two are left out.

    Without facts the photos are read as far as a list shows them: everything else costs a query
    for each.
    """
    members: dict[int, list[GroupMember]] = defaultdict(list)
    rows = GroupMember.objects.filter(group__in=groups).on_timeline()
    for row in _with_photos(rows, with_facts=with_facts):
        members[row.group_id].append(row)
    suggesting.renew(groups, members)
    chosen = chosen_covers.look_from_them(groups, members)
    orphans = {
        group.pk: members[group.pk]
        for group in groups
        if group.pk not in chosen
        and not any(row.photo_id == group.cover_id for row in members[group.pk])
    }
    covered_again = _around_new_covers(orphans, groups)
    views = (
        _view(
            group,
            *covered_again.get(group.pk, (chosen.get(group.pk, group.cover_id), members[group.pk])),
        )
        for group in groups
    )
    return [view for view in views if view.photo_count > 1]


def members(group: SimilarGroup) -> GroupView:
    """One group with the reasons of every percentage, decided or not."""
    decision = (
        Decision.objects.standing().filter(group=group).select_related("change", "made_by").first()
    )
    found = views_of([group]) if decision is None else _as_scanned([group])
    if not found:
        return GroupView(group, (), None)
    view = found[0]
    scores = scores_to(view.cover.photo.pk, [member.photo.pk for member in view.members])
    cover_id = view.cover.photo.pk
    explained = tuple(_explained(member, scores, cover_id) for member in view.members)
    return GroupView(group, explained, decision)


def summary(scan: Scan) -> Summary:
    """How many groups are open, with how many photos, and what could go."""
    tallies = group_tallies.of_scan(scan.pk)
    is_open = [tally for (_, state), tally in tallies.items() if state == SimilarGroup.State.OPEN]
    found = sum(is_open, Tally())
    return Summary(found.groups, found.photos, found.spare_bytes)


def _as_scanned(groups: Sequence[SimilarGroup]) -> list[GroupView]:
    """Decided groups with all their members, wherever they are now."""
    if not groups:
        return []
    members: dict[int, list[GroupMember]] = defaultdict(list)
    for row in _with_photos(GroupMember.objects.filter(group__in=groups), with_facts=True):
        members[row.group_id].append(row)
    chosen = chosen_covers.look_from_them(groups, members)
    return [
        _view(group, chosen.get(group.pk, group.cover_id), members[group.pk]) for group in groups
    ]


def _with_photos(rows: GroupMemberQuerySet, *, with_facts: bool) -> GroupMemberQuerySet:
    rows = rows.order_by("group", "position").defer(*_NEVER_SHOWN)
    if with_facts:
        rows = rows.select_related("photo__camera")
        return rows.prefetch_related(*parts_of_shots("photo__"))
    parts = parts_of_shots("photo__", with_companions=False)
    return rows.select_related("photo").defer(*_NEVER_SHOWN, *_FACTS).prefetch_related(*parts)


# What is stored as text that has to be parsed, and no page of a group shows.
_NEVER_SHOWN = ("photo__taken_candidates", "photo__taken_reasons", "photo__taken_by_hand")
_FACTS = ("photo__facts",)


def _view(group: SimilarGroup, cover_id: int, rows: Sequence[GroupMember]) -> GroupView:
    cover = next((row for row in rows if row.photo_id == cover_id), None)
    if cover is None:
        return GroupView(group, ())
    return GroupView(
        group,
        tuple(
            MemberView(
                photo=row.photo,
                percent=row.percent,
                is_cover=row is cover,
                is_suggested=row.suggested,
                reason=row.reason,
                seconds_after_cover=(row.photo.taken_at - cover.photo.taken_at).total_seconds(),
            )
            for row in rows
        ),
    )


def _around_new_covers(
    orphans: dict[int, list[GroupMember]], groups: Iterable[SimilarGroup]
) -> dict[int, tuple[int, list[GroupMember]]]:
    """Groups whose cover is gone, around the member that was most like it.

    Percentages become those to the new cover; members that do not pass the threshold to it
    are left out until the next scan.
    """
    thresholds = {group.pk: group.scan.chosen.threshold_percent for group in groups if orphans}
    covers = {key: max(rows, key=_likest) for key, rows in orphans.items() if rows}
    pairs = Q(pk__in=[])
    for key, cover in covers.items():
        pairs |= pairs_with(cover.photo_id, [row.photo_id for row in orphans[key]])
    percents = {
        (score.photo_a_id, score.photo_b_id): score.percent
        for score in (PairScore.objects.filter(pairs) if covers else ())
    }
    return {
        key: (cover.photo_id, _regrouped(orphans[key], cover, percents, thresholds[key]))
        for key, cover in covers.items()
    }


def _likest(member: GroupMember) -> tuple[bool, float, int]:
    return member.suggested, member.percent, -member.position


def _regrouped(
    rows: Iterable[GroupMember],
    cover: GroupMember,
    percents: dict[tuple[int, int], float],
    threshold: float,
) -> list[GroupMember]:
    kept = []
    for row in rows:
        a, b = sorted((row.photo_id, cover.photo_id))
        percent = 100.0 if row is cover else percents.get((a, b), -1.0)
        if percent >= threshold:
            row.percent = percent
            row.suggested = row.suggested or row is cover
            kept.append(row)
    if not cover.reason:
        cover.reason = "Suggested: most like the photo that left this group."
    return kept


def _explained(member: MemberView, scores: dict[int, PairScore], cover_id: int) -> MemberView:
    score = scores.get(member.photo.pk)
    if score is None:
        return member
    return MemberView(
        photo=member.photo,
        percent=member.percent,
        is_cover=member.is_cover,
        is_suggested=member.is_suggested,
        reason=member.reason,
        seconds_after_cover=member.seconds_after_cover,
        reasons=reasons_of(score, seen_from=cover_id),
        kind=kind_of(score),
    )


def scores_to(cover_id: int, photo_ids: Sequence[int]) -> dict[int, PairScore]:
    """The stored scores of a photo with others, by the other."""
    found = PairScore.objects.filter(pairs_with(cover_id, photo_ids))
    return {
        score.photo_b_id if score.photo_a_id == cover_id else score.photo_a_id: score
        for score in found
    }
