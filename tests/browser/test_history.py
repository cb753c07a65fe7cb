"""The history of a page: who and when, any two states against each other, and a way back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.axe import grave_faults
from tests.browser.builder import Builder, new_page, stored
from tests.cast import Person


def test_a_state_is_named_compared_and_restored(
    eddie: Person, open_as: Callable[..., Page], screenshots: Path
) -> None:
    row = new_page(eddie)
    page = open_as(eddie)
    builder = Builder(page, row)
    builder.type_into("h1", "Bread at eight")
    page.get_by_role("button", name="History").click()
    history = page.get_by_role("dialog", name="History")
    history.get_by_label("Name for the present version").fill("Before the fair")
    page.keyboard.press("Enter")
    versions = history.get_by_role("list", name="Versions").get_by_role("button")
    expect(versions.filter(has_text="Before the fair")).to_contain_text("You · just now")
    history.get_by_role("button", name="Close history").click()
    builder.type_into("h1", "Cakes at noon")

    page.get_by_role("button", name="History").click()
    versions.filter(has_text="Before the fair").click()
    # Side by side, each in a frame of the other origin.
    older = history.frame_locator("iframe[title^=Older]").frame_locator("iframe")
    newer = history.frame_locator("iframe[title^=Newer]").frame_locator("iframe")
    expect(older.locator("h1")).to_have_text("Bread at eight")
    expect(newer.locator("h1")).to_have_text("Cakes at noon")
    page.screenshot(path=screenshots / "side.png")
    history.get_by_role("button", name="Overlay").click()
    slider = history.get_by_role("slider")
    slider.focus()
    page.keyboard.press("Home")
    expect(slider).to_have_value("0")
    page.screenshot(path=screenshots / "overlay.png")
    history.get_by_role("button", name="Words").click()
    text = history.locator(".b-diff", has_text="Text:")
    expect(text.locator("del")).to_have_text(["Bread", "eight"])
    expect(text.locator("ins")).to_have_text(["Cakes", "noon"])
    # Any two: the first version against the named one.
    history.get_by_label("Compare with First version").check()
    expect(text.locator("ins").first).to_contain_text("Bread")
    assert grave_faults(page) == []
    page.emulate_media(color_scheme="dark")
    page.screenshot(path=screenshots / "words-dark.png")
    page.set_viewport_size({"width": 390, "height": 844})
    page.screenshot(path=screenshots / "phone.png")
    page.set_viewport_size({"width": 1280, "height": 800})

    history.get_by_role("button", name="Restore this version").click()
    expect(history).to_be_hidden()
    expect(builder.canvas.locator("h1")).to_have_text("Bread at eight")
    assert "Bread at eight" in stored(eddie, row)["html"]
    # The present was kept first.
    page.get_by_role("button", name="History").click()
    expect(versions.filter(has_text="Before a restore")).to_be_visible()
    expect(versions.first).to_contain_text("Restored")


def test_a_hundred_steps_can_be_taken_back(eddie: Person, open_as: Callable[..., Page]) -> None:
    row = new_page(eddie)
    page = open_as(eddie)
    builder = Builder(page, row)
    builder.click("h1")
    for _ in range(101):
        page.keyboard.press("Control+d")
        # As fast as a key repeats that is held down; what comes in one moment is one step.
        page.evaluate("() => new Promise((done) => setTimeout(done, 35))")
    headings = builder.canvas.locator("h1")
    expect(headings).to_have_count(102)
    for _ in range(101):
        page.keyboard.press("Control+z")
    expect(headings).to_have_count(1)
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    page.keyboard.press("Control+Shift+z")
    expect(headings).to_have_count(2)
