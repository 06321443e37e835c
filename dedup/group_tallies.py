"""How many groups of each kind and state a scan has, stored: tabs of each page need not count.

A count of 100,000 groups takes longer than all else on a page. Who changes the state, the count or
the space of groups does it inside ``following``; a scan counts its new groups itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TypeAlias

from django.db import transaction
from django.db.models import Count, F, Sum

from dedup.models import GroupTally, Scan, SimilarGroup
from dedup.models.group import SimilarGroupQuerySet
from gallery.core.batches import batches

KindAndState: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Tally:
    groups: int = 0
    photos: int = 0  # that are left in them
    spare_bytes: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.groups + other.groups,
            self.photos + other.photos,
            self.spare_bytes + other.spare_bytes,
        )


Tallies: TypeAlias = Mapping[KindAndState, Tally]


def of_scan(scan_id: int) -> Tallies:
    """All groups of the scan, by kind and state, as stored."""
    rows = GroupTally.objects.filter(scan=scan_id)
    found = rows.values_list("kind", "state", "groups", "photos", "spare_bytes")
    return {(kind, state): Tally(*numbers) for kind, state, *numbers in found}


def counted(groups: SimilarGroupQuerySet) -> Tallies:
    """The same of any groups, counted now: as dear as there are groups."""
    rows = groups.counted().values_list("kind", "state")
    found = rows.annotate(Count("pk"), Sum("left_count"), Sum("spare_bytes"))
    return {(kind, state): Tally(*numbers) for kind, state, *numbers in found}


def count_anew(scan: Scan) -> None:
    """Of a scan whose groups were just made."""
    with transaction.atomic():
        GroupTally.objects.filter(scan=scan).delete()
        GroupTally.objects.bulk_create(
            GroupTally(scan=scan, kind=kind, state=state, **asdict(tally))
            for (kind, state), tally in counted(scan.groups.all()).items()
        )


@contextmanager
def following(group_ids: Sequence[int]) -> Iterator[None]:
    """Store what the groups become inside. They are held until the end of the transaction."""
    with transaction.atomic():
        before = _numbers(group_ids)
        yield
        _store(before, _numbers(group_ids))


_Key: TypeAlias = tuple[int, str, str]  # scan, kind, state
_Numbers: TypeAlias = tuple[Counter[_Key], Counter[_Key], Counter[_Key]]


def _numbers(group_ids: Sequence[int]) -> _Numbers:
    """Groups, photos and bytes. Held, because a second writer between two looks would be lost."""
    groups: Counter[_Key] = Counter()
    photos: Counter[_Key] = Counter()
    spare: Counter[_Key] = Counter()
    for some in batches(sorted(group_ids)):
        held = SimilarGroup.objects.filter(pk__in=some).select_for_update(of=("self",))
        rows = held.order_by("pk").values_list("scan", "kind", "state", "left_count", "spare_bytes")
        for scan_id, kind, state, left, size in rows:
            key = scan_id, kind, state
            groups[key] += 1
            photos[key] += left
            spare[key] += size
    return groups, photos, spare


def _store(before: _Numbers, after: _Numbers) -> None:
    for counts, earlier in zip(after, before, strict=True):
        counts.subtract(earlier)
    groups, photos, spare = after
    # In one order, so that two writers wait for each other only one way.
    for key in sorted(groups.keys() | photos.keys()):
        _add(key, Tally(groups[key], photos[key], spare[key]))


def _add(key: _Key, change: Tally) -> None:
    if change == Tally():
        return
    scan_id, kind, state = key
    rows = GroupTally.objects.filter(scan=scan_id, kind=kind, state=state)
    numbers = asdict(change)
    if not rows.update(**{name: F(name) + number for name, number in numbers.items()}):
        GroupTally.objects.create(scan_id=scan_id, kind=kind, state=state, **numbers)
