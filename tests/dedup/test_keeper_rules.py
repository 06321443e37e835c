"""The rules of the owner, and what they do to suggestions that are there already."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dedup import groups, reviewing, suggesting
from dedup.core.keepers import USUAL_ORDER, Rule
from dedup.models import GroupMember, KeeperRules, SimilarGroup
from gallery import albums, changes
from gallery.models import Photo, User
from gallery.work import runner
from tests.dedup.library import contents, make_measured, scanned

pytestmark = pytest.mark.django_db


@pytest.fixture
def photos(alice: User) -> list[Photo]:
    """Three shots of one view: the second is the largest picture, the third the largest file."""
    return [
        make_measured(
            alice,
            1,
            after=shot,
            shot=shot,
            width=4000 if shot == 1 else 2000,
            size_bytes=9_000_000 if shot == 2 else 3_000_000,
            file_name=f"IMG_000{shot}.jpg",
        )
        for shot in range(3)
    ]


@pytest.fixture
def group(alice: User, photos: list[Photo]) -> SimilarGroup:
    return scanned(alice).groups.get()


def _rules(client: Client, *first: Rule, off: tuple[Rule, ...] = (), **more: Any) -> None:
    order = [*first, *(rule for rule in USUAL_ORDER if rule not in first)]
    sent = {
        "rule": [rule.value for rule in order],
        "on": [rule.value for rule in order if rule not in off],
        "age": "oldest",
        "folders": "",
        "merge": "keeper",
    }
    assert client.post(reverse("dedup:save-rules"), sent | more).status_code == 302


def _suggested(user: User) -> dict[int, str]:
    """What the pages suggest, with the reason."""
    return {
        member.photo.pk: member.reason
        for view in groups.open_groups(user).groups
        for member in view.members
        if member.is_suggested
    }


def test_the_first_rule_that_decides_is_said(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    reason = "Suggested: the largest picture, 4000×300 against 2000×300."  # noqa: RUF001
    assert _suggested(alice) == {photos[1].pk: reason}


def test_another_order_moves_the_suggestion_at_once_and_leaves_the_cover(
    alice: User, alice_client: Client, group: SimilarGroup, photos: list[Photo]
) -> None:
    percents = list(group.members.values_list("photo", "percent"))
    _rules(alice_client, Rule.SIZE)
    reason = "Suggested: the largest file, 9.0 MB against 3.0 MB."
    assert _suggested(alice) == {photos[2].pk: reason}
    stored = GroupMember.objects.get(group=group, suggested=True)
    assert (stored.photo_id, stored.reason) == (photos[2].pk, reason)
    group.refresh_from_db()
    assert group.cover == photos[1]
    assert list(group.members.values_list("photo", "percent")) == percents
    assert group.spare_bytes == 6_000_000
    assert groups.summary(group.scan).spare_bytes == 6_000_000


def test_pages_are_right_before_the_job_has_written_anything(
    alice: User, group: SimilarGroup, photos: list[Photo]
) -> None:
    KeeperRules.objects.create(owner=alice, order=["size"], version=1)
    assert list(_suggested(alice)) == [photos[2].pk]
    assert GroupMember.objects.get(suggested=True).photo == photos[1], (
        "nothing is written by a read"
    )
    reviewing.accept_suggestion(group, alice)
    assert Photo.objects.on_timeline().get() == photos[2]


def test_many_groups_are_written_by_a_job(
    alice: User, group: SimilarGroup, photos: list[Photo], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggesting, "GROUPS_AT_ONCE", 0)
    KeeperRules.objects.create(owner=alice, order=["size"], version=1)
    job = suggesting.start(alice)
    assert job is not None
    runner.drain(job, processes=0)
    assert GroupMember.objects.get(suggested=True).photo == photos[2]
    before = contents(group.scan)
    suggesting.write([group.pk])
    assert contents(group.scan) == before, "doing it again changes nothing"
    assert suggesting.start(alice) is None, "none is left"


def test_a_finished_decision_is_not_touched(
    alice: User, alice_client: Client, group: SimilarGroup, photos: list[Photo]
) -> None:
    decision = reviewing.accept_suggestion(group, alice)
    before = contents(group.scan)
    _rules(alice_client, Rule.SIZE)
    assert contents(group.scan) == before
    assert Photo.objects.on_timeline().get() == photos[1]
    reviewing.undo(decision, alice)
    assert list(_suggested(alice)) == [photos[2].pk], "once undone it is open, by the rules of now"


def test_only_a_photo_that_all_others_are_alike_to_is_suggested(
    alice: User, alice_client: Client, group: SimilarGroup, photos: list[Photo]
) -> None:
    from dedup.models import PairScore

    apart = PairScore.objects.filter(photo_a=photos[0], photo_b=photos[2])
    assert apart.update(percent=10.0) == 1
    _rules(alice_client, Rule.SIZE)
    assert _suggested(alice) == {photos[1].pk: suggesting.ALL_ARE_ALIKE_TO_IT}


def test_a_group_whose_suggested_photo_left_suggests_another(
    alice: User, alice_client: Client, group: SimilarGroup, photos: list[Photo]
) -> None:
    _rules(alice_client, Rule.SIZE)
    changes.trash(Photo.objects.filter(pk=photos[2].pk), by=alice)
    assert list(_suggested(alice)) == [photos[1].pk]


def test_a_rule_can_be_switched_off_and_the_usual_rules_come_back(
    alice: User, alice_client: Client, group: SimilarGroup, photos: list[Photo]
) -> None:
    albums.put_in(Photo.objects.filter(pk=photos[0].pk), albums.create(alice, "Paris"), by=alice)
    _rules(alice_client)
    assert _suggested(alice) == {photos[0].pk: "Suggested: it is in an album."}
    _rules(alice_client, off=(Rule.ALBUM,))
    assert list(_suggested(alice)) == [photos[1].pk]
    alice_client.post(reverse("dedup:save-rules"), {"usual": "1"})
    assert KeeperRules.of(alice).are_usual
    assert list(_suggested(alice)) == [photos[0].pk]


def test_a_new_scan_makes_covers_by_the_rules(
    alice: User, alice_client: Client, group: SimilarGroup, photos: list[Photo]
) -> None:
    _rules(alice_client, Rule.SIZE)
    again = scanned(alice).groups.get()
    assert again.cover == photos[2]
    assert again.rules_version == KeeperRules.of(alice).version


def test_the_name_and_the_editor_tell_an_edited_photo(alice: User) -> None:
    from dedup.shot_facts import facts_of

    plain = make_measured(alice, 1, file_name="IMG_1.jpg", facts={"software": "16.5.1"})
    takeout = make_measured(alice, 1, file_name="IMG_1-edited.jpg")
    copied = make_measured(alice, 1, file_name="IMG_1 (1).jpg", facts={"software": "GIMP 2.10"})
    found = facts_of([plain.pk, takeout.pk, copied.pk])
    assert [found[each.pk].edited for each in (plain, takeout, copied)] == [False, True, True]
    assert [found[each.pk].plain_name for each in (plain, takeout, copied)] == [True, False, False]


def test_the_page_lists_the_rules_in_their_order(alice: User, alice_client: Client) -> None:
    _rules(alice_client, Rule.SHARPNESS, move="sharpness down", folders="Sorted\n/Sorted/\n\nBest/")
    shown = alice_client.get(reverse("dedup:keeper-rules")).content.decode()
    assert shown.index("A favourite") < shown.index("The sharper one") < shown.index("More stars")
    assert KeeperRules.of(alice).folders == ["Sorted", "Best"]
    assert "Back to the usual rules" in shown


def test_nonsense_is_refused_or_left_out(alice: User, alice_client: Client) -> None:
    sent = {"rule": ["nonsense", "size"], "on": ["x"], "age": "yesterday", "merge": "keeper"}
    assert alice_client.post(reverse("dedup:save-rules"), sent).status_code == 422
    sent |= {"age": "newest", "move": "size sideways"}
    assert alice_client.post(reverse("dedup:save-rules"), sent).status_code == 302
    rules = KeeperRules.of(alice)
    assert rules.newest
    assert set(rules.in_order) == set(USUAL_ORDER)


def test_a_stranger_s_camera_cannot_be_preferred(
    alice: User, bob: User, alice_client: Client
) -> None:
    from tests.factories import make_camera

    sent = {"rule": ["size"], "age": "oldest", "merge": "all", "cameras": [make_camera(bob).pk]}
    assert alice_client.post(reverse("dedup:save-rules"), sent).status_code == 422
