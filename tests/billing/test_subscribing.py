"""From Free to a paid plan and back, in the order a person does it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.billing.conftest import Owner, Shop


def test_whoever_comes_back_before_the_webhook_has_the_plan(shop: Shop, owner: Owner) -> None:
    session = owner.checks_out()
    assert owner.done("return", session_id=session) == {"state": "open", "plan": "free"}
    shop.stripe.settle(session)
    assert owner.done("return", session_id=session) == {"state": "active", "plan": "pro"}
    row = owner.subscription()
    assert (row["status"], row["plan"], row["billing_interval"]) == ("trialing", "pro", "month")
    assert row["trial_used"] and row["card"] == {
        "brand": "visa", "last4": "4242", "expires": "2030-04",
    }  # fmt: skip
    assert [bill["status"] for bill in owner.invoices()] == ["paid"]


def test_the_webhook_alone_brings_the_plan(shop: Shop, owner: Owner) -> None:
    for event in shop.stripe.settle(owner.checks_out("business", "year")):
        assert shop.deliver(event).json() == {"result": "received"}
    owner.has_plan("business")
    assert owner.subscription()["billing_interval"] == "year"


def test_a_second_click_is_the_same_payment(shop: Shop, owner: Owner) -> None:
    with ThreadPoolExecutor(8) as pool:
        sessions = set(pool.map(lambda _: owner.checks_out(), range(8)))
    assert len(sessions) == 1
    shop.stripe.settle(sessions.pop())
    refused = owner.post("checkout", plan="pro", interval="month")
    assert (refused.status_code, refused.json()["code"]) == (409, "already_subscribed")


def test_another_plan_ends_the_payment_that_was_begun(shop: Shop, owner: Owner) -> None:
    first, second = owner.checks_out("pro"), owner.checks_out("business")
    assert shop.stripe.sessions[first]["status"] == "expired"
    assert owner.done("return", session_id=first)["state"] == "expired"
    assert shop.stripe.sessions[second]["status"] == "open"


def test_a_session_of_another_organization_grants_nothing(shop: Shop, owner: Owner) -> None:
    other = Owner.signs_up(shop.press, "sam")
    session = other.checks_out()
    shop.stripe.settle(session)
    owner.checks_out()
    assert owner.post("return", session_id=session).status_code == 404
    assert owner.post("return", session_id="cs_test_forged").status_code == 404
    assert owner.plan() == "free"
    other.close()


def test_an_organization_has_one_trial(shop: Shop, owner: Owner) -> None:
    session = owner.checks_out()
    shop.stripe.settle(session)
    owner.done("return", session_id=session)
    mine = shop.stripe.subscriptions[owner.subscription()["stripe_subscription_id"]]
    shop.stripe.end(mine)
    assert owner.done("refresh")["plan"] == "free"
    again = owner.checks_out()
    assert "trial_period_days" not in shop.stripe.sessions[f"{again} asked"]["subscription_data"]


def test_a_change_costs_what_the_preview_told(shop: Shop, owner: Owner) -> None:
    session = owner.checks_out("pro")
    shop.stripe.settle(session)
    owner.done("return", session_id=session)
    wish = {"plan": "business", "interval": "month"}
    told = owner.done("preview", **wish)
    assert told["total_cents"] == 7900 - 1900 and len(told["lines"]) == 2
    moment = told["proration_date"]
    assert owner.done("change", **wish, proration_date=moment)["plan"] == "business"
    (call,) = [each for each in shop.stripe.calls("Subscriptions_update")][-1:]
    assert f"proration_date={moment}" in call.body.decode()
    (item,) = shop.stripe.subscriptions[owner.subscription()["stripe_subscription_id"]]["items"][
        "data"
    ]
    assert item["price"]["lookup_key"] == "business_month"
    late = owner.post("change", **wish, proration_date=moment - 7200)
    assert late.json()["errors"][0]["field"] == "proration_date"


def test_the_portal_and_the_next_invoice(shop: Shop, owner: Owner) -> None:
    assert owner.post("portal").json()["code"] == "no_customer"
    assert owner.api.get(f"/api/billing/{owner.org_id}/next-invoice").json() == {"invoice": None}
    session = owner.checks_out()
    shop.stripe.settle(session)
    owner.done("return", session_id=session)
    for flow in (None, "payment_method", "cancel"):
        assert owner.done("portal", flow=flow)["url"].startswith("https://billing.stripe.com/")
    upcoming = owner.api.get(f"/api/billing/{owner.org_id}/next-invoice").json()["invoice"]
    assert (upcoming["total_cents"], upcoming["currency"]) == (1900, "usd")


def test_the_plans_are_told_with_stripes_prices(owner: Owner) -> None:
    told = owner.api.get("/api/billing/plans").json()
    assert told["configured"] is True
    free, pro, business = told["plans"]
    assert (free["amounts"], free["limits"]["sites"]) == ([], 3)
    assert pro["amounts"][0] == {"interval": "month", "currency": "usd", "cents": 1900}
    assert business["limits"]["sites"] is None


def test_only_owners_see_and_change_what_is_paid_for(shop: Shop, owner: Owner) -> None:
    stranger = Owner.signs_up(shop.press, "sam")
    stranger.org_id = owner.org_id
    for path, body in (
        ("checkout", {"plan": "pro", "interval": "month"}),
        ("portal", {}),
        ("refresh", {}),
        ("return", {"session_id": "cs_test_1"}),
        ("change", {"plan": "pro", "interval": "month"}),
    ):
        assert stranger.post(path, **body).status_code == 404
    assert stranger.api.get(f"/api/billing/{owner.org_id}/next-invoice").status_code == 404
    stranger.close()


def test_a_plan_or_a_price_that_is_not_sold_names_the_field(owner: Owner) -> None:
    for body, field in (
        ({"plan": "golden", "interval": "month"}, "plan"),
        ({"plan": "free", "interval": "month"}, "interval"),
        ({"plan": "pro", "interval": "week"}, "interval"),
    ):
        refused = owner.post("checkout", **body)
        assert refused.status_code == 422, refused.text
        assert refused.json()["errors"][0]["field"] == field
