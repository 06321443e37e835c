"""The first visit, signing in and out, and that a stranger sees nothing."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import FIRST, OpenPage, fill_sign_in


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
