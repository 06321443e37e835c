from __future__ import annotations

import csv
import datetime as dt
import io
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dedup.core.thresholds import describe_threshold, promise_at
from dedup.core.values import DEFAULT_THRESHOLD
from dedup.models import Scan
from gallery.models import User
from gallery.work import runner
from tests.dedup.library import make_measured
from tests.factories import make_camera, make_photo

pytestmark = pytest.mark.django_db

SCANS = "/scans/"


def form(**fields: Any) -> dict[str, Any]:
    return {
        "window_value": "20",
        "window_unit": "min",
        "mode": "gap",
        "threshold_percent": "80",
        "across_cameras": "on",
    } | fields


def test_a_scan_is_started_as_it_was_asked_for(alice: User, alice_client: Client) -> None:
    make_measured(alice, 1)
    camera = make_camera(alice)
    fields = form(camera=camera.pk, first_day="2024-05-01", last_day="2024-05-31", mode="span")
    answer = alice_client.post(SCANS, fields)
    scan = Scan.objects.get(owner=alice)
    assert answer["Location"] == scan.get_absolute_url()
    assert scan.chosen.window_seconds == 1200
    assert scan.chosen.threshold_percent == 80
    assert scan.chosen.mode == "span"
    assert scan.camera == camera
    assert (scan.first_day, scan.last_day) == (dt.date(2024, 5, 1), dt.date(2024, 5, 31))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        pytest.param({"window_value": "0.05", "window_unit": "s"}, "0.1 seconds", id="too_short"),
        pytest.param({"window_value": "25", "window_unit": "h"}, "24 hours", id="too_long"),
        pytest.param({"window_value": "nan"}, "number", id="not_a_number"),
        pytest.param({"threshold_percent": "101"}, "100", id="above_100_percent"),
        pytest.param(
            {"first_day": "2024-05-02", "last_day": "2024-05-01"}, "before the first", id="days"
        ),
    ],
)
def test_a_form_that_makes_no_sense_is_shown_again_with_the_reason(
    alice: User, alice_client: Client, fields: dict[str, str], says: str
) -> None:
    answer = alice_client.post(SCANS, form(**fields))
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Scan.objects.exists()


def test_the_camera_of_somebody_else_cannot_be_chosen(alice_client: Client, bob: User) -> None:
    assert alice_client.post(SCANS, form(camera=make_camera(bob).pk)).status_code == 422


def test_the_form_comes_filled_with_what_was_chosen_last(
    alice: User, alice_client: Client, scan: Scan
) -> None:
    page = alice_client.get(SCANS).content.decode()
    assert 'value="1"' in page
    assert '<option value="min" selected>' in page


def test_while_a_scan_runs_another_start_leads_to_it(alice: User, alice_client: Client) -> None:
    make_measured(alice, 1)
    alice_client.post(SCANS, form())
    answer = alice_client.post(SCANS, form(), follow=True)
    assert "running already" in answer.content.decode()
    assert Scan.objects.count() == 1


def test_the_page_follows_a_scan_to_its_end(alice: User, alice_client: Client) -> None:
    make_measured(alice, 1)
    make_measured(alice, 1, after=1, shot=1)
    alice_client.post(SCANS, form(threshold_percent="60"))
    scan = Scan.objects.get()
    progress = reverse("dedup:scan-progress", args=[scan.pk])
    waiting = alice_client.get(progress)
    assert "data-ended" not in waiting.content.decode()
    unchanged = alice_client.get(progress, headers={"If-None-Match": waiting["ETag"]})
    assert unchanged.status_code == 304
    runner.drain(scan.job, processes=0)
    ended = alice_client.get(progress).content.decode()
    assert "data-ended" in ended
    assert "Review 1 group" in ended


def test_a_scan_is_cancelled(alice: User, alice_client: Client) -> None:
    make_measured(alice, 1)
    alice_client.post(SCANS, form())
    scan = Scan.objects.get()
    answer = alice_client.post(reverse("dedup:scan-cancel", args=[scan.pk]), follow=True)
    assert "was cancelled" in answer.content.decode()


def test_without_any_pair_the_page_says_why(alice: User, alice_client: Client) -> None:
    make_measured(alice, 1)
    make_measured(alice, 1, after=7200, shot=1)
    alice_client.post(SCANS, form())
    scan = Scan.objects.get()
    runner.drain(scan.job, processes=0)
    assert "Try a wider window" in alice_client.get(scan.get_absolute_url()).content.decode()


def test_the_page_says_how_far_the_threshold_can_be_trusted(
    alice_client: Client, scan: Scan
) -> None:
    page = alice_client.get(scan.get_absolute_url()).content.decode()
    assert "are the same scene" in page


def test_every_pair_is_reported_with_its_percentage(alice_client: Client, scan: Scan) -> None:
    page = alice_client.get(reverse("dedup:pairs", args=[scan.pk])).content.decode()
    assert page.count('class="pair"') == scan.pair_count == 4


def test_the_pairs_as_csv_are_those_of_the_page(alice_client: Client, scan: Scan) -> None:
    answer = alice_client.get(reverse("dedup:pairs-csv", args=[scan.pk]))
    text = b"".join(answer).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 4
    assert {row["passes"] for row in rows} == {"yes"}
    assert all(0 <= float(row["percent"]) <= 100 for row in rows)
    assert rows[0]["seconds_apart"] == "1.0"


