"""Components stay one thing wherever they are used; sections are copies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.axe import grave_faults
from tests.browser.builder import Builder, new_page, stored
from tests.cast import Person, unique


def test_a_component_is_made_used_filled_edited_and_deleted(
    eddie: Person, open_as: Callable[..., Page], screenshots: Path
) -> None:
    name = unique("Banner")
    row = new_page(eddie)
    page = open_as(eddie)
    builder = Builder(page, row)
    builder.click("h1")
    panel = builder.panel("Saved")
    panel.get_by_role("button", name="Save as component").click()
    dialog = page.get_by_role("dialog", name="Save as component")
    dialog.get_by_label("Name").fill(name)
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0, timeout=30_000)
    expect(panel.get_by_text(name)).to_be_visible()
    instances = builder.canvas.locator("[data-rb-component]")
    expect(instances).to_have_count(1)
    panel.get_by_label("Search what is saved").fill(name)
    panel.get_by_role("button", name=name, exact=False).first.click()
    expect(instances).to_have_count(2)
    builder.saved()
    expect(instances.locator("h1")).to_have_count(2)

    # This place says something else; the other one what the component says.
    properties = page.get_by_role("complementary", name="Properties")
    words = properties.get_by_role("group", name="Text: Say what you do").get_by_label("Words")
    words.fill("Only here")
    words.press("Tab")
    expect(instances.nth(1).locator("h1")).to_have_text("Only here")
    expect(instances.nth(0).locator("h1")).to_contain_text("Say what you do")
    assert grave_faults(page) == []
    page.screenshot(path=screenshots / "instance.png")
    builder.saved()

    # Edited by itself, and every use follows.
    properties.get_by_role("button", name="Edit the component").click()
    expect(page.get_by_text("by itself")).to_be_visible()
    expect(page.locator(".b-canvas[data-ready=true]")).to_be_visible()
    page.wait_for_timeout(500)
    builder.type_into(".rb-eyebrow, p >> nth=0", "Since yesterday")
    builder.type_into("h1", "Said everywhere")
    builder.saved()
    page.screenshot(path=screenshots / "alone.png")
    page.get_by_role("button", name=f"Back to {row['title']}").click()
    expect(instances).to_have_count(2)
    expect(instances.nth(0).locator("h1")).to_have_text("Said everywhere")
    expect(instances.nth(1).locator("h1")).to_have_text("Only here")

    # Published without saving the page again: what it stores is still the old look.
    old = stored(eddie, row)
    assert "Said everywhere" not in old["html"]
    component = eddie.supabase.get(f"/rest/v1/components?name=eq.{name}&select=id,uses").json()[0]
    assert component["uses"] == 2
    page.get_by_role("button", name="Publish").click()
    publish = page.get_by_role("dialog", name="Publish")
    publish.get_by_text("1 page changes").click()
    expect(publish.get_by_role("listitem").first).to_contain_text(row["title"])
    publish.get_by_role("button", name="Publish 1 page").click()
    address = page.get_by_label("Address of the site")
    expect(address).to_be_visible(timeout=60_000)
    visitor = page.context.new_page()
    visitor.goto(address.input_value())
    expect(visitor.locator("h1")).to_have_text(["Said everywhere", "Only here"])
    assert "data-rb-component" not in visitor.content()
    visitor.close()
    page.get_by_role("dialog").get_by_role("button", name="Close").last.click()

    # Deleted, after being told where it is used: the page keeps what it shows.
    panel.get_by_role("button", name=f"Actions for {name}").click()
    page.get_by_role("button", name="Delete…").click()
    asking = page.get_by_role("dialog", name=f"Delete “{name}”?")
    expect(asking.get_by_role("link", name=row["title"])).to_be_visible()
    page.screenshot(path=screenshots / "delete.png")
    asking.get_by_role("button", name="Delete component").click()
    expect(instances).to_have_count(0, timeout=30_000)
    expect(builder.canvas.locator("h1")).to_have_text(["Said everywhere", "Only here"])
    page.reload()
    builder.wait()
    expect(builder.canvas.locator("h1")).to_have_count(2)
    builder.click("h1")


def test_a_section_is_a_copy_and_a_use_can_be_detached(
    eddie: Person, open_as: Callable[..., Page]
) -> None:
    name = unique("Intro")
    row = new_page(eddie)
    page = open_as(eddie)
    builder = Builder(page, row)
    builder.click("h1")
    panel = builder.panel("Saved")
    for kind in ("section", "component"):
        panel.get_by_role("button", name=f"Save as {kind}").click()
        page.get_by_role("dialog").get_by_label("Name").fill(f"{name} {kind}")
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog")).to_have_count(0, timeout=30_000)
    panel.get_by_role("button", name=f"{name} section").first.click()
    headings = builder.canvas.locator("h1")
    expect(headings).to_have_count(2)
    assert "data-rb-field" not in str(headings.nth(1).evaluate("each => each.outerHTML"))
    builder.canvas.locator("[data-rb-component]").click()
    page.get_by_role("button", name="Detach from the component").click()
    expect(builder.canvas.locator("[data-rb-component]")).to_have_count(0)
    builder.type_into("h1", "My own now")
    builder.saved()
    assert "data-rb-component" not in stored(eddie, row)["html"]
