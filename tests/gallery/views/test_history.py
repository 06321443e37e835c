"""The history lists every change, finds them again, and hands them out as files."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from typing import Any, cast

import pytest
from django.test import Client
from django.urls import reverse

from gallery import changes, tags
from gallery.models import Change, Photo, User
from tests.factories import NOON, make_photo, make_photos

pytestmark = pytest.mark.django_db


def test_the_history_shows_each_change_with_its_undo_or_the_reason_why_not(
    alice: User, alice_client: Client
) -> None:
    photos = make_photos(alice, 8)
    ids = [photo.pk for photo in photos]
    alice_client.post(reverse("gallery:act-archive"), {"photo": ids})
    alice_client.post(reverse("gallery:act-trash"), {"photo": ids[:1]})
    undone = Change.objects.get(act="archive")
    alice_client.post(reverse("gallery:undo", args=[undone.pk]))
    Change.objects.create(
        owner=alice, act="delete", summary="Deleted 2 photos forever", photo_count=2, made_at=NOON
    )
    page = alice_client.get(reverse("gallery:history")).content.decode()
    assert page.count('data-key="undo"') == 0
    assert len(re.findall(r'aria-label="Undo: Moved to trash', page)) == 1
    assert "change--undone" in page
    assert "and 2 more" in page
    assert "Cannot be undone: the files are gone" in page


def test_the_history_shows_nothing_of_somebody_else(
    alice: User, alice_client: Client, bob_client: Client
) -> None:
    alice_client.post(reverse("gallery:act-trash"), {"photo": make_photo(alice).pk})
    assert "Nothing was changed yet" in bob_client.get(reverse("gallery:history")).content.decode()


def archived(owner: User, name: str, **of_change: object) -> Change:
    photo = make_photo(owner, file_name=name)
    change = changes.archive(Photo.objects.filter(pk=photo.pk), by=owner)
    Change.objects.filter(pk=change.pk).update(**of_change)
    return change


def found(client: Client, **search: str) -> list[int]:
    page = client.get(reverse("gallery:history"), search).content.decode()
    return sorted(int(pk) for pk in re.findall(r'id="change-(\d+)"', page))


def test_a_change_is_found_by_the_name_of_a_photo_or_the_words_of_what_was_done(
    alice: User, alice_client: Client
) -> None:
    beach, tower = archived(alice, "beach.jpg"), archived(alice, "tower.jpg", summary="Tidied up")
    assert found(alice_client, text="BEACH") == [beach.pk]
    assert found(alice_client, text="tidied") == [tower.pk]
    assert found(alice_client) == [beach.pk, tower.pk]


def test_changes_are_found_by_act_by_day_and_by_whether_they_stand(
    alice: User, alice_client: Client
) -> None:
    early = archived(alice, "a.jpg", made_at=NOON)
    late = archived(alice, "b.jpg", made_at=NOON + dt.timedelta(days=3), act="trash")
    changes.undo(early, by=alice)
    day = NOON.date().isoformat()
    assert found(alice_client, last_day=day) == [early.pk]
    assert found(alice_client, first_day=(NOON + dt.timedelta(days=1)).date().isoformat()) == [
        late.pk
    ]
    assert found(alice_client, act="trash") == [late.pk]
    assert found(alice_client, standing="no") == [early.pk]


def test_a_day_begins_at_midnight_of_the_home_zone(alice: User, alice_client: Client) -> None:
    User.objects.filter(pk=alice.pk).update(home_zone_name="Asia/Tokyo")
    late_evening = dt.datetime(2026, 5, 1, 16, tzinfo=dt.UTC)  # the 2nd of May in Tokyo
    change = archived(alice, "a.jpg", made_at=late_evening)
    assert found(alice_client, first_day="2026-05-02") == [change.pk]
    assert found(alice_client, last_day="2026-05-01") == []


def test_a_search_that_cannot_be_understood_is_said_and_hides_nothing(
    alice: User, alice_client: Client
) -> None:
    change = archived(alice, "a.jpg")
    search = {"first_day": "soon", "act": "unheard-of"}
    assert found(alice_client, **search) == [change.pk]
    page = alice_client.get(reverse("gallery:history"), search).content.decode()
    assert "Enter a valid date." in page


def test_a_search_without_a_hit_says_so_and_leads_back(alice: User, alice_client: Client) -> None:
    archived(alice, "a.jpg")
    page = alice_client.get(reverse("gallery:history"), {"text": "nowhere"}).content.decode()
    assert "Nothing in the history fits this search." in page


def content_of(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def test_the_files_say_who_changed_what_when_and_what_it_replaced(
    alice: User, alice_client: Client
) -> None:
    change = archived(alice, "a.jpg", made_at=NOON)
    empty = Change.objects.create(owner=alice, act="decide", summary="Kept all", made_at=NOON)
    rows = json.loads(content_of(alice_client.get(reverse("gallery:history-json"))))
    by_change = {row["change"]: row for row in rows}
    assert by_change[change.pk]["before"] == {"archived_at": None}
    assert by_change[change.pk]["made_by"] == "alice"
    assert by_change[change.pk]["made_at"] == NOON.isoformat()
    assert by_change[empty.pk]["photo"] is None
    lines = list(csv.DictReader(io.StringIO(content_of(
        alice_client.get(reverse("gallery:history-csv"), {"text": "a.jpg"})
    ))))  # fmt: skip
    assert [line["file_name"] for line in lines] == ["a.jpg"]
    assert json.loads(lines[0]["before"]) == {"archived_at": None}


def test_the_files_hold_nothing_of_somebody_else_and_are_valid_when_empty(
    alice: User, bob_client: Client
) -> None:
    archived(alice, "a.jpg")
    assert json.loads(content_of(bob_client.get(reverse("gallery:history-json")))) == []
    assert len(content_of(bob_client.get(reverse("gallery:history-csv"))).splitlines()) == 1


def test_the_file_says_which_tags_and_albums_a_change_gave(
    alice: User, alice_client: Client
) -> None:
    photo = make_photo(alice)
    tags.put_on(Photo.objects.filter(pk=photo.pk), ["sea"], by=alice)
    answer = alice_client.get(reverse("gallery:history-json"))
    rows = json.loads(b"".join(cast(Any, answer).streaming_content))
    given = [row for row in rows if row["after"] and row["after"].get("tag") == "sea"]
    assert [(row["photo"], row["before"]["membership"]) for row in given] == [(photo.pk, None)]
    assert given[0]["after"]["membership"]["removed_at"] is None
