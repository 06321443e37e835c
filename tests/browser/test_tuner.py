"""The tuner of a fixed camera, used by keyboard alone and by finger alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.installation import Installation
from tests.browser.touch import touch
from tests.pictures import scene, with_grain, with_thing

VIEW = scene(3, (640, 480))
CAR = (300, 300, 370, 345)
OWNER = "tuner"


@pytest.fixture(scope="session")
def camera_page(people: None, installation: Installation, tmp_path_factory) -> str:  # type: ignore[no-untyped-def]
    """The address of the tuner of a camera before which a car stops in the last frame."""
    folder: Path = tmp_path_factory.mktemp("camera") / "c21"
    folder.mkdir()
    for number, picture in enumerate((VIEW, VIEW, with_thing(VIEW, CAR))):
        with_grain(picture, number).save(folder / f"c21_2024_05_17__12_{number * 5:02}_00.png")
    installation.manage("import_folder", str(folder), "--owner", OWNER)
    return "/cameras/"


def open_tuner(page: Page, cameras: str) -> None:
    page.goto(cameras)
    page.get_by_role("link", name="c21").click()
    page.get_by_role("link", name="Tuner").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tuner of c21")
    expect(verdict(page)).to_have_text("Changed")


def test_an_area_is_left_out_by_keyboard_alone_saved_and_undone(
    camera_page: str, sign_in: OpenPage
) -> None:
    page = sign_in(OWNER, viewport=DESKTOP)
    open_tuner(page, camera_page)
    page.get_by_role("button", name="Add an area").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=re.compile("Corner 1 of area 1"))).to_be_focused()
    # The square in the middle, pulled over the car: from (40, 40) to (70, 80) percent.
    for corner, key, times in (
        (2, "Shift+ArrowRight", 2),
        (3, "Shift+ArrowRight", 2),
        (3, "Shift+ArrowDown", 4),
        (4, "Shift+ArrowDown", 4),
    ):
        page.get_by_role("button", name=re.compile(f"Corner {corner} of area 1")).focus()
        for _ in range(times):
            page.keyboard.press(key)
    expect(verdict(page)).to_have_text("Redundant")
    expect(page.get_by_text("would change sides").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".areas__row")).to_contain_text("5 corners")
    page.keyboard.press("Delete")
    expect(page.locator(".areas__row")).to_contain_text("4 corners")

    page.get_by_role("button", name="Save for the day").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#undo-bar")).to_contain_text("Settings of c21 by day")
    expect(verdict(page)).to_have_text("Redundant")
    page.locator("#undo-bar").get_by_role("button", name=re.compile("Undo")).focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    page.reload()
    expect(verdict(page)).to_have_text("Changed")


def test_an_area_is_drawn_by_finger_and_its_corner_dragged(
    camera_page: str, sign_in: OpenPage
) -> None:
    page = sign_in(OWNER, viewport=PHONE, has_touch=True)
    open_tuner(page, camera_page)
    page.get_by_role("button", name="Draw an area").tap()
    stage = page.locator("mask-painter")
    stage.scroll_into_view_if_needed()
    for across, down in ((0.4, 0.55), (0.75, 0.55), (0.75, 0.8)):
        tap_at(page, stage, across, down)
    tap_at(page, stage, 0.4, 0.62)
    page.get_by_role("button", name="Finish the area").tap()
    expect(page.locator(".areas__row")).to_contain_text("4 corners")
    corner = page.get_by_role("button", name=re.compile("Corner 4 of area 1"))
    corner.scroll_into_view_if_needed()
    drag(page, corner, across=0, down=0.18 * height_of(stage))
    expect(verdict(page)).to_have_text("Redundant")
    page.wait_for_load_state("networkidle")  # the last answer may still move what is below
    # No tap: on a busy machine its end may come so late that it is a long press, which deletes
    # nothing.
    page.get_by_role("button", name="Delete area 1").click()
    expect(page.locator(".areas__row")).to_have_count(0)
    expect(verdict(page)).to_have_text("Changed")


def test_the_line_is_moved_by_keyboard_and_says_what_it_would_do(
    camera_page: str, sign_in: OpenPage
) -> None:
    page = sign_in(OWNER, viewport=DESKTOP)
    open_tuner(page, camera_page)
    page.get_by_role("button", name="Compare the frames that are new").click()
    line = page.get_by_label("The line, percent redundant")
    expect(line).to_be_visible()
    expect(page.get_by_role("heading", name="1 changed")).to_be_visible()
    line.focus()
    page.keyboard.press("End")
    expect(page.get_by_role("heading", name="2 changed")).to_be_visible()
    expect(page.locator("[data-value-of=threshold_percent]")).to_have_text("99 %")


def verdict(page: Page) -> Locator:
    return page.locator("[data-verdict]")


def height_of(element: Locator) -> float:
    box = element.bounding_box()
    assert box
    return box["height"]


def tap_at(page: Page, element: Locator, across: float, down: float) -> None:
    box = element.bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + across * box["width"], box["y"] + down * box["height"])


def drag(page: Page, element: Locator, *, across: float, down: float) -> None:
    box = element.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    session = page.context.new_cdp_session(page)
    touch(session, "touchStart", x, y)
    for step in range(1, 5):
        touch(session, "touchMove", x + across * step / 4, y + down * step / 4)
        page.wait_for_timeout(20)
    touch(session, "touchEnd")