def test_the_pairs_as_json_say_the_same_as_the_csv(alice_client: Client, scan: Scan) -> None:
    table = b"".join(alice_client.get(reverse("dedup:pairs-csv", args=[scan.pk])))
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    found = json.loads(b"".join(alice_client.get(reverse("dedup:pairs-json", args=[scan.pk]))))
    assert [each["photo_b"] for each in found] == [row["photo_b"] for row in rows]
    assert [each["percent"] for each in found] == [float(row["percent"]) for row in rows]
    assert [each["passes"] for each in found] == [row["passes"] == "yes" for row in rows]
    assert ["; ".join(each["reasons"]) for each in found] == [row["reasons"] for row in rows]


@pytest.mark.parametrize("name", ["scan", "scan-progress", "pairs", "pairs-csv", "pairs-json"])
def test_a_stranger_sees_nothing_of_a_scan(bob_client: Client, scan: Scan, name: str) -> None:
    assert bob_client.get(reverse(f"dedup:{name}", args=[scan.pk])).status_code == 404


def test_a_stranger_cancels_nothing(bob_client: Client, scan: Scan) -> None:
    assert bob_client.post(reverse("dedup:scan-cancel", args=[scan.pk])).status_code == 404


def test_the_form_says_what_the_chosen_percentage_promises_and_what_any_other_would(
    alice: User, alice_client: Client
) -> None:
    page = alice_client.get(SCANS).content.decode()
    assert describe_threshold(DEFAULT_THRESHOLD) in page
    promises = page.split('data-promises="')[1].split('"')[0].split(" ")
    assert len(promises) == 100
    assert promises[70] == f"{promise_at(70).right},{promise_at(70).found}"
    again = alice_client.post(SCANS, form(threshold_percent="60", window_value="nan"))
    assert describe_threshold(60) in again.content.decode()


@pytest.mark.parametrize("typed", ["", "many", "101", "nan"])
def test_a_percentage_that_is_none_promises_nothing(
    alice: User, alice_client: Client, typed: str
) -> None:
    page = alice_client.post(SCANS, form(threshold_percent=typed)).content.decode()
    assert page.split("<output")[1].split(">")[1].startswith("</output")


def test_a_camera_brings_its_own_choices_into_the_form(alice: User, alice_client: Client) -> None:
    make_measured(alice, 1)
    camera = make_camera(alice)
    alice_client.post(SCANS, form(camera=camera.pk))
    page = alice_client.get(SCANS, {"camera": camera.pk}).content.decode()
    assert 'name="window_value" value="20"' in page
    assert f'<option value="{camera.pk}" selected>' in page
    assert 'name="window_value" value="1"' in alice_client.get(SCANS).content.decode()


def test_the_camera_of_a_stranger_brings_nothing(alice_client: Client, bob: User) -> None:
    assert alice_client.get(SCANS, {"camera": make_camera(bob).pk}).status_code == 404


def test_the_list_says_what_is_decided_of_each_scan(alice_client: Client, scan: Scan) -> None:
    group = scan.groups.first()
    assert group is not None
    alice_client.post(reverse("dedup:keep-all", args=[group.pk]))
    assert "1 of 2 decided" in alice_client.get(SCANS).content.decode()


def test_a_scan_is_named_and_the_name_taken_away(alice_client: Client, scan: Scan) -> None:
    address = reverse("dedup:scan-rename", args=[scan.pk])
    alice_client.post(address, {"name": " Paris "})
    assert "<h1>Paris</h1>" in alice_client.get(scan.get_absolute_url()).content.decode()
    assert "Paris ·" in alice_client.get(SCANS).content.decode()
    alice_client.post(address, {"name": ""})
    assert Scan.objects.get().name == ""


def test_a_scan_is_deleted_and_says_what_stays(alice_client: Client, scan: Scan) -> None:
    assert "No photo is touched" in alice_client.get(scan.get_absolute_url()).content.decode()
    answer = alice_client.post(reverse("dedup:scan-delete", args=[scan.pk]), follow=True)
    assert "Your decisions and photos stay" in answer.content.decode()
    assert not Scan.objects.exists()


def test_a_scan_that_runs_says_that_it_is_cancelled_first(
    alice: User, alice_client: Client
) -> None:
    make_measured(alice, 1)
    alice_client.post(SCANS, form())
    running = Scan.objects.get()
    answer = alice_client.post(reverse("dedup:scan-delete", args=[running.pk]), follow=True)
    assert "Cancel it first" in answer.content.decode()
    assert Scan.objects.exists()


@pytest.mark.parametrize("name", ["scan-rename", "scan-delete"])
def test_a_stranger_keeps_and_deletes_nothing(bob_client: Client, scan: Scan, name: str) -> None:
    assert bob_client.post(reverse(f"dedup:{name}", args=[scan.pk])).status_code == 404
    assert Scan.objects.filter(pk=scan.pk, name="").exists()


def test_without_photos_or_times_the_form_says_what_is_missing(
    alice: User, alice_client: Client
) -> None:
    assert "No photos to compare yet" in alice_client.get(SCANS).content.decode()
    make_photo(alice, taken_precision="day")
    page = alice_client.get(SCANS).content.decode()
    assert "Of none of your photos is it known to the second" in page
