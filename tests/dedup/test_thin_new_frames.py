"""The command that thins new frames by the rules of their cameras."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from dedup.models import Thinning
from dedup.thinning import live
from gallery.models import Camera, Change, Job, User
from gallery.work import runner
from tests.dedup.thinning.live_frames import add_frames, left, switched_on
from tests.factories import make_camera

pytestmark = pytest.mark.django_db


@pytest.fixture
def camera(alice: User, monkeypatch: pytest.MonkeyPatch) -> Camera:
    drain = runner.drain
    # In this process: another one would not see the rows of a test that is not committed.
    monkeypatch.setattr(runner, "drain", lambda job: drain(job, processes=0))
    return make_camera(alice, "c21", prefix="c21")


def told(*arguments: str) -> str:
    out = StringIO()
    call_command("thin_new_frames", *arguments, stdout=out)
    return out.getvalue()


def test_it_thins_what_has_settled_and_then_finds_nothing_more(camera: Camera) -> None:
    add_frames(camera, "..c..")
    add_frames(camera, "..", day=1)
    switched_on(camera)
    text = told()
    assert "c21 (alice):" in text
    assert "2024-05-17: 2 archived" in text and "2024-05-18: 1 archived" in text
    assert left(camera) == "0-0 0-2 0-3 1-0"
    assert "No new frames have settled" in told("--camera", "C21")


def test_a_dry_run_counts_and_leaves_nothing_behind(camera: Camera) -> None:
    add_frames(camera, "..c..")
    rule = switched_on(camera)
    before = Thinning.objects.count(), Job.objects.count()
    assert "2024-05-17: 2 would go" in told("--dry-run")
    assert (Thinning.objects.count(), Job.objects.count()) == before
    assert not Change.objects.exists()
    assert live.state_of(rule).waiting == 5


def test_a_paused_rule_and_a_camera_without_one_are_said(camera: Camera) -> None:
    add_frames(camera, "...")
    rule = switched_on(camera)
    live.pause(rule, by=camera.owner)
    assert "The rule is paused" in told("--owner", "alice")
    with pytest.raises(CommandError, match="switched on"):
        told("--camera", "c99")
