"""The JSON API: who may call it, what it shows and changes, one shape for every error."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from gallery.models import ApiToken, Change, ImportedFile, ImportRun, Photo, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def photo(alice: User, make_photo: Any) -> Photo:
    made: Photo = make_photo(alice)
    return made


def bearer(user: User) -> dict[str, str]:
    return {"Authorization": f"Bearer {ApiToken.make(user, 'test')[1]}"}


def post(client: Client, address: str, data: Any, **headers: str) -> Any:
    return client.post(address, json.dumps(data), "application/json", headers=headers)


def test_without_session_or_token_the_api_answers_401_in_its_shape(client: Client) -> None:
    response = client.get("/api/v1/photos/")
    assert response.status_code == 401
    assert response.json()["error"]["message"]
    assert response["WWW-Authenticate"] == "Bearer"


def test_a_token_acts_for_its_owner_without_csrf(
    alice: User, bob: User, photo: Photo, make_photo: Any
) -> None:
    make_photo(bob, seed=2)
    strict = Client(enforce_csrf_checks=True)
    headers = bearer(alice)
    listed = strict.get("/api/v1/photos/", headers=headers).json()
    assert [each["id"] for each in listed["photos"]] == [photo.pk]
    done = post(strict, "/api/v1/photos/archive", {"photos": [photo.pk]}, **headers)
    assert done.status_code == 200
    photo.refresh_from_db()
    assert photo.state == "archive"


def test_using_a_token_is_noted(client: Client, alice: User) -> None:
    client.get("/api/v1/photos/", headers=bearer(alice))
    assert ApiToken.objects.get().last_used_at is not None


@pytest.mark.parametrize("token", ["", "cs_wrong", "Basic abc", "cs_"])
def test_a_wrong_token_is_refused_even_beside_a_session(alice_client: Client, token: str) -> None:
    response = alice_client.get("/api/v1/photos/", headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 401


def test_the_token_of_a_switched_off_account_is_refused(client: Client, alice: User) -> None:
    headers = bearer(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert client.get("/api/v1/photos/", headers=headers).status_code == 401


def test_a_session_needs_its_csrf_token_to_change_something(alice: User, photo: Photo) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    assert strict.get("/api/v1/photos/").status_code == 200
    response = post(strict, "/api/v1/photos/trash", {"photos": [photo.pk]})
    assert response.status_code == 403
    assert "error" in response.json()
    photo.refresh_from_db()
    assert photo.state == "timeline"


def test_a_photo_is_shown_with_when_it_was_taken(alice_client: Client, photo: Photo) -> None:
    shown = alice_client.get(f"/api/v1/photos/{photo.pk}").json()
    assert shown["taken"]["source"] == "exif"
    assert shown["urls"]["grid"].startswith(f"/photos/{photo.pk}/grid?v=")


def test_the_list_is_paged_without_gaps(alice_client: Client, alice: User, make_photo: Any) -> None:
    made = {make_photo(alice, seed=seed).pk for seed in range(5)}
    seen: list[int] = []
    cursor: Any = ""
    while True:
        page = alice_client.get("/api/v1/photos/", {"size": 2, "cursor": cursor}).json()
        seen += [each["id"] for each in page["photos"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == 5
    assert set(seen) == made


@pytest.mark.parametrize(
    ("act", "state"), [("archive", "archive"), ("trash", "trash"), ("restore", "timeline")]
)
def test_an_act_is_one_change_that_can_be_undone(
    alice_client: Client, alice: User, make_photo: Any, act: str, state: str
) -> None:
    photo = make_photo(alice)
    if act == "restore":
        post(alice_client, "/api/v1/photos/trash", {"photos": [photo.pk]})
        photo.refresh_from_db()
    before = photo.state
    change = post(alice_client, f"/api/v1/photos/{act}", {"photos": [photo.pk]}).json()
    photo.refresh_from_db()
    assert photo.state == state
    undone = alice_client.post(f"/api/v1/changes/{change['id']}/undo")
    assert undone.status_code == 200
    photo.refresh_from_db()
    assert photo.state == before


def test_an_undo_that_something_stands_in_the_way_of_is_409_with_the_reason(
    alice_client: Client, photo: Photo
) -> None:
    first = post(alice_client, "/api/v1/photos/archive", {"photos": [photo.pk]}).json()
    post(alice_client, "/api/v1/photos/unarchive", {"photos": [photo.pk]})
    response = alice_client.post(f"/api/v1/changes/{first['id']}/undo")
    assert response.status_code == 409
    assert photo.file_name in response.json()["error"]["message"]


def test_a_stranger_gets_404_and_changes_nothing(bob_client: Client, photo: Photo) -> None:
    assert bob_client.get(f"/api/v1/photos/{photo.pk}").status_code == 404
    response = post(bob_client, "/api/v1/photos/trash", {"photos": [photo.pk]})
    assert response.status_code == 404
    assert not Change.objects.exists()


def test_a_stranger_cannot_undo(alice_client: Client, bob_client: Client, photo: Photo) -> None:
    change = post(alice_client, "/api/v1/photos/archive", {"photos": [photo.pk]}).json()
    assert bob_client.post(f"/api/v1/changes/{change['id']}/undo").status_code == 404


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/photos/99999999999999999999999", 422),
        ("/api/v1/photos/0", 422),
        ("/api/v1/photos/nine", 422),
        ("/api/v1/photos/123456", 404),
        ("/api/v1/photos/?size=100000", 422),
        ("/api/v1/photos/?cursor=xyz", 400),
        ("/api/v1/photos/?cursor=WzFd", 400),
        ("/api/v1/photos/?state=gone", 422),
        ("/api/v1/imports/123456", 404),
        ("/api/v1/imports/1/files?outcome=odd", 422),
    ],
)
def test_what_is_wrong_is_refused_in_one_shape(
    alice_client: Client, address: str, status: int
) -> None:
    response = alice_client.get(address)
    assert response.status_code == status
    assert set(response.json()) == {"error"}
    assert response.json()["error"]["message"]


def test_a_program_uploads_a_file_and_follows_it(client: Client, alice: User) -> None:
    headers = bearer(alice)
    begun = client.post("/api/v1/imports/", headers=headers)
    assert begun.status_code == 201
    run_id = begun.json()["id"]
    sent = client.put(
        f"/api/v1/imports/{run_id}/files?name=a/b.jpg&size=5",
        b"12345",
        "image/jpeg",
        headers=headers,
    )
    assert sent.status_code == 201
    assert sent.json()["outcome"] == "waiting"
    assert client.post(f"/api/v1/imports/{run_id}/close", headers=headers).status_code == 200
    shown = client.get(f"/api/v1/imports/{run_id}", headers=headers).json()
    assert shown["counts"]["waiting"] == 1
    assert ImportRun.objects.get().job.is_open is False
    assert ImportedFile.objects.get().path == "a/b.jpg"


def test_nobody_sends_files_into_the_import_of_another(
    alice_client: Client, bob_client: Client
) -> None:
    run_id = alice_client.post("/api/v1/imports/").json()["id"]
    response = bob_client.put(f"/api/v1/imports/{run_id}/files?name=a.jpg&size=1", b"1")
    assert response.status_code == 404
    assert not ImportedFile.objects.exists()


def test_the_description_names_every_error_of_every_call(alice_client: Client) -> None:
    described = alice_client.get("/api/v1/openapi.json").json()
    calls = [
        call
        for path in described["paths"].values()
        for call in path.values()
        if call["operationId"].startswith("gallery_")
    ]
    assert len(calls) >= 14
    for call in calls:
        assert {"401", "403", "404", "422"} <= set(call["responses"])
        assert call["security"]


def test_an_import_is_paused_resumed_cancelled_and_tried_again(
    client: Client, alice_client: Client, bob_client: Client
) -> None:
    run_id = alice_client.post("/api/v1/imports/").json()["id"]
    address = f"/api/v1/imports/{run_id}"
    for act in ("pause", "resume", "cancel", "again"):
        assert bob_client.post(f"{address}/{act}").status_code == 404
        assert client.post(f"{address}/{act}").status_code == 401
    assert alice_client.post(f"{address}/pause").json()["progress"]["status"] == "paused"
    assert alice_client.post(f"{address}/pause").json()["progress"]["status"] == "paused"
    assert alice_client.post(f"{address}/resume").json()["progress"]["status"] == "queued"
    assert alice_client.post(f"{address}/again").status_code == 409
    assert alice_client.post(f"{address}/cancel").json()["progress"]["status"] == "cancelled"
    refused = alice_client.post(f"{address}/again")
    assert refused.status_code == 409
    assert "No file of this import failed" in refused.json()["error"]["message"]


def test_files_of_an_import_are_found_by_a_text(alice: User, alice_client: Client) -> None:
    run_id = alice_client.post("/api/v1/imports/").json()["id"]
    for path in ("trip/a.jpg", "trip/b.jpg", "other.jpg"):
        ImportedFile.objects.create(run_id=run_id, path=path, outcome="added")
    found = alice_client.get(f"/api/v1/imports/{run_id}/files?text=TRIP").json()["files"]
    assert [file["path"] for file in found] == ["trip/a.jpg", "trip/b.jpg"]
    assert alice_client.get(f"/api/v1/imports/{run_id}/files?text=%00").status_code == 422
