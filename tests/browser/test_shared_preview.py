"""A client without an account sees a preview through a link, until the link is revoked."""

from __future__ import annotations

from collections.abc import Callable

import httpx
from playwright.sync_api import Browser, Page, expect

from tests.browser.builder import Builder, new_page
from tests.cast import Person
from tests.stack import Stack


def test_a_preview_of_any_width_is_shared_and_revoked(
    eddie: Person, vera: Person, stack: Stack, open_as: Callable[..., Page], browser: Browser
) -> None:
    page = open_as(eddie)
    builder = Builder(page, new_page(eddie))
    builder.type_into("h1", "Only for the client")
    builder.saved()
    page.get_by_role("button", name="Preview").click()
    preview = page.get_by_role("dialog", name="Preview")
    frame = preview.locator("iframe")
    preview.get_by_label("Width in pixels").fill("500")
    preview.get_by_label("Width in pixels").press("Tab")
    assert frame.bounding_box()["width"] == 500
    preview.get_by_role("button", name="Change the width").press("ArrowRight")
    expect(preview.get_by_label("Width in pixels")).to_have_value("510")

    preview.get_by_role("button", name="Share…").click()
    dialog = page.get_by_role("dialog", name="Share a preview")
    dialog.get_by_label("Whom is it for?").fill("<b>Client</b>")
    dialog.get_by_label("It opens for").select_option("1")
    dialog.get_by_role("button", name="Make a link").click()
    address = dialog.get_by_label("Link to the preview")
    expect(address).to_be_visible(timeout=60_000)
    url = address.input_value()
    assert url.startswith(stack.sites_url)

    # A stranger's browser: it shows the page, keeps nothing, tells nobody.
    stranger = browser.new_context()
    visitor = stranger.new_page()
    answer = visitor.goto(url)
    expect(visitor.get_by_role("heading", name="Only for the client")).to_be_visible()
    headers = answer.headers
    assert headers["x-robots-tag"] == "noindex, nofollow"
    assert headers["cache-control"] == "private, no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"].startswith("sandbox")
    assert "allow-same-origin" not in headers["content-security-policy"]
    assert "set-cookie" not in headers and stranger.cookies() == []
    missing = httpx.get(url + "no-such-page/")
    assert missing.status_code == 404
    token = url.rstrip("/").rsplit("/", 1)[1]
    changed = token[:-2] + ("AA" if token[-2:] != "AA" else "BB")
    assert httpx.get(url.replace(token, changed)).status_code == 404
    # The app's own origin never shows it.
    elsewhere = url.replace(stack.sites_url, stack.app_url)
    assert httpx.get(elsewhere).status_code in (401, 404)

    # Whoever only views makes no link, and learns the address of none.
    row = eddie.supabase.get(
        f"/rest/v1/preview_links?site_id=eq.{builder.row['site_id']}&select=*"
    ).json()[0]
    # The address at which the preview stays when the link has ended.
    assert row["deployment_id"] not in missing.text
    wanted = {"deployment_id": row["deployment_id"]}
    assert vera.api.post("/api/preview-links", json=wanted).status_code == 403
    assert vera.api.get(f"/api/preview-links/{row['id']}").status_code == 404
    too_long = eddie.api.post("/api/preview-links", json=wanted | {"hours": 25})
    assert too_long.status_code == 422 and too_long.json()["errors"][0]["field"] == "hours"

    dialog.get_by_role("button", name="Revoke: <b>Client</b>").click()
    expect(address).not_to_be_visible()
    assert httpx.get(url).status_code == 404
    visitor.goto(url)
    expect(visitor.get_by_text("There is no published page")).to_be_visible()
    stranger.close()
