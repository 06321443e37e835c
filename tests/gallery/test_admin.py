"""The admin: for staff only, deletes nothing, and leaves large acts to the workers."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from gallery import bulk, row_acts
from gallery.models import Change, Job, Photo, User
from gallery.web import admin_filters
from gallery.work import runner
from tests.factories import make_camera, make_photo, make_photos
from tests.factories import make_photo as photo_of
from tests.many_rows import looked, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(db: None) -> User:
    return User.objects.create_superuser("sam", "", "sam's password")


@pytest.fixture
def staff_client(staff: User) -> Client:
    client = Client()
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return client


def addresses() -> list[str]:
    reverse("admin:index")  # what is shown is settled when the addresses are loaded
    return [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in admin.site._registry
    ]


def select(client: Client, action: str, photos: list[Photo], *, across: bool = False) -> Any:
    data = {"action": action, "_selected_action": [photo.pk for photo in photos]}
    return client.post(
        reverse("admin:gallery_photo_changelist"), data | {"select_across": "1" if across else "0"}
    )


def work_off() -> None:
    for job in Job.objects.filter(finished_at=None):
        runner.drain(job, processes=0)


def test_the_admin_is_for_staff_only(alice_client: Client, client: Client) -> None:
    for address in [reverse("admin:index"), *addresses()]:
        assert alice_client.get(address).status_code in (302, 403), address
        assert client.get(address).status_code == 302, address
    assert alice_client.get("/admin/")["Location"].startswith("/admin/login/")


def test_every_list_is_shown_and_searched(staff_client: Client, staff: User) -> None:
    make_photo(staff, camera=make_camera(staff))
    bulk.later(bulk.Act.ARCHIVE, Photo.objects.all(), by=staff)
    work_off()
    for address in addresses():
        assert staff_client.get(address).status_code == 200, address
        assert staff_client.get(address, {"q": "x"}).status_code == 200, address


@pytest.mark.parametrize("state", ["timeline", "archive", "trash"])
def test_photos_are_filtered_by_state(staff_client: Client, staff: User, state: str) -> None:
    photos = make_photos(staff, 3)
    bulk.later(bulk.Act.ARCHIVE, [photos[1].pk], by=staff)
    bulk.later(bulk.Act.TRASH, [photos[2].pk], by=staff)
    work_off()
    address = reverse("admin:gallery_photo_changelist")
    shown = staff_client.get(address, {"state": state}).context["cl"].result_list
    assert [photo.state for photo in shown] == [state]


def test_the_list_of_photos_asks_no_more_for_many_than_for_few(
    staff_client: Client, staff: User, django_assert_max_num_queries: Any
) -> None:
    make_photos(staff, 40, camera=make_camera(staff))
    with django_assert_max_num_queries(18):
        staff_client.get(reverse("admin:gallery_photo_changelist"))


@pytest.mark.parametrize(
    ("action", "prepared", "state"),
    [
        ("archive", None, "archive"),
        ("unarchive", "archive", "timeline"),
        ("trash", None, "trash"),
        ("restore", "trash", "timeline"),
    ],
)
def test_an_action_is_looked_at_and_then_a_job_with_an_undo(
    staff_client: Client, staff: User, action: str, prepared: str | None, state: str
) -> None:
    photos = make_photos(staff, 3)
    if prepared:
        bulk.later(bulk.Act(prepared), Photo.objects.all(), by=staff)
        work_off()
    before = Photo.objects.get(pk=photos[0].pk).state
    preview = looked(staff_client, photos, f"{action}_photos")
    assert {photo.state for photo in Photo.objects.all()} == {before}
    assert "3 photos" in page(staff_client, preview)
    answer: Any = staff_client.post(reverse("gallery:row-job-do", args=[preview.pk]))
    work_off()
    assert {photo.state for photo in Photo.objects.all()} == {state}
    assert "Undo all of it" in staff_client.get(answer["Location"]).content.decode()
    again = looked(staff_client, photos, f"{action}_photos")
    assert row_acts.counts(again) == {"nothing_to_do": 3}


def test_ten_thousand_photos_across_pages_are_answered_within_two_seconds(
    staff_client: Client, staff: User
) -> None:
    first = photo_of(staff)
    rows = [Photo(**photo_values(first, number)) for number in range(10_000)]
    Photo.objects.bulk_create(rows, batch_size=1000)
    start = time.perf_counter()
    answer = select(staff_client, "archive_photos", [first], across=True)
    assert time.perf_counter() - start < 2
    work_off()
    preview = Job.objects.latest("pk")
    assert answer["Location"] == f"/jobs/{preview.pk}/"
    staff_client.post(reverse("gallery:row-job-do", args=[preview.pk]))
    work_off()
    job = Job.objects.latest("pk")
    assert bulk.counts(job) == {"done": 10_001}
    assert len(bulk.change_ids(job)) == 1
    bulk.undo_later(job, by=staff)
    work_off()
    assert not Photo.objects.archived().exists()


def photo_values(like: Photo, number: int) -> dict[str, Any]:
    fields = {field.attname: getattr(like, field.attname) for field in Photo._meta.concrete_fields}
    return fields | {"id": None, "checksum": f"{number:064x}", "file_name": f"{number}.jpg"}


def test_a_filter_by_camera_is_shown_while_there_are_few_of_them(
    staff_client: Client, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_photo(staff, camera=make_camera(staff, "c1"))
    make_camera(staff, "c2")
    address = reverse("admin:gallery_photo_changelist")
    assert "By camera" in staff_client.get(address).content.decode()
    monkeypatch.setattr(admin_filters, "MOST_CHOICES", 1)
    shown = staff_client.get(address, {"q": "c1"})
    assert "By camera" not in shown.content.decode()
    assert len(shown.context["cl"].result_list) == 1


def test_nothing_can_be_deleted_in_the_admin(staff_client: Client, staff: User) -> None:
    photo = make_photo(staff)
    assert staff_client.post(f"/admin/gallery/photo/{photo.pk}/delete/").status_code == 403
    assert select(staff_client, "delete_selected", [photo]).status_code in (200, 302)
    assert staff_client.post(f"/admin/gallery/user/{staff.pk}/delete/").status_code == 403
    assert Photo.objects.filter(pk=photo.pk).exists()


def test_nobody_schedules_functions_of_the_queue_by_a_form(staff_client: Client) -> None:
    for name in ("schedule/add", "ormq", "failure", "success"):
        assert staff_client.get(f"/admin/django_q/{name}/").status_code == 404


def test_staff_do_not_see_the_pictures_of_others(
    staff_client: Client, staff: User, alice: User
) -> None:
    mine, theirs = make_photo(staff), make_photo(alice)
    page = staff_client.get(reverse("admin:gallery_photo_changelist")).content.decode()
    assert f"/photos/{mine.pk}/grid" in page
    assert f"/photos/{theirs.pk}/grid" not in page


def test_staff_without_the_right_to_change_photos_cannot_act(alice: User) -> None:
    from django.contrib.auth.models import Permission

    alice.is_staff = True
    alice.save()
    alice.user_permissions.add(Permission.objects.get(codename="view_photo"))
    photo = make_photo(alice)
    client = Client()
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    select(client, "trash_photos", [photo])
    assert not Job.objects.exists()


def test_the_pages_of_the_admin_carry_no_inline_script(staff_client: Client) -> None:
    for address in [reverse("admin:index"), *addresses()]:
        page = staff_client.get(address).content.decode()
        assert "<script>" not in page, address
        assert " onclick=" not in page, address
        assert " style=" not in page, address


def test_the_name_of_a_camera_is_changed_in_a_way_that_can_be_undone(
    staff_client: Client, staff: User
) -> None:
    camera = make_camera(staff, "c1")
    staff_client.post(reverse("admin:gallery_camera_change", args=[camera.pk]), {"name": "Gate"})
    camera.refresh_from_db()
    assert camera.name == "Gate"
    assert Change.objects.get().summary == "Renamed the camera c1 to Gate"
