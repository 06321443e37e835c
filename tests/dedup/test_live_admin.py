"""Rules for new frames in the admin: listed by state, paused and ended by the handful."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dedup.admin import live as live_admin
from dedup.core.thinning import Rule
from dedup.models import LiveRule
from dedup.thinning import live
from gallery.models import User
from tests.conftest import signed_in
from tests.dedup.thinning.live_frames import add_frames, switched_on
from tests.factories import NOON, make_camera

pytestmark = pytest.mark.django_db

LIST = "admin:dedup_liverule_changelist"


@pytest.fixture
def staff(db: None) -> Client:
    return signed_in(User.objects.create_superuser("root", "root@example.org", "a long password"))


@pytest.fixture
def rules(alice: User) -> list[LiveRule]:
    cameras = [make_camera(alice, name, prefix=name) for name in ("c21", "c22")]
    return [switched_on(camera) for camera in cameras]


def act(staff: Client, action: str, rules: list[LiveRule]) -> str:
    posted = {"action": action, "_selected_action": [rule.pk for rule in rules]}
    answer: Any = staff.post(reverse(LIST), posted, follow=True)
    return str(answer.content.decode())


def test_rules_are_paused_go_on_and_are_switched_off(staff: Client, rules: list[LiveRule]) -> None:
    add_frames(rules[0].camera, "...")
    (run,) = live.begin(rules[0])
    assert "2 done" in act(staff, "pause", rules)
    run.job.refresh_from_db()
    assert run.job.is_paused
    assert "2 done" in act(staff, "resume", rules)
    assert "2 done" in act(staff, "switch_off", rules)
    run.job.refresh_from_db()
    assert run.job.status == "cancelled"
    assert "0 done; 2 were not switched on" in act(staff, "pause", rules)


def test_the_list_is_filtered_by_state(staff: Client, rules: list[LiveRule]) -> None:
    live.pause(rules[1], by=rules[1].camera.owner)
    draft = live.draft(rules[0].camera, live.Wanted(Rule(), NOON.date()), by=rules[0].camera.owner)
    for state, found in (("on", [rules[0]]), ("paused", [rules[1]]), ("draft", [draft])):
        page = staff.get(reverse(LIST), {"state": state})
        assert list(page.context["cl"].result_list) == found


def test_too_many_at_once_are_refused(
    staff: Client, rules: list[LiveRule], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_admin, "MOST_AT_ONCE", 1)
    assert "at most 1 rules" in act(staff, "switch_off", rules)
    assert LiveRule.objects.in_force().count() == 2
