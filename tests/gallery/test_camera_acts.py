"""Cameras are renamed and merged; later imports go on where the photos went, and undo is exact."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from gallery import bulk, camera_acts, camera_work, changes
from gallery.camera_acts import CannotMerge
from gallery.importing import folders
from gallery.models import Camera, Change, Photo, User
from gallery.work import runner
from tests.factories import NOON, make_camera, make_photos, write_picture
from tests.pictures import scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def c21(alice: User) -> Camera:
    camera = make_camera(alice, "c21", prefix="c21")
    Camera.objects.filter(pk=camera.pk).update(key="prefix:c21")
    make_photos(alice, 3, camera=camera)
    return camera


@pytest.fixture
def c22(alice: User) -> Camera:
    camera = make_camera(alice, "c22", prefix="c22")
    make_photos(alice, 2, camera=camera)
    return camera


def counts(*cameras: Camera) -> list[int]:
    return [Photo.objects.filter(camera=camera).count() for camera in cameras]


def test_a_camera_is_renamed_and_the_name_comes_back(alice: User, c21: Camera) -> None:
    change = camera_acts.rename(c21, "Gate", by=alice)
    c21.refresh_from_db()
    assert (c21.name, c21.key) == ("Gate", "prefix:c21")
    changes.undo(change, by=alice)
    c21.refresh_from_db()
    assert c21.name == "c21"


def test_the_name_it_has_already_changes_nothing(alice: User, c21: Camera) -> None:
    assert camera_acts.rename(c21, "c21", by=alice).pk is None


def test_all_photos_move_archived_and_trashed_ones_too(
    alice: User, c21: Camera, c22: Camera
) -> None:
    first = Photo.objects.filter(camera=c21).first()
    assert first
    Photo.objects.filter(pk=first.pk).update(trashed_at=NOON)
    change = camera_acts.merge(c21, c22, by=alice)
    assert counts(c21, c22) == [0, 5]
    assert change.summary == "Merged the camera c21 into c22: 3 photos"
    changes.undo(change, by=alice)
    assert counts(c21, c22) == [3, 2]
    c21.refresh_from_db()
    assert c21.merged_into is None


def test_photos_imported_later_under_the_old_name_go_to_the_merged_camera(
    alice: User, c21: Camera, c22: Camera, tmp_path: Path
) -> None:
    c23 = make_camera(alice, "c23", prefix="c23")
    camera_acts.merge(c21, c22, by=alice)
    camera_acts.merge(c22, c23, by=alice)
    write_picture(tmp_path / "in" / "c21_2021_03_25__14_51_00.png", scene(1))
    runner.drain(folders.begin(tmp_path / "in", alice).job, processes=0)
    photo = Photo.objects.get(file_name__startswith="c21_2021")
    assert photo.camera == c23


def test_what_came_since_the_merge_stays_when_it_is_undone(
    alice: User, c21: Camera, c22: Camera
) -> None:
    change = camera_acts.merge(c21, c22, by=alice)
    make_photos(alice, 1, camera=c22, seconds_apart=1)
    changes.undo(change, by=alice)
    assert counts(c21, c22) == [3, 3]


def test_a_merge_on_top_is_undone_first(alice: User, c21: Camera, c22: Camera) -> None:
    c23 = make_camera(alice, "c23", prefix="c23")
    first = camera_acts.merge(c21, c22, by=alice)
    second = camera_acts.merge(c22, c23, by=alice)
    with pytest.raises(changes.CannotUndo, match="came to another camera since"):
        changes.undo(first, by=alice)
    changes.undo(second, by=alice)
    changes.undo(first, by=alice)
    assert counts(c21, c22, c23) == [3, 2, 0]


def test_senseless_merges_are_refused(alice: User, bob: User, c21: Camera, c22: Camera) -> None:
    with pytest.raises(CannotMerge, match="itself"):
        camera_acts.merge(c21, c21, by=alice)
    with pytest.raises(CannotMerge, match="owners"):
        camera_acts.merge(c21, make_camera(bob, "c9"), by=alice)
    camera_acts.merge(c21, c22, by=alice)
    with pytest.raises(CannotMerge, match="itself"):
        camera_acts.merge(c22, c21, by=alice)
    with pytest.raises(CannotMerge, match="already"):
        camera_acts.merge(c21, c22, by=alice)


def test_many_cameras_are_merged_by_a_job_with_results_and_undone_together(
    alice: User, c21: Camera, c22: Camera
) -> None:
    c23 = make_camera(alice, "c23", prefix="c23")
    job = runner.drain(camera_work.merge_later([c21, c22, c23], c23, alice), processes=0)
    assert counts(c21, c22, c23) == [0, 0, 5]
    assert bulk.problems(job) == ["c23: A camera cannot be merged into itself."]
    assert bulk.counts(job) == {"done": 5, "refused": 1}
    runner.drain(bulk.undo_later(job, alice), processes=0)
    assert counts(c21, c22, c23) == [3, 2, 0]


def test_the_page_asks_before_it_merges(alice_client: Client, c21: Camera, c22: Camera) -> None:
    address = reverse("gallery:merge-camera", args=[c21.pk])
    asked = alice_client.post(address, {"into": c22.pk}).content.decode()
    assert "3 photos of <strong>c21</strong> will belong to <strong>c22</strong>" in asked
    assert counts(c21, c22) == [3, 2]
    alice_client.post(address, {"into": c22.pk, "act": "apply"})
    assert counts(c21, c22) == [0, 5]
    alice_client.post(reverse("gallery:undo", args=[Change.objects.get().pk]))
    assert counts(c21, c22) == [3, 2]


def test_the_page_renames_and_refuses_no_name(alice_client: Client, c21: Camera) -> None:
    address = reverse("gallery:rename-camera", args=[c21.pk])
    assert alice_client.post(address, {"name": " "}).status_code == 422
    alice_client.post(address, {"name": "Gate"})
    c21.refresh_from_db()
    assert c21.name == "Gate"
    assert "Renamed the camera c21 to Gate" in alice_client.get("/history/").content.decode()


def test_a_merged_camera_says_where_its_photos_went(
    alice: User, alice_client: Client, c21: Camera, c22: Camera
) -> None:
    camera_acts.merge(c21, c22, by=alice)
    text = alice_client.get(reverse("gallery:edit-camera", args=[c21.pk])).content.decode()
    assert "was merged into" in text
    assert (
        "Merged into it"
        in alice_client.get(reverse("gallery:edit-camera", args=[c22.pk])).content.decode()
    )


@pytest.mark.parametrize("name", ["edit-camera", "rename-camera", "merge-camera"])
def test_a_stranger_finds_nothing(bob_client: Client, c21: Camera, c22: Camera, name: str) -> None:
    address = reverse(f"gallery:{name}", args=[c21.pk])
    ask = bob_client.get if name == "edit-camera" else bob_client.post
    assert ask(address, {"name": "Mine", "into": str(c22.pk)}).status_code == 404


def test_a_camera_of_somebody_else_is_no_choice(
    bob: User, alice_client: Client, c21: Camera
) -> None:
    theirs = make_camera(bob, "c9")
    address = reverse("gallery:merge-camera", args=[c21.pk])
    assert alice_client.post(address, {"into": theirs.pk, "act": "apply"}).status_code == 422
