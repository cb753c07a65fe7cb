"""Subscribing and changing: Stripe's Checkout, its portal, a change with its price told before."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from services.billing import stripe_api
from services.billing.account import Account
from services.billing.ledger import Busy, Ledger
from services.billing.shapes import CostPreview, Line, Standing
from services.billing.stripe_api import StripeClient
from services.billing.syncing import sync_next
from services.config import Config
from services.errors import BadGateway, Conflict, FieldError, Invalid, NotFound, Unavailable

if TYPE_CHECKING:
    from stripe import Invoice
    from stripe.params import InvoiceCreatePreviewParams
    from stripe.params.billing_portal import SessionCreateParamsFlowData
    from stripe.params.checkout import SessionCreateParamsSubscriptionData

# A preview's price holds while its moment is used; an old one could be chosen for being cheap.
_LONGEST_PREVIEW = 3600
_LONGEST_WAIT = 10.0


def customer_of(client: StripeClient, ledger: Ledger, account: Account) -> str:
    """Return the organization's customer at Stripe, made when there is none yet."""
    if account.customer:
        return account.customer
    with stripe_api.speaking():
        made = client.v1.customers.create(
            {"metadata": {"org_id": str(account.org_id)}},
            {"idempotency_key": f"customer-{account.org_id}"},
        )
    return ledger.set_customer(account.org_id, made.id)


def checkout(
    config: Config,
    client: StripeClient,
    ledger: Ledger,
    account: Account,
    *,
    price_key: str,
    trial_days: int,
) -> str:
    """Return the address of a Checkout. Two clicks get the same one, so one subscription comes."""
    customer = customer_of(client, ledger, account)
    if account.is_subscribed or _has_subscription(client, customer):
        raise Conflict(
            "This organization has a subscription already. Change its plan instead.",
            code="already_subscribed",
        )
    price = _price(client, price_key)
    back = f"{config.app_url}/billing?org={account.org_id}"
    details: SessionCreateParamsSubscriptionData = {"metadata": {"org_id": str(account.org_id)}}
    is_trial = bool(trial_days) and not account.trial_used
    if is_trial:
        details["trial_period_days"] = trial_days
        details["trial_settings"] = {"end_behavior": {"missing_payment_method": "cancel"}}
    with stripe_api.speaking():
        earlier = client.v1.checkout.sessions.list({"customer": customer, "limit": 100}).data
        for session in earlier:
            if session.status == "open":
                if getattr(session.metadata, "price", None) == price and session.url:
                    return session.url
                client.v1.checkout.sessions.expire(session.id)
        latest = earlier[0].id if earlier else "first"
        made = client.v1.checkout.sessions.create(
            {
                "mode": "subscription",
                "customer": customer,
                "client_reference_id": str(account.org_id),
                "line_items": [{"price": price, "quantity": 1}],
                "subscription_data": details,
                "payment_method_collection": "if_required" if is_trial else "always",
                "allow_promotion_codes": True,
                "success_url": f"{back}&session={{CHECKOUT_SESSION_ID}}",
                "cancel_url": back,
                "metadata": {"price": price},
            },
            # The same for two that ask in the same instant.
            {"idempotency_key": f"checkout-{customer}-{price}-{latest}"},
        )
    if not made.url:
        raise BadGateway("Stripe gave no address for the payment. Try again.")
    return made.url


def returned(client: StripeClient, ledger: Ledger, account: Account, session_id: str) -> Standing:
    """Tell the truth to somebody who comes back, whether the webhook has arrived or not.

    The session's id grants nothing: it must be of this organization's customer, and what counts
    is what Stripe then says of that customer.
    """
    with stripe_api.speaking():
        session = client.v1.checkout.sessions.retrieve(session_id)
    if not account.customer or session.customer != account.customer:
        raise NotFound("There is no such payment of this organization.")
    if session.status != "complete":
        state: Literal["expired", "open"] = "expired" if session.status == "expired" else "open"
        return Standing(state=state, plan=account.plan)
    refresh(client, ledger, account.customer)
    paid = session.payment_status in ("paid", "no_payment_required")
    return Standing(state="active" if paid else "processing", plan=account.plan)


