from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dedup import covering, groups, reports, reviewing
from dedup.models import PairScore, Scan, SimilarGroup
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
    for name in ("report", "report-to-print", "report-csv", "report-json"):
        assert bob_client.get(reverse(f"dedup:{name}", args=[scan.pk])).status_code == 404


def test_the_report_tells_of_the_cover_in_force_not_of_the_one_the_scan_found(
    alice: User, alice_client: Client, scan: Scan, group: SimilarGroup
) -> None:
    chosen = Photo.objects.filter(memberships__group=group).exclude(pk=group.cover_id).latest("pk")
    covering.choose_cover(group, chosen.pk, by=alice)
    (view,) = groups.views_of([SimilarGroup.objects.select_related("scan").get(pk=group.pk)])
    shown = {str(member.photo.pk): member for member in view.members}
    rows = list(csv.DictReader(io.StringIO(text_of(alice_client, "report-csv", scan))))
    of_group = [row for row in rows if row["group"] == str(group.pk)]
    assert [row["photo"] for row in of_group if row["cover"] == "yes"] == [str(chosen.pk)]
    for row in of_group:
        member = shown[row["photo"]]
        assert float(row["percent"]) == round(member.percent, 2)
        assert row["suggested"] == ("keep" if member.is_suggested else "let go")
    page = text_of(alice_client, "report", scan)
    assert (
        re.findall(r'name">([^<]+)</td><td class="num">cover<', page).count(chosen.file_name) == 1
    )
    changes.trash(Photo.objects.filter(pk=group.cover_id), by=alice)
    rows = list(csv.DictReader(io.StringIO(text_of(alice_client, "report-csv", scan))))
    (gone,) = (row for row in rows if row["photo"] == str(group.cover_id))
    assert (gone["is now"], gone["percent"]) == ("trash", str(round(score(group, chosen), 2)))
    reviewing.accept_suggestion(group, alice)
    rows = list(csv.DictReader(io.StringIO(text_of(alice_client, "report-csv", scan))))
    of_group = [row for row in rows if row["group"] == str(group.pk)]
    assert [row["photo"] for row in of_group if row["cover"] == "yes"] == [str(chosen.pk)]


def score(group: SimilarGroup, chosen: Photo) -> float:
    a, b = sorted((group.cover_id, chosen.pk))
    return PairScore.objects.get(photo_a=a, photo_b=b).percent


def test_a_page_says_which_groups_it_holds_and_one_to_print_holds_all(
    alice_client: Client, scan: Scan, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "All 2 groups of the scan" in text_of(alice_client, "report", scan)
    monkeypatch.setattr(reports, "GROUPS_ON_A_PAGE", 1)
    monkeypatch.setattr(reports, "GROUPS_AT_ONCE", 1)
    page = text_of(alice_client, "report", scan)
    assert "Groups 1 to 1 of 2." in page
    after = re.search(r'rel="next" href="([^"]+)"', page)
    assert after is not None
    address = reverse("dedup:report", args=[scan.pk]) + after[1]
    assert "Groups 2 to 2 of 2." in alice_client.get(address).content.decode()
    to_print = text_of(alice_client, "report-to-print", scan)
    assert "All 2 groups" in to_print
    for row in SimilarGroup.objects.all():
        assert to_print.count(f'aria-label="Group {row.pk}"') == 1
    assert to_print.rstrip().endswith("</html>")
