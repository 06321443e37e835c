"""Originals and small copies: to their owner only, in parts, and kept by the browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from gallery.files import originals
from gallery.models import Photo, User
from gallery.web.media_urls import COPIES, media_url, original_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def photo(alice: User, make_photo: Any) -> Photo:
    made: Photo = make_photo(alice)
    return made


def get(client: Client, address: str, **headers: str) -> Any:
    """Ask, and read to the end, as a browser does; ``body`` holds the bytes."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    response: Any = client.get(address, headers=sent)
    response.body = b"".join(response.streaming_content) if response.streaming else response.content
    return response


def original_bytes(photo: Photo) -> bytes:
    with originals.open_original(photo) as file:
        return bytes(file.read())


def test_owner_gets_the_original_as_it_came(alice_client: Client, photo: Photo) -> None:
    response = get(alice_client, original_url(photo))
    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Length"] == str(photo.size_bytes)
    assert response.body == original_bytes(photo)


@pytest.mark.parametrize("size", COPIES)
def test_owner_gets_every_small_copy(alice_client: Client, photo: Photo, size: str) -> None:
    response = get(alice_client, media_url(photo, size))
    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"
    assert response.body.startswith(b"\xff\xd8")


def test_an_unknown_size_is_not_there(alice_client: Client, photo: Photo) -> None:
    assert get(alice_client, f"/photos/{photo.pk}/enormous").status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="plain"),
        pytest.param({"Range": "bytes=0-10"}, id="with_a_range"),
        pytest.param({"If-None-Match": "*"}, id="with_any_etag"),
    ],
)
@pytest.mark.parametrize("size", ["original", *COPIES])
def test_a_stranger_gets_404_for_every_way_to_ask(
    bob_client: Client, photo: Photo, size: str, headers: dict[str, str]
) -> None:
    known = {"If-None-Match": f'"{photo.checksum[:16]}"'} if headers == {} else headers
    for sent in (headers, known):
        response = get(bob_client, f"/photos/{photo.pk}/{size}", **sent)
        assert response.status_code == 404
        assert "ETag" not in response


def test_the_unknown_are_led_to_the_sign_in_page(client: Client, photo: Photo) -> None:
    response = get(client, original_url(photo))
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/")


def test_a_versioned_address_is_kept_for_ever_by_this_browser_only(
    alice_client: Client, photo: Photo
) -> None:
    kept = get(alice_client, media_url(photo, "grid"))["Cache-Control"]
    assert {"private", "immutable", "max-age=31536000"} == set(kept.split(", "))
    bare = get(alice_client, f"/photos/{photo.pk}/grid")["Cache-Control"]
    assert set(bare.split(", ")) == {"private", "no-cache"}
    wrong = get(alice_client, f"/photos/{photo.pk}/grid?v=other")["Cache-Control"]
    assert "immutable" not in wrong


def test_what_the_browser_has_is_not_sent_again(alice_client: Client, photo: Photo) -> None:
    first = get(alice_client, media_url(photo, "grid"))
    again = get(alice_client, media_url(photo, "grid"), If_None_Match=first["ETag"])
    assert again.status_code == 304
    assert again.body == b""
    assert again["Cache-Control"] == first["Cache-Control"]


@pytest.mark.parametrize(
    ("header", "start", "stop"),
    [("bytes=0-99", 0, 100), ("bytes=100-", 100, None), ("bytes=-50", -50, None)],
)
def test_a_part_is_sent_as_a_part(
    alice_client: Client, photo: Photo, header: str, start: int, stop: int | None
) -> None:
    response = get(alice_client, original_url(photo), Range=header)
    expected = original_bytes(photo)[start:stop]
    assert response.status_code == 206
    assert response.body == expected
    assert response["Content-Length"] == str(len(expected))
    assert response["Content-Range"].endswith(f"/{photo.size_bytes}")


def test_a_part_beyond_the_end_is_416_with_the_size(alice_client: Client, photo: Photo) -> None:
    response = get(alice_client, original_url(photo), Range="bytes=99999999-")
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{photo.size_bytes}"


def test_a_part_of_something_older_gets_everything(alice_client: Client, photo: Photo) -> None:
    response = get(alice_client, original_url(photo), Range="bytes=0-9", If_Range='"another"')
    assert response.status_code == 200
    assert response.body == original_bytes(photo)


def test_head_has_the_headers_and_no_body(alice_client: Client, photo: Photo) -> None:
    response = alice_client.head(original_url(photo))
    assert response.status_code == 200
    assert response["Content-Length"] == str(photo.size_bytes)
    assert response.content == b""


def test_a_picture_may_run_nothing(alice_client: Client, photo: Photo) -> None:
    response = get(alice_client, original_url(photo))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_an_original_of_an_unknown_kind_is_only_saved_never_shown(
    alice_client: Client, alice: User, make_photo: Any
) -> None:
    photo = make_photo(alice, format="SVG", name="page.html")
    response = get(alice_client, original_url(photo))
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "name",
    ['a"b.jpg', "../../etc/passwd", "a\r\nSet-Cookie: x=1", "\u202egpj.exe", "日本.jpg", ". ."],
)
def test_a_download_has_a_harmless_name(
    alice_client: Client, alice: User, make_photo: Any, name: str
) -> None:
    photo = make_photo(alice, name=name)
    disposition = get(alice_client, original_url(photo, download=True))["Content-Disposition"]
    assert disposition.startswith("attachment; filename")
    unquoted = disposition.replace('\\"', "")
    assert not set(unquoted) & {"/", "\\", "\r", "\n", "\u202e"}


def test_a_proxy_in_front_is_told_where_the_file_lies(
    alice_client: Client, photo: Photo, settings: Any
) -> None:
    settings.ACCEL_REDIRECT_PREFIX = "/inside"
    response = get(alice_client, original_url(photo))
    name = originals.name_of(photo.checksum)
    assert response["X-Accel-Redirect"] == f"/inside/originals/{name}"
    assert response.content == b""
    assert response["Content-Type"] == "image/jpeg"


def test_a_proxy_is_told_nothing_about_the_photos_of_others(
    bob_client: Client, photo: Photo, settings: Any
) -> None:
    settings.ACCEL_REDIRECT_PREFIX = "/inside"
    response = get(bob_client, original_url(photo))
    assert response.status_code == 404
    assert "X-Accel-Redirect" not in response


def test_a_missing_file_is_404_and_is_logged(
    alice_client: Client, photo: Photo, caplog: pytest.LogCaptureFixture
) -> None:
    originals.storage().delete(originals.name_of(photo.checksum))
    assert get(alice_client, original_url(photo)).status_code == 404
    assert photo.checksum in caplog.text


def test_a_copy_that_can_no_longer_be_made_is_404_and_is_logged(
    alice_client: Client, photo: Photo, caplog: pytest.LogCaptureFixture
) -> None:
    originals.storage().delete(originals.name_of(photo.checksum))
    assert get(alice_client, media_url(photo, "large")).status_code == 404
    assert photo.checksum in caplog.text


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_pictures_are_only_read(alice_client: Client, photo: Photo, method: str) -> None:
    assert getattr(alice_client, method)(original_url(photo)).status_code == 405
