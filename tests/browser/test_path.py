"""The person's path, from nothing to a live page and back again."""

import re
import secrets
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.cast import Person

LIVE = 30_000


def press_publish(page: Page, message: str) -> None:
    page.get_by_role("button", name="Publish", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What changed").fill(message)
    dialog.get_by_role("button", name=re.compile("^Publish")).click()


def publish_row(page: Page, message: str) -> Locator:
    return page.locator("[data-deployment]").filter(has_text=message)


def test_from_nothing_to_a_live_page_and_back_again(page: Page, screenshots: Path) -> None:
    email, password = f"pia-{secrets.token_hex(4)}@example.com", "correct horse battery"

    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Start building").first.click()
    page.locator("#display_name").fill("Pia Person")
    page.locator("#email").fill(email)
    page.locator("#password").fill(password)
    page.get_by_role("button", name="Create account").click()

    page.wait_for_url("**/welcome")
    page.get_by_label("Name").fill("Pia & Co")
    page.get_by_role("button", name="Continue").click()

    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    # An empty page, and at least four finished designs.
    expect(dialog.get_by_role("radio").nth(4)).to_be_attached()
    dialog.get_by_label("Name").fill("Corner bakery")
    expect(dialog.get_by_label("Address")).to_have_value("corner-bakery")
    expect(dialog.locator(".picture[data-state=drawn]").first).to_be_visible()
    page.screenshot(path=screenshots / "new-site.png")
    dialog.get_by_role("button", name="Create the site").click()

    page.wait_for_url(re.compile(r"/sites/[0-9a-f-]{36}/edit\?page="))
    expect(page.locator(".b-save")).to_have_text("Saved")
    canvas = page.frame_locator("iframe.gjs-frame")
    expect(canvas.locator("[data-rb-block]").first).to_be_visible()
    page.screenshot(path=screenshots / "builder.png")

    page.get_by_label("Back to Corner bakery").click()
    expect(page.get_by_role("heading", name="Corner bakery")).to_be_visible()
    press_publish(page, "The first one")
    expect(publish_row(page, "The first one")).to_contain_text("Live now", timeout=LIVE)
    page.screenshot(path=screenshots / "published.png")

    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Open", exact=True).click()
    live = opened.value
    expect(live).to_have_title(re.compile("Corner bakery$"))
    for name in ("meta[name=description]", "meta[property='og:title']"):
        expect(live.locator(name)).to_have_attribute("content", re.compile(r"\w+"))
    live.screenshot(path=screenshots / "live.png")

    page.get_by_label("Your account").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login")
    page.locator("#email").fill(email)
    page.locator("#password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    card = page.locator(".site-card").filter(has_text="Corner bakery")
    expect(card).to_contain_text("Published")
    expect(card).to_contain_text("by Pia Person")


def test_an_earlier_publish_is_one_click_away(
    open_as: Callable[..., Page], founder: Callable[[str], Person]
) -> None:
    owner = founder("Return")
    site = owner.new_site(name="Returning")
    home = owner.new_page(site, html="<section><h1>First words</h1></section>")
    page = open_as(owner, f"/sites/{site['id']}")
    press_publish(page, "One")
    expect(publish_row(page, "One")).to_contain_text("Live now", timeout=LIVE)

    change = {"html": "<section><h1>Second words</h1></section>", "version": home["version"] + 1}
    query = f"/rest/v1/pages?id=eq.{home['id']}&version=eq.{home['version']}"
    owner.supabase.patch(query, json=change).raise_for_status()
    press_publish(page, "Two")
    expect(publish_row(page, "Two")).to_contain_text("Live now", timeout=LIVE)
    address = page.get_by_role("link", name="Open", exact=True).get_attribute("href") or ""
    live = page.context.new_page()
    live.goto(address)
    expect(live.get_by_role("heading")).to_have_text("Second words")

    publish_row(page, "One").get_by_role("button", name="Restore").click()
    page.get_by_role("dialog").get_by_role("button", name="Restore").click()
    back = publish_row(page, "Return to “One”")
    expect(back).to_contain_text("Live now", timeout=LIVE)
    live.reload()
    expect(live.get_by_role("heading")).to_have_text("First words")

    with page.expect_download() as file:
        page.get_by_role("button", name="Download as ZIP", exact=True).click()
    assert file.value.suggested_filename == "returning.zip"


def test_pages_are_added_changed_left_out_and_deleted(
    open_as: Callable[..., Page], founder: Callable[[str], Person]
) -> None:
    owner = founder("Pages")
    site = owner.new_site()
    owner.new_page(site)
    page = open_as(owner, f"/sites/{site['id']}")
    dialog = page.get_by_role("dialog")

    page.get_by_role("button", name="Add a page").click()
    dialog.get_by_label("Title").fill("About us")
    expect(dialog.get_by_label("Path")).to_have_value("/about-us")
    dialog.get_by_label("Path").fill("/")
    dialog.get_by_role("button", name="Add the page").click()
    expect(dialog).to_contain_text("Another page of this site has this path.")
    dialog.get_by_label("Path").fill("/About")
    dialog.get_by_role("button", name="Add the page").click()
    expect(dialog).to_contain_text("lower-case letters")
    dialog.get_by_label("Path").fill("/about")
    dialog.get_by_role("button", name="Add the page").click()
    row = page.locator("[data-page='/about']")
    expect(row).to_contain_text("About us")

    row.get_by_label("Actions for About us").click()
    page.get_by_role("button", name="Leave out of publishing").click()
    expect(row).to_contain_text("Left out of publishing")

    row.get_by_label("Actions for About us").click()
    page.get_by_role("button", name="Title and path").click()
    dialog.get_by_label("Title").fill("Who we are")
    dialog.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("Who we are")

    row.get_by_label("Actions for Who we are").click()
    page.get_by_role("button", name="Delete").click()
    dialog.get_by_role("button", name="Delete the page").click()
    expect(row).to_have_count(0)


def test_settings_are_kept_and_wrong_ones_named(
    open_as: Callable[..., Page], founder: Callable[[str], Person]
) -> None:
    owner = founder("Settings")
    site = owner.new_site()
    page = open_as(owner, f"/sites/{site['id']}?tab=settings")
    address = page.get_by_role("textbox", name="Address")
    address.fill("admin")
    page.get_by_role("button", name="Save the settings").click()
    expect(page.get_by_text("This address cannot be used")).to_be_visible()
    address.fill("another-place")
    page.get_by_role("textbox", name="Description").fill("What it is about.")
    page.get_by_role("combobox", name="Language").select_option("de")
    page.get_by_label("Keep the site out").check()
    page.get_by_role("button", name="Save the settings").click()
    expect(page.get_by_text("The settings were saved")).to_be_visible()
    page.reload()
    expect(address).to_have_value("another-place")
    expect(page.get_by_role("combobox", name="Language")).to_have_value("de")
    expect(page.get_by_label("Keep the site out")).to_be_checked()
