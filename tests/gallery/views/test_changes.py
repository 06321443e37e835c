from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gallery.models import Change, Photo, User
from tests.factories import NOON, make_photo, make_photos, make_stored_photo

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def state_of(photo: Photo) -> tuple[Any, ...]:
    photo.refresh_from_db()
    return photo.archived_at, photo.trashed_at, photo.favourite_at


@pytest.mark.parametrize(
    ("act", "before", "field"),
    [
        pytest.param("archive", {}, "archived_at", id="archive"),
        pytest.param("unarchive", {"archived_at": NOON}, "archived_at", id="unarchive"),
        pytest.param("trash", {"archived_at": NOON}, "trashed_at", id="trash from the archive"),
        pytest.param("restore", {"trashed_at": NOON}, "trashed_at", id="restore"),
        pytest.param("favourite", {}, "favourite_at", id="favourite"),
    ],
)
def test_an_act_is_done_and_undone_exactly(
    alice: User, alice_client: Client, act: str, before: dict[str, Any], field: str
) -> None:
    photos = make_photos(alice, 3, **before)
    others = make_photo(alice, **before)
    states = [state_of(photo) for photo in photos]

    answer = alice_client.post(
        reverse(f"gallery:act-{act}"), {"photo": [photo.pk for photo in photos]}, headers=HTMX
    )
    assert answer.status_code == 200
    for photo in photos:
        photo.refresh_from_db()
        assert (getattr(photo, field) is None) == (before.get(field) is not None)
    assert state_of(others) == (before.get("archived_at"), before.get("trashed_at"), None)

    undo = re.search(r'action="(/history/\d+/undo/)"', answer.content.decode())
    assert undo
    assert alice_client.post(undo[1], headers=HTMX).status_code == 200
    assert [state_of(photo) for photo in photos] == states


@pytest.mark.parametrize("act", ["archive", "unarchive", "trash", "restore", "favourite"])
def test_a_stranger_cannot_act_on_a_photo(alice: User, bob_client: Client, act: str) -> None:
    photo = make_photo(alice)
    before = state_of(photo)
    answer = bob_client.post(reverse(f"gallery:act-{act}"), {"photo": photo.pk})
    assert answer.status_code == 404
    assert state_of(photo) == before


@pytest.mark.parametrize("act", ["archive", "unarchive", "trash", "restore", "favourite"])
def test_reading_an_address_changes_nothing(alice: User, alice_client: Client, act: str) -> None:
    photo = make_photo(alice)
    assert alice_client.get(reverse(f"gallery:act-{act}"), {"photo": photo.pk}).status_code == 405
    assert state_of(photo) == (None, None, None)


def test_photos_of_others_among_the_own_stay_untouched(
    alice: User, bob: User, alice_client: Client
) -> None:
    own, foreign = make_photo(alice), make_photo(bob)
    alice_client.post(reverse("gallery:act-trash"), {"photo": [own.pk, foreign.pk]})
    assert state_of(own)[1] is not None
    assert state_of(foreign) == (None, None, None)


def test_without_a_script_the_next_page_offers_the_undo(alice: User, alice_client: Client) -> None:
    photo = make_photo(alice)
    answer = alice_client.post(
        reverse("gallery:act-trash"), {"photo": photo.pk, "next": "/archive/"}, follow=True
    )
    assert answer.redirect_chain == [("/archive/", 302)]
    change = Change.objects.get()
    assert f'data-change="{change.pk}"' in answer.content.decode()
    assert reverse("gallery:undo", args=[change.pk]) in answer.content.decode()


def test_an_undo_before_the_script_saw_the_new_bar_leads_back_to_the_page(
    alice: User, alice_client: Client
) -> None:
    photo = make_photo(alice)
    where = {"HX-Request": "true", "HX-Current-URL": "http://testserver/archive/?q=1"}
    bar = alice_client.post(
        reverse("gallery:act-trash"), {"photo": photo.pk}, headers=where
    ).content.decode()
    (form,) = re.findall(r'action="([^"]+)"', bar)
    (back_to,) = re.findall(r'name="next" value="([^"]*)"', bar)
    answer = alice_client.post(form, {"next": back_to})  # as a plain form
    assert answer["Location"] == "/archive/?q=1"
    assert Photo.objects.get(pk=photo.pk).state == "timeline"


def test_an_act_leads_to_no_other_site(alice: User, alice_client: Client) -> None:
    answer = alice_client.post(
        reverse("gallery:act-trash"),
        {"photo": make_photo(alice).pk, "next": "https://evil.example"},
    )
    assert answer["Location"] == "/"


def test_doing_it_twice_is_harmless_and_offers_no_second_undo(
    alice: User, alice_client: Client
) -> None:
    photo = make_photo(alice)
    address = reverse("gallery:act-archive")
    alice_client.post(address, {"photo": photo.pk}, headers=HTMX)
    before = state_of(photo)
    answer = alice_client.post(address, {"photo": photo.pk}, headers=HTMX)
    assert state_of(photo) == before
    assert "Nothing" in answer.content.decode() or "0 photos" in answer.content.decode()
    assert b"/undo/" not in answer.content
    assert Change.objects.count() == 1


