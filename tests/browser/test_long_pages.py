"""A long page can be used before all of it is on the canvas, and nothing of it is lost by that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.builder import Builder, long_html, new_page, stored
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
    return new_page(eddie, long_html(COUNT))


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


@pytest.fixture
def longer_row(eddie: Person) -> dict[str, Any]:
    return new_page(eddie, long_html(90))


def test_while_somebody_types_the_page_looks_as_afterwards(
    open_as: OpenAs, eddie: Person, longer_row: dict[str, Any]
) -> None:
    builder = Builder(open_as(eddie), longer_row)
    blocks = builder.canvas.locator("[data-gjs-type=wrapper] > *")
    expect(blocks).to_have_count(90, timeout=60_000)
    left_out = builder.canvas.locator("[data-rb-far]")

    def heights() -> list[float]:
        builder.drawn()
        found: list[float] = blocks.evaluate_all(
            "blocks => blocks.slice(0, 3).map(each => each.getBoundingClientRect().height)"
        )
        return found

    before = heights()
    builder.canvas.locator("h1").first.dblclick()
    expect(builder.page.get_by_role("button", name="Bold")).to_be_visible()
    expect(left_out.first).to_be_attached()
    assert heights() == pytest.approx(before, abs=0.1)
    builder.page.keyboard.press("End")
    builder.page.keyboard.type(" and a long line of words" * 12)
    while_typing = heights()
    assert while_typing[0] > before[0] + 40
    builder.page.keyboard.press("Escape")
    expect(left_out).to_have_count(0)
    assert heights() == pytest.approx(while_typing, abs=0.1)
    # Shorter again: the block shrinks with its text.
    builder.type_into("h1", "Short")
    assert heights()[0] < while_typing[0] - 40
    builder.saved()
    html = stored(eddie, longer_row)["html"]
    assert "contain" not in html.replace("rb-container", "") and "data-rb-far" not in html


@pytest.mark.parametrize(
    "first",
    [
        "<section><h1>Plain</h1><p>Not a block</p></section>",
        '<div data-rb-block="text"><a href="/">A link that is a block\'s only text</a></div>',
    ],
    ids=["no block", "inline"],
)
def test_what_is_no_block_of_the_library_stays_as_it_is_while_typing(
    open_as: OpenAs, eddie: Person, longer_row: dict[str, Any], first: str
) -> None:
    builder = Builder(open_as(eddie), new_page(eddie, f"{first}\n{longer_row['html']}"))
    blocks = builder.canvas.locator("[data-gjs-type=wrapper] > *")
    expect(blocks).to_have_count(91, timeout=60_000)

    def places() -> list[float]:
        builder.drawn()
        found: list[float] = blocks.evaluate_all(
            """(blocks) => [blocks[0].firstElementChild, blocks[0], blocks[1]].flatMap((each) => {
              const { top, width, height } = each.getBoundingClientRect();
              return [top, width, height];
            })"""
        )
        return found

    before = places()
    blocks.first.locator("h1, a").first.dblclick()
    expect(builder.page.get_by_role("button", name="Bold")).to_be_visible()
    assert places() == pytest.approx(before, abs=0.1)
    builder.page.keyboard.press("End")
    builder.page.keyboard.type(" and a long line of words" * 12)
    while_typing = places()
    assert while_typing[2] > before[2]
    builder.page.keyboard.press("Escape")
    expect(builder.canvas.locator("[data-rb-far]")).to_have_count(0)
    assert places() == pytest.approx(while_typing, abs=0.1)


def test_scrolling_while_typing_shows_what_was_left_out(
    open_as: OpenAs, eddie: Person, longer_row: dict[str, Any]
) -> None:
    builder = Builder(open_as(eddie), longer_row)
    expect(builder.canvas.locator("[data-gjs-type=wrapper] > *")).to_have_count(90, timeout=60_000)
    builder.canvas.locator("h1").first.dblclick()
    expect(builder.canvas.locator("[data-rb-far]").first).to_be_attached()
    builder.page.mouse.move(640, 400)
    builder.page.mouse.wheel(0, 3000)
    expect(builder.canvas.locator("[data-rb-far]")).to_have_count(0)


PLACES = """() => {
  const { document: page, scrollY } = document.querySelector('iframe.gjs-frame').contentWindow;
  const blocks = [...page.querySelector('[data-gjs-type=wrapper]').children];
  return [page.documentElement.scrollHeight, scrollY, ...blocks.map((each) => {
    const { top, height } = each.getBoundingClientRect();
    return each.matches('[data-rb-gone], [data-rb-far]') ? [null, null] : [top, height];
  }).flat()];
}"""


@pytest.mark.parametrize("where", [0, 45, 88])
def test_what_is_left_out_leaves_its_room_and_comes_back_as_it_was(
    open_as: OpenAs, eddie: Person, longer_row: dict[str, Any], where: int
) -> None:
    # Margins between blocks, and one that is beside the others, are the page's own affair.
    css = (
        "[data-rb-block]{margin-block:7.3px 20.9px}[data-rb-block=aside]{float:right;width:9px}"
        "[data-rb-block=half]{display:inline-block;width:40%;height:50px;margin:0}"
    )
    beside = '<div data-rb-block="aside">Beside</div>'
    halves = '<div data-rb-block="half">Half</div>' * 2
    html = "\n".join([beside, halves, longer_row["html"], halves, beside])
    builder = Builder(open_as(eddie), new_page(eddie, html, css=css))
    blocks = builder.canvas.locator("[data-gjs-type=wrapper] > *")
    expect(blocks).to_have_count(96, timeout=60_000)
    text = blocks.nth(3 + where).locator("h1, h2, p").first
    text.scroll_into_view_if_needed()
    builder.page.wait_for_timeout(1000)
    before = builder.page.evaluate(PLACES)
    text.dblclick()
    expect(builder.page.get_by_role("button", name="Bold")).to_be_visible()
    gone = builder.canvas.locator("[data-rb-gone]")
    assert gone.count() > 60
    builder.drawn()
    during = builder.page.evaluate(PLACES)
    stays = [(was, now) for was, now in zip(before, during, strict=True) if now is not None]
    assert [now for _, now in stays] == pytest.approx([was for was, _ in stays], abs=0.5)
    builder.page.keyboard.press("Escape")
    expect(gone).to_have_count(0)
    builder.drawn()
    assert builder.page.evaluate(PLACES) == pytest.approx(before, abs=0.5)
