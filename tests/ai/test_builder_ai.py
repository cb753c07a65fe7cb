"""The AI in the builder: a proposal beside the page, which changes by accepting alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.ai.conftest import here
from tests.ai.test_hostile import ATTACKS
from tests.browser.axe import grave_faults
from tests.browser.builder import Builder, new_page, stored, until
from tests.cast import Person
from tests.contracts import xai as ways
from tests.contracts.xai import XAI
from tests.contracts.xai_mind import think
from tests.deployments.press import wait_for
from tests.stack import Stack

PROPOSED = "[data-rb-proposed]"
PATIENCE = 20_000


@pytest.fixture
def builder(ai_stack: Stack, eddie: Person, open_as: Callable[..., Page]) -> Builder:
    person = here(eddie, ai_stack)
    return Builder(open_as(person, viewport={"width": 1280, "height": 860}), new_page(person))


def wish(builder: Builder, mode: str, prompt: str) -> Locator:
    panel = builder.panel("AI")
    panel.get_by_role("button", name=mode, exact=True).click()
    panel.get_by_label("What would you like?").fill(prompt)
    return panel


def proposed(builder: Builder) -> Locator:
    return builder.canvas.locator(PROPOSED)


def kinds(builder: Builder) -> list[str]:
    """The page's own blocks, without what is proposed beside them."""
    own = "[data-gjs-type=wrapper] > [data-rb-block]:not([data-rb-proposed])"
    blocks = builder.canvas.locator(own)
    return [str(each.get_attribute("data-rb-block")) for each in blocks.all()]


