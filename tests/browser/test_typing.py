"""What stands beside a text keeps up with it while somebody types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.builder import Builder, new_page
from tests.cast import Person

# Centred, so that what grows moves, too: down the page and across it.
CSS = ".tall{display:flex;min-height:600px;align-items:center;text-align:center}.tall>*{flex:1}"
WORDS = " and a long line of words" * 6
OpenAs = Callable[..., Page]


def typing(builder: Builder, selector: str) -> None:
    """Begin to type at the end of a text."""
    builder.canvas.locator(selector).first.dblclick()
    expect(builder.page.get_by_role("button", name="Bold")).to_be_visible()
    builder.page.keyboard.press("End")


@pytest.mark.parametrize(
    "text",
    ["<h1>A heading</h1>", '<div><a href="/">A link</a></div>'],
    ids=["block", "inline"],
)
def test_the_bar_stays_at_the_text_it_is_for(open_as: OpenAs, eddie: Person, text: str) -> None:
    html = f'<div data-rb-block="text" class="tall">{text}</div>'
    builder = Builder(open_as(eddie), new_page(eddie, html, css=CSS))
    element = builder.canvas.locator(".tall h1, .tall a")
    bar = builder.page.locator(".b-overlay")
    typing(builder, ".tall h1, .tall a")

    def corner(box: Any) -> tuple[float, float]:
        found = box.bounding_box()
        return found["x"], found["y"]

    def apart() -> tuple[float, float]:
        (x, y), (bar_x, bar_y) = corner(element), corner(bar)
        return x - bar_x, y - bar_y

    was_at, was_apart = corner(element), apart()
    builder.page.keyboard.type(WORDS if "h1" in text else " of some words")
    builder.drawn()
    assert max(abs(now - then) for now, then in zip(corner(element), was_at, strict=True)) > 10
    assert apart() == pytest.approx(was_apart, abs=2)
    # The engine's own frame, which its badges hang on.
    frame = builder.page.locator(".gjs-tools:not(.gjs-tools-gl)")
    assert frame.bounding_box() == pytest.approx(element.bounding_box(), abs=2)


def test_the_outline_tells_the_new_words_soon(open_as: OpenAs, eddie: Person) -> None:
    builder = Builder(open_as(eddie), new_page(eddie))
    builder.canvas.locator("h1").first.click()
    outline = builder.panel("Layers")
    typing(builder, "h1")
    builder.page.keyboard.press("Control+A")
    builder.page.keyboard.type("Words that are new")
    expect(outline.get_by_role("treeitem", selected=True)).to_contain_text("Words that are new")
    expect(builder.page.get_by_role("button", name="Bold")).to_be_visible()
