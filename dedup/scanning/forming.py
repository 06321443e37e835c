"""The last stage of a scan: stored scores to groups, with the photo to keep and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Q

from dedup.core import grouping, keepers
from dedup.core.series import SeriesSet
from dedup.core.values import Codes, Floats, Group, Indices, Kind, Options, Shot
from dedup.measuring import SCORE_VERSION, unmeasured
from dedup.models import DecidedPair, MeasureFailure, PairScore, Scan, SimilarGroup
from dedup.neighbours import NO_CAMERA, Shots, all_shots, doubtful, precise
from dedup.scanning import frames, sets
from dedup.scanning.group_rows import Found, GroupRows, rows_of, write_groups
from dedup.scanning.shot_facts import facts_of, shown_of_stacks
from gallery.core.batches import batches
from gallery.models import Photo
from gallery.work.claims import Claim, extend, finish

# Newer scans leave so many older ones their groups; of the others only the numbers stay.
SCANS_WITH_GROUPS = 5


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Scored pairs of the shots of a scan, by photo id."""

    a: Indices
    b: Indices
    percent: Floats
    kind: Codes  # values of Kind

    def where(self, chosen: np.ndarray) -> _Pairs:
        return _Pairs(self.a[chosen], self.b[chosen], self.percent[chosen], self.kind[chosen])

    def copies(self) -> frozenset[tuple[int, int]]:
        """Those that the engine calls one picture."""
        same = self.where(self.kind <= Kind.SAME_PICTURE)
        return frozenset(zip(same.a.tolist(), same.b.tolist(), strict=True))


class _DecidedMeanwhile(Exception):
    """A person decided while the groups were computed: they have to be computed again."""


def form_groups(claim: Claim, scan: Scan) -> None:
    """Group what passes the threshold and is not decided, and write it in one transaction."""
    shots = all_shots(scan)
    for last_try in (False, False, True):
        decided = _decided(scan)
        rows = rows_of(scan, _found(claim, scan, shots, decided))
        extend(claim)
        try:
            finish(claim, lambda: _write_all(scan, shots, rows, decided))  # noqa: B023 - called at once
            return
        except _DecidedMeanwhile:
            if last_try:
                raise


def _write_all(
    scan: Scan, shots: Shots, rows: list[GroupRows], decided: frozenset[tuple[str, str]]
) -> None:
    if _decided(scan) != decided:
        raise _DecidedMeanwhile
    write_groups(scan, rows)
    _write_counts(scan, shots)
    _forget_old_groups(scan)


def _found(claim: Claim, scan: Scan, shots: Shots, decided: frozenset[tuple[str, str]]) -> Found:
    options = scan.chosen
    pairs = _without(decided, _scored_pairs(scan, shots, options), scan)
    involved = np.unique(np.append(pairs.a, pairs.b))
    facts = facts_of(involved.tolist())
    core_shots = _core_shots(shots)
    rank = keepers.rank(list(facts.values()))
    groups = _grouped(core_shots, pairs, options, rank)
    series = _sets(groups, core_shots, pairs)
    if series:
        # A photo of a set is in no group of duplicates; the others are grouped without it.
        apart = [photo_id for found, _ in series for photo_id in found.photo_ids]
        left = pairs.where(~(np.isin(pairs.a, apart) | np.isin(pairs.b, apart)))
        groups = [*_grouped(core_shots, left, options, rank), *(group for _, group in series)]
    extend(claim)
    cameras = {shot.photo_id: shot.camera_id for shot in core_shots}
    return Found(
        groups,
        sets={group.cover: found for found, group in series},
        stays=frames.worth_keeping(groups, cameras, lambda: extend(claim)),
        shots={shot.photo_id: shot for shot in core_shots},
        facts=facts,
        copies=pairs.copies(),
        fixed_cameras=frames.fixed_cameras(),
    )


def _grouped(
    shots: list[Shot], pairs: _Pairs, options: Options, rank: Sequence[int]
) -> list[Group]:
    return grouping.group(shots, pairs.a, pairs.b, pairs.percent, options, rank=rank)


def _sets(groups: list[Group], shots: list[Shot], pairs: _Pairs) -> list[tuple[SeriesSet, Group]]:
    by_id = {shot.photo_id: shot for shot in shots}
    found = list(sets.among(groups, by_id))
    if not found:
        return []
    both = zip(pairs.a.tolist(), pairs.b.tolist(), strict=True)
    percents = dict(zip(both, pairs.percent.tolist(), strict=True))
    as_groups = ((each, sets.as_group(each, percents)) for each in found)
    return [(each, group) for each, group in as_groups if group is not None]


def _scored_pairs(scan: Scan, shots: Shots, options: Options) -> _Pairs:
    rows = list(
        PairScore.objects.filter(
            version=SCORE_VERSION,
            percent__gte=options.threshold_percent,
            photo_a__owner=scan.owner_id,
        ).values_list("photo_a", "photo_b", "percent", "kind")
    )
    pairs = _Pairs(
        np.fromiter((row[0] for row in rows), np.int64, len(rows)),
        np.fromiter((row[1] for row in rows), np.int64, len(rows)),
        np.fromiter((row[2] for row in rows), np.float32, len(rows)),
        np.fromiter((row[3] for row in rows), np.uint8, len(rows)),
    )
    return pairs.where(np.isin(pairs.a, shots.ids) & np.isin(pairs.b, shots.ids))


def _decided(scan: Scan) -> frozenset[tuple[str, str]]:
    """Originals, two by two, that the owner does not want to be offered together again."""
    pairs = DecidedPair.objects.standing().filter(owner=scan.owner_id)
    return frozenset(pairs.values_list("checksum_a", "checksum_b"))


def _without(decided: frozenset[tuple[str, str]], pairs: _Pairs, scan: Scan) -> _Pairs:
    if not decided:
        return pairs
    originals = sorted({checksum for pair in decided for checksum in pair})
    shown = shown_of_stacks(np.unique(np.append(pairs.a, pairs.b)).tolist())
    ids = {
        # What was decided of one part of a shot holds for the part that is shown now.
        checksum: shown.get(stack_id, photo_id)
        for some in batches(originals)
        for checksum, photo_id, stack_id in Photo.objects.filter(
            owner=scan.owner_id, checksum__in=some
        ).values_list("checksum", "pk", "stack")
    }
    out = {
        (min(ids[one], ids[other]), max(ids[one], ids[other]))
        for one, other in decided
        if one in ids and other in ids
    }
    both = zip(pairs.a.tolist(), pairs.b.tolist(), strict=True)
    return pairs.where(np.array([pair not in out for pair in both], dtype=bool))


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
    """Decisions outlive the groups they were made in."""
    old = Scan.objects.filter(owner=scan.owner_id).finished().order_by("-started_at", "-pk")
    kept = list(old.values_list("pk", flat=True)[: SCANS_WITH_GROUPS - 1])
    SimilarGroup.objects.filter(scan__owner=scan.owner_id).exclude(
        Q(scan__in=kept) | Q(scan=scan)
    ).delete()
