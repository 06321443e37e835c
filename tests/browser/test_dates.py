"""Dates corrected with the keyboard: selected photos, one photo, a camera's clock, the order."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, OpenPage, wait_for_groups


def test_dates_of_selected_photos_are_shifted_by_keyboard_and_undone(sign_in: OpenPage) -> None:
    page = sign_in("acts")
    wait_for_groups(page)
    page.goto("/")
    before = days(page)
    page.locator(".frame__link").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("[data-selected-count]")).to_have_text("2 selected")
    page.keyboard.press("d")
    expect(page.get_by_role("heading", level=1)).to_have_text("Dates of 2 photos")

    # A hidden field of another way must not keep the form from being sent.
    page.get_by_label("Days").fill("400")
    page.get_by_label("Direction").select_option(label="Earlier (\N{MINUS SIGN})")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("button", name="Change 2 dates")).to_be_visible()
    expect(page.locator(".dates-table tbody tr")).to_have_count(2)

    # What is changed after the preview has to be shown again before it is done.
    page.get_by_label("Days").fill("401")
    expect(page.get_by_role("button", name="Change 2 dates")).to_have_count(0)
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Change 2 dates").click()
    expect(page.locator("#undo-bar")).to_contain_text("Clock shifted by")
    assert days(page) != before
    page.keyboard.press("u")
    expect(page.locator("#undo-bar")).to_contain_text("Undone")
    page.goto("/")
    assert days(page) == before


def test_the_date_of_one_photo_is_set_on_a_phone(sign_in: OpenPage) -> None:
    page = sign_in("acts", viewport=PHONE, has_touch=True, is_mobile=True)
    wait_for_groups(page)
    page.goto("/")
    page.locator(".frame__link").last.tap()
    page.locator(".why__summary").tap()
    page.get_by_role("link", name="Correct the date").tap()
    expect(page.get_by_label("Time", exact=True)).not_to_have_value("")
    page.get_by_label("Day").fill("1999-08-11")
    page.get_by_label("Time", exact=True).fill("12:33:07")
    page.get_by_role("button", name="Set this date").tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text("11 August 1999")
    page.locator("#undo-bar").get_by_role("button", name="Undo").tap()
    expect(page.locator("#undo-bar")).to_contain_text("Undone")
    page.reload()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("1999")


def test_the_order_of_sources_is_changed_by_buttons_and_by_dragging(sign_in: OpenPage) -> None:
    page = sign_in("acts")
    page.goto("/account/dates/")
    items = page.locator(".order__item")
    expect(items.nth(4)).to_contain_text("The file name")
    page.get_by_role("button", name="The file name: up").focus()
    page.keyboard.press("Enter")
    expect(items.nth(3)).to_contain_text("The file name")
    expect(page.get_by_role("button", name="The file name: up")).to_be_focused()
    items.nth(3).drag_to(items.nth(0), target_position={"x": 40, "y": 4})
    expect(items.nth(0)).to_contain_text("The file name")
    page.get_by_role("button", name="Save this order").click()
    expect(page.locator(".order__item").nth(0)).to_contain_text("The file name")
    page.get_by_role("button", name="Back to the usual order").click()
    expect(page.locator(".order__item").nth(0)).to_contain_text("The camera, at the shot")


def days(page: Page) -> list[str]:
    return page.locator(".day__head time").all_inner_texts()
