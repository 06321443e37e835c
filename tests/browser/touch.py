"""What fingers do, sent to the browser as real touches."""

from __future__ import annotations

from playwright.sync_api import CDPSession, Locator, Page

STEPS = 4
STEP_MS = 15
LONG_PRESS_MS = 700
REST_MS = 100


def swipe_left(page: Page, element: Locator) -> None:
    box = element.bounding_box()
    assert box
    x, y = box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2
    session = page.context.new_cdp_session(page)
    touch(session, "touchStart", x, y)
    for _ in range(STEPS):
        x -= box["width"] * 0.6 / STEPS
        page.wait_for_timeout(STEP_MS)
        touch(session, "touchMove", x, y)
    # Lifted from standing: else the browser goes on flinging, and the next tap only stops that.
    page.wait_for_timeout(REST_MS)
    touch(session, "touchEnd")


def drag(page: Page, element: Locator, across: float, along: float, *, back: bool = False) -> None:
    """One finger moves from the middle by shares of the width, and perhaps back again."""
    box = element.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    session = page.context.new_cdp_session(page)
    touch(session, "touchStart", x, y)
    steps = [step / STEPS for step in range(1, STEPS + 1)]
    for share in [*steps, *(steps[-2::-1] if back else []), *([0.0] if back else [])]:
        moved = share * box["width"]
        touch(session, "touchMove", x + across * moved, y + along * moved)
    touch(session, "touchEnd")
    session.detach()


def long_press(page: Page, element: Locator) -> None:
    element.scroll_into_view_if_needed()
    box = element.bounding_box()
    assert box
    session = page.context.new_cdp_session(page)
    touch(session, "touchStart", box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(LONG_PRESS_MS)
    touch(session, "touchEnd")


def touch(session: CDPSession, kind: str, x: float | None = None, y: float | None = None) -> None:
    points = [] if x is None else [{"x": x, "y": y}]
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
