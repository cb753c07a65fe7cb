"""The AI studio: ask, watch, look, keep; and what is said where there is no AI."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.ai.conftest import here
from tests.browser.axe import grave_faults
from tests.cast import Person, new_person
from tests.contracts import xai as ways
from tests.contracts.xai import XAI
from tests.stack import Stack

PATIENCE = 20_000


def test_code_is_asked_for_seen_found_again_and_marked(
    ai_stack: Stack, supabase: Stack, xai: XAI, open_as: Callable[..., Page], screenshots: Path
) -> None:
    founder = here(new_person(supabase, "founder", organization="Tides"), ai_stack)
    founder.new_site(name="Harbour")
    page = open_as(founder, "/ai", viewport={"width": 1280, "height": 900})
    expect(page.get_by_text("What you ask stands here")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="What the AI knows of this site").click()
    page.get_by_label("The business, its voice, its words").fill("We rent rowing boats.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_have_count(0, timeout=PATIENCE)
    page.get_by_label("What would you like?").fill("A tide table <b>now</b>")
    expect(page.get_by_text("left for you now")).to_be_visible(timeout=PATIENCE)
    xai.pause = 0.05
    page.get_by_role("button", name="Generate").click()
    # It appears while it is written.
    answer = page.get_by_role("region", name="Answer")
    expect(answer.get_by_role("button", name="Stop")).to_be_visible()
    expect(answer.get_by_text("This cost 4 credits")).to_be_visible(timeout=PATIENCE)
    assert "We rent rowing boats." in str(xai.asked[0]["messages"])
    # Its script ran, on the other origin, in a sandbox.
    frame = answer.frame_locator("iframe").frame_locator("iframe")
    expect(frame.locator("#out")).to_have_text("High at noon", timeout=PATIENCE)
    page.screenshot(path=screenshots / "studio.png", full_page=True)
    answer.get_by_role("button", name="Code", exact=True).click()
    expect(answer.locator(".cm-content")).to_contain_text("Tide table")
    answer.get_by_role("button", name="style.css", exact=True).click()
    expect(answer.locator(".cm-content")).to_contain_text("color: teal")
    with page.expect_download() as download:
        answer.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "index.html"
    assert grave_faults(page) == []

    history = page.get_by_role("region", name="History")
    expect(history.get_by_text("A tide table <b>now</b>")).to_be_visible()
    history.get_by_role("button", name="Favourite", exact=True).click()
    page.reload()
    history.get_by_role("button", name="Favourites").click()
    row = history.get_by_role("button", name="A tide table")
    expect(row).to_be_visible(timeout=PATIENCE)
    history.get_by_label("Search the history").fill("zeppelin")
    expect(history.get_by_text("Nothing found")).to_be_visible()
    history.get_by_label("Search the history").fill("tide")
    row.click()
    expect(answer.get_by_text("From the history")).to_be_visible(timeout=PATIENCE)
    expect(frame.locator("#out")).to_have_text("High at noon", timeout=PATIENCE)
    history.get_by_role("button", name="Reuse").click()
    expect(page.get_by_label("What would you like?")).to_have_value("A tide table <b>now</b>")

    # On a phone, in the dark, with an answer that did not come.
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    xai.always(ways.status(500))
    page.get_by_role("button", name="Generate").click()
    expect(answer.get_by_role("alert")).to_contain_text("Nothing was charged", timeout=PATIENCE)
    page.screenshot(path=screenshots / "phone.png", full_page=True)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390


def test_an_answer_of_the_studio_becomes_a_proposal_in_the_builder(
    ai_stack: Stack, supabase: Stack, xai: XAI, open_as: Callable[..., Page]
) -> None:
    founder = here(new_person(supabase, "founder", organization="Tides"), ai_stack)
    founder.new_page(founder.new_site(name="Harbour"))
    page = open_as(founder, "/ai")
    page.get_by_label("What would you like?").fill("A tide table")
    page.get_by_role("button", name="Generate").click()
    page.get_by_role("link", name="Insert in the builder").click()
    canvas = page.frame_locator("iframe.gjs-frame")
    proposed = canvas.locator("[data-rb-proposed] h1")
    expect(proposed).to_have_text("Tide table", timeout=2 * PATIENCE)
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(canvas.locator("[data-rb-block=custom-code] h1")).to_have_text("Tide table")
    expect(page.locator(".b-save")).to_have_text("Saved", timeout=PATIENCE)
    # Styles come along, in their own block alone; scripts do not.
    stored = founder.supabase.get("/rest/v1/pages?select=html,css,js").json()[0]
    assert "teal" in stored["css"] and "High at noon" not in str(stored)


def test_without_a_key_the_screens_say_what_to_set(
    stack: Stack, eddie: Person, browser: object, watch: object
) -> None:
    context = browser.new_context(storage_state=eddie.storage_state())  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto(f"{stack.app_url}/ai")
    expect(page.get_by_text("The AI is switched off on this server.")).to_be_visible(
        timeout=PATIENCE
    )
    expect(page.get_by_text("GROK_API_KEY")).to_be_visible()
    site = eddie.new_site()
    eddie.new_page(site)
    page.goto(f"{stack.app_url}/sites/{site['id']}/edit")
    page.get_by_label("Panels").get_by_role("button", name="AI").click()
    expect(page.get_by_text("The AI is switched off")).to_be_visible(timeout=PATIENCE)
    context.close()
