"""Photos are looked at together: zoomed as one, flickered, wiped, and their difference."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, OpenPage, wait_for_groups


def compare_two(page: Page) -> None:
    wait_for_groups(page)
    page.locator(".group-row__link").first.click()
    others = page.locator("[data-compare^='/compare/']")
    page.goto(str(others.first.get_attribute("data-compare")))
    expect(page.locator("photo-compare [data-bar]")).to_be_visible()


def placed(page: Page, letter: str) -> str:
    picture = page.locator(f"[data-pane][data-letter={letter}] [data-picture]")
    return str(picture.evaluate("each => each.style.transform"))


def test_two_photos_are_zoomed_and_moved_as_one(sign_in: OpenPage) -> None:
    page = sign_in("compare")
    compare_two(page)
    assert placed(page, "A") == placed(page, "B")
    page.locator("[data-pane][data-letter=B] [data-view]").hover(position={"x": 40, "y": 60})
    page.keyboard.press("z")
    zoomed = placed(page, "A")
    expect(page.locator("[data-size=whole]")).to_have_attribute("aria-pressed", "true")
    for letter in "AB":
        caption = page.locator(f"[data-pane][data-letter={letter}] [data-shown]")
        expect(caption).to_have_text(re.compile("100 %"))
    page.keyboard.press("+")
    page.keyboard.press("ArrowLeft")
    assert placed(page, "A") == placed(page, "B") != zoomed
    page.keyboard.press("0")
    expect(page.locator("[data-size=fit]")).to_have_attribute("aria-pressed", "true")


def test_one_key_flickers_another_shows_what_differs(sign_in: OpenPage) -> None:
    page = sign_in("compare")
    compare_two(page)
    first, second = (page.locator(f"[data-pane][data-letter={letter}]") for letter in "AB")
    page.keyboard.press("b")
    expect(second).to_be_visible()
    expect(first).to_be_hidden()
    page.keyboard.press("b")
    expect(first).to_be_visible()
    expect(second).to_be_hidden()
    page.keyboard.press("d")
    heat = page.locator("[data-heat]")
    expect(heat).to_be_visible()
    heat.evaluate("each => each.decode()")
    assert heat.evaluate("each => each.naturalWidth") > 100
    page.keyboard.press("h")
    expect(page.get_by_role("img", name=re.compile("Histogram of B"))).to_be_visible()
    page.keyboard.press("f")
    expect(page.locator(".pane__edges")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(first).to_be_visible()
    expect(second).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("/groups/[0-9]+/"))


def test_the_slider_is_moved_by_a_thumb_on_a_phone(sign_in: OpenPage) -> None:
    page = sign_in("compare", viewport=PHONE, has_touch=True, is_mobile=True)
    compare_two(page)
    page.get_by_role("button", name="Slider").tap()
    page.get_by_label("How much of A is shown").fill("20")
    cut = page.locator("[data-pane][data-letter=A] [data-view]").evaluate(
        "each => each.style.clipPath"
    )
    assert "80%" in cut
