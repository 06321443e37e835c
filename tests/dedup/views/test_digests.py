"""The digest of a day: what came, stayed and went, what changed, silences, and the undo."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dedup.core.thinning import Fate
from dedup.models import LiveRule
from dedup.thinning import digests
from gallery import changes
from gallery.models import Camera, Change, ImportedFile, ImportRun, Outcome, Photo, User
from gallery.work import jobs
from tests.dedup.thinning.live_frames import MINUTES, add_frames, left, run_all, switched_on
from tests.factories import NOON, make_camera, make_photo

pytestmark = pytest.mark.django_db

DAY = "2024-05-17"


@pytest.fixture
def camera(alice: User) -> Camera:
    return make_camera(alice, "c21", prefix="c21")


def address(camera: Camera, day: str = DAY) -> str:
    return reverse("dedup:digest", args=[camera.pk, day])


def page(client: Client, camera: Camera, day: str = DAY) -> str:
    return client.get(address(camera, day)).content.decode()


def tally(text: str) -> dict[str, int]:
    found = re.findall(r'tally__number">([\d,]+)</span><span class="tally__label">(\w+)', text)
    return {label: int(number.replace(",", "")) for number, label in found}


def test_it_counts_what_came_stayed_and_went(alice_client: Client, camera: Camera) -> None:
    add_frames(camera, "..c..")
    run_all(switched_on(camera))
    text = page(alice_client, camera)
    assert tally(text) == {"came": 5, "on": 3, "archived": 2, "changes": 2}
    assert "2 frames archived" in text
    assert "style=" not in text


def test_every_change_is_shown_with_its_boxes_beside_what_it_was_compared_with(
    alice_client: Client, camera: Camera
) -> None:
    frames = add_frames(camera, "..c..")
    run_all(switched_on(camera))
    text = page(alice_client, camera)
    assert reverse("dedup:compare", args=[frames[0].pk, frames[2].pk]) in text
    assert "<rect" in text


def test_the_thinning_of_the_day_is_undone_from_the_digest(
    alice_client: Client, camera: Camera
) -> None:
    add_frames(camera, "...")
    run_all(switched_on(camera))
    undo = reverse("gallery:undo", args=[Change.objects.get().pk])
    assert undo in page(alice_client, camera)
    answer = alice_client.post(undo, {"next": address(camera)}, follow=True)
    text = answer.content.decode()
    assert left(camera) == "0-0 0-1 0-2"
    assert "Undone" in text and undo not in text


def test_a_frame_near_the_line_is_brought_back_alone(alice_client: Client, camera: Camera) -> None:
    frames = add_frames(camera, "...")
    (run,) = run_all(switched_on(camera))
    run.frames.filter(fate=Fate.GOES).update(percent=60)
    assert "Bring it back" in page(alice_client, camera)
    back = reverse("gallery:act-unarchive")
    alice_client.post(back, {"photo": frames[1].pk, "next": address(camera)})
    assert left(camera) == "0-0 0-1"


def test_what_was_deleted_forever_since_is_still_counted(
    alice_client: Client, camera: Camera
) -> None:
    add_frames(camera, "....")
    run_all(switched_on(camera, act=LiveRule.Act.TRASH))
    changes.empty_trash(camera.owner, by=camera.owner)
    assert tally(page(alice_client, camera)) == {"came": 4, "on": 1, "deleted": 3, "changes": 0}


def test_silences_are_told_inside_the_day_and_before_it(camera: Camera) -> None:
    for minutes in (0, 5, 10, 15, 75, 80, 85):
        make_photo(camera.owner, camera=camera, taken_at=NOON + minutes * MINUTES)
    make_photo(camera.owner, camera=camera, taken_at=NOON + dt.timedelta(days=1))
    found, usual = digests.silences_of(camera, NOON.date())
    assert usual == 300
    assert [each.seconds / 60 for each in found] == [60, 24 * 60 - 85]
    assert found[0].since == NOON + 15 * MINUTES
    (until_now,) = (
        each for each in digests.silences_of(camera, dt.date(2024, 5, 18))[0] if not each.until
    )
    assert until_now.since == NOON + dt.timedelta(days=1)


def test_unreadable_and_tiny_files_are_named(
    alice: User, alice_client: Client, camera: Camera
) -> None:
    frames = add_frames(camera, "...")
    Photo.objects.filter(pk=frames[1].pk).update(width=10, height=6)
    camera.key = "prefix:c21"
    camera.save()
    job = jobs.create("import", alice, "Import")
    run = ImportRun.objects.create(owner=alice, job=job, started_at=NOON)
    for name in ("c21_2024_05_17__12_30_00.png", "c21_2024_05_18__12_30_00.png"):
        ImportedFile.objects.create(
            run=run, path=name, size_bytes=9, outcome=Outcome.REFUSED, reason="It is cut off."
        )
    run_all(switched_on(camera))
    text = page(alice_client, camera)
    assert "10 by 6 pixels" in text
    assert "c21_2024_05_17__12_30_00.png" in text and "It is cut off." in text
    assert "c21_2024_05_18__12_30_00.png" not in text


def test_a_day_without_a_rule_says_so_and_leads_to_it(alice_client: Client, camera: Camera) -> None:
    add_frames(camera, "...")
    text = page(alice_client, camera)
    assert "No rule thins this camera" in text
    assert reverse("dedup:live", args=[camera.pk]) in text


def test_days_lead_to_each_other_and_an_empty_one_says_so(
    alice_client: Client, camera: Camera
) -> None:
    add_frames(camera, ".")
    add_frames(camera, ".", day=2)
    assert address(camera, "2024-05-19") in page(alice_client, camera)
    empty = page(alice_client, camera, "2024-05-18")
    assert "No frames on this day" in empty
    assert address(camera) in empty and address(camera, "2024-05-19") in empty
    assert alice_client.get(address(camera, "never")).status_code == 404
    newest = alice_client.get(reverse("dedup:newest-digest", args=[camera.pk]))
    assert newest["Location"] == address(camera, "2024-05-19")


def test_all_fixed_cameras_of_a_day_are_on_one_page(
    alice: User, alice_client: Client, camera: Camera
) -> None:
    add_frames(camera, "..c")
    run_all(switched_on(camera))
    silent = make_camera(alice, "c22", prefix="c22")
    switched_on(silent)
    make_photo(alice, camera=make_camera(alice, "Canon"))
    newest = alice_client.get(reverse("dedup:digests"))
    assert newest["Location"] == reverse("dedup:digest-of-cameras", args=[DAY])
    text = alice_client.get(newest["Location"]).content.decode()
    assert "3 frames" in text and "1 change" in text and "1 frame archived" in text
    assert "no frame on this day" in text
    assert "Canon" not in text


def test_without_fixed_cameras_the_page_says_what_belongs_there(alice_client: Client) -> None:
    text = alice_client.get(reverse("dedup:digests")).content.decode()
    assert "No frames of fixed cameras" in text


def test_a_stranger_finds_no_digest(bob_client: Client, camera: Camera) -> None:
    add_frames(camera, ".")
    assert bob_client.get(address(camera)).status_code == 404
    theirs = bob_client.get(reverse("dedup:digest-of-cameras", args=[DAY])).content.decode()
    assert "c21" not in theirs.replace("like c21", "")


def queries(client: Client, where: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(where).status_code == 200
    return len(found)


def test_more_frames_and_runs_cost_no_more_queries(alice_client: Client, camera: Camera) -> None:
    rule = switched_on(camera)
    add_frames(camera, "..c.")
    run_all(rule)
    alice_client.get(address(camera))
    few = queries(alice_client, address(camera))
    add_frames(camera, "c.cc..")
    run_all(rule)
    assert queries(alice_client, address(camera)) == few
    assert few <= 24


def test_more_cameras_cost_no_more_queries(alice: User, alice_client: Client) -> None:
    def add(name: str) -> None:
        camera = make_camera(alice, name, prefix=name)
        add_frames(camera, "..c.", day=0)
        run_all(switched_on(camera))

    where = reverse("dedup:digest-of-cameras", args=[DAY])
    add("c21")
    alice_client.get(where)
    few = queries(alice_client, where)
    add("c22")
    text = alice_client.get(where).content.decode()
    assert "c21" in text and "c22" in text
    assert queries(alice_client, where) == few
    assert few <= 12
