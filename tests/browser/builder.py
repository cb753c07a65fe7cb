"""What a person does in the builder, for the tests to read like sentences."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.cast import Person, unique

BLOCKS = Path(__file__).parents[2] / "static/src/site/blocks"


def block(kind: str) -> str:
    """Return a block of the library as a page holds it."""
    return (BLOCKS / f"{kind}.html").read_text("utf-8").split("-->", 1)[1].strip()


def linked_home(html: str) -> str:
    """Let every link of the site lead to its only page, as the checks before a publish want."""
    return re.sub(r'href="/[^"]*"', 'href="/"', html)


KINDS = ("hero-split", "features-grid", "footer-columns")
PAGE = linked_home("\n".join(map(block, KINDS)))


def long_html(count: int) -> str:
    """Return a page of so many blocks, the three kinds in turn."""
    kinds = itertools.islice(itertools.cycle(KINDS), count)
    return linked_home("\n".join(map(block, kinds)))


def new_page(person: Person, html: str = PAGE, **fields: Any) -> dict[str, Any]:
    """Make a site of its own with one page; the row comes back with `site_id`."""
    site = person.new_site()
    row = {"site_id": site["id"], "path": "/", "title": unique("Home"), "html": html} | fields
    made = person.supabase.post(
        "/rest/v1/pages", json=row, headers={"Prefer": "return=representation"}
    )
    assert made.status_code == 201, made.text
    result: dict[str, Any] = made.json()[0]
    return result


def until(check: Callable[[], bool]) -> None:
    """Wait for something that is asked in Python."""
    ends = time.monotonic() + 20
    while not check():
        assert time.monotonic() < ends, "not within 20 s"
        time.sleep(0.1)


def stored(person: Person, page: dict[str, Any]) -> dict[str, Any]:
    """Read the page as the server has it."""
    rows = person.supabase.get(f"/rest/v1/pages?id=eq.{page['id']}&select=*").json()
    result: dict[str, Any] = rows[0]
    return result


class Pointer:
    """The mouse by raw events: Playwright's way waits for a script the canvas may not run."""

    def __init__(self, page: Page) -> None:
        self._browser = page.context.new_cdp_session(page)

    def press(self, x: float, y: float) -> None:
        self._send("mousePressed", x, y, 1)

    def move(self, x: float, y: float) -> None:
        self._send("mouseMoved", x, y, 1)

    def release(self, x: float, y: float) -> None:
        self._send("mouseReleased", x, y, 0)

    def _send(self, kind: str, x: float, y: float, buttons: int) -> None:
        event = {"type": kind, "x": x, "y": y, "button": "left", "buttons": buttons}
        self._browser.send("Input.dispatchMouseEvent", event | {"clickCount": 1})


class Builder:
    """The builder, opened."""

    def __init__(self, page: Page, row: dict[str, Any]) -> None:
        self.page = page
        self.row = row
        self.open()

    def open(self) -> None:
        self.page.goto(f"/sites/{self.row['site_id']}/edit?page={self.row['id']}")
        self.wait()

    def wait(self) -> None:
        expect(self.page.locator(".b-canvas[data-ready=true]")).to_be_visible(timeout=30_000)
        # The engine takes no selecting click for 350 ms after it has fitted the frame, which it
        # does with the next one or two frames: counted by the page's own clock.
        self.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() =>"
            " requestAnimationFrame(() => setTimeout(done, 400))))"
        )
        expect(self.page.locator(".gjs-frame-wrapper--anim")).to_have_count(0)

    @property
    def canvas(self) -> FrameLocator:
        return self.page.frame_locator("iframe.gjs-frame")

    @property
    def save(self) -> Locator:
        return self.page.locator(".b-save")

    def click(self, selector: str) -> None:
        """Click on the page itself, and see that it became the selection."""
        self.canvas.locator(selector).first.click()
        expect(self.page.locator(".b-overlay")).to_be_visible()

    def type_into(self, selector: str, text: str) -> None:
        """Replace a text on the page by typing."""
        self.canvas.locator(selector).first.dblclick()
        expect(self.page.get_by_role("button", name="Bold")).to_be_visible()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)
        self.page.keyboard.press("Escape")
        expect(self.canvas.locator(selector).first).to_have_text(text)

    def saved(self) -> None:
        # The engine tells of a change in its next turn; until then the badge speaks of the last.
        self.page.evaluate("() => new Promise((done) => setTimeout(done, 100))")
        expect(self.save).to_have_text("Saved", timeout=20_000)

    def drawn(self) -> None:
        """Wait for a frame, in the builder's own document: the canvas runs no scripts."""
        self.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
        )

    def grip(self) -> tuple[float, float]:
        """Return the middle of the handle by which what is chosen can be dragged."""
        expect(self.page.locator(".b-grip")).to_be_visible()
        box = self.page.locator(".b-grip").bounding_box()
        assert box
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def stage(self) -> dict[str, float]:
        """Return where the canvas is on the screen: x, y, width, height."""
        box = self.page.locator(".b-canvas").bounding_box()
        assert box
        return dict(box)

    def kinds(self) -> list[str]:
        """Return the kinds of the blocks on the page, from top to bottom."""
        blocks = self.canvas.locator("[data-gjs-type=wrapper] > [data-rb-block]")
        return [str(each.get_attribute("data-rb-block")) for each in blocks.all()]

    def panel(self, name: str) -> Locator:
        """Open one of the panels on the left."""
        button = self.page.get_by_label("Panels").get_by_role("button", name=name)
        if button.get_attribute("aria-pressed") != "true":
            button.click()
        return self.page.get_by_role("complementary", name=name)
