"""A drag over a long page: the page scrolls along, and the block lands where the pointer is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.builder import Builder, Pointer, long_html, new_page, stored, until
from tests.cast import Person

COUNT = 90
NUMBER = """() => {
  const page = document.querySelector('iframe.gjs-frame').contentDocument;
  const blocks = [...page.querySelector('[data-gjs-type=wrapper]').children];
  blocks.forEach((each, at) => { each.rbNumber = at; });
}"""
# What was moved is drawn anew and so has no number.
NUMBERS = """() => {
  const page = document.querySelector('iframe.gjs-frame').contentDocument;
  const blocks = [...page.querySelector('[data-gjs-type=wrapper]').children];
  return blocks.map((each) => each.rbNumber ?? null);
}"""
SCROLLED = "() => document.querySelector('iframe.gjs-frame').contentWindow.scrollY"
# The place is before the first block whose middle is below the pointer, counted from the page.
PLACE = """([x, y]) => {
  const frame = document.querySelector('iframe.gjs-frame');
  const { top, height } = frame.getBoundingClientRect();
  const at = (y - top) * frame.contentWindow.innerHeight / height;
  const blocks = [...frame.contentDocument.querySelector('[data-gjs-type=wrapper]').children];
  return blocks.findIndex((each) => {
    const box = each.getBoundingClientRect();
    return (box.top + box.bottom) / 2 > at;
  });
}"""


@pytest.fixture
def builder(open_as: Callable[..., Page], eddie: Person) -> Builder:
    page = open_as(eddie, viewport={"width": 1440, "height": 900})
    # With room at both sides, where no block is under the pointer.
    css = "[data-rb-block]{margin-inline:120px}"
    builder = Builder(page, new_page(eddie, long_html(COUNT), css=css))
    blocks = builder.canvas.locator("[data-gjs-type=wrapper] > *")
    expect(blocks).to_have_count(COUNT, timeout=60_000)
    page.evaluate(NUMBER)
    return builder


def scrolled(builder: Builder) -> float:
    result: float = builder.page.evaluate(SCROLLED)
    return result


@pytest.mark.parametrize("share", [0.5, 0.05], ids=["over the blocks", "beside them"])
def test_a_block_lands_where_the_page_has_scrolled_to(
    builder: Builder, eddie: Person, share: float
) -> None:
    page, area = builder.page, builder.stage()
    builder.canvas.locator("[data-rb-block]").nth(1).click(position={"x": 4, "y": 4})
    pointer = Pointer(page)
    pointer.press(*builder.grip())
    middle = (area["x"] + area["width"] * share, area["y"] + area["height"] / 2)
    pointer.move(*middle)
    pointer.move(middle[0], middle[1] + 20)
    line = page.locator(".gjs-placeholder").filter(visible=True)
    expect(line).to_have_count(1)
    before = scrolled(builder)
    page.wait_for_timeout(300)
    assert scrolled(builder) == before

    pointer.move(middle[0], area["y"] + area["height"] - 12)
    until(lambda: scrolled(builder) > before + 4000)
    pointer.move(*middle)
    page.wait_for_timeout(300)
    stopped = scrolled(builder)
    page.wait_for_timeout(200)
    assert scrolled(builder) == stopped
    # The blocks that have come have their own heights by now; a hand is never quite still.
    pointer.move(middle[0], middle[1] + 1)
    page.wait_for_timeout(300)
    expect(line).to_have_count(1)
    place = page.evaluate(PLACE, list(middle))
    assert place > 5
    pointer.release(*middle)

    moved = [*range(1), *range(2, place), None, *range(place, COUNT)]
    until(lambda: page.evaluate(NUMBERS) == moved)
    builder.saved()
    assert stored(eddie, builder.row)["html"].count("data-rb-block=") == builder.row["html"].count(
        "data-rb-block="
    )
    page.keyboard.press("Control+z")
    until(lambda: page.evaluate(NUMBERS).index(None) == 1)


def test_the_page_scrolls_back_up_and_stops_when_the_drag_ends(builder: Builder) -> None:
    page, area = builder.page, builder.stage()
    builder.canvas.locator("[data-rb-block]").nth(30).scroll_into_view_if_needed()
    page.wait_for_timeout(800)
    builder.canvas.locator("[data-rb-block]").nth(30).click(position={"x": 4, "y": 4})
    pointer = Pointer(page)
    pointer.press(*builder.grip())
    middle = area["x"] + area["width"] / 2
    pointer.move(middle, area["y"] + area["height"] / 2)
    before = scrolled(builder)
    edge = area["y"] + 12
    pointer.move(middle, edge)
    until(lambda: scrolled(builder) < before - 1000)
    page.keyboard.press("Escape")
    pointer.release(middle, edge)
    page.wait_for_timeout(200)
    stopped = scrolled(builder)
    page.wait_for_timeout(300)
    assert scrolled(builder) == stopped
    assert page.evaluate(NUMBERS) == list(range(COUNT))


def test_let_go_of_beside_the_page_it_stops_scrolling(builder: Builder) -> None:
    page, area = builder.page, builder.stage()
    builder.canvas.locator("[data-rb-block]").nth(1).click(position={"x": 4, "y": 4})
    pointer = Pointer(page)
    pointer.press(*builder.grip())
    middle, edge = area["x"] + area["width"] / 2, area["y"] + area["height"]
    pointer.move(middle, edge - 100)
    pointer.move(middle, edge - 12)
    until(lambda: scrolled(builder) > 500)
    pointer.move(middle, edge + 12)
    pointer.release(middle, edge + 12)
    page.wait_for_timeout(200)
    stopped = scrolled(builder)
    page.wait_for_timeout(300)
    assert scrolled(builder) == stopped
