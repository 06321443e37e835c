"""Whatever people do, in whatever order: no photo is lost, undo is exact, decisions stick."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dedup import reopening, reviewing
from dedup.choices import Choice
from dedup.models import DecidedPair, Decision, GroupMember, Scan, SimilarGroup
from gallery import albums, changes
from gallery.models import Album, AlbumPhoto, Change, Photo, PhotoTag, Tag, User
from tests.dedup.library import assert_tallies_are_true, make_measured, options, scanned

pytestmark = pytest.mark.django_db

VIEWS, SHOTS = 2, 3
PHOTOS = VIEWS * SHOTS
THRESHOLDS = [60.0, 88.0]
WINDOWS = [2.0, 60.0]
# What a refusal may look like. Anything else is an error of ours.
REFUSALS = (reviewing.Refused, changes.WouldEmptyGroups, changes.CannotUndo)

Rows = dict[tuple[str, int], dict[str, Any]]


def rows_of(*models: type[Model]) -> Rows:
    """Every row of these tables, with every column."""
    return {
        (model.__name__, row["id"]): row
        for model in models
        for row in model._default_manager.order_by("pk").values()
    }


def everything() -> Rows:
    return rows_of(Photo, Album, AlbumPhoto, Tag, PhotoTag)


@dataclass
class Act:
    """One act that went through: its change, and the library before and after it."""

    change: Change
    before: Rows
    after: Rows

    @property
    def touched(self) -> set[tuple[tuple[str, int], str]]:
        """Rows and columns that differ."""
        keys = self.before.keys() | self.after.keys()
        return {
            (key, name)
            for key in keys
            for name in {**self.before.get(key, {}), **self.after.get(key, {})}
            if self.before.get(key, {}).get(name) != self.after.get(key, {}).get(name)
        }


@dataclass
class Library:
    """A small library, what its people did, and what must hold after each act."""

    owner: User
    helper: User  # staff: acts on the same photos from another window
    photos: list[Photo] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)

    def fill(self) -> None:
        for view, shot in itertools.product(range(VIEWS), range(SHOTS)):
            self.photos.append(make_measured(self.owner, view, after=100 * view + shot, shot=shot))
        self.album = albums.create(self.owner, "Holiday")
        scanned(self.owner)

    def do(self, act: Callable[[], Change | Decision | None]) -> None:
        """Act, and check what no act may ever break."""
        before, kept = everything(), survivors()
        try:
            with transaction.atomic():
                made = act()
        except REFUSALS:
            assert everything() == before
            return
        after = everything()
        change = made.change if isinstance(made, Decision) else made
        if change is not None and change.pk and not any(a.change == change for a in self.acts):
            self.acts.append(Act(change, before, after))
        assert {key for key in after if key[0] == "Photo"} == {
            key for key in before if key[0] == "Photo"
        }
        left = survivors()
        lost = {group for group, count in kept.items() if count and left.get(group) == 0}
        assert lost == set(), "a group lost its last photo"
        assert_tallies_are_true()

    def undo(self, place: int) -> None:
        """Undo an act, the newest or one of those before it."""
        if not self.acts:
            return
        act = self.acts[place % len(self.acts)]
        was_undone = Change.objects.get(pk=act.change.pk).is_undone
        before = everything()
        try:
            with transaction.atomic():
                changes.undo(act.change, by=self.owner)
        except changes.CannotUndo as refusal:
            assert refusal.reasons
            assert everything() == before
            return
        after = everything()
        assert_tallies_are_true()
        if was_undone:
            assert after == before
            return
        touched = {part for part in act.touched if part[1] != "id"}
        for key, name in touched:
            wanted = act.before.get(key, {}).get(name)
            assert after.get(key, {}).get(name) == wanted, (key, name)
        others = Act(act.change, before, after).touched - act.touched
        assert {part for part in others if part[1] != "id"} == set(), "undo touched something else"

    def scan(self, window: float, threshold: float) -> Scan:
        before = everything()
        scan = scanned(self.owner, options(window, threshold_percent=threshold))
        assert everything() == before
        assert offered_again(scan) == []
        assert_tallies_are_true()
        return scan


def survivors() -> dict[int, int]:
    """How many photos outside the trash each group has whose photos belong together."""
    left: dict[int, int] = {}
    apart = Decision.objects.standing().filter(kind="not_similar", group__isnull=False)
    members = GroupMember.objects.together().exclude(group__in=apart.values("group"))
    for group, trashed_at in members.values_list("group", "photo__trashed_at"):
        left[group] = left.get(group, 0) + (trashed_at is None)
    return left


def offered_again(scan: Scan) -> list[tuple[str, str]]:
    """Pairs that somebody decided, and that a group of this scan holds all the same."""
    decided = set(DecidedPair.objects.standing().values_list("checksum_a", "checksum_b"))
    found = []
    for group in scan.groups.all():
        names = sorted(group.members.values_list("photo__checksum", flat=True))
        found += [pair for pair in itertools.combinations(names, 2) if pair in decided]
    return found


def chosen(numbers: Iterable[int]) -> Any:
    return Photo.objects.filter(pk__in=list(numbers))


def group_at(place: int) -> SimilarGroup | None:
    groups = list(SimilarGroup.objects.order_by("pk"))
    return groups[place % len(groups)] if groups else None


def decision_at(place: int) -> Decision | None:
    decisions = list(Decision.objects.order_by("pk"))
    return decisions[place % len(decisions)] if decisions else None


STATES = st.lists(st.sampled_from(["keep", "archive", "trash"]), min_size=PHOTOS, max_size=PHOTOS)
SOME = st.sets(st.integers(0, PHOTOS - 1), min_size=1, max_size=PHOTOS)
PLACE = st.integers(0, 5)
STEPS = st.one_of(
    st.tuples(st.just("decide"), PLACE, STATES),
    st.tuples(st.just("accept"), PLACE),
    st.tuples(st.just("keep_all"), PLACE),
    st.tuples(st.just("not_similar"), PLACE, st.sets(st.integers(0, SHOTS - 1), max_size=SHOTS)),
    st.tuples(st.sampled_from(["archive", "unarchive", "trash", "restore"]), SOME),
    st.tuples(st.just("favourite"), SOME, st.booleans()),
    st.tuples(st.sampled_from(["put_in", "take_out"]), SOME),
    st.tuples(st.just("part"), st.sets(st.integers(0, PHOTOS - 1), min_size=2, max_size=2)),
    st.tuples(st.just("review_again"), PLACE),
    st.tuples(st.just("undo"), st.integers(-4, 3)),
    st.tuples(st.just("scan"), st.sampled_from(WINDOWS), st.sampled_from(THRESHOLDS)),
)


def perform(library: Library, step: tuple[Any, ...], by: User) -> None:
    name, *rest = step
    if name == "undo":
        library.undo(rest[0])
    elif name == "scan":
        library.scan(*rest)
    elif name == "part":
        first, second = (library.photos[at] for at in sorted(rest[0]))
        library.do(lambda: reopening.part(first, second, by=by))
    elif name == "review_again":
        if decision := decision_at(rest[0]):
            library.do(lambda: reopening.review_again(decision, by=by))
    elif name in {"decide", "accept", "keep_all", "not_similar"}:
        if group := group_at(rest[0]):
            library.do(lambda: decide(library, name, group, rest[1:], by))
    else:
        library.do(lambda: act_on(library, name, rest, by))


def decide(library: Library, name: str, group: SimilarGroup, rest: list[Any], by: User) -> Decision:
    if name == "accept":
        return reviewing.accept_suggestion(group, by)
    if name == "keep_all":
        return reviewing.keep_all(group, by)
    members = list(group.members.order_by("position").values_list("photo", flat=True))
    if name == "not_similar":
        return reviewing.not_similar(group, by, [members[at % len(members)] for at in rest[0]])
    states = dict(zip(members, rest[0], strict=False))
    of = {
        state: frozenset(pk for pk, wanted in states.items() if wanted == state)
        for state in ("keep", "archive", "trash")
    }
    choice = Choice(of["keep"], of["archive"], of["trash"])
    return reviewing.make(group, choice, by=by)


def act_on(library: Library, name: str, rest: list[Any], by: User) -> Change:
    photos = chosen(library.photos[at].pk for at in rest[0])
    if name == "favourite":
        return changes.favourite(photos, by=by, on=rest[1])
    if name in {"put_in", "take_out"}:
        act = albums.put_in if name == "put_in" else albums.take_out
        return act(photos, library.album, by=by)
    act_on_photos = {
        "archive": changes.archive,
        "unarchive": changes.unarchive,
        "trash": changes.trash,
        "restore": changes.restore,
    }[name]
    return act_on_photos(photos, by=by)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(st.tuples(STEPS, st.booleans()), max_size=10))
def test_no_photo_is_lost_undo_is_exact_and_decisions_stick(
    alice: User, admin_user: User, steps: list[tuple[tuple[Any, ...], bool]]
) -> None:
    with transaction.atomic():
        library = Library(alice, admin_user)
        library.fill()
        for step, by_owner in steps:
            perform(library, step, alice if by_owner else admin_user)
        for place in range(len(library.acts) - 1, -1, -1):
            library.undo(place)
        library.scan(60, 88)
        transaction.set_rollback(True)
