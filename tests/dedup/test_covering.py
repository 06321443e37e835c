"""Another cover: what every page says of the group from then on, and the way back."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from dedup import chosen_covers, covering, groups, reviewing
from dedup.models import ChosenCover, Decision, PairScore, SimilarGroup
from dedup.scanning.forming import SCANS_WITH_GROUPS
from gallery import changes
from gallery.models import Photo, User
from tests.dedup.library import make_measured, scanned

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(alice: User) -> SimilarGroup:
    for shot in range(3):
        make_measured(alice, 1, after=shot, shot=shot)
    return scanned(alice).groups.get()


def other_than(cover_id: int, group: SimilarGroup) -> Photo:
    return Photo.objects.filter(memberships__group=group).exclude(pk=cover_id).latest("pk")


def seen(group: SimilarGroup) -> tuple[int, dict[int, float], set[int]]:
    """Cover, percentages and suggestions, as lists and pages show them."""
    (view,) = groups.views_of([SimilarGroup.objects.select_related("scan").get(pk=group.pk)])
    percents = {member.photo.pk: member.percent for member in view.members}
    return view.cover.photo.pk, percents, {m.photo.pk for m in view.members if m.is_suggested}


def score(one: int, other: int) -> float:
    return PairScore.objects.get(photo_a=min(one, other), photo_b=max(one, other)).percent


def test_the_group_is_seen_from_the_chosen_cover(alice: User, group: SimilarGroup) -> None:
    chosen = other_than(group.cover_id, group)
    covering.choose_cover(group, chosen.pk, by=alice)
    cover, percents, suggested = seen(group)
    assert cover == chosen.pk
    assert percents == {pk: 100.0 if pk == chosen.pk else score(chosen.pk, pk) for pk in percents}
    assert suggested == {chosen.pk}
    row = SimilarGroup.objects.get(pk=group.pk)
    assert row.lowest_percent == min(percents.values())


def test_undo_brings_back_exactly_what_was_seen_before(alice: User, group: SimilarGroup) -> None:
    before = seen(group)
    stored = SimilarGroup.objects.values().get(pk=group.pk)
    first, second = (
        covering.choose_cover(group, pk, by=alice) for pk in before[1] if pk != before[0]
    )
    assert first is not None
    assert second is not None
    reviewing.undo(second, alice)
    assert seen(group)[0] == ChosenCover.objects.get(decision=first).photo_id
    changes.undo(first.change, by=alice)
    assert seen(group) == before
    assert SimilarGroup.objects.values().get(pk=group.pk) == stored


def test_what_is_not_known_to_be_alike_to_the_chosen_cover_stays(
    alice: User, group: SimilarGroup
) -> None:
    chosen = other_than(group.cover_id, group)
    unknown = other_than(chosen.pk, group)
    PairScore.objects.filter(
        photo_a=min(chosen.pk, unknown.pk), photo_b=max(chosen.pk, unknown.pk)
    ).delete()
    covering.choose_cover(group, chosen.pk, by=alice)
    _, percents, suggested = seen(group)
    assert percents[unknown.pk] == chosen_covers.NOT_COMPARED
    assert suggested == {chosen.pk, unknown.pk}
    reviewing.accept_suggestion(group, alice)
    unknown.refresh_from_db()
    assert unknown.state == "timeline"


def test_a_chosen_cover_that_goes_to_the_trash_gives_way_and_comes_back(
    alice: User, group: SimilarGroup
) -> None:
    chosen = other_than(group.cover_id, group)
    covering.choose_cover(group, chosen.pk, by=alice)
    change = changes.trash(Photo.objects.filter(pk=chosen.pk), by=alice)
    assert seen(group)[0] == group.cover_id
    changes.undo(change, by=alice)
    assert seen(group)[0] == chosen.pk


def test_only_an_open_group_takes_one_of_its_own_photos(
    alice: User, bob: User, group: SimilarGroup
) -> None:
    stranger = make_measured(bob, 9)
    with pytest.raises(reviewing.Refused, match="not in this group"):
        covering.choose_cover(group, stranger.pk, by=alice)
    assert covering.choose_cover(group, group.cover_id, by=alice) is None
    reviewing.keep_all(group, alice)
    with pytest.raises(reviewing.Refused, match="settled"):
        covering.choose_cover(group, other_than(group.cover_id, group).pk, by=alice)


def test_the_page_and_the_list_show_it_and_one_undo_takes_it_back(
    alice_client: Client, bob_client: Client, group: SimilarGroup
) -> None:
    chosen = other_than(group.cover_id, group)
    address = reverse("dedup:cover", args=[group.pk])
    assert bob_client.post(address, {"photo": chosen.pk}).status_code == 404
    answer = alice_client.post(
        address, {"photo": chosen.pk}, headers={"Accept": "application/json"}
    )
    page = alice_client.get(group.get_absolute_url()).content.decode()
    assert f'name="cover" value="{chosen.pk}"' in page
    listed = alice_client.get(reverse("dedup:groups")).content.decode()
    assert listed.index(f"/{chosen.pk}/grid") < listed.index(f"/{group.cover_id}/grid")
    alice_client.post(answer.json()["undo"])
    page = alice_client.get(group.get_absolute_url()).content.decode()
    assert f'name="cover" value="{group.cover_id}"' in page


def test_the_next_scan_takes_the_choice_over_and_its_undo_lets_go(
    alice: User, group: SimilarGroup
) -> None:
    one, chosen = Photo.objects.filter(memberships__group=group).exclude(pk=group.cover_id)
    first = covering.choose_cover(group, one.pk, by=alice)
    last = covering.choose_cover(group, chosen.pk, by=alice)
    assert first is not None
    assert last is not None
    again = scanned(alice).groups.get()
    assert again.cover_id == group.cover_id
    assert seen(again) == seen(group)
    assert seen(again)[0] == chosen.pk
    reviewing.undo(last, alice)
    assert seen(again) == seen(group)
    assert seen(again)[0] != chosen.pk
    reviewing.undo(first, alice)
    assert seen(again) == seen(group)
    assert seen(again)[0] == group.cover_id


def test_a_cover_that_some_member_does_not_pass_the_threshold_to_is_not_taken_over(
    alice: User, group: SimilarGroup
) -> None:
    chosen = other_than(group.cover_id, group)
    (third,) = group.members.exclude(photo__in=[chosen.pk, group.cover_id])
    covering.choose_cover(group, chosen.pk, by=alice)
    pair = PairScore.objects.filter(
        photo_a=min(chosen.pk, third.photo_id), photo_b=max(chosen.pk, third.photo_id)
    )
    pair.update(percent=group.scan.chosen.threshold_percent - 1)
    again = scanned(alice).groups.get()
    cover, percents, _ = seen(again)
    assert cover == group.cover_id
    assert len(percents) == 3
    assert min(percents.values()) >= again.scan.chosen.threshold_percent
    pair.update(percent=group.scan.chosen.threshold_percent)
    assert seen(scanned(alice).groups.get())[0] == chosen.pk


def test_a_choice_outlives_its_group_and_its_photo(alice: User, group: SimilarGroup) -> None:
    chosen = other_than(group.cover_id, group)
    covering.choose_cover(group, chosen.pk, by=alice)
    changes.trash(Photo.objects.filter(pk=chosen.pk), by=alice)
    changes.delete_forever(Photo.objects.filter(pk=chosen.pk), by=alice)
    for _ in range(SCANS_WITH_GROUPS):
        scanned(alice)
    assert not SimilarGroup.objects.filter(pk=group.pk).exists()
    imported_again = make_measured(alice, 1, after=2, shot=2, checksum=chosen.checksum)
    assert seen(scanned(alice).groups.get())[0] == imported_again.pk


def test_choices_of_older_installations_are_known_by_content(
    alice: User, group: SimilarGroup
) -> None:
    chosen = other_than(group.cover_id, group)
    decision = covering.choose_cover(group, chosen.pk, by=alice)
    Decision.objects.update(cover_checksum="")
    import_module("dedup.migrations.0019_covers_by_content").tell_contents(apps, None)
    assert Decision.objects.get() == decision
    assert Decision.objects.get().cover_checksum == chosen.checksum


def test_one_cover_of_the_groups_of_two_scans_comes_back_in_both(
    alice: User, group: SimilarGroup
) -> None:
    chosen = other_than(group.cover_id, group)
    covering.choose_cover(group, chosen.pk, by=alice)
    fourth = make_measured(alice, 1, after=3, shot=3)
    again = scanned(alice).groups.get()
    # The larger group first: what is known of it must not give way to the smaller one's.
    views = groups.views_of(list(SimilarGroup.objects.select_related("scan").order_by("-pk")))
    assert [view.group for view in views] == [again, group]
    for view in views:
        assert view.cover.photo == chosen
        assert view.lowest_percent == min(
            score(chosen.pk, member.photo.pk) for member in view.others
        )
    assert fourth in [member.photo for member in views[0].members]
