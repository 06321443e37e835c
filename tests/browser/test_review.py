"""A group is decided with the mouse, with a thumb, and with the keyboard alone."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import DESKTOP, PHONE, OpenPage, forget_expected, wait_for_groups
from tests.browser.touch import drag

READY = "() => document.querySelector('review-desk')?.isReady"


def test_a_group_is_decided_with_the_mouse_and_undone(sign_in: OpenPage) -> None:
    page = sign_in("mouse", viewport=DESKTOP)
    wait_for_groups(page)
    page.locator(".group-row__link").first.click()
    expect(page.locator(".desk__title")).to_contain_text("3 photos")
    others = page.locator(".card:not([data-cover])")
    others.nth(0).locator("[data-show]").click()
    expect(others.nth(0)).to_have_attribute("aria-current", "")
    others.nth(0).locator(".answer--keep").click()
    others.nth(1).locator(".answer--archive").click()
    expect(count(page)).to_have_text("Keep 2 · Archive 1 · Trash 0")
    others.nth(0).locator(".answer--trash").click()
    expect(count(page)).to_contain_text("Keep 1 · Archive 1 · Trash 1")
    decided = page.url
    with page.expect_response(lambda answer: answer.url.endswith("/decide/")):
        page.get_by_role("button", name="Keep 1, archive 1, move 1 photo to the trash").click()
    expect(page).not_to_have_url(decided)
    expect(page.locator(".desk__title")).to_contain_text("3 photos")
    expect(page.locator(".desk__title")).to_contain_text("33 % done")
    assert photos_on(page, "/trash/") == 1
    assert photos_on(page, "/archive/") == 1
    page.goto(decided)
    page.get_by_role("button", name="Undo this decision").click()
    expect(page.locator("#undo-bar")).to_contain_text("Undone")
    expect(page.locator(".desk__title")).to_contain_text("0 % done")
    assert photos_on(page, "/trash/") == 0
    assert photos_on(page, "/archive/") == 0


def test_what_is_pressed_before_the_script_has_come_is_not_lost(sign_in: OpenPage) -> None:
    """As on a slow line: the page is there long before its script."""
    page = sign_in("early")
    wait_for_groups(page)
    held: list[Route] = []
    page.route("**/review-desk*.js", lambda route: held.append(route))
    page.locator(".group-row__link").first.click(no_wait_after=True)
    others = page.locator(".card:not([data-cover])")
    others.nth(1).locator(".answer--keep").click()
    others.nth(0).locator("[data-show]").click()
    assert others.nth(0).get_attribute("aria-current") is None
    held[0].continue_()
    expect(others.nth(0)).to_have_attribute("aria-current", "")
    expect(count(page)).to_contain_text("Keep 2 · Archive 0 · Trash 1")


def test_what_is_pressed_while_the_next_group_comes_is_done_on_it_but_never_decides_it(
    sign_in: OpenPage,
) -> None:
    page = sign_in("hasty", viewport=DESKTOP)
    wait_for_groups(page)
    held: list[Route] = []
    page.route("**part=desk**", lambda route: held.append(route))
    page.locator(".group-row__link").first.click()
    page.wait_for_function(READY)
    first = page.url
    for key in ("Enter", "ArrowRight", "ArrowUp", "Enter", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    assert page.url == first
    for route in held:
        route.continue_()
    page.unroute("**part=desk**")
    expect(page).not_to_have_url(first)
    second = page.url
    expect(page.locator(".card").nth(1)).to_have_attribute("aria-current", "")
    expect(count(page)).to_contain_text("Keep 2 · Archive 0 · Trash 1")
    assert photos_on(page, "/trash/") == 2  # of the first group alone
    page.goto(second)
    expect(count(page)).to_contain_text("Keep 1 · Archive 0 · Trash 2")
    assert page.get_by_role("button", name="Undo this decision").count() == 0


def test_the_list_decides_group_by_group_in_one_click_down_to_none(sign_in: OpenPage) -> None:
    page = sign_in("lister")
    wait_for_groups(page)
    page.get_by_role("button", name="Keep 1, trash 2").first.click()
    expect(page.locator(".group-row")).to_have_count(2)
    page.locator(".group-row").first.get_by_role("button", name="Keep all").click()
    expect(page.locator(".group-row")).to_have_count(1)
    page.get_by_role("button", name="Keep 1, trash 2").click()
    expect(page.get_by_role("heading", name="All groups are decided")).to_be_visible()
    assert photos_on(page, "/trash/") == 4


def test_nobody_throws_the_whole_group_away_without_being_asked(sign_in: OpenPage) -> None:
    page = sign_in("bins")
    wait_for_groups(page)
    page.locator(".group-row__link").first.click()
    for candidate in page.locator(".card").all():
        candidate.locator(".answer--trash").click()
    page.locator("[data-apply]").click()
    expect(page.get_by_role("heading", name="Keep none of these photos?")).to_be_visible()
    forget_expected(page, "422")
    assert photos_on(page, "/trash/") == 0


def test_a_group_is_decided_with_a_thumb(sign_in: OpenPage) -> None:
    page = sign_in("thumb", viewport=PHONE, has_touch=True, is_mobile=True)
    wait_for_groups(page)
    page.locator(".group-row__link").first.tap()
    expect(page.locator(".card").first).to_have_attribute("aria-current", "")
    page.wait_for_function(READY)
    stage = page.locator("[data-stage=inline]")
    drag(page, stage, 0.5, 0)
    expect(page.locator(".card").nth(1)).to_have_attribute("aria-current", "")
    drag(page, stage, 0, 0.5)
    expect(count(page)).to_contain_text("Keep 1 · Archive 1 · Trash 1")
    decided = page.url
    page.locator("[data-apply]").tap()
    expect(page).not_to_have_url(decided)
    expect(page.locator("span[data-tray-count]")).to_have_text("1")
    is_whole = "each => each.scrollWidth <= each.clientWidth"
    for line in page.locator(".desk__title > *").all():  # nothing of the heading is cut off
        assert line.evaluate(is_whole), line.inner_text()
    page.locator("#undo-bar").get_by_role("button", name="Undo").tap()
    expect(page).to_have_url(address_of(decided))
    expect(page.locator("[data-tray-link]")).to_be_hidden()
    page.reload()  # nothing that was answered is lost
    expect(count(page)).to_contain_text("Keep 1 · Archive 1 · Trash 1")
    page.locator("[data-apply]").tap()
    expect(page.locator("span[data-tray-count]")).to_have_text("1")
    page.locator("[data-tray-link]").tap()
    page.get_by_role("button", name="Keep 1, move 1 to the trash").tap()
    expect(page.locator(".group-row")).to_have_count(2)
    assert photos_on(page, "/trash/") == 1
    assert photos_on(page, "/archive/") == 1


def test_a_group_is_decided_with_the_keyboard_alone(sign_in: OpenPage) -> None:
    page = sign_in("keys")
    wait_for_groups(page)
    press = page.keyboard.press
    press("j")
    press("Enter")
    expect(page.locator(".card").nth(0)).to_have_attribute("aria-current", "")
    press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    press("ArrowRight")
    press("p")
    press("ArrowRight")
    press("a")
    expect(count(page)).to_contain_text("Keep 2 · Archive 1 · Trash 0")
    press("ArrowLeft")
    press("x")
    expect(count(page)).to_contain_text("Keep 1 · Archive 1 · Trash 1")
    decided = page.url
    press("Enter")
    expect(page).not_to_have_url(decided)
    expect(page.locator(".desk__title")).to_contain_text("33 % done")
    expect(page.locator("#undo-bar")).to_contain_text("Undo")
    press("u")
    expect(page).to_have_url(address_of(decided))
    expect(page.locator(".desk__title")).to_contain_text("0 % done")


def test_the_keyboard_skips_a_group_and_sets_one_apart_that_is_not_similar(
    sign_in: OpenPage,
) -> None:
    page = sign_in("skipper")
    wait_for_groups(page)
    press = page.keyboard.press
    page.locator(".group-row__link").first.press("Enter")
    expect(page.locator(".card").first).to_have_attribute("aria-current", "")
    decided = page.url
    press("s")
    expect(page).not_to_have_url(decided)
    skipped_to = page.url
    press("Shift+N")
    expect(page).not_to_have_url(skipped_to)
    expect(page.locator(".desk__title")).to_contain_text("33 % done")
    assert photos_on(page, "/trash/") == 0


def test_a_chosen_cover_is_still_there_after_a_reload_and_goes_with_one_key(
    sign_in: OpenPage,
) -> None:
    page = sign_in("covers")
    wait_for_groups(page)
    page.locator(".group-row__link").first.press("Enter")
    page.wait_for_function(READY)
    before = cover_on(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("c")
    page.wait_for_function(f"() => {COVER} !== '{before}'")
    expect(page.locator("#undo-bar")).to_contain_text("Cover:")
    expect(count(page)).to_contain_text("Keep 1 · Archive 0 · Trash 2")
    chosen = cover_on(page)
    page.reload()
    page.wait_for_function(READY)
    assert cover_on(page) == chosen
    expect(page.locator(".card[data-cover] [data-why]")).to_contain_text("You made it the cover")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("c")
    page.wait_for_function(f"() => {COVER} !== '{chosen}'")
    page.keyboard.press("u")
    page.wait_for_function(f"() => {COVER} === '{chosen}'")
    assert photos_on(page, "/trash/") == 0


def test_enter_asks_before_a_whole_group_goes(sign_in: OpenPage) -> None:
    page = sign_in("sweeper")
    wait_for_groups(page)
    page.locator(".group-row__link").first.press("Enter")
    page.wait_for_function(READY)
    for _ in range(3):
        page.keyboard.press("x")
        page.keyboard.press("ArrowRight")
    expect(count(page)).to_contain_text("Keep 0 · Archive 0 · Trash 3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Keep none of these photos?")).to_be_visible()
    forget_expected(page, "422")
    page.get_by_role("link", name="Choose one to keep").click()
    expect(page.locator(".desk__title")).to_contain_text("3 photos")
    assert photos_on(page, "/trash/") == 0


def test_what_only_the_server_sees_is_asked_on_the_desk_and_review_goes_on_from_there(
    sign_in: OpenPage,
) -> None:
    """As when the photos that stay are not the ones that a group of another scan needs."""
    page = sign_in("asked")
    wait_for_groups(page)
    page.locator(".group-row__link").first.press("Enter")
    page.wait_for_function(READY)
    page.wait_for_load_state("networkidle")
    first = page.evaluate(GROUP)
    refusal = {"error": {"message": "a.jpg is the last one left.", "question": True}}
    page.route("**/decide/", lambda route: route.fulfill(status=422, json=refusal), times=1)
    page.keyboard.press("Enter")
    asked = page.get_by_role("alert").filter(has_text="a.jpg is the last one left.")
    expect(asked).to_be_visible()
    forget_expected(page, "422")
    assert page.evaluate(GROUP) == first
    with page.expect_request("**/decide/") as sent:
        asked.get_by_role("button", name="Trash them all the same").click()
    assert 'name="even_if_empty"' in str(sent.value.post_data)
    page.wait_for_function(f"() => {GROUP} !== '{first}'")
    expect(page.locator(".desk__title")).to_contain_text("33 % done")
    expect(page.locator("[data-apply]")).to_be_visible()  # the group that was interrupted


def test_rules_are_put_in_order_with_the_keyboard_alone(sign_in: OpenPage) -> None:
    page = sign_in("rules")
    page.goto("/groups/rules/")
    names = page.locator(".order__name")
    first, second = names.nth(0).inner_text(), names.nth(1).inner_text()
    up = page.locator(".order__item").nth(1).get_by_role("button", name="up")
    up.focus()
    page.keyboard.press("Enter")
    expect(names.nth(0)).to_have_text(second, use_inner_text=True)
    # The pressed button is off at the top now: the one beside it has the focus, and goes back.
    page.keyboard.press("Space")
    expect(names.nth(0)).to_have_text(first, use_inner_text=True)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(names.nth(0)).to_have_text(second, use_inner_text=True)
    page.get_by_role("button", name="Save the rules").press("Enter")
    expect(page.get_by_text("Saved. Open groups are suggested by these rules")).to_be_visible()
    expect(names.nth(0)).to_have_text(second, use_inner_text=True)


GROUP = "document.querySelector('review-desk').dataset.group"
COVER = "document.querySelector('[data-candidate][data-cover]').dataset.photo"


def cover_on(page: Page) -> str:
    return str(page.evaluate(COVER))


def address_of(group: str) -> re.Pattern[str]:
    """The page of a group, whatever list it is looked at in."""
    return re.compile(re.escape(group.partition("?")[0]))


def count(page: Page) -> Locator:
    return page.locator("[data-count]")


def photos_on(page: Page, address: str) -> int:
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"Trash|Archive"))
    return page.locator(".frame").count()
