from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dedup import reports, reviewing
from dedup.models import Scan, SimilarGroup
from gallery import changes
from gallery.models import Photo, User

pytestmark = pytest.mark.django_db


def text_of(client: Client, name: str, scan: Scan) -> str:
    answer: Any = client.get(reverse(f"dedup:{name}", args=[scan.pk]))
    assert answer.status_code == 200
    content = answer.getvalue() if answer.streaming else answer.content
    return str(content.decode("utf-8-sig"))


def test_each_photo_of_each_group_is_reported_with_what_was_decided(
    alice: User, alice_client: Client, scan: Scan, group: SimilarGroup
) -> None:
    decision = reviewing.accept_suggestion(group, alice)
    rows = list(csv.DictReader(io.StringIO(text_of(alice_client, "report-csv", scan))))
    assert len(rows) == 5
    of_group = [row for row in rows if row["group"] == str(group.pk)]
    assert {row["decision"] for row in of_group} == {decision.summary}
    assert {row["decided by"] for row in of_group} == {"alice"}
    assert sorted(row["is now"] for row in of_group) == ["timeline", "trash", "trash"]
    (cover,) = (row for row in of_group if row["cover"] == "yes")
    assert (cover["percent"], cover["suggested"]) == ("100.0", "keep")
    assert "the largest picture" in cover["reason"]
    as_json = json.loads(text_of(alice_client, "report-json", scan))
    assert [str(row["photo"]) for row in as_json] == [row["photo"] for row in rows]


def test_the_report_is_streamed_group_by_group(
    alice_client: Client, scan: Scan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "GROUPS_AT_ONCE", 1)
    assert len(text_of(alice_client, "report-csv", scan).splitlines()) == 6


def test_only_what_was_deleted_forever_counts_as_freed(
    alice: User, alice_client: Client, scan: Scan, group: SimilarGroup
) -> None:
    reviewing.accept_suggestion(group, alice)
    trash = Photo.objects.in_trash()
    sizes = sorted(trash.values_list("size_bytes", flat=True))
    assert reports.freed(alice).bytes == 0
    assert reports.freed(alice).waiting_bytes == sum(sizes)
    gone = trash.get(size_bytes=sizes[0])
    changes.delete_forever(Photo.objects.filter(pk=gone.pk), by=alice)
    freed = reports.freed(alice)
    assert (freed.bytes, freed.photos, freed.waiting_bytes) == (sizes[0], 1, sizes[1])
    assert [month.freed_bytes for month in freed.months] == [sizes[0]]
    page = text_of(alice_client, "report", scan)
    assert page.count("freed__bar") == 1


def test_the_page_names_every_photo_and_the_reasons(alice_client: Client, scan: Scan) -> None:
    page = text_of(alice_client, "report", scan)
    for name in Photo.objects.values_list("file_name", flat=True):
        assert name in page
    assert "Suggested: the largest picture" in page


def test_reports_of_others_are_not_there(bob_client: Client, scan: Scan) -> None:
    for name in ("report", "report-csv", "report-json"):
        assert bob_client.get(reverse(f"dedup:{name}", args=[scan.pk])).status_code == 404