def refresh(client: StripeClient, ledger: Ledger, customer: str) -> None:
    """Ask Stripe now, and return when what it says is written down."""
    ledger.want_sync(customer)
    until = time.monotonic() + _LONGEST_WAIT
    while time.monotonic() < until:
        try:
            sync_next(ledger, client, customer)
            return
        except Busy:
            # Another process asks, perhaps since before what we want to know of.
            time.sleep(0.1)
    raise Unavailable("Stripe is being asked right now. Look again in a moment.")


def portal(config: Config, client: StripeClient, account: Account, flow: str | None) -> str:
    """Return the address of Stripe's page for cards, bills and the end of a subscription."""
    if not account.customer:
        raise Conflict("There is nothing to manage yet: choose a plan first.", code="no_customer")
    data: SessionCreateParamsFlowData | None = None
    if flow == "payment_method":
        data = {"type": "payment_method_update"}
    elif flow == "cancel" and account.is_subscribed:
        data = {"type": "subscription_cancel"}
        data["subscription_cancel"] = {"subscription": account.subscription}
    back = f"{config.app_url}/billing?org={account.org_id}&from=portal"
    with stripe_api.speaking():
        made = client.v1.billing_portal.sessions.create(
            {"customer": account.customer, "return_url": back, "flow_data": data}
            if data
            else {"customer": account.customer, "return_url": back}
        )
    return made.url


def next_invoice(client: StripeClient, account: Account) -> CostPreview | None:
    """Return the bill that comes next, or None when none will."""
    if not account.is_subscribed:
        return None
    try:
        with stripe_api.speaking():
            made = client.v1.invoices.create_preview({"subscription": account.subscription})
    except (NotFound, BadGateway):
        return None  # So Stripe answers of a subscription that ends.
    return _preview(made, None)


def preview(client: StripeClient, account: Account, *, price_key: str) -> CostPreview:
    """Tell what a change of the plan costs today."""
    item = _item(client, account)
    now = int(time.time())
    wish: InvoiceCreatePreviewParams = {
        "subscription": account.subscription,
        "subscription_details": {
            "items": [{"id": item, "price": _price(client, price_key)}],
            "proration_behavior": "always_invoice",
            "proration_date": now,
        },
    }
    with stripe_api.speaking():
        return _preview(client.v1.invoices.create_preview(wish), now)


def change(
    client: StripeClient,
    ledger: Ledger,
    account: Account,
    *,
    price_key: str,
    proration_date: int | None,
) -> None:
    """Change the plan at the price that the preview told."""
    now = int(time.time())
    moment = now if proration_date is None else proration_date
    if not now - _LONGEST_PREVIEW <= moment <= now + 60:
        told = FieldError("proration_date", "This preview is too old. Look at the price again.")
        raise Invalid(errors=[told])
    # The item's id, or Stripe would add a second one.
    item, price = _item(client, account), _price(client, price_key)
    with stripe_api.speaking():
        client.v1.subscriptions.update(
            account.subscription,
            {
                "items": [{"id": item, "price": price}],
                "proration_behavior": "always_invoice",
                "proration_date": moment,
                "payment_behavior": "pending_if_incomplete",
            },
            {"idempotency_key": f"change-{account.subscription}-{price}-{moment}"},
        )
    refresh(client, ledger, account.customer)


def _has_subscription(client: StripeClient, customer: str) -> bool:
    with stripe_api.speaking():
        found = client.v1.subscriptions.list({"customer": customer, "status": "all", "limit": 100})
    return any(each.status in ("trialing", "active", "past_due", "paused") for each in found.data)


def _item(client: StripeClient, account: Account) -> str:
    if not account.is_subscribed:
        raise Conflict("There is no subscription to change.", code="not_subscribed")
    with stripe_api.speaking():
        return client.v1.subscriptions.retrieve(account.subscription).items.data[0].id


def _price(client: StripeClient, key: str) -> str:
    with stripe_api.speaking():
        found = client.v1.prices.list({"lookup_keys": [key], "active": True, "limit": 1}).data
    if not found:
        raise BadGateway(
            f"Stripe has no active price with the lookup key {key}. Tell whoever runs this server."
        )
    return found[0].id


def _preview(invoice: Invoice, proration_date: int | None) -> CostPreview:
    due = invoice.next_payment_attempt or invoice.period_end
    return CostPreview(
        currency=invoice.currency,
        total_cents=invoice.total,
        due_at=datetime.fromtimestamp(due, UTC).isoformat() if due else None,
        proration_date=proration_date,
        lines=[Line(text=line.description or "", cents=line.amount) for line in invoice.lines.data],
    )
