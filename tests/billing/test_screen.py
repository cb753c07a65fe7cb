"""The billing screen: from Free over a payment to another plan, as an owner sees it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.billing.conftest import Owner, Shop
from tests.browser.axe import grave_faults
from tests.cast import Person
from tests.deployments.press import wait_for

LONG = 60_000
FITS = "document.documentElement.scrollWidth <= innerWidth"
Open = Callable[..., Page]


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    expect.set_options(timeout=LONG)
    yield
    expect.set_options(timeout=20_000)


def test_from_free_to_pro_to_business(
    shop: Shop, owner: Owner, open_as: Open, screenshots: Path
) -> None:
    page = open_as(owner, "/billing")
    page.set_default_timeout(LONG)
    expect(page.get_by_role("heading", name="Free").first).to_be_visible()
    expect(page.get_by_text("None: nothing is charged.")).to_be_visible()
    expect(page.get_by_text("0 of 3", exact=True)).to_be_visible()
    expect(page.get_by_text("No invoices yet")).to_be_visible()
    assert grave_faults(page) == []

    # Stripe's page is not ours: when the browser goes there, somebody pays and is sent back.
    def pay(route: Route) -> None:
        session = route.request.url.rsplit("/", 1)[1]
        shop.stripe.settle(session)
        back = shop.stripe.sessions[session]["success_url"].replace(
            "{CHECKOUT_SESSION_ID}", session
        )
        route.fulfill(status=302, headers={"Location": back})

    page.route("https://checkout.stripe.com/**", pay)
    page.get_by_role("button", name="Try Pro for 14 days").click()
    expect(page.get_by_text("Thank you. olive and friends is on Pro now.")).to_be_visible()
    assert "session=" not in page.url
    expect(page.get_by_text("On trial")).to_be_visible()
    expect(page.get_by_text("visa ending in 4242")).to_be_visible()
    expect(page.get_by_text("$19.00").first).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("PDF of invoice"))).to_be_visible()
    assert grave_faults(page) == []
    for width, scheme in ((1280, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        wait_for(lambda: page.evaluate(FITS), seconds=20)
        page.screenshot(path=screenshots / f"pro-{width}-{scheme}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})

    page.get_by_role("button", name="Change to Business, monthly").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("$60.00")).to_be_visible()
    dialog.get_by_role("button", name="Change the plan").click()
    expect(page.get_by_role("heading", name="Business").first).to_be_visible()
    expect(page.get_by_text("0, without limit").first).to_be_visible()
    assert owner.plan() == "business"


def test_whoever_is_no_owner_is_told_whom_to_ask(shop: Shop, owner: Owner, open_as: Open) -> None:
    guest = Owner.signs_up(shop.press, "vera")
    shop.join(guest, owner.org_id, "viewer")
    page = open_as(guest)
    page.add_init_script(f"sessionStorage.setItem('roseram-organization', '{owner.org_id}')")
    page.goto("/billing")
    expect(page.get_by_text("Owners see and change what is paid for")).to_be_visible()
    expect(page.get_by_text("Plans", exact=True)).to_have_count(0)
    guest.close()


def test_a_full_quota_is_told_in_the_app_and_by_mail(
    shop: Shop, owner: Owner, open_as: Open
) -> None:
    for name in ("One", "Two", "Three"):
        owner.site(name=name)
    page = open_as(owner, "/dashboard")
    strip = page.locator(".quota-notice")
    expect(strip).to_contain_text("Used up: sites (3 of 3)")
    strip.get_by_role("button", name="Hide until 1 ").click()
    expect(strip).to_have_count(0)
    page.reload()
    expect(page.get_by_text("Three").first).to_be_visible()
    expect(strip).to_have_count(0)
    shop.mail_to(owner, "has used all of its sites")
    # A fourth is refused in plain words, by the database.
    refused = owner.supabase.post("/rest/v1/sites", json={"org_id": owner.org_id, "name": "Four"})
    assert (refused.status_code, refused.json()["code"]) == (402, "PT402")
    assert refused.json()["message"].startswith("The Free plan includes 3 sites")


def test_a_paid_feature_is_told_before_the_publish_with_the_way_to_it(
    shop: Shop, owner: Owner, open_as: Open
) -> None:
    site = owner.site(name="Bakery")
    owner.rest("PATCH", f"sites?id=eq.{site}", json={"head_code": "<meta name='x' content='y'>"})
    body = {"site_id": site, "host": "local"}
    refused = owner.api.post("/api/deployments", json=body)
    assert (refused.status_code, refused.json()["code"]) == (402, "plan_limit")
    place = {"label": "Custom head code", "where": f"/sites/{site}?tab=settings"}
    assert refused.json()["uses"] == [{"feature": "head_code"} | place]
    page = open_as(owner, f"/sites/{site}?tab=publishes")
    page.get_by_role("button", name="Publish", exact=True).click()
    dialog = page.get_by_role("dialog")
    link = dialog.get_by_role("link", name="Custom head code")
    expect(link).to_have_attribute("href", f"/sites/{site}?tab=settings")
    expect(dialog.get_by_role("button", name="Publish", exact=True)).to_be_disabled()
    # A preview is part of editing.
    dialog.get_by_label("As").select_option("preview")
    expect(dialog.get_by_role("button", name="Publish", exact=True)).to_be_enabled()


def test_use_is_shown_by_day_as_bars_and_as_a_table(
    shop: Shop, owner: Owner, open_as: Open
) -> None:
    owner.publish(owner.site(name="Bakery"))
    page = open_as(owner, "/billing")
    expect(page.get_by_role("img", name=re.compile("1 calls in 30 days"))).to_be_visible()
    page.get_by_role("button", name="Show as a table").click()
    expect(page.get_by_role("cell", name="Publishes")).to_be_visible()


def test_without_stripe_the_screen_says_what_to_set(olive: Person, open_as: Open) -> None:
    page = open_as(olive, "/billing")
    expect(page.get_by_text("STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET")).to_be_visible()
    expect(page.get_by_role("heading", name="Business").first).to_be_visible()
    assert grave_faults(page) == []
    answer = olive.api.post("/api/billing/portal", json={"org_id": olive.org_id})
    assert (answer.status_code, answer.json()["code"]) == (503, "not_configured")
    for width, scheme in ((390, "light"), (1280, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        wait_for(lambda: page.evaluate(FITS), seconds=20)
