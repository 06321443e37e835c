from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from dedup.models import Decision, Scan
from gallery import albums
from gallery.models import Job, Photo, User
from gallery.work import runner
from tests.dedup.library import make_measured, scanned
from tests.dedup.test_bulk import make_groups

pytestmark = pytest.mark.django_db


def post(client: Client, path: str, body: dict[str, Any] | None = None) -> Any:
    return client.post(f"/api/v1/{path}", body or {}, content_type="application/json")


def get(client: Client, path: str) -> Any:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_scan_is_started_followed_and_its_groups_decided(
    alice: User, alice_client: Client
) -> None:
    for shot in range(3):
        make_measured(alice, 1, after=shot, shot=shot)
    wanted = {"window_seconds": 60, "threshold_percent": 88}
    started = post(alice_client, "scans/", wanted)
    assert started.status_code == 201
    scan_id = started.json()["id"]
    assert post(alice_client, "scans/", wanted).status_code == 409

    runner.drain(Scan.objects.get().job, processes=0)
    scan = get(alice_client, f"scans/{scan_id}")
    assert (scan["progress"]["status"], scan["group_count"]) == ("done", 1)
    assert len(get(alice_client, f"scans/{scan_id}/pairs")["pairs"]) == 3

    (listed,) = get(alice_client, "groups/")["groups"]
    group = get(alice_client, f"groups/{listed['id']}")
    cover = next(member for member in group["members"] if member["is_cover"])
    others = [m["photo"]["id"] for m in group["members"] if not m["is_cover"]]
    assert all(m["reasons"] for m in group["members"] if not m["is_cover"])

    address = f"groups/{group['id']}/decide"
    none_left = post(alice_client, address, {"trash": [cover["photo"]["id"], *others]})
    assert none_left.status_code == 409
    assert "not one photo" in none_left.json()["error"]["message"]
    decided = post(alice_client, address, {"keep": [cover["photo"]["id"]], "trash": others})
    assert decided.status_code == 200
    assert Photo.objects.in_trash().count() == 2
    assert get(alice_client, "groups/")["groups"] == []

    undone = post(alice_client, f"decisions/{decided.json()['id']}/undo")
    assert undone.json()["is_undone"]
    assert not Photo.objects.in_trash().exists()
    (decision,) = get(alice_client, "decisions/")["decisions"]
    assert decision["is_undone"]


def test_a_running_scan_is_cancelled(alice: User, alice_client: Client) -> None:
    make_measured(alice, 1)
    scan_id = post(alice_client, "scans/").json()["id"]
    assert post(alice_client, f"scans/{scan_id}/cancel").status_code == 200
    runner.drain(Scan.objects.get().job, processes=0)
    assert get(alice_client, f"scans/{scan_id}")["progress"]["status"] == "cancelled"


@pytest.mark.parametrize(
    ("act", "kind"), [("keep-all", "keep_all"), ("not-similar", "not_similar"), ("accept", "keep")]
)
def test_one_address_for_each_decision(
    alice: User, alice_client: Client, act: str, kind: str
) -> None:
    (group,) = make_groups(alice, 1)
    assert post(alice_client, f"groups/{group.pk}/{act}").status_code == 200
    assert Decision.objects.get().kind == kind


def test_many_groups_are_decided_by_a_worker(alice: User, alice_client: Client) -> None:
    rows = make_groups(alice, 3)
    answer = post(alice_client, "groups/decide-many", {"groups": [row.pk for row in rows]})
    assert answer.status_code == 202
    runner.drain(Job.objects.get(pk=answer.json()["job"]), processes=0)
    assert Photo.objects.in_trash().count() == 3


@pytest.mark.parametrize(
    "body",
    [
        {"window_seconds": 0.01},
        {"window_seconds": 90_000},
        {"threshold_percent": 101},
        {"mode": "sideways"},
        {"first_day": "yesterday"},
        {"camera": -1},
    ],
    ids=str,
)
def test_options_outside_the_range_are_refused_with_the_field(
    alice_client: Client, body: dict[str, Any]
) -> None:
    answer = post(alice_client, "scans/", body)
    assert answer.status_code == 422
    assert next(iter(body)) in str(answer.json()["error"]["fields"])


def test_a_stranger_finds_nothing_and_changes_nothing(alice: User, bob_client: Client) -> None:
    (group,) = make_groups(alice, 1)
    for path in (f"groups/{group.pk}", f"scans/{group.scan_id}", f"scans/{group.scan_id}/pairs"):
        assert bob_client.get(f"/api/v1/{path}").status_code == 404
    for path in (
        *(f"groups/{group.pk}/{act}" for act in ("decide", "accept", "keep-all", "not-similar")),
        f"scans/{group.scan_id}/cancel",
    ):
        assert post(bob_client, path).status_code == 404
    assert bob_client.get(f"/api/v1/groups/?scan={group.scan_id}").status_code == 404
    assert get(bob_client, "groups/")["groups"] == []
    assert get(bob_client, "scans/")["scans"] == []
    assert post(bob_client, "groups/decide-many", {"groups": [group.pk]}).status_code == 202
    runner.drain(Job.objects.latest("pk"), processes=0)
    assert not Decision.objects.exists()


def test_a_camera_of_somebody_else_cannot_be_scanned(
    alice: User, bob: User, bob_client: Client
) -> None:
    from tests.factories import make_camera

    camera = make_camera(alice)
    assert post(bob_client, "scans/", {"camera": camera.pk}).status_code == 404


def test_without_signing_in_every_address_answers_401(client: Client, alice: User) -> None:
    scan = scanned(alice)
    for path in ("groups/", "scans/", "decisions/", f"scans/{scan.pk}", f"scans/{scan.pk}/pairs"):
        assert client.get(f"/api/v1/{path}").status_code == 401
    for path in ("scans/", "groups/1/accept", "decisions/1/undo", "groups/decide-many"):
        assert post(client, path).status_code == 401


def test_a_scan_has_a_name_and_an_album_and_is_counted_ahead(
    alice: User, bob_client: Client, alice_client: Client
) -> None:
    photos = [make_measured(alice, 1, after=shot, shot=shot) for shot in range(3)]
    album = albums.create(alice, "Paris")
    albums.put_in(Photo.objects.filter(pk__in=[each.pk for each in photos]), album, by=alice)
    wanted = {"threshold_percent": 88, "name": "Paris", "album": album.pk}
    started = post(alice_client, "scans/", wanted)
    assert started.status_code == 201
    assert (started.json()["name"], started.json()["album"]) == ("Paris", album.pk)
    scan = Scan.objects.get()
    assert alice_client.get(f"/api/v1/scans/{scan.pk}/preview").status_code == 409
    runner.drain(scan.job, processes=0)
    counted = get(alice_client, f"scans/{scan.pk}/preview")
    assert (counted["groups"], counted["photos"], counted["missing_pairs"]) == (1, 3, 0)
    assert get(alice_client, f"scans/{scan.pk}/preview?threshold_percent=100")["groups"] == 0
    assert alice_client.get(f"/api/v1/scans/{scan.pk}/preview?window_seconds=0").status_code == 422
    assert bob_client.get(f"/api/v1/scans/{scan.pk}/preview").status_code == 404
    assert post(bob_client, "scans/", wanted).status_code == 404
