"""A hundred groups are decided by keys alone, and by a thumb alone; nothing happens by accident."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import (
    DESKTOP,
    NARROWEST,
    PASSWORD,
    OpenPage,
    fill_sign_in,
    forget_expected,
)
from tests.browser.installation import Installation
from tests.browser.test_pages import schemes, too_wide, violations
from tests.browser.touch import drag

COUNT = 100
PHOTOS = 3
READY = "() => document.querySelector('review-desk')?.isReady"
GROUP = "document.querySelector('review-desk').dataset.group"
COUNT_POINTERS = """
    window.pointers = 0;
    for (const type of ["pointerdown", "mousedown", "touchstart"])
        addEventListener(type, () => window.pointers += 1, true);
"""
SMALL_CONTROLS = """
    [...document.querySelectorAll("main :is(button, a, input:not([type=hidden]), select)")]
        .filter((each) => each.checkVisibility({visibilityProperty: true, opacityProperty: true}))
        .filter((each) => !each.closest(".visually-hidden"))
        .map((each) => [each.outerHTML.slice(0, 90), each.getBoundingClientRect()])
        .filter(([, box]) => box.width > 0 && (box.width < 43.5 || box.height < 43.5))
        .filter(([html]) => !html.includes("card__percent"))
        .map(([html, box]) => `${html} ${box.width}x${box.height}`)
