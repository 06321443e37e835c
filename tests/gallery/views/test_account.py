"""The first account, signing in and out, and one's own settings."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from gallery.forms import FirstAccountExists, FirstAccountForm
from gallery.models import ApiToken, User

pytestmark = pytest.mark.django_db

FIRST = {
    "username": "carla",
    "password1": "a long night walk",
    "password2": "a long night walk",
    "home_zone_name": "Asia/Tokyo",
}


@pytest.mark.parametrize("address", ["/upload/", "/account/", "/sign-in/"])
def test_an_empty_installation_opens_with_the_first_account(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"] == "/welcome/"


def test_the_first_account_is_the_administrator_and_signed_in(client: Client) -> None:
    response = client.post("/welcome/", FIRST)
    assert response.status_code == 302
    user = User.objects.get()
    assert (user.username, user.home_zone_name) == ("carla", "Asia/Tokyo")
    assert user.is_superuser
    assert user.is_staff
    assert user.is_first
    assert client.get("/account/").status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("password2", "something else", id="passwords_differ"),
        pytest.param("password1", "short", id="too_short"),
        pytest.param("home_zone_name", "Mars/Olympus", id="no_such_zone"),
        pytest.param("username", "", id="no_name"),
        pytest.param("username", "<b>", id="no_markup_in_names"),
    ],
)
def test_a_weak_or_wrong_first_account_is_refused(client: Client, field: str, value: str) -> None:
    sent = FIRST | {field: value} | ({"password2": value} if field == "password1" else {})
    assert client.post("/welcome/", sent).status_code == 422
    assert not User.objects.exists()


def test_the_page_of_the_first_account_is_closed_for_good(client: Client, alice: User) -> None:
    assert client.get("/welcome/")["Location"] == "/sign-in/"
    assert client.post("/welcome/", FIRST)["Location"] == "/sign-in/"
    assert list(User.objects.all()) == [alice]


def test_of_two_first_accounts_at_the_same_moment_one_wins(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one looked before the first one was saved: the database decides."""
    assert client.post("/welcome/", FIRST).status_code == 302
    form = FirstAccountForm({**FIRST, "username": "mallory"})
    assert form.is_valid()
    monkeypatch.setattr(type(User.objects.all()), "exists", lambda self: False)
    with pytest.raises(FirstAccountExists):
        form.save()
    monkeypatch.undo()
    assert User.objects.count() == 1


def test_passwords_are_never_shown_again(client: Client) -> None:
    response = client.post("/welcome/", FIRST | {"username": ""})
    assert FIRST["password1"] not in response.content.decode()


def test_signing_in_leads_to_the_page_that_was_asked_for(client: Client, alice: User) -> None:
    asked = client.get("/account/")
    assert asked["Location"] == "/sign-in/?next=/account/"
    sent = {"username": "alice", "password": "alice's password", "next": "/account/"}
    assert client.post("/sign-in/", sent)["Location"] == "/account/"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "javascript:alert(1)",
        "https:evil.example",
    ],
)
def test_signing_in_never_leads_to_another_site(client: Client, alice: User, target: str) -> None:
    assert target not in client.get("/sign-in/", {"next": target}).content.decode()
    sent = {"username": "alice", "password": "alice's password", "next": target}
    assert client.post("/sign-in/", sent)["Location"] == "/"


def test_a_wrong_password_is_refused_without_saying_which_part_was_wrong(
    client: Client, alice: User
) -> None:
    known = client.post("/sign-in/", {"username": "alice", "password": "wrong"})
    unknown = client.post("/sign-in/", {"username": "nobody", "password": "wrong"})
    assert known.status_code == unknown.status_code == 422
    assert known.context["form"].errors == unknown.context["form"].errors


def test_guessing_is_locked_out_and_told_how_long(
    client: Client, alice: User, settings: Any
) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    wrong = {"username": "alice", "password": "wrong"}
    for _ in range(3):
        last = client.post("/sign-in/", wrong)
    assert last.status_code == 429
    assert 0 < int(last["Retry-After"]) <= 15 * 60
    assert "15 minutes" in last.content.decode()
    right = client.post("/sign-in/", {"username": "alice", "password": "alice's password"})
    assert right.status_code == 429
    assert "_auth_user_id" not in client.session


