"""The owner sees a page, a stranger finds nothing there, the unknown are sent to sign in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from gallery import albums, changes
from gallery.models import Photo, User
from tests.factories import NOON, make_camera, make_photo

pytestmark = pytest.mark.django_db

# Pages for people who are not signed in.
OPEN = {"gallery:login", "gallery:logout", "gallery:first-account"}


def change_of(owner: User) -> int:
    photos = Photo.objects.filter(pk=make_photo(owner).pk)
    return changes.archive(photos, by=owner).pk


# Address of a page -> how to make the row in it.
PAGES: dict[str, Callable[[User], list[int]]] = {
    "timeline": lambda owner: [],
    "archive": lambda owner: [],
    "trash": lambda owner: [],
    "history": lambda owner: [],
    "cameras": lambda owner: [],
    "no-camera": lambda owner: [],
    "camera": lambda owner: [make_camera(owner).pk],
    "camera-overview": lambda owner: [make_camera(owner).pk],
    "photo": lambda owner: [make_photo(owner).pk],
    "albums": lambda owner: [],
    "tags": lambda owner: [],
    "album": lambda owner: [albums.create(owner, "Paris").pk],
}
ACTS = [
    "act-rate",
    "act-tag",
    "choose-labels",
    "act-archive",
    "act-unarchive",
    "act-trash",
    "act-restore",
    "act-favourite",
]


@pytest.mark.parametrize("name", PAGES)
def test_the_owner_sees_the_page(alice: User, alice_client: Client, name: str) -> None:
    make_photo(alice, archived_at=NOON)
    arguments = PAGES[name](alice)
    answer = alice_client.get(reverse(f"gallery:{name}", args=arguments))
    assert answer.status_code == 200
    assert "<h1" in answer.content.decode()


@pytest.mark.parametrize("name", ["camera", "camera-overview", "photo", "album"])
def test_a_stranger_finds_nothing_at_the_page(alice: User, bob_client: Client, name: str) -> None:
    arguments = PAGES[name](alice)
    assert bob_client.get(reverse(f"gallery:{name}", args=arguments)).status_code == 404


def test_a_stranger_finds_nothing_to_undo(alice: User, bob_client: Client) -> None:
    assert bob_client.post(reverse("gallery:undo", args=[change_of(alice)])).status_code == 404


def test_missing_and_not_yours_look_the_same(alice: User, bob_client: Client) -> None:
    theirs = bob_client.get(make_photo(alice).get_absolute_url())
    missing = bob_client.get(reverse("gallery:photo", args=[2**62]))
    absurd = bob_client.get(reverse("gallery:photo", args=[2**80]))
    assert theirs.status_code == missing.status_code == absurd.status_code == 404
    without_token = [_without_tokens(answer.content) for answer in (theirs, missing, absurd)]
    assert without_token[0] == without_token[1] == without_token[2]


def _without_tokens(content: bytes) -> str:
    return "".join(line for line in content.decode().splitlines() if "oken" not in line)


@pytest.mark.parametrize("name", ACTS)
def test_an_act_needs_photos_of_ones_own(alice: User, bob_client: Client, name: str) -> None:
    photo = make_photo(alice)
    for ids in ([photo.pk], [], ["x"], [2**80]):
        answer = bob_client.post(reverse(f"gallery:{name}"), {"photo": ids})
        assert answer.status_code == 404


def test_the_unknown_are_sent_to_sign_in_from_every_address(alice: User) -> None:
    addresses = dict(every_address())
    assert len(addresses) > 20
    for name, address in addresses.items():
        if name in OPEN:
            continue
        for method in ("get", "post"):
            answer = getattr(Client(), method)(address)
            # Whatever the address does, it must not get as far as doing it.
            assert answer.status_code in (302, 401), f"{method} {name}: {answer.status_code}"
            if answer.status_code == 302:
                assert answer["Location"].startswith(reverse("gallery:login")), name


def every_address() -> Iterator[tuple[str, str]]:
    """Each named address of both apps, with number 1 wherever a number belongs."""
    for namespace in ("gallery", "dedup"):
        _, resolver = get_resolver().namespace_dict[namespace]
        for pattern in _patterns(resolver):
            name = f"{namespace}:{pattern.name}"
            converters = pattern.pattern.converters
            arguments = {key: _example(kind) for key, kind in converters.items()}
            try:
                yield name, reverse(name, kwargs=arguments)
            except NoReverseMatch as error:
                raise AssertionError(f"{name} needs an example of its own") from error


def _patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            yield each
        else:
            yield from _patterns(each)


def _example(converter: object) -> object:
    return 1 if "Int" in type(converter).__name__ else "x"
