"""A scan by the form: live progress, its result, its pairs, and cancelling it."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage, forget_expected, wait_for_groups
from tests.browser.installation import Installation


def test_a_scan_shows_its_progress_and_its_result_without_a_reload(
    sign_in: OpenPage, installation: Installation
) -> None:
    page = sign_in("scans")
    wait_for_groups(page)
    with installation.workers_asleep():
        start_scan(page, "20", "minutes")
        expect(page.get_by_role("progressbar")).to_be_visible()
        expect(page.locator("[data-ended]")).to_have_count(0)
    expect(page.locator(".tally")).to_contain_text(re.compile(r"11\s*photos compared"))
    expect(page.locator(".tally")).to_contain_text(re.compile(r"9\s*pairs in the window"))
    expect(page.locator(".tally")).to_contain_text(re.compile(r"3\s*groups found"))

    page.get_by_role("link", name="All pairs").click()
    expect(page.locator(".pair")).to_have_count(9)
    expect(page.locator(".pair__percent").first).to_have_text(re.compile(r"\d+(\.\d)?\s*%"))
    with page.expect_download() as download:
        page.get_by_role("link", name="As CSV").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    lines = list(csv.DictReader(text.splitlines()))
    assert len(lines) == 9
    assert {line["passes"] for line in lines} == {"yes"}

    # Cancelled before a worker took it, a scan leaves the groups of the last one.
    with installation.workers_asleep():
        start_scan(page, "2", "hours")
        page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("This scan was cancelled.")).to_be_visible()
    wait_for_groups(page)


def test_counts_follow_the_sliders_and_nothing_is_written(
    sign_in: OpenPage, installation: Installation
) -> None:
    page = sign_in("scans")
    wait_for_groups(page)
    page.goto("/scans/")
    counts = page.locator("[data-counts]")
    page.get_by_role("button", name="One moment").click()
    expect(counts).to_contain_text("3 groups · 9 photos")
    before = installation.rows("dedup_pairscore", "dedup_decision", "dedup_scan")

    percent = page.get_by_role("slider", name="At least this much alike")
    drag(page, percent, 1.0)
    expect(counts).to_contain_text("0 groups")
    drag(page, percent, 0.5)
    expect(counts).to_contain_text("3 groups")
    percent.press("ArrowRight")
    expect(page.locator("[name=threshold_percent]")).not_to_have_value("70")

    window = page.get_by_role("slider", name="Time window")
    drag(page, window, 0.0)
    expect(page.locator("[name=window_value]")).to_have_value("0.1")
    expect(counts).to_contain_text("0 groups")
    page.locator("[name=window_value]").fill("2")
    expect(counts).to_contain_text("3 groups")
    expect(page.locator(".near__pair").first).to_be_visible()

    page.goto("/groups/")
    expect(page.locator("window-sliders")).to_be_visible()
    page.keyboard.press("-")
    expect(counts).to_contain_text("groups")
    assert installation.rows("dedup_pairscore", "dedup_decision", "dedup_scan") == before


def test_a_window_out_of_range_is_refused_beside_its_field(sign_in: OpenPage) -> None:
    page = sign_in("stranger")
    start_scan(page, "30", "hours")
    expect(page.locator(".field__error")).to_contain_text("24")
    expect(page.locator("[name=window_value]")).to_have_value("30")
    forget_expected(page, "422")


def start_scan(page: Page, value: str, unit: str) -> None:
    page.goto("/scans/")
    page.locator("[name=window_value]").fill(value)
    page.locator("[name=window_unit]").select_option(label=unit)
    page.get_by_role("button", name="Start the scan").click()


def drag(page: Page, slider: Locator, share: float) -> None:
    """From where its knob may be to a part of its length, as a hand does: on the way it moves."""
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * share, middle, steps=8)
    page.mouse.up()
