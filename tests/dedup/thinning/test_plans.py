"""Thinning the frames of a camera in the library: a plan first, then one undoable act."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from dedup.core.thinning import Fate, Keep, Rule
from dedup.models import Thinning
from dedup.thinning import plans
from gallery import bulk
from gallery.models import Camera, Photo, User
from gallery.work import runner
from tests.factories import NOON, make_camera, make_photo, make_stored_photo
from tests.pictures import scene, with_grain, with_thing


@pytest.fixture
def camera(alice: User) -> Camera:
    """Three still frames, one in which something stands, and two still ones."""
    found = make_camera(alice, "c21", prefix="c21")
    view = scene(5, (640, 480))
    there = with_thing(view, (300, 250, 380, 360))
    for at, picture in enumerate([view, view, view, there, view, view]):
        make_stored_photo(
            alice,
            with_grain(picture, at),
            camera=found,
            taken_at=NOON + dt.timedelta(minutes=5 * at),
            file_name=f"c21-{at}.png",
        )
    return found


def planned(camera: Camera, rule: Rule = Rule()) -> Thinning:  # noqa: B008
    thinning = plans.start(camera, rule, by=camera.owner)
    runner.drain(thinning.job, processes=0)
    return Thinning.objects.get(pk=thinning.pk)


def names(thinning: Thinning, fate: Fate) -> list[str]:
    frames = thinning.frames.filter(fate=fate).order_by("photo__taken_at")
    return list(frames.values_list("photo__file_name", flat=True))


def test_the_plan_touches_nothing_and_counts_what_would_go(camera: Camera) -> None:
    thinning = planned(camera)
    assert names(thinning, Fate.KEPT) == ["c21-0.png", "c21-3.png", "c21-4.png"]
    found = plans.summary(thinning)
    assert (found.frames, found.goes, found.kept, found.waiting) == (6, 3, 3, 0)
    assert found.bytes_going == sum(
        each.photo.size_bytes for each in thinning.frames.filter(fate=Fate.GOES)
    )
    assert Photo.objects.on_timeline().count() == 6


def test_the_last_of_a_stretch_can_stay_instead(camera: Camera) -> None:
    kept = names(planned(camera, Rule(Keep.LAST)), Fate.KEPT)
    assert kept == ["c21-2.png", "c21-3.png", "c21-5.png"]


@pytest.mark.parametrize("act", plans.ACTS)
def test_what_goes_goes_as_one_act_with_one_undo(camera: Camera, act: bulk.Act) -> None:
    thinning = planned(camera)
    job = runner.drain(plans.act(thinning, act, by=camera.owner), processes=0)
    assert bulk.counts(job) == {"done": 3}
    assert Photo.objects.on_timeline().count() == 3
    runner.drain(bulk.undo_later(job, by=camera.owner), processes=0)
    assert Photo.objects.on_timeline().count() == 6


def test_it_is_carried_out_once_until_that_is_undone(camera: Camera) -> None:
    thinning = planned(camera)
    job = runner.drain(plans.act(thinning, bulk.Act.ARCHIVE, by=camera.owner), processes=0)
    with pytest.raises(plans.CannotAct, match="carried out already"):
        plans.act(thinning, bulk.Act.TRASH, by=camera.owner)
    runner.drain(bulk.undo_later(job, by=camera.owner), processes=0)
    runner.drain(plans.act(thinning, bulk.Act.TRASH, by=camera.owner), processes=0)
    assert Photo.objects.in_trash().count() == 3


def test_a_plan_that_is_not_whole_is_not_carried_out(camera: Camera) -> None:
    thinning = plans.start(camera, Rule(), by=camera.owner)
    with pytest.raises(plans.CannotAct, match="Not every frame"):
        plans.act(thinning, bulk.Act.TRASH, by=camera.owner)


def test_a_frame_that_is_spared_stays(camera: Camera) -> None:
    thinning = planned(camera)
    frame = thinning.frames.filter(fate=Fate.GOES).earliest("place")
    assert plans.spare(thinning, frame.pk, spared=True)
    assert plans.summary(thinning).goes == 2
    runner.drain(plans.act(thinning, bulk.Act.TRASH, by=camera.owner), processes=0)
    assert Photo.objects.on_timeline().filter(pk=frame.photo_id).exists()


def test_frames_stay_whose_kept_one_has_gone_meanwhile(camera: Camera) -> None:
    thinning = planned(camera)
    Photo.objects.filter(file_name="c21-0.png").update(trashed_at=NOON)
    runner.drain(plans.act(thinning, bulk.Act.TRASH, by=camera.owner), processes=0)
    left = Photo.objects.on_timeline().values_list("file_name", flat=True)
    assert {"c21-1.png", "c21-2.png"} <= set(left)


def test_a_worker_goes_on_where_another_stopped(camera: Camera) -> None:
    whole = names(planned(camera), Fate.GOES)
    thinning = plans.start(camera, Rule(), by=camera.owner)
    first = planned(camera).frames.order_by("place")[:4]
    for frame in first:
        thinning.frames.filter(place=frame.place).update(
            fate=frame.fate, why=frame.why, reason=frame.reason, beside=frame.beside
        )
    runner.drain(thinning.job, processes=0)
    assert names(thinning, Fate.GOES) == whole


def test_a_frame_that_cannot_be_read_is_listed_and_stays(camera: Camera) -> None:
    make_photo(camera.owner, camera=camera, taken_at=NOON + dt.timedelta(minutes=7))
    thinning = planned(camera)
    (listed,) = plans.listed(thinning)
    assert "Not compared" in listed.reason
    assert plans.summary(thinning).listed == 1


def test_the_pages_lead_from_the_rule_to_the_act(alice_client: Client, camera: Camera) -> None:
    address = reverse("dedup:thin", args=[camera.pk])
    assert alice_client.get(address).status_code == 200
    begun = alice_client.post(address, {"keep": "first", "every_minutes": ""})
    thinning = Thinning.objects.get()
    assert begun["Location"] == thinning.get_absolute_url()
    assert "Nothing is touched" in alice_client.get(begun["Location"]).content.decode()
    runner.drain(thinning.job, processes=0)
    page = alice_client.get(begun["Location"]).content.decode()
    assert "Archive 3 frames" in page
    assert "style=" not in page
    act = reverse("dedup:act-on-thinning", args=[thinning.pk])
    assert "/jobs/" in alice_client.post(act, {"act": "archive"})["Location"]


def test_a_day_without_frames_is_told_and_a_wrong_form_too(
    alice_client: Client, camera: Camera
) -> None:
    address = reverse("dedup:thin", args=[camera.pk])
    empty = {"keep": "first", "first_day": "2001-01-01", "last_day": "2001-01-02"}
    assert "fewer than two frames" in alice_client.post(address, empty).content.decode()
    for wrong in ({"keep": "middle"}, {"keep": "first", "every_minutes": "0"}):
        assert alice_client.post(address, wrong).status_code == 422


@pytest.mark.parametrize("name", ["thinning", "thinning-progress"])
def test_a_stranger_finds_no_plan(bob_client: Client, camera: Camera, name: str) -> None:
    thinning = plans.start(camera, Rule(), by=camera.owner)
    assert bob_client.get(reverse(f"dedup:{name}", args=[thinning.pk])).status_code == 404
    assert bob_client.get(reverse("dedup:thin", args=[camera.pk])).status_code == 404
    act = reverse("dedup:act-on-thinning", args=[thinning.pk])
    assert bob_client.post(act, {"act": "trash"}).status_code == 404
