"""The first visit, signing in and out, and that a stranger sees nothing."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import (
    FIRST,
    OpenPage,
    fill_sign_in,
    forget_expected,
    wait_for_groups,
)


def test_the_first_visitor_makes_an_account_and_that_page_is_closed_for_good(
    first_account: str, open_page: OpenPage
) -> None:
    assert first_account.endswith("/upload/")
    page = open_page()
    page.goto("/welcome/")
    expect(page).to_have_url(re.compile("/sign-in/$"))
    fill_sign_in(page, FIRST)
    expect(page.get_by_role("heading", name="No photos yet")).to_be_visible()
    page.goto("/welcome/")
    expect(page).to_have_url(re.compile(r":\d+/$"))


def test_one_signs_out_and_in_again_and_a_wrong_password_says_so(sign_in: OpenPage) -> None:
    page = sign_in("stranger")
    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in/$"))
    page.goto("/history/")
    expect(page).to_have_url(re.compile(r"/sign-in/\?next=/history/$"))
    fill_sign_in(page, "stranger", "not her password")
    expect(page.get_by_role("alert")).to_contain_text("correct")
    forget_expected(page, "422")
    fill_sign_in(page, "stranger")
    expect(page.get_by_role("heading", name="History")).to_be_visible()


def test_a_stranger_is_told_of_nothing_that_belongs_to_others(sign_in: OpenPage) -> None:
    owner = sign_in("pages")
    wait_for_groups(owner)
    addresses = {
        **addresses_on(owner, "/groups/", ".group-row__link"),
        **addresses_on(owner, "/", ".frame__link", ".frame__picture"),
        **addresses_on(owner, "/cameras/", ".camera__link"),
        **addresses_on(owner, "/imports/", ".list__title"),
        **addresses_on(owner, "/scans/", ".scan-list__link"),
    }
    assert len(addresses) == 6
    stranger = sign_in("stranger")
    for address in addresses.values():
        assert owner.request.get(address).status == 200, address
        assert stranger.request.get(address).status == 404, address
    expect(stranger.get_by_role("heading", name="No photos yet")).to_be_visible()


def test_who_is_not_signed_in_gets_no_picture(sign_in: OpenPage, open_page: OpenPage) -> None:
    owner = sign_in("pages")
    wait_for_groups(owner)
    (picture,) = addresses_on(owner, "/", ".frame__picture").values()
    answer = open_page().request.get(picture, max_redirects=0)
    assert answer.status in {302, 401, 403}
    assert not answer.headers.get("content-type", "").startswith("image/")


def addresses_on(page: Page, place: str, *selectors: str) -> dict[str, str]:
    """Where the first element of each kind leads to, or has its picture from."""
    page.goto(place)
    found = {}
    for selector in selectors:
        element = page.locator(selector).first
        address = element.get_attribute("href") or element.get_attribute("src")
        assert address
        found[selector] = address
    return found
