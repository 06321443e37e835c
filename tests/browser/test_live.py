"""A rule for new frames is switched on by finger; its digest is walked through and undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PATIENCE_MS, PHONE, OpenPage
from tests.browser.installation import Installation
from tests.pictures import scene, with_grain, with_thing

VIEW = scene(3, (640, 480))
CAR = (300, 300, 370, 345)
OWNER = "live"


@pytest.fixture(scope="session")
def frames(people: None, installation: Installation, tmp_path_factory) -> None:  # type: ignore[no-untyped-def]
    """Two days of a camera: a car stops in the middle of the second."""
    folder: Path = tmp_path_factory.mktemp("live") / "c31"
    folder.mkdir()
    for day, pictures in ((17, [VIEW] * 3), (18, [VIEW, VIEW, with_thing(VIEW, CAR), VIEW, VIEW])):
        for number, picture in enumerate(pictures):
            name = f"c31_2024_05_{day}__12_{number * 5:02}_00.png"
            with_grain(picture, 10 * day + number).save(folder / name)
    installation.manage("import_folder", str(folder), "--owner", OWNER)


def test_it_is_switched_on_from_its_preview_and_a_day_is_undone(
    frames: None, sign_in: OpenPage
) -> None:
    page = sign_in(OWNER, viewport=PHONE, has_touch=True)
    page.goto("/cameras/")
    page.get_by_role("link", name="c31").tap()
    page.get_by_role("link", name="Overview").tap()
    page.get_by_role("link", name="New frames…").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("New frames of c31")
    expect(page.get_by_label("What goes is")).to_have_value("archive")
    page.get_by_label("Frames taken from this day on").fill("2024-05-17")
    page.get_by_label("Settling time, in minutes").fill("0")
    page.get_by_role("button", name="See what it would do").tap()
    switch = page.get_by_role("button", name="Thin new frames by this rule")
    expect(switch).to_be_visible()
    expect(page.locator(".tally__item").first).to_contain_text("4")
    fits(page)
    switch.tap()
    expect(page.locator(".chip--keep")).to_have_text("On")
    fits(page)

    wait_for_runs(page, 2)
    page.get_by_role("link", name="Sat, 18 May 2024").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("c31: Saturday, 18 May 2024")
    expect(page.locator(".run")).to_contain_text("2 frames archived")
    expect(page.locator(".story__change")).to_have_count(2)
    expect(page.locator(".story__change rect").first).to_be_attached()
    fits(page)
    page.get_by_role("button", name="Undo: c31, 2024-05-18").tap()
    expect(page.locator(".run .chip")).to_contain_text("Undone")
    page.get_by_role("link", name="All cameras").tap()
    expect(page.locator(".camera-day")).to_contain_text("rule on")
    fits(page)


def test_the_digest_is_walked_through_by_keyboard_alone(frames: None, sign_in: OpenPage) -> None:
    page = sign_in(OWNER, viewport=DESKTOP)
    page.goto("/digest/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Saturday, 18 May 2024")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("heading", level=1)).to_have_text("Friday, 17 May 2024")
    page.get_by_role("link", name="c31").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("c31: Friday, 17 May 2024")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", level=1)).to_have_text("c31: Saturday, 18 May 2024")


def fits(page: Page) -> None:
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], f"{page.url} is {width} wide"  # type: ignore[index]


def wait_for_runs(page: Page, count: int) -> None:
    """Until the workers have thinned so many days."""
    went = page.locator(".scan-list__item").filter(has_text="went")
    for _ in range(PATIENCE_MS // 500):
        if went.count() == count:
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(page.inner_text("main"))
