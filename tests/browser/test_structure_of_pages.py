"""Wrap, lock, several at once, the palette; and the same by touch, on a tablet and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.axe import grave_faults
from tests.browser.builder import Builder, new_page, stored
from tests.cast import Person


def said(builder: Builder, words: str) -> None:
    expect(builder.page.locator("#announcements")).to_contain_text(words)


def test_elements_are_grouped_locked_copied_and_found_by_keyboard(
    eddie: Person, open_as: Callable[..., Page], screenshots: Path
) -> None:
    page = open_as(eddie, viewport={"width": 1440, "height": 900})
    builder = Builder(page, new_page(eddie))
    canvas = builder.canvas
    lead = canvas.locator(".rb-hero-split .rb-lead")
    builder.click(".rb-hero-split h1")
    lead.click(modifiers=["Shift"])
    expect(page.locator(".b-overlay")).to_contain_text("2 selected")
    page.keyboard.press("Control+g")
    said(builder, "2 elements put into a group")
    expect(canvas.locator(".rb-hero-split div:has(> h1):has(> .rb-lead) > *")).to_have_count(2)
    page.keyboard.press("Control+Shift+g")
    said(builder, "Group taken apart")
    expect(canvas.locator(".rb-hero-split div:has(> h1):has(> .rb-lead) > *")).not_to_have_count(2)

    builder.click(".rb-hero-split h1")
    page.keyboard.press("Control+Shift+l")
    said(builder, "locked")
    page.keyboard.press("Delete")
    said(builder, "is locked. Unlock it first.")
    canvas.locator("h1").dblclick()
    expect(page.get_by_role("button", name="Bold")).to_have_count(0)
    expect(page.get_by_label("Properties").get_by_role("button", name="Unlock")).to_be_visible()
    builder.saved()
    assert "data-rb-lock" in stored(eddie, builder.row)["html"]
    page.reload()
    builder.wait()
    builder.click(".rb-hero-split h1")
    page.keyboard.press("Delete")
    said(builder, "is locked. Unlock it first.")
    page.get_by_label("Properties").get_by_role("button", name="Unlock").click()
    builder.type_into("h1", "Free again")

    # Everything is in the palette, by name.
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Command palette")
    expect(palette.get_by_role("option", name="Duplicate Heading 1")).to_be_visible()
    page.screenshot(path=screenshots / "palette.png")
    assert grave_faults(page) == []
    page.keyboard.type("zeppelin")
    expect(palette.get_by_text("Nothing is called")).to_be_visible()
    palette.get_by_role("combobox").fill("price list")
    page.keyboard.press("Enter")
    said(builder, "Price list added")
    page.keyboard.press("Control+k")
    palette.get_by_role("combobox").fill("site settings")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Site settings")).to_be_visible()
    page.keyboard.press("Escape")

    # Copied here, pasted on another page.
    builder.click(".rb-features-grid h2")
    crumbs = page.locator(".b-crumbs button")
    expect(crumbs.last).to_have_text("Heading 2")
    while crumbs.last.inner_text() != "Feature grid":
        depth = crumbs.count()
        page.keyboard.press("Escape")
        # Pressed again before this shows, it would go past the block.
        expect(crumbs).to_have_count(depth - 1)
    page.keyboard.press("Control+c")
    said(builder, "Feature grid copied")
    builder.saved()
    other = {
        "site_id": builder.row["site_id"],
        "path": "/b",
        "title": "Other",
        "html": "<h1>B</h1>",
    }
    made = eddie.supabase.post(
        "/rest/v1/pages", json=other, headers={"Prefer": "return=representation"}
    )
    second = Builder(page, made.json()[0])
    second.click("h1")
    page.keyboard.press("Control+v")
    said(second, "pasted")
    expect(second.canvas.locator("[data-rb-block=features-grid]")).to_be_visible()
    second.saved()


def touch(page: Page, points: list[tuple[float, float]]) -> None:
    """Put a finger down, drag it over the points, and lift it."""
    browser = page.context.new_cdp_session(page)
    kinds = ["touchStart", *["touchMove"] * (len(points) - 1)]
    for kind, (x, y) in zip(kinds, points, strict=True):
        browser.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        page.wait_for_timeout(40)
    browser.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_block_is_added_and_dragged_by_touch_on_a_tablet(
    eddie: Person, open_as: Callable[..., Page], screenshots: Path
) -> None:
    page = open_as(eddie, viewport={"width": 1024, "height": 768}, has_touch=True)
    builder = Builder(page, new_page(eddie))
    builder.panel("Blocks").get_by_role("button", name="Divider", exact=True).tap()
    page.keyboard.press("Control+z")
    hero = builder.canvas.locator("[data-rb-block=hero-split]")
    hero.tap(position={"x": 5, "y": 5})
    expect(page.locator(".b-grip")).to_be_visible()
    page.screenshot(path=screenshots / "tablet.png")
    canvas = builder.stage()
    x, y = builder.grip()
    end = canvas["y"] + canvas["height"] - 80
    touch(page, [(x, y), *((x + 40, y + (end - y) * part / 8) for part in range(1, 9))])
    said(builder, "moved")
    assert builder.kinds()[0] == "features-grid"


def test_a_phone_edits_text_pictures_and_links(
    eddie: Person, open_as: Callable[..., Page], screenshots: Path
) -> None:
    page = open_as(eddie, viewport={"width": 390, "height": 844}, has_touch=True)
    builder = Builder(page, new_page(eddie))
    builder.canvas.locator("h1").tap()
    page.get_by_role("button", name="Edit text").tap()
    page.keyboard.press("Control+A")
    page.keyboard.type("Typed on a phone")
    page.get_by_role("button", name="Done").tap()
    builder.canvas.locator("a.rb-button").first.tap()
    page.get_by_role("button", name="Change where it leads").tap()
    page.get_by_label("Address").fill("https://example.org/")
    page.screenshot(path=screenshots / "phone-link.png")
    page.get_by_role("button", name="Set link").tap()
    builder.canvas.locator(".rb-hero-split img").tap()
    page.get_by_role("button", name="Change picture").tap()
    dialog = page.get_by_role("dialog", name="Change picture")
    dialog.locator(".b-picture").nth(1).tap()
    dialog.get_by_label("Description").fill("Another one")
    dialog.get_by_role("button", name="Use this picture").tap()
    # It measures the picture first.
    expect(dialog).to_be_hidden()
    builder.saved()
    page.screenshot(path=screenshots / "phone-content.png")
    html = stored(eddie, builder.row)["html"]
    for words in ("Typed on a phone", "https://example.org/", "Another one"):
        assert words in html
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert grave_faults(page) == []
