from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dedup.models import Decision, PairScore, Scan
from gallery.models import User
from tests.dedup.library import make_measured, scanned

pytestmark = pytest.mark.django_db

FORM = "/scans/preview/"


def fields(**more: Any) -> dict[str, Any]:
    return {
        "window_value": "1",
        "window_unit": "min",
        "mode": "gap",
        "threshold_percent": "88",
        "across_cameras": "on",
    } | more


def test_the_counts_of_the_choices_are_said(alice_client: Client, scan: Scan) -> None:
    for address in (FORM, reverse("dedup:scan-preview", args=[scan.pk])):
        page = alice_client.get(address, fields()).content.decode()
        assert '<strong class="num">2</strong> groups' in page
        assert '<strong class="num">5</strong> photos' in page
    none = alice_client.get(FORM, fields(window_value="0.1", window_unit="s")).content.decode()
    assert '<strong class="num">0</strong> groups' in none


def test_pairs_that_nobody_compared_are_named(alice_client: Client, scan: Scan) -> None:
    page = alice_client.get(FORM, fields(window_value="1", window_unit="h")).content.decode()
    assert "6 pairs are not compared yet" in page
    assert "at least" in page


def test_the_pairs_nearest_to_the_percentage_can_be_looked_at(
    alice_client: Client, scan: Scan
) -> None:
    page = alice_client.get(FORM, fields()).content.decode()
    score = PairScore.objects.order_by("percent").first()
    assert score is not None
    assert "Nearest pairs above" in page
    assert page.count('class="near__pair"') >= 1
    assert "/compare/" in page


def test_the_intervals_are_drawn_with_the_window_among_them(
    alice_client: Client, scan: Scan
) -> None:
    page = alice_client.get(FORM, fields()).content.decode()
    assert 'class="intervals__window"' in page
    assert "intervals__bar--inside" in page
    assert "median interval" in page


def test_before_any_scan_only_the_intervals_are_known(alice: User, alice_client: Client) -> None:
    make_measured(alice, 1)
    make_measured(alice, 1, after=300)
    page = alice_client.get(FORM, fields()).content.decode()
    assert "once a first scan has compared" in page
    assert "a window of 1 min gives no groups. Try 15 min." in page
    assert 'data-window="900.0"' in page


def test_choices_that_make_no_sense_are_answered_in_words(alice_client: Client, scan: Scan) -> None:
    page = alice_client.get(FORM, fields(window_value="30", window_unit="h")).content.decode()
    assert "24 hours" in page
    assert "data-counts" not in page


def test_a_stranger_learns_nothing(bob_client: Client, scan: Scan) -> None:
    for name in ("scan-preview", "sliders"):
        assert bob_client.get(reverse(f"dedup:{name}", args=[scan.pk]), fields()).status_code == 404
    page = bob_client.get(FORM, fields()).content.decode()
    assert "groups" not in page.replace("How many groups", "")


def test_the_sliders_come_with_the_choices_of_the_scan(alice_client: Client, scan: Scan) -> None:
    page = alice_client.get(reverse("dedup:sliders", args=[scan.pk])).content.decode()
    assert reverse("dedup:scan-preview", args=[scan.pk]) in page
    assert 'name="threshold_percent" value="88"' in page
    assert reverse("dedup:sliders", args=[scan.pk]) in alice_client.get("/groups/").content.decode()


def test_to_ask_is_no_act(alice_client: Client, scan: Scan) -> None:
    before = list(PairScore.objects.values()), Decision.objects.count(), Scan.objects.count()
    for percent in ("20", "60", "99"):
        assert alice_client.get(FORM, fields(threshold_percent=percent)).status_code == 200
    assert alice_client.post(FORM, fields()).status_code == 405
    assert (
        list(PairScore.objects.values()),
        Decision.objects.count(),
        Scan.objects.count(),
    ) == before


def test_a_question_costs_few_queries_however_many_groups_there_are(
    alice: User, alice_client: Client, scan: Scan
) -> None:
    few = queries_of(alice_client)
    for view in range(3, 9):
        for shot in range(3):
            make_measured(alice, view, after=1000 * view + shot, shot=shot)
    scanned(alice)
    assert queries_of(alice_client) == few
    assert few <= 20


def queries_of(client: Client) -> int:
    client.get(FORM, fields())
    with CaptureQueriesContext(connection) as captured:
        assert client.get(FORM, fields()).status_code == 200
    return len(captured)
