"""Archive, trash, restore and delete on the timeline, and the three ways back."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, OpenPage, wait_for_groups
from tests.browser.touch import long_press

ALL = 11  # photos in a library


def test_selected_photos_are_archived_trashed_and_brought_back(sign_in: OpenPage) -> None:
    page = sign_in("acts")
    wait_for_groups(page)
    page.goto("/")
    expect(frames(page)).to_have_count(ALL)

    # Two photos by click and shift-click go to the archive; the bar has the way back.
    tick(page, 9).click()
    tick(page, 10).click(modifiers=["Shift"])
    expect(page.locator("[data-selected-count]")).to_have_text("2 selected")
    page.get_by_role("button", name="Archive").click()
    expect(frames(page)).to_have_count(ALL - 2)
    page.locator("#undo-bar").get_by_role("button", name="Undo").click()
    expect(frames(page)).to_have_count(ALL)

    # One photo by the keyboard goes to the trash, and U takes it out.
    frames(page).last.locator(".frame__link").focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-selected-count]")).to_have_text("1 selected")
    page.keyboard.press("x")
    expect(frames(page)).to_have_count(ALL - 1)
    expect(page.locator("#undo-bar").get_by_role("button", name="Undo")).to_be_visible()
    page.keyboard.press("u")
    expect(frames(page)).to_have_count(ALL)

    # What left the bar long ago is in the history.
    frames(page).last.locator(".frame__link").click()
    page.get_by_role("button", name="Archive").click()
    page.goto("/archive/")
    expect(frames(page)).to_have_count(1)
    page.goto("/history/")
    page.locator(".change").first.get_by_role("button", name="Undo").click()
    expect(page.locator(".change").first).to_contain_text("Undone")
    page.goto("/")
    expect(frames(page)).to_have_count(ALL)


def test_a_long_press_selects_on_a_phone(sign_in: OpenPage) -> None:
    page = sign_in("acts", viewport=PHONE, has_touch=True, is_mobile=True)
    wait_for_groups(page)
    page.goto("/")
    long_press(page, frames(page).nth(0))
    expect(page.locator("[data-selected-count]")).to_have_text("1 selected")
    frames(page).nth(1).tap()
    expect(page.locator("[data-selected-count]")).to_have_text("2 selected")
    page.get_by_role("button", name="Select nothing").tap()
    expect(page.get_by_role("button", name="Select nothing")).to_be_hidden()


def test_emptying_the_trash_says_what_it_destroys_and_cannot_be_undone(sign_in: OpenPage) -> None:
    page = sign_in("bins")
    wait_for_groups(page)
    page.goto("/")
    for place in (ALL - 1, ALL - 2):
        tick(page, place).click()
    page.get_by_role("button", name="Trash", exact=True).click()
    expect(frames(page)).to_have_count(ALL - 2)

    page.goto("/trash/")
    expect(frames(page)).to_have_count(2)
    page.get_by_role("link", name="Empty the trash").click()
    expect(page.get_by_text("There is no undo.")).to_be_visible()
    page.get_by_role("link", name="Keep them in the trash").click()
    expect(frames(page)).to_have_count(2)
    page.get_by_role("link", name="Empty the trash").click()
    page.get_by_role("button", name="Delete 2 photos forever").click()
    expect(page.get_by_role("heading", name="The trash is empty")).to_be_visible()
    page.goto("/history/")
    expect(page.get_by_text("Cannot be undone: the files are gone").first).to_be_visible()
    page.goto("/")
    expect(frames(page)).to_have_count(ALL - 2)


def frames(page: Page) -> Locator:
    return page.locator(".frame:not([hidden])")


def tick(page: Page, place: int) -> Locator:
    frame = frames(page).nth(place)
    frame.hover()
    return frame.locator(".frame__tick")
