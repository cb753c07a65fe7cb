"""Events in any order, any number of times, late, wrong and forged: the mirror stays true."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import stripe

from tests.billing.conftest import OLD_SECRET, SECRET, Owner, Shop
from tests.contracts.stripe_server import Thing
from tests.contracts.wire import Answer
from tests.deployments.press import wait_for


@pytest.fixture
def subscribed(shop: Shop, owner: Owner) -> Iterator[tuple[Owner, Thing]]:
    """Somebody on Pro who has paid, not on trial, and their subscription."""
    session = owner.checks_out()
    shop.stripe.sessions[f"{session} asked"]["subscription_data"].pop("trial_period_days")
    shop.stripe.settle(session)
    owner.done("return", session_id=session)
    yield owner, shop.stripe.subscriptions[owner.subscription()["stripe_subscription_id"]]


def settled(shop: Shop, *, seconds: float = 60) -> None:
    """Wait until every event has had its effect."""

    def nothing_waits() -> bool:
        return shop.events("status=eq.received") == 0

    wait_for(nothing_waits, seconds=seconds, every=0.1)


SEEN = (
    "plan", "status", "billing_interval", "current_period_start",
    "current_period_end", "trial_end", "trial_used", "cancel_at", "canceled_at", "card",
    "grace_until",
)  # fmt: skip


def mirror(owner: Owner) -> dict[str, Any]:
    row = owner.subscription()
    bills = sorted((b["stripe_invoice_id"], b["status"], b["paid_cents"]) for b in owner.invoices())
    return {name: row[name] for name in SEEN} | {"bills": bills, "now": owner.plan()}


# 140, 141: forged, replayed, mangled ----------------------------------------------------------


def test_what_is_not_signed_by_stripe_is_refused_and_leaves_no_row(
    shop: Shop, owner: Owner
) -> None:
    event = shop.stripe.event("customer.updated", shop.stripe.customer())
    body = json.dumps(event)
    good = stripe.WebhookSignature.generate_signature_header(body, SECRET)
    stamp = good.split(",")[0]
    sent = [
        shop.post(body, header=header)
        for header in (
            "", "t=abc,v1=00", stamp, f"{stamp},v1=", f"{stamp},v1={'0' * 64}", "v1=" + "0" * 64,
            good.replace("v1=", "v0="), good.replace("t=", "t=-"), "t=1,t=2,v1=x", good + "x",
        )
    ]  # fmt: skip
    sent += [
        shop.post(body, secret="whsec_of_somebody_else"),
        shop.post(body.replace("customer.updated", "customer.created"), header=good),
        shop.post(body + " ", header=good),
        shop.post(json.dumps(event, indent=1), header=good),
        shop.post(b"\xff\xfe" + body.encode(), header=good),
        shop.post(body, at=-301),
        shop.post(body, at=301 + 5),
        shop.post(body, at=3600),
        shop.post(body, at=10 * 365 * 86400),
    ]
    for answer in sent:
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_signature")
    assert shop.events(f"id=eq.{event['id']}") == 0


def test_what_is_signed_but_no_event_is_refused(shop: Shop) -> None:
    for body in ("", "[]", "{}", '{"object": "event"}', "NaN", '{"a": 1, "a": 2}', "[" * 50):
        assert shop.post(body).status_code == 400, body
    assert shop.post("x" * (1024 * 1024 + 1)).status_code == 413


def test_both_secrets_count_while_one_replaces_the_other(shop: Shop) -> None:
    for secret in (SECRET, OLD_SECRET):
        event = shop.stripe.event("customer.updated", shop.stripe.customer())
        assert shop.deliver(event, secret=secret).status_code == 200


# 142, 144, 145: again, unknown, of somebody else ---------------------------------------------


def test_fifty_copies_at_once_act_once(shop: Shop, subscribed: tuple[Owner, Thing]) -> None:
    owner, subscription = subscribed
    settled(shop)
    invoice = shop.stripe.bill(subscription, status="paid", reason="subscription_cycle")
    event = shop.stripe.event("invoice.paid", invoice)
    with ThreadPoolExecutor(25) as pool:
        answers = list(pool.map(lambda _: shop.deliver(event), range(50)))
    assert all(answer.status_code == 200 for answer in answers)
    told = sorted(answer.json()["result"] for answer in answers)
    assert told == ["known"] * 49 + ["received"]
    settled(shop)
    assert shop.events(f"id=eq.{event['id']}") == 1
    mails = lambda: [m for m in shop.press.mails(owner.email) if invoice["number"] in m["text"]]  # noqa: E731
    wait_for(mails, seconds=20)
    time.sleep(1)
    (receipt,) = mails()
    assert "19.00 USD are paid" in receipt["text"] and invoice["invoice_pdf"] in receipt["text"]


def test_what_nobody_knows_is_kept_and_has_no_effect(
    shop: Shop, subscribed: tuple[Owner, Thing]
) -> None:
    owner, subscription = subscribed
    before = mirror(owner)
    stranger = shop.stripe.customer()
    live = shop.stripe.event("customer.subscription.deleted", subscription) | {"livemode": True}
    thin = shop.stripe.event("v1.billing.meter.no_meter_found", subscription)
    thin["data"] = {}
    for event in (shop.stripe.event("customer.updated", stranger), live, thin):
        assert shop.deliver(event).json() == {"result": "ignored"}
    new_type = shop.stripe.event("customer.subscription.teleported", subscription)
    old_version = new_type | {"id": f"{new_type['id']}1", "api_version": "2017-08-15"}
    for event in (new_type, old_version):
        assert shop.deliver(event).json() == {"result": "received"}
    settled(shop)
    assert mirror(owner) == before


def test_an_unknown_price_buys_nothing_and_is_told(shop: Shop, owner: Owner) -> None:
    owner.checks_out()
    customer = owner.subscription()["stripe_customer_id"]
    strange = shop.stripe.prices["price_pro_month"] | {"id": "price_x", "lookup_key": "golden"}
    shop.stripe.prices["price_x"] = strange
    subscription = shop.stripe.subscribe(customer, "price_x")
    event = shop.stripe.event("customer.subscription.created", subscription)
    assert shop.deliver(event).json() == {"result": "received"}
    settled(shop)
    assert shop.events(f"id=eq.{event['id']}&status=eq.failed") == 1
    assert (owner.plan(), owner.subscription()["status"]) == ("free", "none")


def test_the_organization_is_whose_customer_it_is_whatever_the_metadata_say(
    shop: Shop, subscribed: tuple[Owner, Thing]
) -> None:
    owner, _ = subscribed
    attacker = Owner.signs_up(shop.press, "sam")
    attacker.checks_out()
    customer = attacker.subscription()["stripe_customer_id"]
    subscription = shop.stripe.subscribe(customer, "price_business_month")
    subscription["metadata"] = {"org_id": owner.org_id}
    shop.deliver(shop.stripe.event("customer.subscription.created", subscription))
    attacker.has_plan("business")
    assert owner.plan() == "pro"
    attacker.close()


# 143: every order -----------------------------------------------------------------------------


START = 1_790_000_000


class Life:
    """A subscription's six steps at Stripe's, each with the event that tells of it."""

    def __init__(self, shop: Shop, customer: str) -> None:
        self.stripe = shop.stripe
        self.subscription = self.stripe.subscribe(customer, "price_pro_month", status="incomplete")
        self.bill = self.stripe.bill(self.subscription, status="open")
        (self.item,) = self.subscription["items"]["data"]
        self.subscription["created"] = self.bill["created"] = START
        self.bill |= {"period_start": START, "period_end": START, "number": None}
        self.item |= {"current_period_start": START, "current_period_end": START + 86400}
        self.steps = (self.begins, self.pays, self.runs, self.grows, self.fails, self.ends)
        self.told: list[Thing] = []

    def event(self, place: int) -> Thing:
        """The event of a step; whatever comes before it has happened then."""
        while len(self.told) <= place:
            self.told.append(self.stripe.event(*self.steps[len(self.told)]()))
        return self.told[place]

    def begins(self) -> tuple[str, Thing]:
        return "customer.subscription.created", self.subscription

    def pays(self) -> tuple[str, Thing]:
        self.stripe._paid(self.bill)
        self.bill["status_transitions"]["paid_at"] = START
        return "invoice.paid", self.bill

    def runs(self) -> tuple[str, Thing]:
        self.subscription["status"] = "active"
        return "customer.subscription.updated", self.subscription

    def grows(self) -> tuple[str, Thing]:
        self.item["price"] = self.stripe.prices["price_business_month"]
        return "customer.subscription.updated", self.subscription

    def fails(self) -> tuple[str, Thing]:
        self.subscription["status"] = "past_due"
        return "invoice.payment_failed", self.bill

    def ends(self) -> tuple[str, Thing]:
        self.subscription.update(status="canceled", canceled_at=START + 60)
        return "customer.subscription.deleted", self.subscription


@pytest.mark.slow
def test_every_order_of_a_life_cycle_ends_in_one_state(shop: Shop) -> None:
    """720 orders of six events, while the worker asks Stripe whenever it comes to it."""
    orders = list(itertools.permutations(range(6)))
    customers = [shop.stripe.customer()["id"] for _ in orders]
    shop.make_payers(customers)

    def live(customer: str, order: tuple[int, ...]) -> None:
        life = Life(shop, customer)
        for place in order:
            assert shop.deliver(life.event(place)).json() == {"result": "received"}

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(live, customers, orders))
    settled(shop, seconds=400)
    ends = {json.dumps(end) for end in shop.payers(SEEN)}
    assert len(customers) == 720
    (end,) = ends
    assert json.loads(end)["status"] == "canceled" and json.loads(end)["now"] == "free"
    assert json.loads(end)["bills"] == ["paid 1900"]


# 147, 148, 150: faults, and what each state gives -----------------------------------------------


def test_while_stripe_is_away_events_wait_and_then_have_their_effect(
    shop: Shop, subscribed: tuple[Owner, Thing]
) -> None:
    owner, subscription = subscribed
    settled(shop)
    down = Answer(500, {"error": {"type": "api_error", "message": "down"}})
    # Three tries each time; the second time it answers.
    shop.stripe.fault("Customers_retrieve", down, down, down)
    (event,) = shop.stripe.end(subscription)
    assert shop.deliver(event).status_code == 200
    owner.has_plan("free")
    assert shop.events(f"id=eq.{event['id']}&status=eq.applied") == 1


def test_reconcile_finds_what_no_event_told(shop: Shop, subscribed: tuple[Owner, Thing]) -> None:
    owner, subscription = subscribed
    shop.stripe.end(subscription)
    assert owner.plan() == "pro"
    told = shop.flask("billing", "reconcile")
    assert told.returncode == 0 and "customers were asked about" in told.stdout, told.stderr
    owner.has_plan("free")


@pytest.mark.parametrize(
    ("status", "plan"),
    [
        ("active", "pro"), ("trialing", "pro"), ("past_due", "pro"), ("unpaid", "free"),
        ("paused", "free"), ("incomplete", "free"), ("incomplete_expired", "free"),
        ("canceled", "free"), ("of the future", "free"),
    ],
)  # fmt: skip
def test_what_each_state_of_a_subscription_gives(
    shop: Shop, subscribed: tuple[Owner, Thing], status: str, plan: str
) -> None:
    owner, subscription = subscribed
    subscription["status"] = status
    assert owner.done("refresh")["plan"] == plan


def test_a_failed_renewal_leaves_the_plan_for_two_weeks_and_is_told(
    shop: Shop, subscribed: tuple[Owner, Thing]
) -> None:
    owner, subscription = subscribed
    for event in shop.stripe.fail_renewal(subscription):
        shop.deliver(event)
    settled(shop)
    assert (owner.plan(), owner.subscription()["status"]) == ("pro", "past_due")
    reminders = lambda: [  # noqa: E731
        m for m in shop.press.mails(owner.email) if "did not go through" in m["subject"]
    ]
    wait_for(reminders, seconds=20)
    # Two weeks later, without a word from Stripe.
    (item,) = subscription["items"]["data"]
    item["current_period_start"] -= 15 * 86400
    assert owner.done("refresh")["plan"] == "free"
    item["current_period_start"] += 15 * 86400
    for event in shop.stripe.pay_late(subscription):
        shop.deliver(event)
    owner.has_plan("pro")
    assert owner.subscription()["status"] == "active" and len(reminders()) == 1


def test_a_better_subscription_counts_before_a_newer_one(
    shop: Shop, subscribed: tuple[Owner, Thing]
) -> None:
    owner, subscription = subscribed
    customer = subscription["customer"]
    newer = shop.stripe.subscribe(customer, "price_business_month", status="incomplete")
    newer["created"] += 100
    assert owner.done("refresh")["plan"] == "pro"
    newer["status"] = "active"
    assert owner.done("refresh")["plan"] == "business"


def test_a_customer_that_was_deleted_has_nothing_left(
    shop: Shop, subscribed: tuple[Owner, Thing]
) -> None:
    owner, subscription = subscribed
    shop.stripe.end(subscription)
    deleted = {"id": subscription["customer"], "object": "customer", "deleted": True}
    shop.stripe.customers[subscription["customer"]] = deleted
    assert owner.done("refresh")["plan"] == "free"


def test_an_organization_that_pays_is_not_deleted(
    shop: Shop, subscribed: tuple[Owner, Thing]
) -> None:
    owner, subscription = subscribed
    refused = owner.supabase.delete(f"/rest/v1/organizations?id=eq.{owner.org_id}")
    assert refused.status_code == 409 and "Cancel it in Billing" in refused.json()["message"]
    shop.stripe.end(subscription)
    owner.done("refresh")
    assert owner.supabase.delete(f"/rest/v1/organizations?id=eq.{owner.org_id}").is_success


def test_while_the_database_is_away_nothing_is_acknowledged(
    shop: Shop, subscribed: tuple[Owner, Thing]
) -> None:
    owner, subscription = subscribed
    (event,) = shop.stripe.end(subscription)
    shop.press.kill("supabase")
    try:
        assert shop.deliver(event).status_code == 503
    finally:
        shop.press.start("supabase")
    # So Stripe sends it again.
    wait_for(lambda: shop.deliver(event).status_code == 200, seconds=30)
    owner.has_plan("free")
    assert shop.deliver(event).json() == {"result": "known"}
