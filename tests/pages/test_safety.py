"""What protects every page alike: CSRF, headers, no page forgotten, no picture for strangers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from gallery import bulk
from gallery.importing import uploads
from gallery.models import ApiToken, Photo, User
from tests.factories import make_camera, make_photo

pytestmark = pytest.mark.django_db

# The only views for people who are not signed in, and why.
PUBLIC = {
    "gallery.views.account.first_account": "closed as soon as there is an account",
    "gallery.views.account.sign_in": "how else to sign in",
    "gallery.views.account.sign_out": "leaves nothing behind to protect",
    "gallery.config.health.healthz": "asked by machines; says ok or not",
    "gallery.config.health.readyz": "asked by machines; says ok or not",
    "django.contrib.admin.sites.login": "the admin's own sign-in, behind the same lock",
    "django.contrib.admin.sites.catch_all_view": "leads to the admin's sign-in",
}
CLASS_ATTRIBUTES = re.compile(rb"<[a-z][^>]*\s(on[a-z]+|style)=", re.IGNORECASE)
INLINE = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>|<style", re.IGNORECASE)


def patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        address = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each, address)
        else:
            yield address, each


ADDRESSES = list(patterns(get_resolver()))
OURS = [
    (address, pattern)
    for address, pattern in ADDRESSES
    if not address.startswith(("admin/", "api/")) and "(?P" not in address
]


def filled(address: str, number: int = 1) -> str:
    """An address with a number, or a size, wherever the pattern wants something."""
    address = re.sub(r"<slug:size>", "grid", address)
    return "/" + re.sub(r"<[^>]+>", str(number), address)


def name_of(pattern: URLPattern) -> str:
    view = pattern.callback
    return f"{view.__module__}.{getattr(view, '__name__', view)}"


def test_only_the_listed_views_are_public() -> None:
    public = {
        name_of(pattern)
        for address, pattern in ADDRESSES
        if not getattr(pattern.callback, "login_required", True) and not address.startswith("api/")
    }
    assert public <= set(PUBLIC)


def test_a_view_says_itself_that_it_is_public() -> None:
    """The check above would be worth nothing if the decorator left no trace."""

    @login_not_required
    def view(request: object) -> HttpResponse:
        return HttpResponse()

    assert view.login_required is False  # type: ignore[attr-defined]


def test_every_call_of_the_api_answers_the_unknown_with_401(alice: User) -> None:
    calls = [address for address, _ in ADDRESSES if address.startswith("api/v1/")]
    assert len(calls) > 10
    for address in calls:
        for method in ("get", "post", "put", "patch", "delete"):
            answer = getattr(Client(), method)(filled(address))
            # 405: there is no such call. 302: the description leads to the sign-in page.
            assert answer.status_code in (401, 404, 405, 302), f"{method} {address}"
            if answer.status_code == 302:
                assert answer["Location"].startswith("/sign-in/")


def test_nothing_is_changed_without_csrf_token(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    assert len(OURS) > 30
    for address, _ in OURS:
        for method in ("post", "put", "patch", "delete"):
            answer = getattr(client, method)(filled(address))
            assert answer.status_code in (403, 405), f"{method} {address}: {answer.status_code}"


@pytest.fixture
def world(alice: User) -> None:
    """One row of each kind that is Alice's, so that every address has something to show."""
    photo = make_photo(alice, camera=make_camera(alice))
    uploads.begin(alice)
    bulk.later(bulk.Act.ARCHIVE, [photo.pk], by=alice)
    ApiToken.make(alice, "test")


def test_every_page_carries_the_headers_that_protect_it(
    alice: User, alice_client: Client, world: None
) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    shown = 0
    for address, _ in [*OURS, ("admin/", None), ("admin/gallery/photo/", None)]:
        answer = alice_client.get(filled(address))
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy, address
        assert "default-src 'none'" in policy, address
        assert "*" not in policy, address
        assert answer["X-Content-Type-Options"] == "nosniff", address
        assert answer["X-Frame-Options"] == "DENY", address
        assert answer["Referrer-Policy"] == "same-origin", address
        shown += answer.status_code == 200
    assert shown > 15


def test_no_page_has_scripts_or_styles_inside_it(alice_client: Client, world: None) -> None:
    """The policy would block them: a page that needs one would be broken."""
    for address, _ in OURS:
        answer = alice_client.get(filled(address))
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            assert not INLINE.search(answer.content), address
            assert not CLASS_ATTRIBUTES.search(answer.content), address


def test_no_page_asks_another_server_for_anything(alice_client: Client, world: None) -> None:
    for address, _ in OURS:
        answer = alice_client.get(filled(address))
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            outside = re.findall(rb'(?:src|href|action)="(?:https?:)?//[^"]*', answer.content)
            assert outside == [], address


def test_cookies_are_kept_from_scripts_and_from_other_sites(client: Client, alice: User) -> None:
    client.post("/sign-in/", {"username": "alice", "password": "alice's password"})
    session = client.cookies["sessionid"]
    assert session["httponly"]
    assert session["samesite"] == "Lax"


def test_a_stranger_gets_none_of_the_rows_of_another(bob_client: Client, world: None) -> None:
    photo = Photo.objects.get()
    for address, pattern in OURS:
        if "<" not in address or "<slug:size>" in address:
            continue
        for method in ("get", "post", "put"):
            answer = getattr(bob_client, method)(filled(address, photo.pk))
            assert answer.status_code in (404, 405), f"{method} {address} {name_of(pattern)}"


def test_numbers_beyond_the_database_are_not_there(alice_client: Client, world: None) -> None:
    for address, _ in OURS:
        if "<int:" in address:
            answer = alice_client.get(filled(address, 10**30))
            assert answer.status_code in (404, 405), address


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example"])
def test_an_unknown_host_name_is_refused(client: Client, alice: User, host: str) -> None:
    assert client.get("/sign-in/", headers={"Host": host}).status_code == 400
