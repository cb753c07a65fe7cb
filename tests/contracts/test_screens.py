"""The screens: an account is connected, a site published through it, and both are understood."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import grave_faults
from tests.contracts.conftest import Owner, Town
from tests.contracts.test_leftovers import sweep
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
