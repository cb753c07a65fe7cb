"""The screens: an account is connected, a site published through it, and both are understood."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import grave_faults
from tests.cast import PASSWORD
from tests.contracts.conftest import TOKENS, Owner, Town
from tests.contracts.test_leftovers import sweep
from tests.contracts.test_publishing import home_of
from tests.contracts.wire import Answer

pytestmark = pytest.mark.usefixtures("worker")
LONG = 90_000


@pytest.fixture
def nina(town: Town):
    """An owner without any account."""
    person = Owner.signs_up(town.press, "nina")
    yield person
    person.close()


def test_from_connecting_an_account_to_a_site_that_is_live_there(
    town: Town, nina: Owner, open_as: Callable[..., Page], screenshots: Path
) -> None:
    site = nina.site(name="Bakery", pages={"/": "<h1>Bread</h1>"})
    page = open_as(nina, "/integrations")
    page.set_default_timeout(LONG)
    expect(page.get_by_text("No accounts yet")).to_be_visible(timeout=LONG)
    assert grave_faults(page) == []

    # A wrong token is told beside its field; a right one is kept, and only its end is shown.
    page.get_by_role("button", name="Connect Vercel").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Access token").fill("a-wrong-token")
    dialog.get_by_role("button", name="Connect", exact=True).click()
    expect(dialog.get_by_text("Vercel does not accept this token")).to_be_visible(timeout=LONG)
    dialog.get_by_label("Access token").fill(town.vercel.token)
    dialog.get_by_label("Name").fill("Shop <b>account</b>")
    dialog.get_by_role("button", name="Connect", exact=True).click()
    row = page.locator("[data-account]")
    expect(row).to_contain_text("Shop <b>account</b>", timeout=LONG)
    expect(row).to_contain_text(f"token ends in {town.vercel.token[-4:]}")
    assert town.vercel.token not in page.content()
    refused = {"error": {"code": "forbidden", "message": "Not authorized"}}
    town.vercel.fault("getAuthUser", Answer(403, refused))
    row.get_by_role("button", name="Test").click()
    expect(row).to_contain_text("Reconnect", timeout=LONG)
    row.get_by_role("button", name="Test").click()
    expect(row).to_contain_text("Connected", timeout=LONG)
    assert grave_faults(page) == []

    # The first publish there asks for consent, and shows the terms for commercial sites.
    page.goto(f"/sites/{site}?tab=publishes")
    page.get_by_role("button", name="Publish", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Where").select_option("vercel")
    expect(dialog.get_by_text("to upload")).to_be_visible(timeout=LONG)
    expect(dialog.get_by_text("personal, non-commercial sites only")).to_be_visible()
    publish = dialog.get_by_role("button", name="Publish", exact=True)
    expect(publish).to_be_disabled()
    dialog.get_by_label("Make a project").check()
    dialog.get_by_label("What changed").fill("Opening")
    assert grave_faults(page) == []
    publish.click()
    live = page.locator("[data-deployment]").filter(has_text="Opening")
    expect(live).to_contain_text("Live now", timeout=LONG)
    live.get_by_text("Log").click()
    expect(live).to_contain_text("Vercel has all files", timeout=LONG)
    live.get_by_role("button", name="More about this publish").click()
    page.locator(".menu-item:visible", has_text="Address and QR code").click()
    expect(page.get_by_role("img", name="QR code of https://")).to_be_visible()
    page.keyboard.press("Escape")

    # One edit, and the dialog says so; then the site is taken down again.
    nina.write(site, "/", "<h1>More bread</h1>")
    page.get_by_role("button", name="Publish", exact=True).click()
    dialog = page.get_by_role("dialog")
    changing = dialog.get_by_role("list", name="Pages that change")
    expect(changing.get_by_text("edited by nina")).to_be_visible(timeout=LONG)
    block = changing.get_by_role("list", name="Blocks of Page /").get_by_role("listitem")
    expect(block).to_contain_text("Heading “More bread” changed by nina")
    page.screenshot(path=screenshots / "changes.png")
    expect(dialog.get_by_text("1 changed")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Unpublish from Vercel").click()
    page.get_by_role("dialog").get_by_role("button", name="Unpublish").click()
    down = page.locator("[data-deployment]").filter(has_text="Taken down")
    expect(down).to_contain_text("Done", timeout=LONG)
    assert grave_faults(page) == []

    # Deleting the site removes its project there; what could not be removed is shown until it is.
    nina.rest("DELETE", f"sites?id=eq.{site}")
    town.vercel.fault("deleteProject", Answer(403, refused))
    sweep(town.press)
    page.goto("/integrations")
    left = page.get_by_role("region", name="Deleted here, still at a host")
    expect(left).to_contain_text("Could not be removed", timeout=LONG)
    expect(left).to_contain_text("Vercel does not let the account's token remove it")
    page.screenshot(path=screenshots / "leftovers.png")
    assert grave_faults(page) == []
    left.get_by_role("button", name="Try again").click()
    expect(left).to_contain_text("Being removed", timeout=LONG)
    sweep(town.press)
    page.reload()
    expect(page.get_by_role("heading", name="Connected accounts")).to_be_visible(timeout=LONG)
    expect(left).to_have_count(0)


def test_a_code_from_github_that_nobody_asked_for_connects_nothing(
    town: Town, nina: Owner, open_as: Callable[..., Page]
) -> None:
    page = open_as(nina, f"/integrations/github/callback?code=stolen&state={'A' * 43}")
    expect(page.get_by_text("was not begun here")).to_be_visible(timeout=LONG)
    assert "stolen" not in page.url
    assert nina.rest("GET", "integrations") == []


DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def photographed(page: Page, folder: Path, name: str) -> None:
    """Both widths in both looks, and nothing that keeps somebody out."""
    for size in (DESKTOP, PHONE):
        for scheme in ("light", "dark"):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.wait_for_timeout(900)
            page.screenshot(path=folder / f"{name}-{size['width']}-{scheme}.png")
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
            assert grave_faults(page) == []
    page.set_viewport_size(DESKTOP)


def test_an_organization_that_is_deleted_says_what_stays_online_and_takes_it_down_first(
    town: Town, open_as: Callable[..., Page], screenshots: Path
) -> None:
    rosa = Owner.signs_up(town.press, "rosa")
    accounts = {name: rosa.connect(name)["id"] for name in TOKENS}
    shop = rosa.site(name="Corner shop", pages={"/": "<h1>Bread</h1>"})
    blog = rosa.site(name="Blog", pages={"/": "<h1>Words</h1>"})
    rosa.puts_live(shop, "netlify", integration_id=accounts["netlify"])
    rosa.puts_live(shop, "vercel", integration_id=accounts["vercel"])
    rosa.puts_live(blog, "github_pages", integration_id=accounts["github"])
    homes = {host: home_of(town, site, host)["project"] for site, host in (
        (shop, "netlify"), (shop, "vercel"), (blog, "github_pages"),
    )}  # fmt: skip

    page = open_as(rosa, "/settings")
    page.set_default_timeout(LONG)
    page.get_by_role("button", name="Delete rosa and friends").click()
    dialog = page.get_by_role("dialog")
    places = dialog.get_by_role("region", name="At other hosts")
    expect(places).to_contain_text("These stay online at other hosts")
    expect(places.get_by_role("listitem")).to_have_count(3)
    expect(places.get_by_role("link")).to_have_count(3)
    expect(places).to_contain_text("Corner shop · Netlify")
    sure = dialog.get_by_role("button", name="Delete the organization")
    dialog.get_by_label("Type “rosa and friends” to confirm").fill("rosa and friends")
    dialog.get_by_label("Your password").fill(PASSWORD)
    # Not without a word about what would be out of reach.
    expect(sure).to_be_disabled()
    dialog.get_by_label("Leave them online").check()
    expect(sure).to_be_enabled()
    dialog.get_by_label("Leave them online").uncheck()
    photographed(page, screenshots, "delete-organization")

    # One host says no: the others go, and that one says why and can be tried again.
    town.vercel.fault(
        "deleteDeployment", Answer(400, {"error": {"code": "bad_request", "message": "Not now"}})
    )
    dialog.get_by_role("button", name="Unpublish these first").click()
    expect(places.get_by_text("Not online")).to_have_count(2, timeout=LONG)
    failed = places.get_by_role("listitem").filter(has_text="Vercel")
    expect(failed).to_contain_text("Still online", timeout=LONG)
    expect(failed.locator(".field-error")).not_to_be_empty()
    photographed(page, screenshots, "one-failed")
    expect(sure).to_be_disabled()
    dialog.get_by_role("button", name="Try again to unpublish these").click()
    expect(places.get_by_text("Not online")).to_have_count(3, timeout=LONG)
    expect(places).to_contain_text("Nothing is online at other hosts any more")
    expect(dialog.get_by_label("Leave it online")).to_have_count(0)

    # What is theirs at the hosts is still there; nobody had said to delete it.
    assert homes["netlify"]["id"] in town.netlify.sites
    assert homes["vercel"]["id"] in town.vercel.projects
    repository = town.github.repos[homes["github_pages"]["repo"]]
    assert repository["pages"] is None
    sure.click()
    page.wait_for_url("**/welcome")
    assert homes["netlify"]["id"] in town.netlify.sites
    rosa.close()


def test_a_site_that_is_deleted_says_what_happens_at_each_host(
    town: Town, open_as: Callable[..., Page], screenshots: Path
) -> None:
    rosa = Owner.signs_up(town.press, "rosa")
    accounts = {name: rosa.connect(name)["id"] for name in TOKENS}
    site = rosa.site(name="Pop-up", pages={"/": "<h1>Here</h1>"})
    rosa.puts_live(site, "netlify", integration_id=accounts["netlify"])
    rosa.puts_live(site, "github_pages", integration_id=accounts["github"])
    page = open_as(rosa, f"/sites/{site}?tab=settings")
    page.set_default_timeout(LONG)
    page.get_by_role("button", name="Delete Pop-up").click()
    dialog = page.get_by_role("dialog")
    places = dialog.get_by_role("region", name="At other hosts")
    expect(places).to_contain_text("Netlify. Its site there is removed.")
    expect(places).to_contain_text("Its Pages are switched off; the repository stays.")
    photographed(page, screenshots, "delete-site")
    dialog.get_by_role("button", name="Unpublish these first").click()
    expect(places.get_by_text("Not online")).to_have_count(2, timeout=LONG)
    dialog.get_by_label("Type “Pop-up” to confirm").fill("Pop-up")
    dialog.get_by_role("button", name="Delete the site").click()
    page.wait_for_url("**/dashboard")
    rosa.close()


def test_an_account_that_is_deleted_with_its_organization_says_the_same(
    town: Town, open_as: Callable[..., Page], screenshots: Path
) -> None:
    rosa = Owner.signs_up(town.press, "rosa")
    account = rosa.connect("netlify")["id"]
    site = rosa.site(name="Market stall", pages={"/": "<h1>Here</h1>"})
    rosa.puts_live(site, "netlify", integration_id=account)
    page = open_as(rosa, "/account")
    page.set_default_timeout(LONG)
    page.get_by_role("button", name="Delete your account…").click()
    dialog = page.get_by_role("dialog")
    places = dialog.get_by_role("region", name="At other hosts")
    expect(places).to_contain_text("These stay online at other hosts")
    dialog.get_by_label("to confirm").fill(rosa.email)
    dialog.get_by_label("Your password").fill(PASSWORD)
    sure = dialog.get_by_role("button", name="Delete for ever")
    expect(sure).to_be_disabled()
    photographed(page, screenshots, "delete-account")
    dialog.get_by_label("Leave it online").check()
    expect(sure).to_be_enabled()
    sure.click()
    page.wait_for_url("**/login#deleted")
    rosa.close()
