"""One installation and one browser for all journeys, and an eye on everything that goes wrong."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

from gallery.benchmarks import chromium
from tests.browser.drawn import write_library
from tests.browser.installation import Installation

PASSWORD = "eleven grey cameras"
FIRST = "ada"
# Everybody has a library of their own, so that no journey disturbs another.
WITH_PHOTOS = (
    "pages",
    "acts",
    "bins",
    "early",
    "hasty",
    "mouse",
    "lister",
    "thumb",
    "keys",
    "skipper",
    "covers",
    "sweeper",
    "asked",
    "scans",
    "compare",
)
WITHOUT_PHOTOS = ("rules", "sender", "folder", "again", "plain", "stranger", "tuner", "live")
GROUPS = 3  # in each library

DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
NARROWEST: ViewportSize = {"width": 360, "height": 740}

# Machines that test are busy; a journey that really hangs still ends.
PATIENCE_MS = 30_000
FLAGS = [
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--force-prefers-reduced-motion"),
]

OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = chromium.find()
    if found is None:
        pytest.skip("needs Chromium, which is not installed (on Debian: apt-get install chromium)")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def installation(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """An empty installation. It is not started where no browser is."""
    installation = Installation(tmp_path_factory.mktemp("installation"))
    try:
        installation.wait_until_it_answers()
        yield installation
    finally:
        code = installation.stop()
    assert code == 0
    assert "Traceback" not in installation.log.read_text()


@pytest.fixture(scope="session")
def first_account(browser: Browser, installation: Installation) -> str:
    """The first account, made as a person makes it; returns the address that came next."""
    with browser.new_context(base_url=installation.address) as context:
        page = watched_page(context)
        page.goto("/")
        expect(page).to_have_url(re.compile("/welcome/$"))
        page.get_by_label("Username").fill(FIRST)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_label("Password confirmation").fill(PASSWORD)
        page.get_by_role("button", name="Make the account and start").click()
        page.wait_for_url(re.compile("/upload/$"))
        return page.url


@pytest.fixture(scope="session")
def people(
    installation: Installation, first_account: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Further accounts, most with photos that are being imported and compared meanwhile."""
    library = tmp_path_factory.mktemp("library") / "photos"
    write_library(library, bursts=GROUPS)
    names = ",".join(WITH_PHOTOS), ",".join(WITHOUT_PHOTOS)
    installation.run_module("tests.browser.fill", PASSWORD, str(library), *names)


@pytest.fixture
def open_page(browser: Browser, installation: Installation) -> Iterator[OpenPage]:
    """Open a page in a browser of its own: ``open_page(viewport=..., has_touch=True)``."""
    contexts: list[BrowserContext] = []

    def open_one(**options: object) -> Page:
        context = browser.new_context(
            base_url=installation.address,
            **{"viewport": DESKTOP, **options},  # type: ignore[arg-type]
        )
        contexts.append(context)
        return watched_page(context)

    yield open_one
    problems = [problem for context in contexts for problem in problems_of(context)]
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def sign_in(people: None, open_page: OpenPage) -> OpenPage:
    """Open a page and sign in: ``sign_in("mouse", viewport=...)``."""

    def open_signed_in(name: str, **options: object) -> Page:
        page = open_page(**options)
        page.goto("/sign-in/")
        fill_sign_in(page, name)
        expect(page.get_by_role("heading", level=1)).to_have_text("Timeline")
        return page

    return open_signed_in


def fill_sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def watched_page(context: BrowserContext) -> Page:
    """A page of which every complaint of the browser is remembered, the policy's above all."""
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    problems = problems_of(context)
    page.on("console", lambda message: _note(problems, message))
    page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
    return page


def _note(problems: list[str], message: ConsoleMessage) -> None:
    if message.type in {"error", "warning"}:
        problems.append(f"{message.location.get('url', '')}: {message.text}")


_problems: dict[BrowserContext, list[str]] = {}


def problems_of(context: BrowserContext) -> list[str]:
    return _problems.setdefault(context, [])


def forget_expected(page: Page, status: str) -> None:
    """The browser reports every answer that is no success, also the one that was wanted."""
    problems = problems_of(page.context)
    problems[:] = [problem for problem in problems if status not in problem]


def wait_for_groups(page: Page, count: int = GROUPS) -> None:
    """Wait on the list of groups until photos were imported and compared in the background."""
    until = time.monotonic() + PATIENCE_MS / 1000
    while True:
        page.goto("/groups/")
        if page.locator(".group-row").count() == count and not page.get_by_text("running").count():
            return
        assert time.monotonic() < until, page.inner_text("main")
        page.wait_for_timeout(500)
