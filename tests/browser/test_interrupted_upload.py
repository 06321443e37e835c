"""2,000 files, a cut network, a reloaded page and a server that is killed: each file ends once."""

from __future__ import annotations

import collections
import json
import re
import shlex
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PASSWORD, problems_of, watched_page
from tests.browser.installation import Installation

PHOTOS, COPIES, BROKEN, SIDE_FILES = 1970, 10, 10, 10
FILES = PHOTOS + COPIES + BROKEN + SIDE_FILES
PATIENCE = 240  # seconds, for a machine with other work
LOG_FORMAT = "%(m)s|%(U)s|%(s)s|%({content-length}i)s|%({upload-metadata}i)s"


class Request(NamedTuple):
    method: str
    path: str
    status: str
    length: str
    metadata: str


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as people have them: subfolders, side files, copies, and some that are broken."""
    folder = tmp_path_factory.mktemp("chosen") / "photos"
    for number in range(PHOTOS):
        write_tiny(folder / f"{number // 250:02}" / name_of(number), number)
    for number in range(COPIES):
        write_tiny(folder / "copies" / f"copy {number}.jpg", number)
    for number in range(BROKEN):
        place = folder / "broken" / f"broken {number}.jpg"
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(b"\xff\xd8\xff\xe0 no picture %d" % number)
    for number in range(SIDE_FILES):
        side = folder / "00" / f"{name_of(number)}.json"
        side.write_text(json.dumps({"photoTakenTime": {"timestamp": str(1_000_000_000 + number)}}))
    return folder


def name_of(number: int) -> str:
    return f"{number:05}.jpg"


def write_tiny(place: Path, number: int) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.new("RGB", (16, 16), (number % 256, number // 256 * 30, 90))
    # Colours as near as these are the same to JPEG; a comment makes each file its own.
    picture.save(place, "JPEG", comment=f"number {number}")


@pytest.fixture
def killable(browser: Browser, tmp_path: Path) -> Iterator[Installation]:
    """An installation of its own, whose web server writes down every request it has answered."""
    log = tmp_path / "requests.log"
    arguments = f"--access-logfile {log} --access-logformat {shlex.quote(LOG_FORMAT)}"
    installation = Installation(tmp_path, GUNICORN_CMD_ARGS=arguments)
    try:
        installation.wait_until_it_answers()
        yield installation
    finally:
        installation.kill()


def test_nothing_is_lost_and_nothing_sent_twice_whatever_breaks(
    browser: Browser, killable: Installation, folder: Path
) -> None:
    with browser.new_context(base_url=killable.address) as context:
        page = watched_page(context)
        page.add_init_script("delete window.showDirectoryPicker")  # as Firefox and Safari are
        make_account(page)
        choose(page, folder)

        wait_for_sent(killable, 300)
        context.set_offline(True)
        expect(page.locator("[data-part=offline]")).to_be_visible()
        context.set_offline(False)
        expect(page.locator("[data-part=offline]")).to_be_hidden()

        wait_for_sent(killable, 800)
        page.reload()
        expect(page.locator("[data-part=resume]")).to_be_visible()
        expect(page.locator("[data-part=resume]")).to_contain_text(
            re.compile(r"[\d,]{3,} finished files will not be sent again")
        )
        choose(page, folder)
        expect(page.locator("[data-part=resume]")).to_be_hidden()

        wait_for_sent(killable, 1300)
        killable.kill()
        expect(page.locator("[data-part=offline]")).to_be_visible()
        killable.start()
        killable.wait_until_it_answers()

        expect(page.locator("[data-part=end]")).to_be_visible(timeout=PATIENCE * 1000)
        expect(page.locator("[data-part=sentence]")).to_have_text(
            re.compile(r"^1,970 added · 10 already here · 10 refused: .+ · 10 side files read$")
        )
        expect(page.locator("#queue-headline")).to_have_text("2,000 files done")
        assert sum_of_filters(page) == FILES
        assert not_of_the_network(problems_of(context)) == []

    each_file_is_there_once(killable, folder)
    no_file_was_sent_twice(killable)


def make_account(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password confirmation").fill(PASSWORD)
    page.get_by_role("button", name="Make the account and start").click()
    page.wait_for_url(re.compile("/upload/$"))


def choose(page: Page, folder: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a folder").click()
    chooser.value.set_files(folder)


def wait_for_sent(installation: Installation, count: int) -> None:
    until = time.monotonic() + PATIENCE
    while sent(installation) < count:
        assert time.monotonic() < until, f"{sent(installation)} sent"
        time.sleep(0.2)


def sent(installation: Installation) -> int:
    [[count]] = rows(installation, "SELECT count(*) FROM gallery_importedfile")
    return int(count)


def rows(installation: Installation, query: str) -> list[tuple[Any, ...]]:
    place = installation.folder / "data" / "db.sqlite3"
    with closing(sqlite3.connect(place, timeout=20)) as database:
        return database.execute(query).fetchall()


def sum_of_filters(page: Page) -> int:
    buttons = page.locator("[data-filter]:not([data-filter='']):visible .num")
    return sum(int(text.replace(",", "")) for text in buttons.all_inner_texts())


def not_of_the_network(problems: list[str]) -> list[str]:
    return [problem for problem in problems if "Failed to load resource" not in problem]


def each_file_is_there_once(installation: Installation, folder: Path) -> None:
    chosen = sorted(str(place.relative_to(folder.parent)) for place in folder.rglob("*.*"))
    listed = rows(installation, "SELECT path FROM gallery_importedfile ORDER BY path")
    assert [path for [path] in listed] == chosen
    [[photos]] = rows(installation, "SELECT count(*) FROM gallery_photo")
    assert photos == PHOTOS


def no_file_was_sent_twice(installation: Installation) -> None:
    """As the server counted them. Each of these small files is one chunk."""
    log = (installation.folder / "requests.log").read_text().splitlines()
    requests = [Request(*line.split("|")) for line in log]
    arrived = [
        each
        for each in requests
        if each.method in {"POST", "PATCH"} and each.status in {"201", "204"}
    ]
    chunks = collections.Counter(each.metadata for each in arrived if each.metadata != "-")
    assert len(chunks) > FILES / 2
    assert {metadata: count for metadata, count in chunks.items() if count > 1} == {}
