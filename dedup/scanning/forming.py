"""The last stage of a scan: stored scores to groups, with the photo to keep and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.utils import timezone

from dedup import apart, group_states
from dedup.apart import Originals
from dedup.core import grouping
from dedup.core.keepers import Ranking
from dedup.core.series import SeriesSet
from dedup.core.values import Flags, Group, Options, Shot
from dedup.measuring import unmeasured
from dedup.models import (
    GroupTally,
    KeeperRules,
    MeasureFailure,
    Scan,
    ScanPairs,
    SimilarGroup,
)
from dedup.neighbours import NO_CAMERA, Shots, all_shots, doubtful, precise
from dedup.scanning import covers, frames, sets
from dedup.scanning.group_rows import Found, GroupRows, rows_of, write_groups
from dedup.scanning.remembering import remembered
from dedup.scanning.scored import ScoredPairs, scored_pairs
from dedup.shot_facts import facts_of
from gallery.models import Camera
from gallery.work.claims import Claim, extend, finish

# Newer scans leave so many older ones their groups; of the others only the numbers stay.
SCANS_WITH_GROUPS = 5


class _DecidedMeanwhile(Exception):
    """A person decided while the groups were computed: they have to be computed again."""


def form_groups(claim: Claim, scan: Scan) -> None:
    """Group what passes the threshold and is not decided, and write it in one transaction."""
    known_at = timezone.now()
    shots = all_shots(scan)
    scored = scored_pairs(scan, shots)
    extend(claim)
    for last_try in (False, False, True):
        decided = apart.decided_pairs(scan.owner_id)
        found = _found(claim, scan, shots, scored, decided)
        rows = rows_of(scan, found)
        extend(claim)
        kept = remembered(scan, shots, scored, found, decided)
        extend(claim)
        write = _Write(scan, shots, rows, decided, kept, known_at)
        try:
            finish(claim, write.all)
            return
        except _DecidedMeanwhile:
            if last_try:
                raise


@dataclass(frozen=True, slots=True)
class _Write:
    """What a scan writes at its end."""

    scan: Scan
    shots: Shots
    rows: list[GroupRows]
    decided: frozenset[Originals]
    remembered: bytes | None
    known_at: dt.datetime

    def all(self) -> None:
        if apart.decided_pairs(self.scan.owner_id) != self.decided:
            raise _DecidedMeanwhile
        write_groups(self.scan, self.rows)
        covers.take_over(self.scan)
        group_states.refresh_scan(self.scan)
        _write_counts(self.scan, self.shots)
        ScanPairs.objects.filter(scan=self.scan).delete()
        if self.remembered is not None:
            ScanPairs.objects.create(scan=self.scan, known_at=self.known_at, data=self.remembered)
        _forget_old_groups(self.scan)


def _found(
    claim: Claim, scan: Scan, shots: Shots, scored: ScoredPairs, decided: frozenset[Originals]
) -> Found:
    options = scan.chosen
    is_decided = _are_decided(decided, scored, scan)
    pairs = scored.where(~is_decided & (scored.percent >= options.threshold_percent))
    parted = scored.where(is_decided)
    # Of all that have a score: a lower threshold may be looked at without another scan.
    facts = facts_of(np.unique(np.append(scored.a, scored.b)).tolist())
    core_shots = _core_shots(shots)
    rules = KeeperRules.of(scan.owner)
    ranking = Ranking(facts.values(), rules.preferences)
    groups = _grouped(core_shots, pairs, parted, options, ranking.photo_ids)
    series = _sets(groups, core_shots, pairs, scored)
    if series:
        # A photo of a set is in no group of duplicates; the others are grouped without it.
        in_sets = [photo_id for found, _ in series for photo_id in found.photo_ids]
        left = pairs.where(~(np.isin(pairs.a, in_sets) | np.isin(pairs.b, in_sets)))
        others = _grouped(core_shots, left, parted, options, ranking.photo_ids)
        groups = [*others, *(group for _, group in series)]
    extend(claim)
    cameras = {shot.photo_id: shot.camera_id for shot in core_shots}
    return Found(
        groups,
        sets={group.cover: found for found, group in series},
        stays=frames.worth_keeping(groups, cameras, lambda: extend(claim)),
        shots={shot.photo_id: shot for shot in core_shots},
        facts=facts,
        ranking=ranking,
        rules=rules,
        copies=pairs.copies(),
        at_one_moment=pairs.at_one_moment(shots).both(),
        fixed_cameras=frames.fixed_cameras(),
        camera_names=dict(Camera.objects.filter(owner=scan.owner_id).values_list("pk", "name")),
    )


def _grouped(
    shots: list[Shot],
    pairs: ScoredPairs,
    parted: ScoredPairs,
    options: Options,
    rank: Sequence[int],
) -> list[Group]:
    """Groups of the pairs; the two of a parted pair are never in one of them."""
    percent = np.append(pairs.percent, np.full(len(parted.a), grouping.APART, np.float32))
    left, right = np.append(pairs.a, parted.a), np.append(pairs.b, parted.b)
    return grouping.group(shots, left, right, percent, options, rank=rank)


def _sets(
    groups: list[Group], shots: list[Shot], pairs: ScoredPairs, scored: ScoredPairs
) -> list[tuple[SeriesSet, Group]]:
    by_id = {shot.photo_id: shot for shot in shots}
    found = list(sets.among(groups, by_id, scored))
    if not found:
        return []
    both = zip(pairs.a.tolist(), pairs.b.tolist(), strict=True)
    percents = dict(zip(both, pairs.percent.tolist(), strict=True))
    as_groups = ((each, sets.as_group(each, percents)) for each in found)
    return [(each, group) for each, group in as_groups if group is not None]


def _are_decided(decided: frozenset[Originals], pairs: ScoredPairs, scan: Scan) -> Flags:
    if not decided:
        return np.zeros(len(pairs.a), dtype=bool)
    ids = np.unique(np.append(pairs.a, pairs.b))
    out = apart.as_photos(scan.owner_id, decided, ids)
    return apart.is_among(pairs.a, pairs.b, out, ids)


def _core_shots(shots: Shots) -> list[Shot]:
    columns = (shots.ids.tolist(), shots.taken_us.tolist(), shots.camera_ids.tolist())
    return [
        Shot(photo_id, taken_us, None if camera == NO_CAMERA else camera, precise=True)
        for photo_id, taken_us, camera in zip(*columns, strict=True)
    ]


def _write_counts(scan: Scan, shots: Shots) -> None:
    photos = scan.photos()
    held_out = doubtful(photos).count()
    failed = MeasureFailure.objects.filter(photo__in=precise(photos).values("pk"))
    Scan.objects.filter(pk=scan.pk).update(
        photo_count=len(shots),
        imprecise_count=photos.count() - len(shots) - held_out,
        doubtful_count=held_out,
        unmeasured_count=failed.count() + unmeasured(precise(photos)).count(),
        group_count=scan.groups.count(),
    )


def _forget_old_groups(scan: Scan) -> None:
    """Decisions outlive the groups they were made in.

    Groups stay of the newest scans, and of the newest one of each name.
    """
    done = Scan.objects.filter(owner=scan.owner_id).finished().exclude(pk=scan.pk)
    rows = done.order_by("-started_at", "-pk").values_list("pk", "name")
    kept = scans_with_groups([(scan.pk, scan.name), *rows])
    SimilarGroup.objects.filter(scan__owner=scan.owner_id).exclude(scan__in=kept).delete()
    GroupTally.objects.filter(scan__owner=scan.owner_id).exclude(scan__in=kept).delete()
    ScanPairs.objects.filter(scan__owner=scan.owner_id).exclude(scan__in=kept).delete()


def scans_with_groups(newest_first: Sequence[tuple[int, str]]) -> list[int]:
    """Which of these scans (id, name) keep their groups."""
    named: dict[str, int] = {}
    for scan_id, name in newest_first:
        if name:
            named.setdefault(name, scan_id)
    return [*(scan_id for scan_id, _ in newest_first[:SCANS_WITH_GROUPS]), *named.values()]
