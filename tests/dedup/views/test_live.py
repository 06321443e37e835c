"""The pages of a live rule: off at first, shown before it is switched on, paused and off again."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from dedup.models import LiveRule
from dedup.thinning import live
from gallery.models import Camera, Photo, User
from gallery.work import runner
from tests.dedup.thinning.live_frames import add_frames, left, run_all, switched_on
from tests.factories import make_camera

pytestmark = pytest.mark.django_db

CHOSEN = {
    "keep": "first",
    "every_minutes": "",
    "act": "archive",
    "when": "day",
    "settle_minutes": "60",
    "first_day": "2024-05-17",
}


@pytest.fixture
def camera(alice: User) -> Camera:
    return make_camera(alice, "c21", prefix="c21")


def address(camera: Camera) -> str:
    return reverse("dedup:live", args=[camera.pk])


def page(client: Client, camera: Camera) -> str:
    return client.get(address(camera)).content.decode()


def test_it_is_off_at_first_and_the_thinning_page_says_so(
    alice_client: Client, camera: Camera
) -> None:
    assert "New frames all stay" in page(alice_client, camera)
    assert "archived: kept" in page(alice_client, camera)
    thin = alice_client.get(reverse("dedup:thin", args=[camera.pk])).content.decode()
    assert address(camera) in thin


def test_a_rule_is_shown_before_it_is_switched_on(alice_client: Client, camera: Camera) -> None:
    add_frames(camera, "..c..")
    shown = alice_client.post(address(camera), CHOSEN)["Location"]
    rule = LiveRule.objects.get()
    assert rule.preview is not None and shown == rule.preview.get_absolute_url()
    assert "Thin new frames by this rule" not in alice_client.get(shown).content.decode()
    runner.drain(rule.preview.job, processes=0)
    text = alice_client.get(shown).content.decode()
    assert '<span class="tally__number">2</span><span class="tally__label">go,' in text
    assert "Thin new frames by this rule" in text and "Move it to trash" not in text
    assert "once its day is over" in text
    assert live.rule_of(camera) is None
    assert left(camera) == "0-0 0-1 0-2 0-3 0-4"

    answer = alice_client.post(reverse("dedup:live-on", args=[rule.pk]), follow=True)
    assert "wait" in answer.content.decode()
    runner.drain(rule.runs.get().job, processes=0)
    assert left(camera) == "0-0 0-2 0-3"


def test_what_is_kept_in_the_preview_stays(alice_client: Client, camera: Camera) -> None:
    frames = add_frames(camera, "...")
    alice_client.post(address(camera), CHOSEN)
    rule = LiveRule.objects.get()
    assert rule.preview is not None
    runner.drain(rule.preview.job, processes=0)
    frame = rule.preview.frames.get(photo=frames[1])
    spare = reverse("dedup:spare-frame", args=[rule.preview.pk, frame.pk])
    alice_client.post(spare, {"spared": "yes"})
    alice_client.post(reverse("dedup:live-on", args=[rule.pk]))
    runner.drain(rule.runs.get().job, processes=0)
    assert left(camera) == "0-0 0-1"


def test_a_camera_without_frames_gets_its_rule_at_once(
    alice_client: Client, camera: Camera
) -> None:
    answer = alice_client.post(address(camera), CHOSEN, follow=True)
    assert "There are no frames yet" in answer.content.decode()
    assert live.rule_of(camera) is not None


def test_pause_go_on_look_now_and_off(alice_client: Client, camera: Camera) -> None:
    add_frames(camera, "...")
    rule = switched_on(camera)
    assert "3 frames wait to be asked about" in page(alice_client, camera)
    for name, said in (
        ("live-pause", "Paused. New frames wait."),
        ("live-resume", "Going on."),
        ("live-begin", "No new frames have settled yet."),
        ("live-off", "Switched off."),
    ):
        answer = alice_client.post(reverse(f"dedup:{name}", args=[rule.pk]), follow=True)
        assert said in answer.content.decode()
    assert "New frames all stay" in page(alice_client, camera)


def test_what_it_did_leads_to_the_digest_of_the_day(alice_client: Client, camera: Camera) -> None:
    add_frames(camera, "...")
    run_all(switched_on(camera))
    assert reverse("dedup:digest", args=[camera.pk, "2024-05-17"]) in page(alice_client, camera)


def test_a_run_cannot_be_carried_out_or_changed_by_hand(
    alice_client: Client, camera: Camera
) -> None:
    add_frames(camera, "...")
    (run,) = run_all(switched_on(camera))
    text = alice_client.get(run.get_absolute_url()).content.decode()
    assert "Its rule carries it out by itself" in text and "Keep it" not in text
    frame = run.frames.filter(fate="goes").first()
    assert frame is not None
    spare = reverse("dedup:spare-frame", args=[run.pk, frame.pk])
    assert alice_client.post(spare, {"spared": "yes"}).status_code == 404
    alice_client.post(reverse("dedup:act-on-thinning", args=[run.pk]), {"act": "trash"})
    assert not Photo.objects.in_trash().exists()


@pytest.mark.parametrize(
    "wrong", [{"settle_minutes": "-1"}, {"every_minutes": "0"}, {"act": "burn"}, {"first_day": ""}]
)
def test_a_wrong_form_is_shown_again(
    alice_client: Client, camera: Camera, wrong: dict[str, str]
) -> None:
    assert alice_client.post(address(camera), CHOSEN | wrong).status_code == 422
    assert not LiveRule.objects.exists()


@pytest.mark.parametrize("name", ["on", "off", "pause", "resume", "begin"])
def test_a_stranger_finds_no_rule(bob_client: Client, camera: Camera, name: str) -> None:
    rule = switched_on(camera)
    assert bob_client.post(reverse(f"dedup:live-{name}", args=[rule.pk])).status_code == 404
    assert bob_client.get(address(camera)).status_code == 404
