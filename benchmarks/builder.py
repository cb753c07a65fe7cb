"""How the builder bears a long page: `python benchmarks/builder.py [rounds]`.

Makes a page of 500 blocks of the library, opens it in Chromium, waits until all of them are on the
canvas, types into it and drags a block over it, the processor four times slower. A "step" is the
longest time for which nothing else could run between one key or one move of the mouse and the next;
a timer that wants to run all the time measures it. The 95th percentile is that of the steps of all
rounds: in one round a single run of the browser's collector, which no page can put off, decides
it. A limit that is broken ends the run with 1.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts import browser as chromium  # noqa: E402
from scripts import gallery  # noqa: E402
from tests.browser.builder import Pointer  # noqa: E402
from tests.cast import Person, new_person  # noqa: E402
from tests.stack import Stack, running_stack  # noqa: E402

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
BLOCKS = 500
KEYS = 80
MOVES = 60
OPENS_IN = 2.0
STEP_MS = 50

HEARTBEAT = """() => {
  let last = performance.now();
  window.rbGap = 0;
  const beat = () => {
    const now = performance.now();
    window.rbGap = Math.max(window.rbGap, now - last - 5);
    last = now;
    setTimeout(beat, 0);
  };
  beat();
}"""
TAKE_GAP = "() => { const gap = window.rbGap; window.rbGap = 0; return gap; }"


def long_page() -> str:
    """Return 500 blocks of the library, every kind of section in turn."""
    kinds = [each for each in gallery.read_blocks() if each["kind"] != "video-embed"]
    return "\n".join(kinds[number % len(kinds)]["html"] for number in range(BLOCKS))


def make_page(person: Person) -> dict[str, Any]:
    site = person.new_site()
    row = {"site_id": site["id"], "path": "/", "title": "Long", "html": long_page()}
    made = person.supabase.post(
        "/rest/v1/pages", json=row, headers={"Prefer": "return=representation"}
    )
    made.raise_for_status()
    result: dict[str, Any] = made.json()[0]
    return result


def open_page(
    browser: Browser, person: Person, url: str, row: dict[str, Any]
) -> tuple[Page, float]:
    """Open the builder with an empty cache; return it and the seconds until it can be used."""
    state = person.storage_state()
    context = browser.new_context(storage_state=state, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    began = time.perf_counter()
    page.goto(f"{url}/sites/{row['site_id']}/edit?page={row['id']}", wait_until="commit")
    page.locator(".b-canvas[data-ready=true]").wait_for(timeout=120_000)
    return page, time.perf_counter() - began


def wait_for_all(page: Page) -> None:
    """Wait until the rest of the page has followed (canvas/fill.js)."""
    blocks = page.frame_locator("iframe.gjs-frame").locator("[data-gjs-type=wrapper] > *")
    expect(blocks).to_have_count(BLOCKS, timeout=120_000)
    page.wait_for_timeout(2000)


def p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def type_text(page: Page, session: CDPSession) -> list[float]:
    """Type into the first heading; return the longest pause after each key, in ms."""
    canvas = page.frame_locator("iframe.gjs-frame")
    canvas.locator("h2").first.scroll_into_view_if_needed()
    page.wait_for_timeout(800)
    canvas.locator("h2").first.dblclick()
    expect(page.get_by_role("button", name="Bold")).to_be_visible(timeout=60_000)
    slow_down(session)
    page.evaluate(HEARTBEAT)
    page.wait_for_timeout(1500)
    page.evaluate(TAKE_GAP)
    gaps = []
    for number in range(KEYS):
        page.keyboard.type("abcdefgh "[number % 9])
        page.wait_for_timeout(110)
        gaps.append(float(page.evaluate(TAKE_GAP)))
    slow_down(session, 1)
    page.keyboard.press("Escape")
    return gaps


def drag_block(page: Page, session: CDPSession) -> list[float]:
    """Drag a block by its handle; return the longest pause after each move, in ms."""
    canvas = page.frame_locator("iframe.gjs-frame")
    canvas.locator("[data-gjs-type=rb-block]").nth(1).click(position={"x": 3, "y": 3})
    page.locator(".b-grip").wait_for()
    grip, stage = page.locator(".b-grip").bounding_box(), page.locator(".b-canvas").bounding_box()
    assert grip and stage
    pointer = Pointer(page)
    slow_down(session)
    x, y = grip["x"] + 8, grip["y"] + 14
    pointer.press(x, y)
    gaps = []
    for number in range(MOVES):
        share = (number % 30) / 30
        pointer.move(x + 60, stage["y"] + 80 + share * (stage["height"] - 200))
        page.wait_for_timeout(40)
        gaps.append(float(page.evaluate(TAKE_GAP)))
    pointer.release(x + 60, stage["y"] + 300)
    slow_down(session, 1)
    return gaps[1:]


def slow_down(session: CDPSession, rate: int = 4) -> None:
    session.send("Emulation.setCPUThrottlingRate", {"rate": rate})


def report(name: str, value: float, limit: float, unit: str, more: str = "") -> int:
    over = value > limit
    print(f"{name:<34} {value:8.2f} {unit:<3} limit {limit:g}{'  MISSED' if over else ''}   {more}")
    return int(over)


def report_steps(name: str, rounds: list[list[float]]) -> int:
    """Print the steps of all rounds together, and how the rounds differ."""
    steps = [each for one in rounds for each in one]
    more = f"median {statistics.median(steps):.0f}, longest {max(steps):.0f}; "
    more += "p95 of each round " + ", ".join(f"{p95(each):.0f}" for each in rounds)
    return report(f"{name}, p95, 4x slower", p95(steps), STEP_MS, "ms", more)


def measure(stack: Stack, browser: Browser, rounds: int) -> int:
    """Print one line per goal and return how many are missed."""
    person = new_person(stack, "designer", organization="Long pages")
    row = make_page(person)
    opened, typed, dragged = [], [], []
    for _ in range(rounds):
        page, seconds = open_page(browser, person, stack.app_url, row)
        opened.append(seconds)
        wait_for_all(page)
        session = page.context.new_cdp_session(page)
        typed.append(type_text(page, session))
        page.wait_for_timeout(2000)
        dragged.append(drag_block(page, session))
        expect(page.locator(".b-save")).to_have_text("Saved", timeout=60_000)
        page.context.close()
    person.close()
    missed = report(f"{BLOCKS} blocks open", statistics.median(opened), OPENS_IN, "s")
    missed += report_steps("a key", typed)
    return missed + report_steps("a step of a drag", dragged)


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    path = chromium.find()
    if path is None:
        print("There is no Chromium on this machine: run scripts/browser.py.")
        return 1
    with (
        tempfile.TemporaryDirectory() as folder,
        running_stack(Path(folder)) as stack,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        missed = measure(stack, browser, rounds)
        browser.close()
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