def versions(person: Person, page_id: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = person.supabase.get(
        f"/rest/v1/page_versions?page_id=eq.{page_id}&select=*&order=created_at.desc"
    ).json()
    return rows


def stored_theme(person: Person, builder: Builder) -> str:
    where = f"/rest/v1/sites?id=eq.{builder.row['site_id']}&select=theme"
    return json.dumps(person.supabase.get(where).json())


def test_a_page_is_planned_written_and_accepted_section_by_section(
    builder: Builder, eddie: Person, xai: XAI, screenshots: Path
) -> None:
    page = builder.page
    before = kinds(builder)
    panel = wish(builder, "Page", "A page for our Christmas market")
    expect(panel.get_by_text("left for you now")).to_be_visible(timeout=PATIENCE)
    page.screenshot(path=screenshots / "wish.png")
    panel.get_by_role("button", name="Plan the page").click()
    # The plan is a person's to change: the last section goes, another brief.
    expect(panel.get_by_label("Block 3", exact=True)).to_have_value("cta-banner", timeout=PATIENCE)
    panel.get_by_role("button", name="Leave out").last.click()
    panel.get_by_label("What block 1 shall say").fill("Stalls and times")
    page.screenshot(path=screenshots / "plan.png")
    panel.get_by_role("button", name="Write the page").click()
    expect(proposed(builder)).to_have_count(2, timeout=PATIENCE)
    expect(panel.get_by_text("This cost")).to_be_visible(timeout=PATIENCE)
    assert "Stalls and times" in json.dumps(xai.asked[-1]["messages"])
    # A proposal, never a surprise: neither the page nor the server knows of it.
    assert kinds(builder) == before
    assert "Written by the model" not in json.dumps(stored(eddie, builder.row))
    page.screenshot(path=screenshots / "proposal.png")
    panel.get_by_role("button", name="Before").click()
    expect(proposed(builder)).to_have_count(0, timeout=PATIENCE)
    panel.get_by_role("button", name="After", exact=True).click()
    expect(proposed(builder)).to_have_count(2, timeout=PATIENCE)
    assert grave_faults(page) == []

    panel.get_by_role("button", name="Reject").last.click()
    expect(proposed(builder)).to_have_count(1, timeout=PATIENCE)
    count = len(versions(eddie, builder.row["id"]))
    panel.get_by_role("button", name="Accept", exact=True).click()
    expect(panel.get_by_text("Accepted")).to_be_visible(timeout=PATIENCE)
    builder.saved()
    after = kinds(builder)
    assert after == [*before[:-1], "hero-split", before[-1]]
    expect(proposed(builder)).to_have_count(0, timeout=PATIENCE)

    def named() -> list[dict[str, Any]]:
        return [row for row in versions(eddie, builder.row["id"]) if row["kind"] == "checkpoint"]

    # It gets its name once it is saved.
    assert wait_for(named)[0]["label"] == "AI: A page for our Christmas market"
    assert len(versions(eddie, builder.row["id"])) >= count
    # One step back takes all of it away.
    page.get_by_role("button", name="Undo").click()
    assert kinds(builder) == before


def test_variants_stand_side_by_side_and_the_chosen_one_is_taken(
    builder: Builder, xai: XAI, screenshots: Path
) -> None:
    page = builder.page
    builder.canvas.get_by_role("heading", level=1).click()
    panel = wish(builder, "Block", "Bolder")
    panel.get_by_text("Voice, language, variants").click()
    panel.get_by_role("button", name="2", exact=True).click()
    panel.get_by_role("button", name="Change the block").click()
    second = panel.get_by_role("button", name="Variant 2")
    expect(second).to_be_visible(timeout=PATIENCE)
    second.click()
    expect(proposed(builder)).to_have_count(1, timeout=PATIENCE)
    words = proposed(builder).locator("h1").inner_text()
    page.screenshot(path=screenshots / "variants.png")
    panel.get_by_role("button", name="Accept", exact=True).click()
    builder.saved()
    expect(builder.canvas.get_by_role("heading", level=1)).to_have_text(words)


def test_texts_layout_and_theme_are_shown_before_they_are_taken(
    builder: Builder, eddie: Person, xai: XAI, screenshots: Path
) -> None:
    page = builder.page
    found = kinds(builder)
    panel = wish(builder, "Texts", "Friendlier")
    panel.get_by_role("button", name="Rewrite the texts").click()
    panel.get_by_role("button", name="Accept all").click()
    builder.saved()
    expect(builder.canvas.get_by_role("heading", level=1)).to_contain_text(", anew")
    panel.get_by_role("button", name="New wish").click()

    panel = wish(builder, "Layout", "The end first")
    panel.get_by_role("button", name="Arrange anew").click()
    expect(proposed(builder)).to_have_count(len(found), timeout=PATIENCE)
    assert kinds(builder) == found
    panel.get_by_role("button", name="Accept", exact=True).click()
    builder.saved()
    assert kinds(builder) == found[::-1]
    panel.get_by_role("button", name="New wish").click()

    panel = wish(builder, "Design", "A harbour")
    panel.get_by_role("button", name="Propose a theme").click()
    expect(panel.get_by_role("button", name="Harbour")).to_be_visible(timeout=PATIENCE)
    primary = "getComputedStyle(document.documentElement).getPropertyValue('--rb-color-primary')"
    shown = builder.canvas.locator("html").evaluate(f"() => {primary}")
    assert shown.strip() == "#0b5394"
    theme = eddie.supabase.get(f"/rest/v1/sites?id=eq.{builder.row['site_id']}&select=theme").json()
    assert "#0b5394" not in json.dumps(theme)
    page.screenshot(path=screenshots / "theme.png")
    panel.get_by_role("button", name="Accept", exact=True).click()
    expect(panel.get_by_text("Accepted")).to_be_visible(timeout=PATIENCE)
    until(lambda: "#0b5394" in stored_theme(eddie, builder))
    # One step back, here and for the whole site; and one forth.
    undone, redone = (page.get_by_role("button", name=name) for name in ("Undo", "Redo"))
    undone.click()
    until(lambda: "#0b5394" not in stored_theme(eddie, builder))
    assert builder.canvas.locator("html").evaluate(f"() => {primary}").strip() != "#0b5394"
    redone.click()
    until(lambda: "#0b5394" in stored_theme(eddie, builder))
    # The step before it is the layout's.
    undone.click()
    undone.click()
    assert kinds(builder) == found
    # Whoever chose another theme meanwhile keeps it.
    redone.click()
    redone.click()
    until(lambda: "#0b5394" in stored_theme(eddie, builder))
    builder.panel("Theme").get_by_role("button", name="Ember").click()
    until(lambda: "#0b5394" not in stored_theme(eddie, builder))
    chosen = stored_theme(eddie, builder)
    undone.click()
    page.wait_for_timeout(500)
    assert stored_theme(eddie, builder) == chosen


def test_stopping_keeps_what_has_landed_and_a_failure_says_what_happened(
    builder: Builder, xai: XAI
) -> None:
    panel = wish(builder, "Page", "A market")
    panel.get_by_role("button", name="Plan the page").click()
    expect(panel.get_by_role("button", name="Write the page")).to_be_visible(timeout=PATIENCE)
    xai.next(ways.answer)
    xai.always(ways.hang)
    panel.get_by_role("button", name="Write the page").click()
    expect(proposed(builder)).to_have_count(1, timeout=PATIENCE)
    panel.get_by_role("button", name="Stop").click()
    expect(panel.get_by_text("What has landed is below")).to_be_visible(timeout=PATIENCE)
    expect(proposed(builder)).to_have_count(1, timeout=PATIENCE)
    panel.get_by_role("button", name="Discard the rest").click()
    expect(proposed(builder)).to_have_count(0, timeout=PATIENCE)
    xai.always(ways.status(500))
    wish(builder, "Page", "A market").get_by_role("button", name="Plan the page").click()
    expect(panel.get_by_role("alert")).to_contain_text("Nothing was charged", timeout=PATIENCE)


def test_a_hostile_answer_does_nothing_in_the_canvas_and_is_named(
    builder: Builder, xai: XAI
) -> None:
    """CASES 106, 107: looked at before, taken, and looked at on the page."""
    page = builder.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    builder.canvas.get_by_role("heading", level=1).click()
    panel = wish(builder, "Block", "Bolder")

    def obey(question: dict[str, Any]) -> str:
        said = think(question)
        evil = "".join(f"{attack}" for attack in ATTACKS.values()).replace(
            "alert(1)", "top.pwned=1"
        )
        link = "<a href='https://evil.example/?q=all'>More</a>"
        return json.dumps({"html": json.loads(said)["html"].replace("</h1>", f"</h1>{evil}{link}")})

    xai.mind = obey
    panel.get_by_role("button", name="Change the block").click()
    expect(panel.get_by_text("Left out for safety")).to_be_visible(timeout=PATIENCE)
    expect(panel.get_by_text("Links to evil.example")).to_be_visible()
    expect(proposed(builder)).to_have_count(1)
    panel.get_by_role("button", name="Accept", exact=True).click()
    builder.saved()
    assert page.evaluate("() => window.pwned") is None
    assert (
        builder.canvas.locator("html").evaluate("() => top.pwned ?? window.pwned ?? null") is None
    )
    assert not [url for url in asked if "evil.example" in url]
    assert builder.canvas.locator("script, iframe, object, embed, meta[http-equiv]").count() == 0
