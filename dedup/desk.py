"""One group as its page lays it out: around the cover that was chosen, between its neighbours.

Reads only. What is stored of a group stays as the scan left it, whatever cover is looked from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dedup.comparison import CannotCompare, PhotoPair
from dedup.core.values import Reason
from dedup.group_filters import Shown, Wanted, count_before, neighbours
from dedup.groups import GroupView, MemberView, scores_to, shown
from dedup.models import Decision, PhotoFeatures, Scan, SimilarGroup
from dedup.pairs import KIND_WORDS, kind_of, reasons_of
from gallery.models import Photo, User
from gallery.templatetags.difference_tags import Measured, albums_of

# More photos than this are answered in ranges, on a page of small pictures.
MOST_ONE_BY_ONE = 50
# Pairs without a stored score that are compared while somebody waits; about 30 ms each.
MOST_COMPARED_NOW = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Where a group lies in the list of its scan, decided groups counted too."""

    number: int  # from 1
    total: int
    decided: int

    @property
    def percent_done(self) -> int:
        """Rounded down: all is done only when it is."""
        return 100 * self.decided // self.total if self.total else 100


@dataclass(frozen=True, slots=True)
class Extras:
    """What the page says of photos beyond their own row, by photo."""

    albums: dict[int, list[str]]
    measured: Measured


def around(view: GroupView, cover_id: int) -> GroupView:
    """The group seen from another of its photos: every percentage is the one to that photo.

    Stored scores are read; a few missing ones are computed. Where there is none the member has no
    percentage, which a page calls "not compared".
    """
    cover = next((member for member in view.members if member.photo.pk == cover_id), None)
    if cover is None or (cover.is_cover and all(member.percent >= 0 for member in view.members)):
        return view
    stored = scores_to(cover_id, [member.photo.pk for member in view.members])
    known: dict[int, _Found] = {
        photo_id: (score.percent, reasons_of(score, seen_from=cover_id), kind_of(score))
        for photo_id, score in stored.items()
    }
    missing = [m.photo for m in view.members if m.photo.pk != cover_id and m.photo.pk not in known]
    known |= _compared_now(cover.photo, missing)
    return replace(view, members=tuple(_seen_from(cover, member, known) for member in view.members))


def place_of(group: SimilarGroup, wanted: Wanted) -> Place:
    """Among the groups of its list, decided ones too. Counted in indexes, so that it is quick."""
    both = replace(wanted, shown=Shown.BOTH)
    tallies = both.tallies(group.scan_id)
    waiting, decided = (
        sum(
            tally.groups
            for (kind, found), tally in tallies.items()
            if found == state and wanted.kind in ("", kind)
        )
        for state in (SimilarGroup.State.OPEN, SimilarGroup.State.DECIDED)
    )
    return Place(count_before(group, both) + 1, waiting + decided, decided)


def beside_in_list(group: SimilarGroup, wanted: Wanted, way: str, *, count: int) -> list[GroupView]:
    """Groups in the order of the list: "earlier" ones, "later" ones, or those around."""
    if way == "later":
        return shown(neighbours(group, wanted, count=count))
    if way == "earlier":
        return shown(neighbours(group, wanted, earlier=True, count=count)[::-1])
    before = neighbours(group, wanted, earlier=True, count=count // 3)[::-1]
    return shown([*before, group, *neighbours(group, wanted, count=count)])


def extras_of(view: GroupView) -> Extras:
    ids = [member.photo.pk for member in view.members]
    return Extras(albums_of(ids), measured_of(ids))


def measured_of(photo_ids: Sequence[int]) -> Measured:
    """How sharp each is and how much of it is lost in black or white, where that was measured."""
    rows = list(
        PhotoFeatures.objects.filter(photo__in=photo_ids).values_list(
            "photo", "sharpness", "clipping"
        )
    )
    return {
        "Sharpness": {photo_id: f"{100 * sharpness:.0f} of 100" for photo_id, sharpness, _ in rows},
        "Without detail": {photo_id: f"{clipping:.0%}" for photo_id, _, clipping in rows},
    }


def last_decision(scan: Scan, by: User) -> Decision | None:
    """The standing decision that a person made last in a scan: what "undo" means there."""
    mine = Decision.objects.standing().filter(made_by=by, group__scan=scan)
    return mine.order_by("-pk").first()


_Found = tuple[float, tuple[Reason, ...], str]


def _compared_now(cover: Photo, others: Sequence[Photo]) -> dict[int, _Found]:
    found: dict[int, _Found] = {}
    for other in others[:MOST_COMPARED_NOW]:
        try:
            compared = PhotoPair(cover, other).compared()
        except CannotCompare:
            continue
        found[other.pk] = (compared.percent, compared.reasons, KIND_WORDS[compared.kind])
    return found


def _seen_from(cover: MemberView, member: MemberView, known: dict[int, _Found]) -> MemberView:
    is_cover = member is cover
    nothing: _Found = (-1.0, (), "")
    percent, reasons, kind = (100.0, (), "") if is_cover else known.get(member.photo.pk, nothing)
    return replace(
        member,
        percent=percent,
        reasons=reasons,
        kind=kind,
        is_cover=is_cover,
        seconds_after_cover=(member.photo.taken_at - cover.photo.taken_at).total_seconds(),
    )
