"""What stands around a list of groups: tabs with counts, how far it is, where a person stopped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils import timezone

from dedup.group_filters import Shown, Wanted, neighbours
from dedup.group_tallies import Tallies, Tally
from dedup.models import Decision, ReviewPlace, Scan, SimilarGroup
from gallery.models import Album, Camera, User

State = SimilarGroup.State
Kind = SimilarGroup.Kind

TITLES = {
    Kind.EXACT: "Exact copies",
    Kind.SAME_PICTURE: "Same picture",
    Kind.BURST: "Bursts",
    Kind.SCENE: "Scenes",
    Kind.SET: "Sets to keep",
}
HINTS = {
    Kind.EXACT: "The same pixels or bytes, more than once.",
    Kind.SAME_PICTURE: "One shot, also resized, saved again, turned or mirrored.",
    Kind.BURST: "Taken by hand, one quickly after the other.",
    Kind.SCENE: "Frames of a fixed camera, or one scene over a longer time.",
    Kind.SET: "Exposure series, panoramas and focus series: made to be kept whole.",
}
FOLDERS_OFFERED = 300


@dataclass(frozen=True, slots=True)
class Tab:
    kind: str
    title: str
    hint: str
    open: int  # groups that wait for a decision
    decided: int
    photos: int  # of the open ones
    spare_bytes: int
    shown: int  # groups on this tab with the filters that are set

    @property
    def all(self) -> int:
        return self.open + self.decided

    @property
    def percent_done(self) -> int:
        """Rounded down: 100 says that nothing waits."""
        return 100 * self.decided // self.all if self.all else 0


@dataclass(frozen=True, slots=True)
class Resume:
    """Where a person goes on: the open group after the one that was settled last."""

    group: SimilarGroup
    wanted: Wanted
    number: int  # of all groups on its tab: one more than are decided
    tab: Tab


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be filtered by in this scan."""

    cameras: list[Camera]
    albums: list[Album]
    folders: list[str]


def tabs(scan: Scan, wanted: Wanted) -> list[Tab]:
    """One for each kind, in the order in which people settle them. Each group is on one of them."""
    tallies = wanted.tallies(scan.pk)
    return [_tab(kind, wanted.shown, tallies) for kind in Kind]


def first_tab(found: Iterable[Tab]) -> str:
    """The tab to begin with: the first that shows a group."""
    return next((tab.kind for tab in found if tab.shown), Kind.EXACT.value)


def remember(user: User, scan: Scan, wanted: Wanted) -> None:
    """Keep the filters and the order a person reviews a scan in. Writes only what differs."""
    query = wanted.query()[: ReviewPlace.LONGEST]
    here = ReviewPlace.objects.filter(user=user, scan=scan).first()
    if here is None or here.query != query:
        ReviewPlace.objects.update_or_create(
            user=user, scan=scan, defaults={"query": query, "seen_at": timezone.now()}
        )


def resume(user: User, scan: Scan) -> Resume | None:
    """None before a person has decided a group of the scan, and once nothing waits."""
    last = Decision.objects.filter(made_by=user, group__scan=scan, change__undone_at=None)
    decision = last.select_related("group").order_by("-pk").first()
    if decision is None or decision.group is None:
        return None
    place = ReviewPlace.objects.filter(user=user, scan=scan).first()
    wanted = Wanted.from_text(place.query if place else "")
    wanted = replace(wanted, kind=decision.group.kind, shown=Shown.OPEN)
    following = neighbours(decision.group, wanted)
    rows = wanted.among(SimilarGroup.objects.filter(scan=scan)).order_by(*wanted.order)
    group = following[0] if following else rows.first()
    if group is None:
        return None
    tab = next(tab for tab in tabs(scan, wanted) if tab.kind == wanted.kind)
    return Resume(group, wanted, tab.decided + 1, tab)


def choices(scan: Scan) -> Choices:
    groups = scan.groups.order_by()
    cameras = Camera.objects.filter(pk__in=groups.exclude(camera=None).values("camera"))
    folders = groups.exclude(folder="").values_list("folder", flat=True).distinct()
    return Choices(
        list(cameras.order_by("name", "pk")),
        list(Album.objects.owned_by(scan.owner).there().order_by("title", "pk")),
        sorted(folders[:FOLDERS_OFFERED]),
    )


def _tab(kind: Kind, shown: Shown, tallies: Tallies) -> Tab:
    waiting = tallies.get((kind, State.OPEN), Tally())
    decided = tallies.get((kind, State.DECIDED), Tally()).groups
    numbers = {Shown.OPEN: waiting.groups, Shown.DECIDED: decided}
    return Tab(
        kind=kind.value,
        title=TITLES[kind],
        hint=HINTS[kind],
        open=waiting.groups,
        decided=decided,
        photos=waiting.photos,
        spare_bytes=waiting.spare_bytes,
        shown=numbers.get(shown, sum(numbers.values())),
    )
