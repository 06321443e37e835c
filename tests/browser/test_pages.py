"""Every page, at the size of a desktop and of a phone, in light and in dark."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import (
    DESKTOP,
    NARROWEST,
    PATIENCE_MS,
    PHONE,
    fill_sign_in,
    problems_of,
    wait_for_groups,
    watched_page,
)
from tests.browser.installation import Installation

Scheme = Literal["light", "dark"]

# A page, or the page behind the first element that matches the selector there.
PAGES = {
    "timeline": "/",
    "photo": "/ .frame__link",
    "archive": "/archive/",
    "trash": "/trash/",
    "empty trash": "/trash/empty/",
    "history": "/history/",
    "cameras": "/cameras/",
    "camera": "/cameras/ .camera__link",
    "upload": "/upload/",
    "imports": "/imports/",
    "import": "/imports/ .list__title",
    "scans": "/scans/",
    "scan": "/scans/ .scan-list__link",
    "pairs": "/scans/ .scan-list__link a[href*=pairs]",
    "groups": "/groups/",
    "group": "/groups/ .group-row__link",
    "tray": "/groups/tray/",
    "rules": "/groups/rules/",
    "report": "/groups/ a[href*=report]",
    "pairs of a group": "/groups/ .group-row__link [data-pairs-of]",
    "compare": "/groups/ .group-row__link [data-compare^='/compare/']",
    "jobs": "/jobs/",
    "account": "/account/",
}
STEPS_OF_TAB = 9
TRANSITIONS_OVER = "Promise.allSettled(document.getAnimations().map((each) => each.finished))"
AXE = "axe.run(document, {resultTypes: ['violations']})"


@pytest.fixture(scope="module")
def visitor(browser: Browser, installation: Installation, people: None) -> Iterator[Page]:
    """Somebody with photos, groups, something in the archive and in the trash."""
    with browser.new_context(base_url=installation.address, viewport=DESKTOP) as context:
        page = watched_page(context)
        page.goto("/sign-in/")
        fill_sign_in(page, "pages")
        wait_for_groups(page)
        for name in ("Archive", "Trash"):
            page.goto("/")
            page.locator(".frame__link").last.click()
            page.get_by_role("button", name=name, exact=True).click()
            expect(page.locator("#undo-bar")).to_contain_text("Undo")
        yield page


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_fits_and_makes_the_browser_complain_of_nothing(
    name: str, visitor: Page
) -> None:
    go(visitor, PAGES[name])
    visitor.evaluate(Axe().axe_script)
    for size in (DESKTOP, PHONE):
        for scheme in schemes():
            assert violations(visitor, size, scheme) == []
    assert too_wide(visitor) == []
    assert problems_of(visitor.context) == []


def test_the_sliders_with_their_counts_and_example_pairs_are_accessible(visitor: Page) -> None:
    visitor.set_viewport_size(DESKTOP)
    visitor.goto("/groups/")
    visitor.locator(".sliders__fold > summary").click()
    expect(visitor.locator(".sliders [data-answer]")).to_contain_text("group")
    visitor.wait_for_load_state("networkidle")
    visitor.evaluate(Axe().axe_script)
    for size in (DESKTOP, NARROWEST):
        for scheme in schemes():
            assert violations(visitor, size, scheme) == []
    assert too_wide(visitor) == []
    assert problems_of(visitor.context) == []


def test_the_sign_in_page_is_accessible_and_fits(
    browser: Browser, installation: Installation, first_account: str
) -> None:
    with browser.new_context(base_url=installation.address) as context:
        page = watched_page(context)
        page.goto("/sign-in/")
        page.evaluate(Axe().axe_script)
        for scheme in schemes():
            assert violations(page, PHONE, scheme) == []
        assert too_wide(page) == []
        assert problems_of(context) == []


@pytest.mark.parametrize("name", ["timeline", "groups", "group", "compare", "scans", "upload"])
def test_whoever_uses_the_tab_key_always_sees_where_she_is(name: str, visitor: Page) -> None:
    visitor.set_viewport_size({"width": 900, "height": 700})
    visitor.emulate_media(color_scheme="light")
    go(visitor, PAGES[name])
    for _ in range(STEPS_OF_TAB):
        visitor.keyboard.press("Tab")
        where = visitor.evaluate("document.activeElement.outerHTML.slice(0, 120)")
        with_focus = visitor.screenshot()
        visitor.evaluate("document.activeElement.blur()")
        assert visitor.screenshot() != with_focus, f"no focus to be seen on {where}"


def test_the_menu_of_a_phone_is_accessible(visitor: Page) -> None:
    visitor.set_viewport_size(PHONE)
    visitor.goto("/")
    visitor.get_by_role("button", name="More").click()
    expect(visitor.get_by_role("button", name="Sign out")).to_be_visible()
    visitor.evaluate(Axe().axe_script)
    for scheme in schemes():
        assert violations(visitor, PHONE, scheme) == []


def go(page: Page, place: str) -> None:
    address, *selectors = place.split(" ")
    page.goto(address)
    for selector in selectors:
        found = page.locator(selector).first
        page.goto(str(found.get_attribute("href") or found.get_attribute("data-compare")))


def schemes() -> tuple[Scheme, Scheme]:
    return "light", "dark"


def violations(page: Page, size: ViewportSize, scheme: Scheme) -> list[str]:
    """What axe finds serious or critical, with the first element it concerns."""
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    page.evaluate(TRANSITIONS_OVER)
    found = page.evaluate(AXE)["violations"]
    return [
        f"{size['width']} px, {scheme}: {each['id']}: {each['nodes'][0]['html']} "
        f"{each['nodes'][0]['failureSummary']}"
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]


def too_wide(page: Page) -> list[str]:
    """The elements that make the narrowest phone scroll sideways."""
    page.set_viewport_size(NARROWEST)
    page.wait_for_function(f"innerWidth === {NARROWEST['width']}", timeout=PATIENCE_MS)
    return list(
        page.evaluate("""() => {
            const page = document.documentElement;
            if (page.scrollWidth <= innerWidth) return [];
            return [...document.querySelectorAll("main *")]
                .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
                .slice(0, 3).map((each) => each.outerHTML.slice(0, 160));
        }""")
    )