def test_one_locked_name_does_not_lock_out_the_household(
    client: Client, alice: User, bob: User, settings: Any
) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    for _ in range(3):
        client.post("/sign-in/", {"username": "alice", "password": "wrong"})
    sent = {"username": "bob", "password": "bob's password"}
    assert client.post("/sign-in/", sent).status_code == 302


def test_the_lock_cannot_be_passed_by_the_sign_in_page_of_the_admin(
    client: Client, alice: User, settings: Any
) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    for _ in range(3):
        client.post("/sign-in/", {"username": "alice", "password": "wrong"})
    sent = {"username": "alice", "password": "alice's password"}
    assert client.post("/admin/login/", sent).status_code == 429


def test_signing_out_asks_for_a_post_and_empties_the_browsers_cache(
    alice_client: Client,
) -> None:
    assert alice_client.get("/sign-out/").status_code == 405
    response = alice_client.post("/sign-out/")
    assert response["Clear-Site-Data"] == '"cache"'
    assert "/sign-in/" in alice_client.get("/account/")["Location"]


def test_a_script_whose_session_is_over_gets_401_and_not_a_page(client: Client, bob: User) -> None:
    asked = client.get("/account/", headers={"HX-Request": "true"})
    assert asked.status_code == 401
    assert asked["HX-Redirect"] == "/sign-in/"
    as_json = client.get("/account/", headers={"Accept": "application/json"})
    assert as_json.status_code == 401
    assert as_json.json()["error"]["message"]


def test_the_home_zone_is_changed_for_oneself_only(
    alice_client: Client, alice: User, bob: User
) -> None:
    alice_client.post("/account/home-zone/", {"home_zone_name": "Europe/Berlin"})
    alice.refresh_from_db()
    bob.refresh_from_db()
    assert (alice.home_zone_name, bob.home_zone_name) == ("Europe/Berlin", "UTC")


def test_a_zone_that_does_not_exist_is_refused(alice_client: Client, alice: User) -> None:
    response = alice_client.post("/account/home-zone/", {"home_zone_name": "Nowhere"})
    assert response.status_code == 422
    alice.refresh_from_db()
    assert alice.home_zone_name == "UTC"


def test_a_new_password_keeps_this_browser_and_signs_out_the_others(
    alice_client: Client, alice: User
) -> None:
    other = Client()
    sent = {"username": "alice", "password": "alice's password"}
    other.post("/sign-in/", sent)
    assert other.get("/account/").status_code == 200
    new = "a quiet blue morning"
    passwords = {"old_password": "alice's password", "new_password1": new, "new_password2": new}
    assert alice_client.post("/account/password/", passwords).status_code == 302
    assert alice_client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302


def test_a_password_is_changed_only_by_who_knows_the_old_one(
    alice_client: Client, alice: User
) -> None:
    new = "a quiet blue morning"
    passwords = {"old_password": "guess", "new_password1": new, "new_password2": new}
    assert alice_client.post("/account/password/", passwords).status_code == 422
    alice.refresh_from_db()
    assert alice.check_password("alice's password")


def test_a_token_is_shown_once_and_stored_as_a_hash(alice_client: Client, alice: User) -> None:
    response = alice_client.post("/account/tokens/", {"name": "backup script"})
    text = response.context["new_token"]
    assert text in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert text not in alice_client.get("/account/").content.decode()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {ApiToken._meta.db_table}")
        assert text not in str(cursor.fetchall())
    assert ApiToken.objects.get().token_hash == ApiToken.hash_of(text)


def test_a_stranger_cannot_revoke_a_token(bob_client: Client, alice: User) -> None:
    token, _ = ApiToken.make(alice, "backup script")
    assert bob_client.post(f"/account/tokens/{token.pk}/revoke/").status_code == 404
    assert ApiToken.objects.filter(pk=token.pk).exists()


def test_an_own_token_is_revoked(alice_client: Client, alice: User) -> None:
    token, _ = ApiToken.make(alice, "backup script")
    alice_client.post(f"/account/tokens/{token.pk}/revoke/")
    assert not ApiToken.objects.exists()


def test_a_switched_off_account_cannot_sign_in(client: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    sent = {"username": "alice", "password": "alice's password"}
    assert client.post("/sign-in/", sent).status_code == 422
    assert "_auth_user_id" not in client.session
