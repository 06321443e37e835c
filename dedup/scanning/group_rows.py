"""Groups as rows: what is written about each group and each of its photos."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from dedup.core.group_kinds import GroupedShot, GroupKind, kind_of
from dedup.core.keepers import KeeperFacts, Ranking
from dedup.core.series import SeriesSet
from dedup.core.values import Group, Shot
from dedup.models import KeeperRules, Scan, SimilarGroup
from dedup.neighbours import moment
from dedup.scanning.storing import store_members

MemberRow: TypeAlias = tuple[int, float, int, bool, str]
GroupRows: TypeAlias = tuple[SimilarGroup, list[MemberRow]]

ROWS_PER_STATEMENT = 500
REASON_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Found:
    """Groups of photo ids, and what is written about their photos."""

    groups: list[Group]
    sets: dict[int, SeriesSet]  # by the cover of their group
    stays: dict[int, str]  # beside the cover: photos that should stay as well, and why
    shots: dict[int, Shot]
    facts: dict[int, KeeperFacts]
    ranking: Ranking  # of the photos of the facts
    rules: KeeperRules  # by which the cover of each was chosen
    copies: frozenset[tuple[int, int]]  # pairs the engine calls one picture, smaller id first
    at_one_moment: frozenset[tuple[int, int]]  # others with one time in which nothing moved
    fixed_cameras: frozenset[int]
    camera_names: dict[int | None, str]


def rows_of(scan: Scan, found: Found) -> list[GroupRows]:
    return [
        (_group_row(scan, found, group), list(_members(found, group))) for group in found.groups
    ]


def write_groups(scan: Scan, rows: list[GroupRows]) -> None:
    scan.groups.all().delete()
    groups = SimilarGroup.objects.bulk_create(
        [group for group, _ in rows], batch_size=ROWS_PER_STATEMENT
    )
    store_members(
        [
            (group.pk, *member)
            for group, (_, members) in zip(groups, rows, strict=True)
            for member in members
        ]
    )


def _group_row(scan: Scan, found: Found, group: Group) -> SimilarGroup:
    times = [found.shots[photo_id].taken_us for photo_id in _photo_ids(group)]
    series, cover = found.sets.get(group.cover), found.facts[group.cover]
    return SimilarGroup(
        scan=scan,
        kind=GroupKind.SET if series else _kind(found, group),
        label=series.kind.value if series else "",
        cover_id=group.cover,
        camera_id=cover.camera_id,
        camera_name=found.camera_names.get(cover.camera_id, ""),
        folder=cover.folder,
        rules_version=found.rules.version,
        photo_count=len(times),
        left_count=len(times),
        first_taken_at=moment(min(times)),
        last_taken_at=moment(max(times)),
        lowest_percent=_shown(group.lowest),
        highest_percent=_shown(group.highest),
        spare_count=0 if series else len(_could_go(found, group)),
        spare_bytes=0 if series else _spare_bytes(found, group),
    )


def _kind(found: Found, group: Group) -> GroupKind:
    cover, *others = (_grouped_shot(found, group.cover, each) for each in _photo_ids(group))
    return kind_of(cover, others, lowest=group.lowest)


def _grouped_shot(found: Found, cover_id: int, photo_id: int) -> GroupedShot:
    shot, facts = found.shots[photo_id], found.facts[photo_id]
    pair = min(cover_id, photo_id), max(cover_id, photo_id)
    cover = found.facts[cover_id]
    # Saved again much smaller, even the engine sees no more than the same frame.
    is_resized = pair in found.at_one_moment and facts.width != cover.width
    return GroupedShot(
        taken_us=shot.taken_us,
        camera_id=shot.camera_id,
        is_fixed_camera=shot.camera_id in found.fixed_cameras,
        pixels=facts.width * facts.height,
        is_copy=photo_id == cover_id or pair in found.copies or is_resized,
    )


def _could_go(found: Found, group: Group) -> list[int]:
    return [each.photo_id for each in group.members if each.photo_id not in found.stays]


def _spare_bytes(found: Found, group: Group) -> int:
    return sum(found.facts[photo_id].size_bytes for photo_id in _could_go(found, group))


def _members(found: Found, group: Group) -> Iterator[MemberRow]:
    """By time: photo, percent to the cover, position, whether it is suggested, and why."""
    percents = {member.photo_id: _shown(member.percent) for member in group.members}
    series = found.sets.get(group.cover)
    reason = (series.sentence if series else _why(found, group))[:REASON_LENGTH]
    by_time = sorted(
        _photo_ids(group), key=lambda photo_id: (found.shots[photo_id].taken_us, photo_id)
    )
    for position, photo_id in enumerate(by_time):
        if photo_id == group.cover:
            yield photo_id, 100.0, position, True, reason
        else:
            # Of a set every photo is suggested to stay.
            stays = series is not None or photo_id in found.stays
            why = found.stays.get(photo_id, "")[:REASON_LENGTH]
            yield photo_id, percents[photo_id], position, stays, why


def _why(found: Found, group: Group) -> str:
    """Why the cover is the photo to keep: the first reason in words."""
    return found.ranking.choose(_photo_ids(group)).reasons[0]


def _photo_ids(group: Group) -> list[int]:
    return [group.cover, *(member.photo_id for member in group.members)]


def _shown(percent: float) -> float:
    return round(percent, 2)
