from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from dedup import reviewing
from dedup.models import (
    DecidedPair,
    Decision,
    MeasureFailure,
    PairScore,
    PhotoFeatures,
    Scan,
    SimilarGroup,
)
from gallery.models import Job, Photo, User
from gallery.work import runner
from tests.conftest import signed_in
from tests.dedup.library import make_measured, scanned
from tests.dedup.test_bulk import make_groups
from tests.factories import make_photo

pytestmark = pytest.mark.django_db

LISTS = [Scan, SimilarGroup, Decision, DecidedPair, PairScore, PhotoFeatures, MeasureFailure]


@pytest.fixture
def staff(db: None) -> Client:
    return signed_in(User.objects.create_superuser("root", "root@example.org", "a long password"))


def _address(model: Any, page: str = "changelist", *args: Any) -> str:
    return reverse(f"admin:dedup_{model._meta.model_name}_{page}", args=args)


def _act(client: Client, model: Any, action: str, rows: Any, **more: Any) -> Any:
    app = model._meta.app_label
    address = reverse(f"admin:{app}_{model._meta.model_name}_changelist")
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(address, chosen | more)


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model.__name__)
def test_every_list_is_shown_searched_and_asks_as_often_for_many_rows_as_for_few(
    alice: User, staff: Client, model: Any, django_assert_max_num_queries: Any
) -> None:
    for group in make_groups(alice, 6):
        reviewing.keep_all(group, alice)
    for _ in range(6):
        MeasureFailure.objects.create(photo=make_photo(alice), version=1, reason="torn")
    with django_assert_max_num_queries(16):
        page = staff.get(_address(model))
    assert page.status_code == 200
    found = staff.get(_address(model), {"q": "IMG"})
    assert found.status_code == 200
    row = model._default_manager.first()
    assert staff.get(_address(model, "change", row.pk)).status_code == 200


def test_accounts_without_staff_rights_see_nothing(alice_client: Client) -> None:
    for model in LISTS:
        assert alice_client.get(_address(model)).status_code == 302


def test_nothing_is_added_edited_or_deleted_by_hand(staff: Client, alice: User) -> None:
    (group,) = make_groups(alice, 1)
    assert staff.get(_address(SimilarGroup, "add")).status_code == 403
    assert staff.post(_address(SimilarGroup, "delete", group.pk)).status_code == 403
    staff.post(_address(SimilarGroup, "change", group.pk), {"photo_count": 99})
    group.refresh_from_db()
    assert group.photo_count == 2


def decided(client: Client, preview: Job) -> str:
    """Do what was looked at; the page of what became of each group."""
    answer: Any = client.post(reverse("dedup:bulk-do", args=[preview.pk]))
    runner.drain(Job.objects.latest("pk"), processes=0)
    page = client.get(answer["Location"])
    assert page.status_code == 200
    return page.content.decode()


@pytest.mark.parametrize(
    ("action", "trashed"), [("accept_suggestion", 3), ("keep_all", 0), ("not_similar", 0)]
)
def test_actions_on_groups_are_done_by_a_worker_with_a_page_of_results(
    alice: User, staff: Client, action: str, trashed: int
) -> None:
    rows = make_groups(alice, 3)
    answer = _act(staff, SimilarGroup, action, rows)
    preview = runner.drain(Job.objects.latest("pk"), processes=0)
    assert answer.url == reverse("dedup:bulk-preview", args=[preview.pk])
    assert staff.get(answer.url).status_code == 200
    assert not Decision.objects.exists()
    shown = decided(staff, preview)
    assert Decision.objects.count() == 3
    assert Photo.objects.in_trash().count() == trashed
    assert reverse("dedup:group", args=[rows[0].pk]) not in shown  # it is not theirs to see


def test_all_groups_of_all_pages_can_be_chosen(alice: User, staff: Client) -> None:
    rows = make_groups(alice, 4)
    _act(staff, SimilarGroup, "accept_suggestion", rows[:1], select_across="1")
    decided(staff, runner.drain(Job.objects.latest("pk"), processes=0))
    assert Decision.objects.count() == 4


def test_the_list_of_groups_is_filtered_by_what_waits(alice: User, staff: Client) -> None:
    waiting, decided = make_groups(alice, 2)
    reviewing.keep_all(decided, alice)
    for state, row in (("open", waiting), ("decided", decided)):
        page = staff.get(_address(SimilarGroup), {"state": state})
        assert list(page.context["cl"].result_list) == [row]


@pytest.mark.parametrize("model", [Photo, PhotoFeatures], ids=lambda model: model.__name__)
def test_photos_are_measured_and_compared_again(alice: User, staff: Client, model: Any) -> None:
    photos = [make_measured(alice, 1, after=shot, shot=shot) for shot in (0, 1, 2)]
    scanned(alice)
    action = "measure_photos_again" if model is Photo else "measure_again"
    _act(staff, model, action, photos[:1])
    assert set(PhotoFeatures.objects.values_list("photo", flat=True)) == {
        photo.pk for photo in photos[1:]
    }
    assert PairScore.objects.count() == 1
    scan = Scan.objects.latest("pk")
    assert scan.job.chunks.get().payload == [photos[0].pk]


def test_what_could_not_be_measured_is_tried_again(alice: User, staff: Client) -> None:
    photo = make_photo(alice)
    failure = MeasureFailure.objects.create(photo=photo, version=1, reason="torn")
    _act(staff, MeasureFailure, "measure_again", [failure])
    assert not MeasureFailure.objects.exists()
    assert Scan.objects.get().job.chunks.get().payload == [photo.pk]


def test_the_owners_of_chosen_photos_get_a_scan(alice: User, bob: User, staff: Client) -> None:
    _act(staff, Photo, "scan_owners", [make_photo(alice), make_photo(alice), make_photo(bob)])
    assert {scan.owner for scan in Scan.objects.all()} == {alice, bob}


def test_every_admin_list_of_this_app_reads_its_relations_in_one_query() -> None:
    for model in LISTS:
        assert admin.site.get_model_admin(model).list_select_related
