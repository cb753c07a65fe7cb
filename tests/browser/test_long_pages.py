"""A long page can be used before all of it is on the canvas, and nothing of it is lost by that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.builder import Builder, block, linked_home, new_page, stored
from tests.cast import Person

COUNT = 60
HELD = """() => {
  window.rbHeld = [];
  window.requestIdleCallback = (run) => window.rbHeld.push(run);
}"""
RELEASE = """() => {
  const endless = { timeRemaining: () => 50, didTimeout: false };
  const waiting = window.rbHeld.splice(0);
  window.rbHeld.push = (run) => setTimeout(() => run(endless));
  for (const run of waiting) run(endless);
}"""
OpenAs = Callable[..., Page]


@pytest.fixture
def long_row(eddie: Person) -> dict[str, Any]:
    kinds = ("hero-split", "features-grid", "footer-columns")
    blocks = (linked_home(block(kinds[number % 3])) for number in range(COUNT))
    return new_page(eddie, "\n".join(blocks))


@pytest.fixture
def held(open_as: OpenAs, eddie: Person, long_row: dict[str, Any]) -> Builder:
    """The builder with what is seen first; the rest waits until the test lets it come."""
    page = open_as(eddie)
    page.add_init_script(f"({HELD})()")
    builder = Builder(page, long_row)
    expect(page.get_by_text("Loading the rest of this long page")).to_be_visible()
    assert len(builder.kinds()) == 10
    return builder


def let_the_rest_come(builder: Builder) -> None:
    builder.page.evaluate(RELEASE)
    expect(builder.page.locator(".b-filling")).to_have_count(0, timeout=60_000)


def test_the_rest_comes_in_order_and_is_no_change(held: Builder, eddie: Person) -> None:
    let_the_rest_come(held)
    kinds = held.kinds()
    assert kinds == ["hero-split", "features-grid", "footer-columns"] * (COUNT // 3)
    held.page.wait_for_timeout(1500)
    assert stored(eddie, held.row)["version"] == held.row["version"]
    assert held.page.get_by_role("button", name="Undo").is_disabled()


def test_what_is_changed_early_is_saved_with_all_the_rest(held: Builder, eddie: Person) -> None:
    held.type_into("h1", "Changed at once")
    assert stored(eddie, held.row)["version"] == held.row["version"]
    let_the_rest_come(held)
    held.saved()
    after = stored(eddie, held.row)
    assert "Changed at once" in after["html"]
    assert after["html"].count("data-rb-block=") == held.row["html"].count("data-rb-block=")
    held.page.get_by_role("button", name="Undo").click()
    expect(held.canvas.locator("h1").first).not_to_have_text("Changed at once")


def test_saving_at_once_brings_the_rest_at_once(held: Builder, eddie: Person) -> None:
    held.type_into("h1", "Saved at once")
    held.page.keyboard.press("Control+s")
    held.saved()
    after = stored(eddie, held.row)
    assert "Saved at once" in after["html"]
    assert after["html"].count("data-rb-block=") == held.row["html"].count("data-rb-block=")
    assert len(held.kinds()) == COUNT


def test_what_is_put_at_the_end_stays_there(held: Builder, eddie: Person) -> None:
    held.canvas.locator("[data-rb-block]").nth(9).click(position={"x": 4, "y": 4})
    held.page.keyboard.press("Control+d")
    expect(held.canvas.locator("[data-gjs-type=wrapper] > [data-rb-block]")).to_have_count(11)
    copied = held.kinds()[9]
    let_the_rest_come(held)
    held.saved()
    kinds = held.kinds()
    assert len(kinds) == COUNT + 1
    assert kinds[-1] == copied


def test_a_tab_closed_early_keeps_what_was_done(
    held: Builder, eddie: Person, open_as: OpenAs
) -> None:
    held.type_into("h1", "Kept though closed")
    context = held.page.context
    held.page.on("dialog", lambda dialog: dialog.accept())
    held.page.close(run_before_unload=True)
    again = Builder(context.new_page(), held.row)
    expect(again.canvas.locator("h1").first).to_have_text("Kept though closed")
    again.saved()
    html = stored(eddie, held.row)["html"]
    assert html.count("data-rb-block=") == held.row["html"].count("data-rb-block=")
