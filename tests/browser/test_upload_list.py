"""The list of an upload: of any length in little room, with sums that never run backwards."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage

MANY = 2000
# What is in sight, and a few to spare.
ROWS_IN_THE_DOCUMENT = 60
BYTES_FOR_EACH = 6_000

METER = """async () => {
    const { Meter } = await import("/static/js/lib/upload-meter.js");
    const { UploadItem } = await import("/static/js/lib/upload-item.js");
    const meter = new Meter();
    const items = [];
    const seen = [];
    const look = () => seen.push([meter.sentShare, meter.sentBytes]);
    const add = (count) => {
        for (let index = 0; index < count; index += 1) {
            const item = new UploadItem({ path: `${items.length}.jpg`, size: 1000 });
            items.push(item);
            meter.add(item);
            look();
        }
    };
    const move = (item, state, sent) => {
        const before = item.state;
        Object.assign(item, { state, sent });
        meter.moved(item, before);
        look();
    };
    add(4);
    move(items[0], "sending", 900);
    move(items[0], "failed", 900);
    move(items[1], "sending", 500);
    add(6);
    move(items[1], "waiting", 0);
    move(items[1], "sending", 200);
    move(items[1], "reading", 1000);
    items[2].wasHere = true;
    move(items[2], "already_here", 0);
    move(items[3], "sending", 700);
    move(items[3], "refused", 700);
    move(items[0], "waiting", 0);
    move(items[0], "reading", 1000);
    for (const item of items.slice(4)) move(item, "reading", 1000);
    return seen;
}"""


def test_long_list_keeps_only_the_rows_in_sight(sign_in: OpenPage, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(MANY):
        (folder / f"{number:05}.txt").write_text(f"no photo {number}")
    page = sign_in("lister")
    page.goto("/upload/")
    before = heap(page)
    page.route("**/upload/begin/", lambda route: None)  # nothing is sent meanwhile
    page.locator("input[webkitdirectory]").set_input_files(folder)
    expect(page.locator("[data-filter='']")).to_contain_text("2,000")
    expect(page.locator("[data-filter='way']")).to_contain_text("2,000")
    assert page.locator(".upload").count() < ROWS_IN_THE_DOCUMENT
    page.locator("[data-part=frame]").evaluate("frame => frame.scrollTo(0, frame.scrollHeight)")
    expect(page.locator(f".upload[aria-posinset='{MANY}']")).to_be_visible()
    expect(page.locator(".upload[aria-posinset='1']")).to_have_count(0)
    assert page.locator(".upload").count() < ROWS_IN_THE_DOCUMENT
    assert heap(page) - before < MANY * BYTES_FOR_EACH


def test_what_is_sent_never_runs_backwards(sign_in: OpenPage) -> None:
    page = sign_in("lister")
    page.goto("/upload/")
    seen = page.evaluate(METER)
    shares, sent = [each[0] for each in seen], [each[1] for each in seen]
    assert shares == sorted(shares)
    assert sent == sorted(sent)
    assert shares[-1] == 1


def heap(page: Page) -> int:
    """What the page's objects take, after what nobody needs has gone."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used = int(session.send("Runtime.getHeapUsage")["usedSize"])
    session.detach()
    return used