"""


@pytest.fixture
def reviewer(
    installation: Installation, first_account: str, open_page: OpenPage
) -> Callable[..., Page]:
    """Sign in as somebody with a hundred open groups."""

    def open_signed_in(
        name: str, count: int = COUNT, photos: int = PHOTOS, **options: object
    ) -> Page:
        installation.run_module(
            "tests.browser.hundred_groups", "make", name, PASSWORD, str(count), str(photos)
        )
        page = open_page(**options)
        page.goto("/sign-in/")
        fill_sign_in(page, name)
        expect(page.get_by_role("heading", level=1)).to_have_text("Timeline")
        return page

    return open_signed_in


def outcomes(installation: Installation, name: str) -> dict[str, list[str]]:
    found = installation.run_module("tests.browser.hundred_groups", "outcomes", name)
    return dict(json.loads(found))


def test_a_hundred_groups_are_decided_by_keys_alone(
    reviewer: Callable[..., Page], installation: Installation
) -> None:
    page = reviewer("pianist", viewport=DESKTOP)
    page.add_init_script(COUNT_POINTERS)
    page.goto("/groups/?sort=space")
    press = page.keyboard.press
    press("j")
    press("Enter")
    expect(page.locator("review-desk")).to_be_visible()
    page.wait_for_function(READY)
    expected: dict[str, list[str]] = {}
    for number in range(COUNT):
        here = group_on(page)
        keys, outcome = BY_KEYS[number % len(BY_KEYS)]
        for key in keys[:-1]:
            press(key)
        expected[here] = outcome
        press(keys[-1])
        if number % len(BY_KEYS) == UNDONE:
            wait_until_gone(page, here)
            press("u")
            page.wait_for_function(f"() => {GROUP} === '{here}'")
            press("Enter")
        if number < COUNT - 1:
            wait_until_gone(page, here)
    expect(page.get_by_role("heading", name="All groups are decided")).to_be_visible()
    assert len(expected) == COUNT
    assert outcomes(installation, "pianist") == expected
    assert page.evaluate("window.pointers") == 0


# Keys for a group of three, and what they make of it; the first photo is the suggested one.
BY_KEYS: list[tuple[list[str], list[str]]] = [
    (["Enter"], ["keep", "timeline", "trash", "trash"]),
    (["ArrowRight", "p", "Enter"], ["keep", "timeline", "timeline", "trash"]),
    (["ArrowRight", "a", "Enter"], ["keep", "timeline", "archive", "trash"]),
    (["ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown", "Enter"],
     ["keep", "trash", "timeline", "trash"]),
    (["Shift+N"], ["not_similar", "timeline", "timeline", "timeline"]),
    (["ArrowRight", "p", "ArrowRight", "v", "p", "v", "Enter"],
     ["keep_all", "timeline", "timeline", "timeline"]),
    (["Enter"], ["keep", "timeline", "trash", "trash"]),  # undone, and decided again
]  # fmt: skip
UNDONE = 6


def test_a_hundred_groups_are_decided_by_a_thumb_alone(
    reviewer: Callable[..., Page], installation: Installation
) -> None:
    page = reviewer("thumbelina", viewport=NARROWEST, has_touch=True, is_mobile=True)
    page.goto("/groups/?sort=space")
    page.locator(".group-row__link").first.tap()
    page.wait_for_function(READY)
    expected: dict[str, list[str]] = {}
    for number in range(COUNT):
        here = group_on(page)
        expected[here] = BY_THUMB[number % len(BY_THUMB)](page)
        if number < COUNT - 1:
            wait_until_gone(page, here)
    expect(page.get_by_role("heading", level=1)).to_have_text("Tray")
    untouched = ["open", *["timeline"] * PHOTOS]
    assert all(found == untouched for found in outcomes(installation, "thumbelina").values())
    expect(page.locator(".tray-photo")).to_have_count(
        sum(len(found) - 1 - found.count("timeline") for found in expected.values())
    )
    page.locator("[data-confirm]").tap()
    expect(page.get_by_role("heading", name="All groups are decided")).to_be_visible()
    assert outcomes(installation, "thumbelina") == expected
    page.locator("#undo-bar [data-undo]").tap()
    expect(page.locator(".group-row").first).to_be_visible()
    assert all(found == untouched for found in outcomes(installation, "thumbelina").values())


def as_suggested(page: Page) -> list[str]:
    page.locator("[data-apply]").tap()
    return ["keep", "timeline", "trash", "trash"]


def by_swipes(page: Page) -> list[str]:
    for answered, (across, along) in enumerate(((0.5, 0), (-0.5, 0), (0, 0.5)), start=1):
        swipe(page, across, along)
        if answered < PHOTOS:
            expect(page.locator("[data-candidate][data-answered]")).to_have_count(answered)
    return ["keep", "timeline", "trash", "archive"]


def by_buttons(page: Page) -> list[str]:
    for answer in ("keep", "keep", "trash"):
        page.locator(f".thumb-bar [data-answer-now={answer}]").tap()
    return ["keep", "timeline", "timeline", "trash"]


def after_second_thoughts(page: Page) -> list[str]:
    """What is too short, turns back, or is a scroll answers nothing; an answer is taken back."""
    before = page.locator("[data-count]").inner_text()
    swipe(page, -0.2, 0)
    swipe(page, -0.5, 0, back=True)
    strip = page.locator(".sheet")
    drag(page, strip, -0.6, 0)
    assert page.locator("[data-answered]").count() == 0
    assert page.locator("[data-count]").inner_text() == before
    swipe(page, -0.5, 0)
    expect(page.locator("[data-candidate][data-answered]")).to_have_count(1)
    page.locator("[data-undo-one]").tap()
    expect(page.locator("[data-candidate][data-answered]")).to_have_count(0)
    return as_suggested(page)


BY_THUMB = [as_suggested, by_swipes, by_buttons, as_suggested, after_second_thoughts]


def swipe(page: Page, across: float, along: float, *, back: bool = False) -> None:
    drag(page, page.locator("[data-stage=inline]"), across, along, back=back)


def test_the_desk_is_accessible_and_large_enough_for_a_thumb(
    reviewer: Callable[..., Page],
) -> None:
    page = reviewer("judge", count=3, viewport=DESKTOP)
    page.goto("/groups/?sort=space")
    page.locator(".group-row__link").first.click()
    page.wait_for_function(READY)
    for size in (DESKTOP, NARROWEST):
        page.set_viewport_size(size)
        page.reload()
        page.evaluate(Axe().axe_script)
        for scheme in schemes():
            assert violations(page, size, scheme) == []
    assert too_wide(page) == []
    assert page.evaluate(SMALL_CONTROLS) == []
    page.locator("[data-apply]").click()
    page.locator("[data-tray-link]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tray")
    page.evaluate(Axe().axe_script)
    for scheme in schemes():
        assert violations(page, NARROWEST, scheme) == []
    assert page.evaluate(SMALL_CONTROLS) == []


def test_a_decision_that_was_not_saved_comes_back_with_its_answers_and_is_sent_again(
    reviewer: Callable[..., Page], installation: Installation
) -> None:
    page = reviewer("traveller", count=3, viewport=DESKTOP)
    page.goto("/groups/?sort=space")
    page.locator(".group-row__link").first.press("Enter")
    page.wait_for_function(READY)
    page.wait_for_load_state("networkidle")  # the next group is here already
    here = group_on(page)
    press = page.keyboard.press
    press("ArrowRight")
    press("a")
    page.route("**/decide/", lambda route: route.abort())
    press("Enter")
    expect(page.locator("[data-notice]")).to_contain_text("The server cannot be reached")
    forget_expected(page, "ERR_FAILED")
    assert group_on(page) == here
    expect(page.locator("[data-count]")).to_contain_text("Keep 1 · Archive 1 · Trash 1")
    page.unroute("**/decide/")
    press("Enter")
    wait_until_gone(page, here)
    page.wait_for_load_state("networkidle")
    found = outcomes(installation, "traveller")
    assert found[here] == ["keep", "timeline", "archive", "trash"]
    assert [each[0] for each in found.values()].count("open") == 2


def test_many_photos_are_answered_in_ranges(
    reviewer: Callable[..., Page], installation: Installation
) -> None:
    page = reviewer("archivist", count=1, photos=60, viewport=DESKTOP)
    page.goto("/groups/")
    page.locator(".group-row__link").first.click()
    ticks = page.locator("[data-tick]")
    expect(ticks).to_have_count(60)
    ticks.nth(9).check()
    ticks.nth(19).click(modifiers=["Shift"])
    expect(page.locator("[data-range-said]")).to_have_text("11 photos selected")
    page.keyboard.press("a")
    expect(page.locator("[data-count]")).to_contain_text("Keep 1 · Archive 11 · Trash 48")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="All groups are decided")).to_be_visible()
    (found,) = outcomes(installation, "archivist").values()
    assert [found.count(each) for each in ("timeline", "archive", "trash")] == [1, 11, 48]


def group_on(page: Page) -> str:
    return str(page.evaluate(GROUP))


def wait_until_gone(page: Page, group: str) -> None:
    page.wait_for_function(
        f"() => document.querySelector('review-desk')?.isReady && {GROUP} !== '{group}'"
    )
