"""Whoever publishes from the site's own screen is told what is wrong as in the builder."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.axe import grave_faults
from tests.browser.builder import new_page
from tests.cast import Person

GOOD = '<section class="rb-section" data-rb-block="section"><h1>Bread</h1><p>Baked at night.</p>'


def test_errors_hold_a_publish_back_and_lead_to_the_page(
    open_as: Callable[..., Page], eddie: Person
) -> None:
    row = new_page(eddie, GOOD + '<p><a href="/nowhere">Opening hours</a></p></section>')
    page = open_as(eddie, f"/sites/{row['site_id']}?tab=publishes")
    page.get_by_role("button", name="Publish", exact=True).click()
    dialog = page.get_by_role("dialog")
    checks = dialog.get_by_role("region", name="Checks")
    expect(checks).to_contain_text("Put the errors right, then publish.")
    expect(checks).to_contain_text("/nowhere")
    expect(dialog.get_by_role("button", name="Publish", exact=True)).to_be_disabled()
    assert grave_faults(page) == []
    link = checks.get_by_role("link", name="Open in the builder").first
    href = f"/sites/{row['site_id']}/edit?page={row['id']}"
    expect(checks.locator(f'a[href="{href}"]')).to_have_count(1)
    expect(link).to_be_visible()

    eddie.supabase.patch(f"/rest/v1/pages?id=eq.{row['id']}", json={"html": GOOD + "</section>"})
    page.reload()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(dialog.get_by_text("these are worth a look")).to_be_visible()
    expect(dialog.get_by_role("button", name="Publish", exact=True)).to_be_enabled()
