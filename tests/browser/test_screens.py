"""Every screen: no grave accessibility fault, nothing wider than a phone, every state drawn."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import grave_faults
from tests.cast import Person
from tests.conftest import Watch

OPEN = [
    "/",
    "/abuse",
    "/login",
    "/signup",
    "/forgot",
    "/reset",
    "/auth/callback",
    "/invite",
    "/nothing-here",
]
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
CANARY = '"><img src=x onerror=top.__pwned=1>'


def look(page: Page, size: str, theme: str, picture: Path) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.wait_for_timeout(150)
    page.screenshot(path=picture)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width, f"{page.url} is {wide} px wide on a {size}"
    assert grave_faults(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", OPEN)
def test_the_open_screens_are_fit_for_everybody(
    page: Page, path: str, theme: str, screenshots: Path
) -> None:
    page.goto(path)
    for size in SIZES:
        look(page, size, theme, screenshots / f"{size}.png")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_signed_in_screens_are_fit_for_everybody(
    open_as: Callable[..., Page], eddie: Person, theme: str, screenshots: Path
) -> None:
    site = eddie.new_site()
    eddie.new_page(site, path="/")
    page = open_as(eddie)
    ready = {
        "/dashboard": page.get_by_role("heading", name="Sites"),
        "/dashboard?new=1": page.get_by_role("dialog"),
        f"/sites/{site['id']}": page.get_by_role("heading", name="Pages"),
        f"/sites/{site['id']}?tab=publishes": page.get_by_text("Nothing is public yet"),
        f"/sites/{site['id']}?tab=settings": page.get_by_role("heading", name="General"),
        "/account": page.get_by_role("heading", name="Preferences"),
        "/activity": page.get_by_role("list", name="Entries, newest first"),
        "/forms": page.get_by_role("navigation", name="What to show"),
        "/forms?view=settings": page.get_by_role("heading", name="Privacy requests"),
        "/team": page.get_by_role("heading", name="Members"),
        "/settings": page.get_by_role("heading", name="General"),
        "/welcome": page.get_by_role("heading", name="Name your organization"),
    }
    for number, (path, sign) in enumerate(ready.items()):
        page.goto(path)
        expect(sign).to_be_visible()
        expect(page.locator(".bone")).to_have_count(0)
        for size in SIZES:
            look(page, size, theme, screenshots / f"{number}-{size}.png")


def test_a_menu_and_a_dialog_work_by_keyboard(open_as: Callable[..., Page], eddie: Person) -> None:
    site = eddie.new_site()
    page = open_as(eddie, "/dashboard")
    opener = page.get_by_label(f"Actions for {site['name']}")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Edit pages")).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    page.get_by_role("button", name="New site").press("Enter")
    expect(page.get_by_role("dialog").get_by_label("Name")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="New site")).to_be_focused()


def test_a_failed_load_can_be_tried_again(open_as: Callable[..., Page], eddie: Person) -> None:
    page = open_as(eddie)
    page.route("**/rest/v1/sites**", lambda route: route.abort())
    page.goto("/dashboard")
    expect(page.get_by_role("alert")).to_contain_text("could not be reached")
    page.unroute("**/rest/v1/sites**")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("button", name="New site")).to_be_visible()


def test_a_slow_answer_shows_bones_not_emptiness(
    open_as: Callable[..., Page], eddie: Person
) -> None:
    page = open_as(eddie)
    page.route("**/rest/v1/sites**", lambda route: None)
    page.goto("/dashboard")
    expect(page.get_by_label("Loading your sites")).to_be_visible()
    expect(page.locator(".site-card").first).to_be_visible()


def test_a_viewer_is_told_why_there_is_no_button(
    open_as: Callable[..., Page], vera: Person, eddie: Person
) -> None:
    site = eddie.new_site()
    page = open_as(vera, "/dashboard")
    expect(page.get_by_text("editors and above make new sites")).to_be_visible()
    expect(page.get_by_role("button", name="New site")).to_have_count(0)
    page.goto(f"/sites/{site['id']}")
    expect(page.get_by_text("editors and above change and publish")).to_be_visible()
    page.goto(f"/sites/{site['id']}?tab=settings")
    expect(page.get_by_label("Name")).to_be_disabled()


def test_somebody_without_an_organization_names_one_first(
    open_as: Callable[..., Page], newcomer: Person
) -> None:
    page = open_as(newcomer, "/dashboard")
    page.wait_for_url("**/welcome")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#organization-error")).to_have_text("Enter a name.")


def test_a_site_of_others_looks_like_none(
    open_as: Callable[..., Page], sam: Person, eddie: Person
) -> None:
    page = open_as(sam, f"/sites/{eddie.new_site()['id']}")
    expect(page.get_by_role("alert")).to_contain_text("There is no such site")


def test_a_name_that_is_taken_is_said_at_its_field(
    open_as: Callable[..., Page], eddie: Person
) -> None:
    taken = eddie.new_site()
    page = open_as(eddie, "/dashboard?new=1")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Another one")
    for slug, answer in [
        (taken["slug"], "Another site of this organization has this address."),
        ("Not A Slug", "lower-case letters"),
        ("admin", "This address cannot be used."),
    ]:
        dialog.get_by_label("Address").fill(slug)
        dialog.get_by_role("button", name="Create").click()
        expect(dialog).to_contain_text(answer)
        expect(dialog.get_by_label("Address")).to_have_attribute("aria-invalid", "true")


def test_sites_are_found_sorted_renamed_duplicated_and_deleted(
    open_as: Callable[..., Page], founder: Callable[[str], Person]
) -> None:
    owner = founder("Many sites")
    for name in ("Apple", "Birch"):
        site = owner.insert("sites", org_id=owner.org_id, name=name)
        owner.new_page(site, path="/")
    owner.new_page(site, path="/bread", title="How bread is made by us")
    page = open_as(owner, "/dashboard")
    titles = page.locator(".site-card h2")
    page.get_by_label("Sort by").select_option("name")
    expect(titles).to_have_text(["Apple", "Birch"])
    page.get_by_label("Search sites and pages").fill("bir")
    expect(titles).to_have_text(["Birch"])
    page.get_by_label("Search sites and pages").fill("MADE BY")
    found = page.locator("[data-found-page]")
    expect(found).to_have_count(1)
    expect(found).to_contain_text("How bread is made by us")
    expect(found).to_contain_text("Birch")
    expect(found.get_by_role("link")).to_have_attribute("href", re.compile("^/sites/.*/edit"))
    page.get_by_label("Search sites and pages").fill("zzz")
    page.get_by_role("button", name="Show all sites").click()

    page.get_by_label("Actions for Apple").click()
    page.get_by_role("button", name="Rename").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Cedar")
    page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    expect(titles).to_have_text(["Birch", "Cedar"])

    page.get_by_label("Actions for Birch").click()
    page.get_by_role("button", name="Duplicate").click()
    page.get_by_role("dialog").get_by_role("button", name="Duplicate").click()
    expect(titles).to_have_text(["Birch", "Birch (copy)", "Cedar"])

    page.get_by_label("Actions for Cedar").click()
    page.get_by_role("button", name="Delete").click()
    sure = page.get_by_role("dialog").get_by_role("button", name="Delete the site")
    expect(sure).to_be_disabled()
    page.get_by_role("dialog").get_by_role("textbox").fill("Cedar")
    sure.click()
    expect(titles).to_have_text(["Birch", "Birch (copy)"])


def test_hostile_names_are_shown_as_text(
    open_as: Callable[..., Page], founder: Callable[[str], Person], watch: Watch
) -> None:
    # The sanitiser reads the markup in a document that runs nothing; Chromium says so.
    watch.allow("Executing inline event handler")
    person = founder(CANARY)
    mine = f"/rest/v1/profiles?user_id=eq.{person.id}"
    person.supabase.patch(mine, json={"display_name": CANARY}).raise_for_status()
    seo = {"description": CANARY, "language": CANARY, "title_suffix": {"not": "text"}}
    site = person.new_site(name=CANARY, seo=seo)
    html = f"<h1>Hello</h1><p title='{CANARY}'>{CANARY}</p><script>top.__pwned=1</script>"
    css = "@import 'https://attacker.invalid/x'; p { background: url(https://attacker.invalid/y) }"
    person.new_page(site, title=CANARY, html=html, css=css)
    page = open_as(person)
    overview = f"/sites/{site['id']}"
    for path in ("/dashboard", overview, f"{overview}?tab=settings", "/account"):
        page.goto(path)
        # Without it, nothing has been drawn yet.
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator(".bone")).to_have_count(0)
        page.wait_for_timeout(400)
        assert page.evaluate("window.__pwned") is None
        assert "onerror" in page.content()
    page.goto("/dashboard")
    picture = page.frame_locator(".picture iframe")
    expect(picture.get_by_role("heading", name="Hello", include_hidden=True)).to_be_attached()
    assert picture.locator("script, [onerror]").count() == 0


def test_the_theme_is_chosen_once_and_never_flashes(
    open_as: Callable[..., Page], newcomer: Person
) -> None:
    page = open_as(newcomer, "/account", color_scheme="light")
    page.get_by_role("button", name="Dark", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.goto("/", wait_until="commit")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert page.context.cookies() == []