def group_guard(owner: User, photo_ids: list[int]) -> list[str]:
    return ["The group of 17 May 2024 would keep none of its 2 photos."]


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gallery.changes.import_string", lambda name: group_guard)


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize("headers", [pytest.param({}, id="page"), pytest.param(HTMX, id="htmx")])
def test_emptying_a_group_takes_a_second_deliberate_act(
    alice: User, alice_client: Client, headers: dict[str, str]
) -> None:
    photo = make_photo(alice)
    address = reverse("gallery:act-trash")
    answer = alice_client.post(address, {"photo": photo.pk}, headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "The group of 17 May 2024 would keep none" in page
    assert "Trash anyway" in page
    assert state_of(photo) == (None, None, None)

    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    del fields["csrfmiddlewaretoken"]
    alice_client.post(address, fields, headers=headers)
    assert state_of(photo)[1] is not None


def test_what_was_changed_since_is_not_undone_and_the_page_says_why(
    alice: User, alice_client: Client
) -> None:
    photo = make_photo(alice, file_name="sunset.jpg")
    alice_client.post(reverse("gallery:act-archive"), {"photo": photo.pk})
    first = Change.objects.get()
    alice_client.post(reverse("gallery:act-unarchive"), {"photo": photo.pk})
    before = state_of(photo)
    for headers in ({}, HTMX):
        answer = alice_client.post(reverse("gallery:undo", args=[first.pk]), headers=headers)
        assert answer.status_code == 409
        assert "sunset.jpg was changed since" in answer.content.decode()
    assert state_of(photo) == before


def test_a_stranger_cannot_undo(alice: User, alice_client: Client, bob_client: Client) -> None:
    photo = make_photo(alice)
    alice_client.post(reverse("gallery:act-trash"), {"photo": photo.pk})
    undo = reverse("gallery:undo", args=[Change.objects.get().pk])
    assert bob_client.post(undo).status_code == 404
    assert state_of(photo)[1] is not None


def hidden_fields(page: str) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    main = page.split("<main")[1].split("</main")[0]
    for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', main):
        fields.setdefault(name, []).append(value)
    del fields["csrfmiddlewaretoken"]
    return fields


def test_deleting_forever_first_says_exactly_what_it_destroys(
    alice: User, alice_client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    doomed = make_stored_photo(alice, trashed_at=NOON)
    spared = make_stored_photo(alice, trashed_at=NOON)
    address = reverse("gallery:delete-forever")
    page = alice_client.post(address, {"photo": doomed.pk}).content.decode()
    assert "Delete 1 photo forever?" in page
    assert "There is no undo." in page
    assert Photo.objects.filter(pk=doomed.pk).exists()

    with django_capture_on_commit_callbacks(execute=True):
        answer = alice_client.post(address, hidden_fields(page))
    assert answer["Location"] == reverse("gallery:trash")
    assert list(Photo.objects.all()) == [spared]


def test_what_came_into_the_trash_after_the_question_is_spared(
    alice: User, alice_client: Client
) -> None:
    make_photo(alice, trashed_at=NOON)
    address = reverse("gallery:empty-trash")
    page = alice_client.get(address).content.decode()
    assert "Delete 1 photo forever?" in page
    late = make_photo(alice)
    alice_client.post(reverse("gallery:act-trash"), {"photo": late.pk})
    alice_client.post(address, hidden_fields(page))
    assert list(Photo.objects.all()) == [late]


def test_a_trash_that_changed_since_the_question_asks_again(
    alice: User, alice_client: Client
) -> None:
    kept, other = make_photos(alice, 2, trashed_at=NOON)
    address = reverse("gallery:empty-trash")
    page = alice_client.get(address).content.decode()
    alice_client.post(reverse("gallery:act-restore"), {"photo": kept.pk})
    answer = alice_client.post(address, hidden_fields(page))
    assert answer.status_code == 409
    assert "nothing was deleted" in answer.content.decode()
    assert Photo.objects.filter(pk=other.pk).exists()


def test_only_what_is_in_the_trash_can_be_deleted_forever(
    alice: User, alice_client: Client
) -> None:
    photo = make_photo(alice)
    fields = {"photo": photo.pk, "confirmed": f"1-{photo.size_bytes}"}
    answer = alice_client.post(reverse("gallery:delete-forever"), fields, follow=True)
    assert "nothing to delete" in answer.content.decode()
    assert Photo.objects.filter(pk=photo.pk).exists()


def test_a_stranger_cannot_delete_forever(alice: User, bob_client: Client) -> None:
    photo = make_photo(alice, trashed_at=NOON)
    fields = {"photo": photo.pk, "confirmed": f"1-{photo.size_bytes}"}
    assert bob_client.post(reverse("gallery:delete-forever"), fields).status_code == 404
    bob_client.post(reverse("gallery:empty-trash"), {"confirmed": f"1-{photo.size_bytes}"})
    assert Photo.objects.filter(pk=photo.pk).exists()


def test_emptying_an_empty_trash_says_so(alice_client: Client) -> None:
    answer = alice_client.get(reverse("gallery:empty-trash"), follow=True)
    assert "nothing to delete" in answer.content.decode()


def test_a_nonsense_moment_of_the_question_deletes_nothing_new(
    alice: User, alice_client: Client
) -> None:
    photo = make_photo(alice, trashed_at=NOON)
    for moment in ("nonsense", "2024-13-77", "2024-05-17T12:00:00"):
        fields = {"confirmed": "0-0", "asked_at": moment}
        alice_client.post(reverse("gallery:empty-trash"), fields)
    early = (NOON - dt.timedelta(days=1)).isoformat()
    fields = {"confirmed": f"1-{photo.size_bytes}", "asked_at": early}
    alice_client.post(reverse("gallery:empty-trash"), fields)
    assert Photo.objects.filter(pk=photo.pk).exists()
