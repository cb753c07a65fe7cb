"""What the engine keeps for each element, and what still works without the rest of it."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.builder import KINDS, Builder, Pointer, long_html, new_page, stored, until
from tests.cast import Person

COUNT = """() => {
  const page = document.querySelector('iframe.gjs-frame').contentDocument;
  const all = page.createTreeWalker(page.querySelector('[data-gjs-type=wrapper]'), 5);
  let count = 0;
  while (all.nextNode()) count += 1;
  return count;
}"""


def kept_bytes(builder: Builder) -> int:
    """What the page's scripts keep, once the collector has run."""
    browser = builder.page.context.new_cdp_session(builder.page)
    browser.send("HeapProfiler.collectGarbage")
    used: int = browser.send("Runtime.getHeapUsage")["usedSize"]
    return used


def test_an_element_takes_a_third_less_than_the_engine_would_keep(
    open_as: Callable[..., Page], eddie: Person
) -> None:
    sizes = []
    for count in (3, 90):
        builder = Builder(open_as(eddie), new_page(eddie, long_html(count)))
        blocks = builder.canvas.locator("[data-gjs-type=wrapper] > *")
        expect(blocks).to_have_count(count, timeout=60_000)
        builder.page.wait_for_timeout(1000)
        sizes.append((kept_bytes(builder), int(builder.page.evaluate(COUNT))))
    (few_bytes, few), (many_bytes, many) = sizes
    # 9.7 KB. With all that the engine makes by itself, 14.7.
    assert (many_bytes - few_bytes) / (many - few) < 11_500


def test_a_block_is_dragged_by_itself(open_as: Callable[..., Page], eddie: Person) -> None:
    page = open_as(eddie, viewport={"width": 1440, "height": 1800})
    builder = Builder(page, new_page(eddie))
    first, second = (builder.canvas.locator("[data-rb-block]").nth(at) for at in (0, 1))
    first.click(position={"x": 4, "y": 4})
    box, below = first.bounding_box(), second.bounding_box()
    assert box and below
    x, y = box["x"] + 200, below["y"] + below["height"] * 0.8
    pointer = Pointer(page)
    # On its padding, and not under the bar.
    pointer.press(box["x"] + box["width"] - 8, box["y"] + 8)
    for step in range(8):
        pointer.move(x + step, box["y"] + 80 + step * 4)
    expect(page.locator(".gjs-placeholder").filter(visible=True)).to_have_count(1)
    pointer.move(x, y)
    # The engine looks where the pointer is a few times a second.
    page.wait_for_timeout(200)
    pointer.move(x, y + 2)
    page.wait_for_timeout(200)
    pointer.release(x, y + 2)
    moved = [KINDS[1], KINDS[0], KINDS[2]]
    until(lambda: builder.kinds() == moved)
    until(lambda: re.findall(r'data-rb-block="(.*?)"', stored(eddie, builder.row)["html"]) == moved)
