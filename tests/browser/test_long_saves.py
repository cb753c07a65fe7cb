"""A long page is saved while somebody types, by a worker; what is saved is what stands there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.builder import Builder, long_html, new_page, stored
from tests.cast import Person

COUNT = 60
SAVES = "**/rest/v1/pages?id=*version=*"
OpenAs = Callable[..., Page]


@pytest.fixture
def row(eddie: Person) -> dict[str, Any]:
    return new_page(eddie, long_html(COUNT))


def opened(page: Page, row: dict[str, Any]) -> Builder:
    builder = Builder(page, row)
    blocks = builder.canvas.locator("[data-gjs-type=wrapper] > *")
    expect(blocks).to_have_count(COUNT, timeout=60_000)
    return builder


def begin_typing(builder: Builder, words: str) -> None:
    builder.canvas.locator("h1").first.dblclick()
    expect(builder.page.get_by_role("button", name="Bold")).to_be_visible()
    builder.page.keyboard.press("Control+A")
    builder.page.keyboard.type(words)


def blocks_of(row: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = row["content"]["pages"][0]["frames"][0]["component"]["components"]
    return found


def test_what_is_typed_is_saved_with_all_the_rest_before_it_ends(
    open_as: OpenAs, eddie: Person, row: dict[str, Any]
) -> None:
    page = open_as(eddie)
    builder = opened(page, row)
    begin_typing(builder, "First words")
    builder.saved()
    first = stored(eddie, row)
    assert len(page.workers) == 1
    page.keyboard.type(", and <more> “of” them")
    builder.saved()
    second = stored(eddie, row)
    for saved, words in (
        (first, "First words"),
        (second, "First words, and &lt;more&gt; “of” them"),
    ):
        assert saved["html"].count("data-rb-block=") == row["html"].count("data-rb-block=")
        assert words in saved["html"] and words in blocks_text(saved, 0)
        assert len(blocks_of(saved)) == COUNT
    # All but what was typed in is as it was.
    assert blocks_of(first)[1:] == blocks_of(second)[1:]
    page.keyboard.press("Escape")
    builder.page.reload()
    builder.wait()
    expect(builder.canvas.locator("h1").first).to_have_text("First words, and <more> “of” them")


def blocks_text(row: dict[str, Any], number: int) -> str:
    return json.dumps(blocks_of(row)[number], ensure_ascii=False)


def choose_nothing(builder: Builder) -> None:
    """Take the bar of the chosen text away, which stands over the line above."""
    builder.page.get_by_label("Selected element").get_by_role("button", name="Page").click()
    expect(builder.page.locator(".b-overlay")).to_have_count(0)


def test_what_changes_in_the_block_meanwhile_is_saved_too(
    open_as: OpenAs, eddie: Person, row: dict[str, Any]
) -> None:
    builder = opened(open_as(eddie), row)
    begin_typing(builder, "Before")
    builder.saved()
    builder.page.keyboard.press("Escape")
    choose_nothing(builder)
    builder.type_into("p.rb-eyebrow", "Another text of the same block")
    choose_nothing(builder)
    begin_typing(builder, "After")
    builder.saved()
    text = blocks_text(stored(eddie, row), 0)
    assert "After" in text and "Before" not in text and "Another text of the same block" in text


def test_a_save_that_did_not_get_through_is_tried_again(
    open_as: OpenAs, eddie: Person, row: dict[str, Any]
) -> None:
    page = open_as(eddie)
    builder = opened(page, row)

    def lose(route: Route) -> None:
        route.abort()

    page.context.route(SAVES, lose)
    builder.type_into("h1", "Sent again")
    expect(builder.save).to_have_text("Unsaved, offline", timeout=20_000)
    page.context.unroute(SAVES, lose)
    builder.saved()
    assert "Sent again" in stored(eddie, row)["html"]


@pytest.mark.parametrize(
    "worker",
    [
        "class { constructor() { throw new Error('none here') } }",
        "class { postMessage() { setTimeout(() => this.onerror()) } }",
    ],
    ids=["refused", "broken"],
)
def test_without_a_worker_the_page_saves_for_itself(
    open_as: OpenAs, eddie: Person, row: dict[str, Any], worker: str
) -> None:
    page = open_as(eddie)
    page.add_init_script(f"window.Worker = {worker}")
    builder = opened(page, row)
    builder.type_into("h1", "Without a worker")
    builder.saved()
    assert "Without a worker" in stored(eddie, row)["html"]
