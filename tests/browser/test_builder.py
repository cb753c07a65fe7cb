"""The page builder, by mouse and by keyboard, through the real stack."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.axe import grave_faults
from tests.browser.builder import BLOCKS, Builder, Pointer, block, new_page, stored
from tests.cast import Person


@pytest.fixture
def builder(eddie: Person, open_as: Callable[..., Page]) -> Builder:
    return Builder(open_as(eddie, viewport={"width": 1440, "height": 900}), new_page(eddie))


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    steps = 12
    points = [
        (start[0] + (end[0] - start[0]) * at / steps, start[1] + (end[1] - start[1]) * at / steps)
        for at in range(steps + 1)
    ]
    pointer = Pointer(page)
    pointer.press(*points[0])
    for point in points[1:]:
        pointer.move(*point)
        page.wait_for_timeout(30)
    page.wait_for_timeout(150)
    pointer.release(*points[-1])


def test_a_block_is_found_by_search_and_added_with_a_click(builder: Builder) -> None:
    panel = builder.panel("Blocks")
    panel.get_by_label("Search blocks").fill("prices")
    expect(panel.get_by_role("button", name="Price list")).to_be_visible()
    expect(panel.get_by_role("button", name="Team", exact=True)).to_have_count(0)
    panel.get_by_role("button", name="Price list").click()
    # Before the footer, as a person would put it.
    assert builder.kinds() == ["hero-split", "features-grid", "price-list", "footer-columns"]
    builder.saved()
    panel.get_by_label("Search blocks").fill("zeppelin")
    expect(panel.get_by_text("No block matches")).to_be_visible()


def test_blocks_of_ours_lose_nothing_in_the_builder(
    open_as: Callable[..., Page], eddie: Person
) -> None:
    """An icon kept its shape by chance while the sanitiser took every viewBox."""
    kinds = sorted(path.stem for path in BLOCKS.glob("*.html"))
    builder = Builder(open_as(eddie), new_page(eddie, "\n".join(map(block, kinds))))
    expect(builder.canvas.locator("svg[viewBox]").first).to_be_attached()
    expect(builder.page.get_by_text("left out because a page may not hold it")).to_have_count(0)
    builder.type_into("h2", "Something else")
    builder.saved()
    html = stored(eddie, builder.row)["html"]
    assert html.count("viewBox=") == builder.row["html"].count("viewBox=") > 5


def test_a_block_is_dragged_from_the_list_onto_the_page(builder: Builder) -> None:
    page = builder.page
    source = builder.panel("Blocks").get_by_role("button", name="Steps", exact=True)
    source.scroll_into_view_if_needed()
    page.wait_for_timeout(600)
    start = source.bounding_box()
    canvas = builder.stage()
    assert start
    page.mouse.move(start["x"] + 40, start["y"] + 20)
    page.mouse.down()
    for step in range(1, 13):
        share = step / 12
        page.mouse.move(
            start["x"] + 40 + (canvas["x"] + 300 - start["x"]) * share,
            start["y"] + 20 + (canvas["y"] + canvas["height"] * 0.62 - start["y"]) * share,
        )
        page.wait_for_timeout(30)
    page.mouse.up()
    expect(builder.canvas.locator("[data-rb-block=steps]")).to_be_visible()
    assert builder.kinds().index("steps") in {1, 2}
    page.keyboard.press("Control+z")
    expect(builder.canvas.locator("[data-rb-block=steps]")).to_have_count(0)


def test_a_block_is_moved_by_its_handle(builder: Builder) -> None:
    page = builder.page
    hero = builder.canvas.locator("[data-rb-block=hero-split]")
    hero.click(position={"x": 5, "y": 5})
    canvas = builder.stage()
    drag(page, builder.grip(), (canvas["x"] + 400, canvas["y"] + canvas["height"] - 30))
    expect(builder.canvas.locator("[data-gjs-type=wrapper] > :first-child")).to_have_attribute(
        "data-rb-block", "features-grid"
    )


def test_everything_is_done_by_keyboard_alone(builder: Builder) -> None:
    page = builder.page
    button = builder.panel("Blocks").get_by_role("button", name="Team", exact=True)
    button.focus()
    page.keyboard.press("Enter")
    assert builder.kinds() == ["hero-split", "features-grid", "team-grid", "footer-columns"]
    expect(page.locator("#announcements")).to_have_text("Team added")

    layers = builder.panel("Layers")
    layers.get_by_role("treeitem", name="Hero with picture").focus()
    page.keyboard.press("Alt+ArrowDown")
    assert builder.kinds()[:2] == ["features-grid", "hero-split"]
    page.keyboard.press("Alt+ArrowUp")
    assert builder.kinds()[:2] == ["hero-split", "features-grid"]
    page.keyboard.press("Control+d")
    assert builder.kinds()[:2] == ["hero-split", "hero-split"]
    page.keyboard.press("Delete")
    assert builder.kinds() == ["hero-split", "features-grid", "team-grid", "footer-columns"]
    for _ in range(4):
        page.keyboard.press("Control+z")
    assert "team-grid" in builder.kinds()
    page.keyboard.press("Control+z")
    assert builder.kinds() == ["hero-split", "features-grid", "footer-columns"]
    page.keyboard.press("Control+Shift+z")
    assert "team-grid" in builder.kinds()
    page.keyboard.press("Control+s")
    builder.saved()


def test_the_outline_is_walked_with_arrows_and_enter_edits_the_text(builder: Builder) -> None:
    page = builder.page
    layers = builder.panel("Layers")
    layers.get_by_role("treeitem", name="Feature grid").focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(layers.locator("[aria-selected=true]")).to_contain_text("Heading 2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Bold")).to_be_visible()


def test_one_text_edit_is_one_step_back(builder: Builder) -> None:
    before = builder.canvas.locator("h1").inner_text()
    builder.type_into("h1", "Something else entirely")
    builder.page.get_by_label("Undo").click()
    expect(builder.canvas.locator("h1")).to_have_text(before)
    expect(builder.page.get_by_label("Undo")).to_be_disabled()
    builder.page.get_by_label("Redo").click()
    expect(builder.canvas.locator("h1")).to_have_text("Something else entirely")


def test_words_are_made_bold_and_linked(builder: Builder, eddie: Person) -> None:
    page = builder.page
    builder.canvas.locator(".rb-lead").dblclick()
    expect(page.get_by_role("button", name="Bold")).to_be_visible()
    page.keyboard.press("Control+A")
    page.get_by_role("button", name="Bold").click()
    page.get_by_role("button", name="Link", exact=True).last.click()
    page.get_by_label("Link address").fill("/about")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(builder.canvas.locator(".rb-lead a")).to_have_attribute("href", "/about")
    builder.saved()
    assert 'href="/about"' in stored(eddie, builder.row)["html"]


def test_styles_hold_for_the_device_that_is_shown(builder: Builder, eddie: Person) -> None:
    page = builder.page
    builder.click("h1")
    size = page.get_by_label("Size", exact=True)
    size.fill("40")
    size.press("Enter")
    expect(builder.canvas.locator("h1")).to_have_css("font-size", "40px")
    page.get_by_role("button", name="Phone", exact=True).click()
    expect(page.get_by_text("phones only")).to_be_visible()
    builder.click("h1")
    size.fill("28")
    size.press("Enter")
    expect(builder.canvas.locator("h1")).to_have_css("font-size", "28px")
    page.get_by_role("button", name="Desktop", exact=True).click()
    expect(builder.canvas.locator("h1")).to_have_css("font-size", "40px")
    builder.saved()
    css = stored(eddie, builder.row)["css"]
    assert "font-size:40px" in css.replace(" ", "")
    assert "max-width: 600px" in css
    page.reload()
    builder.wait()
    expect(builder.canvas.locator("h1")).to_have_css("font-size", "40px")


def test_a_wrong_value_is_not_taken(builder: Builder) -> None:
    builder.click("h1")
    size = builder.page.get_by_label("Size", exact=True)
    size.fill("url(https://attacker.invalid/x)")
    size.press("Enter")
    expect(size).to_have_value("")


def test_a_picture_is_changed_for_a_built_in_one(builder: Builder, eddie: Person) -> None:
    page = builder.page
    builder.canvas.locator("img").dblclick()
    dialog = page.get_by_role("dialog", name="Change picture")
    dialog.locator(".b-picture").nth(0).click()
    dialog.get_by_label("Description").fill("What it shows")
    dialog.get_by_role("button", name="Use this picture").click()
    expect(builder.canvas.locator("img")).to_have_attribute("alt", "What it shows")
    builder.saved()
    assert "What it shows" in stored(eddie, builder.row)["html"]


def test_a_picture_is_uploaded_and_a_false_one_refused(builder: Builder, eddie: Person) -> None:
    page = builder.page
    builder.canvas.locator("img").dblclick()
    dialog = page.get_by_role("dialog", name="Change picture")
    chooser = dialog.get_by_label("Choose picture files")
    html = b"<!doctype html><script>alert(1)</script>"
    chooser.set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": html})
    expect(dialog.get_by_role("alert")).to_contain_text("not a picture we can use")
    data = io.BytesIO()
    Image.new("RGB", (64, 48), "#93391b").save(data, "PNG")
    chooser.set_input_files({"name": "y.png", "mimeType": "image/png", "buffer": data.getvalue()})
    # Pictures of other tests may stand there already: this one is chosen once it has arrived.
    expect(dialog.locator(".b-picture[aria-pressed=true] img[src*='/storage/']")).to_have_count(1)
    dialog.get_by_label("Description").fill("A brown field")
    dialog.get_by_role("button", name="Use this picture").click()
    picture = builder.canvas.locator("img")
    expect(picture).to_have_attribute("alt", "A brown field")
    expect(picture).to_have_js_property("naturalWidth", 64)
    builder.saved()
    html = stored(eddie, builder.row)["html"]
    assert f"/storage/v1/object/public/assets/{eddie.org_id}/" in html
    assert 'width="64"' in html


def test_pages_are_added_renamed_and_switched(builder: Builder, eddie: Person) -> None:
    page = builder.page
    builder.type_into("h1", "Kept when switching")
    panel = builder.panel("Pages")
    panel.get_by_role("button", name="Add a page").click()
    dialog = page.get_by_role("dialog", name="Add a page")
    dialog.get_by_role("button", name="Add page").click()
    expect(dialog.get_by_text("Give the page a title.")).to_be_visible()
    dialog.get_by_label("Title").fill("Über uns")
    expect(dialog.get_by_label("Address")).to_have_value("/uber-uns")
    dialog.get_by_role("button", name="Add page").click()
    expect(page.locator(".b-page-name")).to_have_text("Über uns")
    builder.wait()
    assert builder.kinds() == ["footer-columns"]
    assert "Kept when switching" in stored(eddie, builder.row)["html"]

    panel = builder.panel("Pages")
    panel.get_by_role("button", name="Über uns: more").click()
    panel.get_by_role("button", name="Settings and search").click()
    dialog = page.get_by_role("dialog", name="Page settings")
    dialog.get_by_label("Address").fill("/")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("Another page is the home page already.")).to_be_visible()
    dialog.get_by_label("Address").fill("/about")
    dialog.get_by_label("Description").fill("Who we are.")
    dialog.get_by_role("button", name="Save").click()
    expect(panel.get_by_text("/about", exact=True)).to_be_visible()

    expect(page.get_by_text("lead on to the page")).to_have_count(0)
    assert rows_of(eddie, builder)["/about"]["old_paths"] == ["/uber-uns"]


def rows_of(person: Person, builder: Builder) -> dict[str, dict[str, Any]]:
    query = f"site_id=eq.{builder.row['site_id']}&select=id,path,title,status,old_paths,seo"
    return {
        row["path"]: row
        for row in person.supabase.get(f"/rest/v1/pages?{query}&order=position").json()
    }


def test_pages_are_nested_ordered_deleted_and_brought_back(
    builder: Builder, eddie: Person, screenshots: Path
) -> None:
    page = builder.page
    for title, path in (("About", "/about"), ("Team", "/team"), ("Jobs", "/jobs")):
        row = {"site_id": builder.row["site_id"], "path": path, "title": title, "position": 5}
        assert eddie.supabase.post("/rest/v1/pages", json=row).status_code == 201
    builder.open()
    builder.type_into("h1", "Kept while pages move")
    panel = builder.panel("Pages")

    def choose(title: str, item: str) -> None:
        panel.get_by_role("button", name=f"{title}: more").click()
        panel.get_by_role("button", name=item).locator("visible=true").click()

    def paths(*expected: str) -> None:
        # Not the deleted ones below, which tell their addresses too.
        present = panel.get_by_role("list", name="Pages", exact=True)
        expect(present.locator(".b-page-words > span")).to_have_text(list(expected))

    paths("/", "/about", "/jobs", "/team")
    choose("Team", "Move up")
    paths("/", "/about", "/team", "/jobs")
    choose("Team", "Nest under “About”")
    paths("/", "/about", "/about/team", "/jobs")
    # By keyboard: Alt with the arrows moves, F2 renames.
    panel.get_by_role("button", name="Jobs /jobs").focus()
    page.keyboard.press("Alt+ArrowUp")
    paths("/", "/jobs", "/about", "/about/team")
    panel.get_by_role("button", name="Jobs /jobs").focus()
    page.keyboard.press("F2")
    expect(panel.get_by_label("Title")).to_be_focused()
    page.keyboard.type("Work with us")
    page.keyboard.press("Enter")
    expect(panel.get_by_role("button", name="Work with us /jobs")).to_be_visible()

    choose("About", "Set as home page")
    paths("/", "/home", "/jobs", "/about/team")
    assert rows_of(eddie, builder)["/"]["title"] == "About"
    choose(builder.row["title"], "Set as home page")
    paths("/", "/jobs", "/about", "/about/team")
    choose("Work with us", "Make it a draft")
    expect(panel.get_by_text("Draft", exact=True)).to_be_visible()
    page.screenshot(path=screenshots / "pages-tree.png")
    choose("Work with us", "Delete")
    paths("/", "/about", "/about/team")
    page.locator(".toast").get_by_role("button", name="Undo", exact=True).click()
    paths("/", "/jobs", "/about", "/about/team")
    choose("About", "Delete")
    panel.get_by_text("Deleted pages (1)").click()
    panel.get_by_role("button", name="Bring back About").click()
    paths("/", "/jobs", "/about", "/about/team")
    rows = rows_of(eddie, builder)
    assert rows["/about/team"]["old_paths"] == ["/team"]
    assert (rows["/jobs"]["status"], rows["/jobs"]["title"]) == ("draft", "Work with us")
    # The page that was open all the while still saves.
    builder.type_into("h1", "And still saves")
    builder.saved()
    assert "And still saves" in stored(eddie, builder.row)["html"]


def test_a_link_to_a_pages_own_code_opens_its_settings(
    eddie: Person, open_as: Callable[..., Page]
) -> None:
    """As a publish links to what the plan does not include."""
    row = new_page(eddie)
    change = {"js": "bake()", "version": row["version"] + 1}
    assert eddie.supabase.patch(f"/rest/v1/pages?id=eq.{row['id']}", json=change).is_success
    page = open_as(eddie, f"/sites/{row['site_id']}/edit?settings&page={row['id']}")
    dialog = page.get_by_role("dialog", name="Page settings")
    expect(dialog.get_by_label("JavaScript")).to_have_value("bake()", timeout=20_000)
    dialog.get_by_label("JavaScript").fill("")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    assert stored(eddie, row)["js"] == ""


def test_page_and_site_settings_are_checked_previewed_and_kept(
    builder: Builder, eddie: Person, screenshots: Path
) -> None:
    page = builder.page
    panel = builder.panel("Pages")
    panel.get_by_role("button", name=f"{builder.row['title']}: more").click()
    panel.get_by_role("button", name="Settings and search").click()
    dialog = page.get_by_role("dialog", name="Page settings")
    dialog.get_by_label("Description").fill("Bread, slowly.")
    expect(dialog.locator(".b-search-preview")).to_contain_text("Bread, slowly.")
    dialog.get_by_text("Shared links", exact=True).click()
    expect(dialog.locator(".b-social-preview")).to_contain_text("Bread, slowly.")
    dialog.get_by_label("Title for shared links").fill("Shared so")
    expect(dialog.locator(".b-social-preview")).to_contain_text("Shared so")
    dialog.get_by_text("Advanced", exact=True).click()
    dialog.get_by_label("Structured data").fill('{"@type": ')
    dialog.get_by_label("Head code").fill("<script>k = 'sk_" + "live_" + "a1" * 10 + "'</script>")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("This is not JSON")).to_be_visible()
    expect(dialog.get_by_text("This holds a Stripe secret key")).to_be_visible()
    page.screenshot(path=screenshots / "page-settings.png")
    dialog.get_by_label("Structured data").fill('{"@type": "Bakery"}')
    dialog.get_by_label("Head code").fill("<meta name='a' content='b'>")
    dialog.get_by_label("JavaScript").fill("document.title = 'Bread'")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    assert stored(eddie, builder.row)["js"] == "document.title = 'Bread'"
    seo = rows_of(eddie, builder)["/"]["seo"]
    assert (seo["og_title"], seo["json_ld"]) == ("Shared so", {"@type": "Bakery"})

    panel.get_by_role("button", name="Site settings").click()
    dialog = page.get_by_role("dialog", name="Site settings")
    dialog.get_by_role("button", name="Choose…").first.click()
    # Pictures that another test has uploaded come first.
    dialog.locator(".b-picture:has(img[src*='/static/stock/'])").first.click()
    dialog.get_by_label("Language").fill("de")
    dialog.get_by_label("Your domain").fill("not a domain")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("That is not a domain")).to_be_visible()
    dialog.get_by_label("Your domain").fill("www.hearth.co")
    assert grave_faults(page) == []
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    path = f"/rest/v1/sites?id=eq.{builder.row['site_id']}&select=seo,domain"
    (site,) = eddie.supabase.get(path).json()
    assert site["domain"] == "www.hearth.co" and site["seo"]["language"] == "de"
    assert site["seo"]["favicon"].startswith("/static/stock/")


FAULTY = """<section class="rb-section" data-rb-block="section-plain"><div class="rb-container">
<h1>Faults</h1><img src="/static/stock/pears.webp"><a href="/gone">Gone</a><a href="/"></a>
<p style="color:#cccccc">Hardly to be read</p><h4>Too deep</h4></div></section>"""


def test_faults_are_told_while_editing_and_hold_a_publish_back(
    eddie: Person, open_as: Callable[..., Page], screenshots: Path
) -> None:
    page = open_as(eddie, viewport={"width": 1440, "height": 900})
    row = new_page(eddie, html=FAULTY)
    other = {"site_id": row["site_id"], "path": "/b", "title": "Other", "html": "<h1>B</h1><img>"}
    eddie.supabase.post("/rest/v1/pages", json=other)
    builder = Builder(page, row)
    panel = builder.panel("Checks")
    expect(panel.get_by_text("3 errors and 3 warnings on this page")).to_be_visible(timeout=20_000)
    expect(page.locator(".b-rail-count")).to_have_text("3 to put right")
    for words in ("no description", "/gone, and this site", "no words", "hard to read"):
        expect(panel.get_by_text(words).first).to_be_visible()
    panel.locator(".b-finding", has_text="has no description").get_by_role("button").first.click()
    expect(page.locator(".b-overlay")).to_have_attribute("aria-label", "Picture: actions")
    page.screenshot(path=screenshots / "checks.png")
    assert grave_faults(page) == []

    page.get_by_role("button", name="Publish", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Put the errors right, then publish.")).to_be_visible()
    expect(dialog.get_by_role("button", name="Publish 2 pages")).to_be_disabled()
    page.screenshot(path=screenshots / "publish-checks.png")
    # The way to an element of another page leads there.
    group = dialog.locator(".b-check-group", has_text="/b ·")
    group.get_by_role("button", name="Show element").first.click()
    expect(page.locator(".b-page-name")).to_have_text("Other")
    expect(page.locator(".b-overlay")).to_have_attribute("aria-label", "Picture: actions")
    page.keyboard.press("Delete")
    builder.saved()
    builder.open()
    panel = builder.panel("Checks")
    for words in ("no description", "/gone, and this site", "no words"):
        found = panel.locator(".b-finding[data-level=error]", has_text=words)
        found.get_by_role("button").click()
        page.keyboard.press("Delete")
        expect(found).to_have_count(0, timeout=20_000)
    expect(page.locator(".b-rail-count")).to_have_count(0)
    page.get_by_role("button", name="Publish", exact=True).click()
    dialog.get_by_role("button", name="Publish 2 pages").click()
    expect(page.get_by_role("dialog", name="Published")).to_be_visible(timeout=30_000)


def test_a_theme_changes_the_page_at_once_and_stays(builder: Builder, eddie: Person) -> None:
    panel = builder.panel("Theme")
    panel.get_by_role("button", name="Midnight").click()
    expect(builder.canvas.locator("[data-rb-block=features-grid]")).not_to_have_css(
        "background-color", "rgb(250, 246, 240)"
    )
    expect(panel.get_by_text("Saved for the whole site")).to_be_visible()
    site = eddie.supabase.get(f"/rest/v1/sites?id=eq.{builder.row['site_id']}&select=theme").json()
    assert site[0]["theme"]["preset"] == "midnight"


def test_a_page_is_published_and_an_earlier_publish_restored(builder: Builder) -> None:
    page = builder.page
    addresses = []
    for text in ("First edition", "Second edition"):
        builder.type_into("h1", text)
        page.get_by_role("button", name="Publish", exact=True).click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("What changed?").fill(text)
        dialog.get_by_role("button", name="Publish 1 page").click()
        expect(page.get_by_role("dialog", name="Published")).to_be_visible(timeout=30_000)
        address = page.get_by_label("Address of the site").input_value()
        assert urlsplit(address).scheme == "http"
        assert text in httpx.get(address, follow_redirects=True).text
        addresses.append(address)
        page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    page.get_by_role("button", name="Publish", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Earlier publishes").click()
    row = dialog.locator(".b-history > li", has_text="First edition")
    row.get_by_role("button", name="Restore").click()
    row.get_by_role("button", name="Make this one live").click()
    expect(page.get_by_role("dialog", name="Published")).to_be_visible(timeout=30_000)
    assert "First edition" in httpx.get(addresses[0], follow_redirects=True).text


def test_the_preview_shows_the_page_on_the_other_origin(builder: Builder) -> None:
    page = builder.page
    builder.type_into("h1", "Seen in the preview")
    page.get_by_role("button", name="Preview").click()
    frame = page.frame_locator(".b-preview-stage iframe").frame_locator("iframe")
    expect(frame.locator("h1")).to_have_text("Seen in the preview")
    page.get_by_role("button", name="Phone", exact=True).last.click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_viewer_sees_the_page_and_why_it_cannot_be_changed(
    eddie: Person, vera: Person, open_as: Callable[..., Page]
) -> None:
    builder = Builder(open_as(vera), new_page(eddie))
    expect(builder.page.get_by_text("You can look at this page but not change it")).to_be_visible()
    expect(builder.page.get_by_role("button", name="Publish", exact=True)).to_have_count(0)
    expect(builder.page.get_by_label("Panels").get_by_role("button")).to_have_text(["Comments"])
    expect(builder.page.get_by_text("You can read comments but not write any")).to_be_visible()
    expect(builder.canvas.locator("h1")).to_be_visible()


def test_a_stranger_is_told_that_there_is_no_such_site(
    eddie: Person, sam: Person, open_as: Callable[..., Page]
) -> None:
    row = new_page(eddie)
    page = open_as(sam, f"/sites/{row['site_id']}/edit")
    expect(page.get_by_text("does not exist, or you are not a member")).to_be_visible()


def test_an_empty_page_says_what_to_do(eddie: Person, open_as: Callable[..., Page]) -> None:
    builder = Builder(open_as(eddie), new_page(eddie, html=""))
    expect(builder.page.get_by_text("This page is empty")).to_be_visible()
    builder.panel("Blocks").get_by_role("button", name="Heading", exact=True).click()
    expect(builder.canvas.locator("section h2")).to_be_visible()


def test_a_site_without_pages_begins_with_a_home_page(
    eddie: Person, open_as: Callable[..., Page]
) -> None:
    site = eddie.new_site()
    page = open_as(eddie, f"/sites/{site['id']}/edit")
    expect(page.get_by_text("This page is empty")).to_be_visible(timeout=20_000)
    rows = eddie.supabase.get(f"/rest/v1/pages?site_id=eq.{site['id']}&select=path").json()
    assert rows == [{"path": "/"}]


def test_the_canvas_is_sandboxed_and_asks_nobody_else(
    eddie: Person, open_as: Callable[..., Page]
) -> None:
    page = open_as(eddie)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    Builder(page, new_page(eddie, html=block("hero-split") + block("media-video")))
    page.wait_for_timeout(500)
    sandbox = page.locator("iframe.gjs-frame").get_attribute("sandbox")
    assert sandbox == "allow-same-origin"
    hosts = {urlsplit(url).hostname for url in asked if url.startswith("http")}
    assert hosts == {"127.0.0.1"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_grave_accessibility_fault(
    scheme: str, eddie: Person, open_as: Callable[..., Page], screenshots: Path
) -> None:
    page = open_as(eddie, color_scheme=scheme, viewport={"width": 1440, "height": 900})
    builder = Builder(page, new_page(eddie))
    faults = {}
    for panel in ("Blocks", "Pages", "Layers", "Theme"):
        builder.panel(panel)
        builder.click("h1")
        page.wait_for_timeout(300)
        page.screenshot(path=screenshots / f"{panel.lower()}.png")
        faults[panel] = grave_faults(page)
    page.get_by_role("tab", name="Settings").click()
    faults["Settings"] = grave_faults(page)
    for name in ("Publish", "Keyboard shortcuts"):
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        page.screenshot(path=screenshots / f"{name.lower().replace(' ', '-')}.png")
        faults[name] = grave_faults(page)
        page.keyboard.press("Escape")
    assert {name: found for name, found in faults.items() if found} == {}


def test_a_phone_edits_text_and_publishes(
    eddie: Person, open_as: Callable[..., Page], screenshots: Path
) -> None:
    page = open_as(eddie, viewport={"width": 390, "height": 844}, has_touch=True)
    builder = Builder(page, new_page(eddie))
    builder.canvas.locator("h1").first.dblclick()
    done = page.get_by_role("button", name="Done", exact=True)
    expect(done).to_be_visible()
    # Its word stood out of the bar.
    assert done.evaluate("each => each.scrollWidth <= each.clientWidth")
    done.click()
    # What is said of the save at length took the room of its word.
    publish = page.get_by_role("button", name="Publish", exact=True)
    page.locator(".b-save").evaluate("each => { each.firstChild.data = 'Unsaved changes'; }")
    assert publish.evaluate("each => each.scrollWidth <= each.clientWidth")
    builder.type_into("h1", "Typed on a phone")
    builder.saved()
    page.screenshot(path=screenshots / "phone.png")
    builder.panel("Blocks")
    page.wait_for_timeout(400)
    page.screenshot(path=screenshots / "phone-blocks.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    publish.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.screenshot(path=screenshots / "phone-publish.png")
