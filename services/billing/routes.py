"""/api/billing for owners, and /api/webhooks/stripe for Stripe."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, g, request

from services.auth import public
from services.billing import account as accounts
from services.billing import offering, paying, stripe_api, webhook
from services.billing.account import Account
from services.billing.intake import Intake
from services.billing.ledger import Ledger
from services.billing.shapes import (
    Asked,
    CostPreview,
    NewCheckout,
    NewPortal,
    PlanChange,
    PlanOffer,
    Returned,
    Standing,
    StripePage,
    Taken,
    Upcoming,
)
from services.config import Config
from services.edge import json_body
from services.edge.limits import limiter
from services.edge.operation import operation
from services.errors import (
    BadGateway,
    BadRequest,
    Conflict,
    Forbidden,
    Invalid,
    NotConfigured,
    NotFound,
    TooLarge,
)
from services.supabase import Client, as_user

blueprint = Blueprint("billing", __name__)

_ASKS = "60 per minute"
_REFUSALS = (Forbidden, NotFound, Conflict, Invalid, BadGateway, NotConfigured)
# An invoice with many lines makes a large event.
_MOST_BYTES = 1024 * 1024


@blueprint.get("/api/billing/plans")
@operation("List the plans", answer=PlanOffer)
def plans() -> PlanOffer:
    """What each plan includes, and what it costs as Stripe says."""
    return offering.offer(_config(), _db())


@blueprint.post("/api/billing/checkout")
@limiter.limit(_ASKS)
@operation("Subscribe to a plan", body=NewCheckout, answer=StripePage, errors=_REFUSALS)
def checkout(*, body: NewCheckout) -> StripePage:
    """Answers with the address of a payment page of Stripe's. Asked twice, it is the same page."""
    account = _account(body.org_id)
    config, client = _config(), stripe_api.client(_config())
    key, trial_days = accounts.price_key(_db(), body.plan, body.interval)
    url = paying.checkout(
        config, client, Ledger(config), account, price_key=key, trial_days=trial_days
    )
    return StripePage(url=url)


@blueprint.post("/api/billing/return")
@limiter.limit(_ASKS)
@operation("Come back from a payment", body=Returned, answer=Standing, errors=_REFUSALS)
def returned(*, body: Returned) -> Standing:
    """Asks Stripe at once, so that nobody waits for a webhook to see what they paid for."""
    account = _account(body.org_id)
    client = stripe_api.client(_config())
    standing = paying.returned(client, Ledger(_config()), account, body.session_id)
    now = _account(body.org_id)
    if standing.state == "active" and not now.is_subscribed:
        standing = standing.model_copy(update={"state": "processing"})
    return standing.model_copy(update={"plan": now.plan})


@blueprint.post("/api/billing/portal")
@limiter.limit(_ASKS)
@operation(
    "Manage cards, bills and the subscription", body=NewPortal, answer=StripePage, errors=_REFUSALS
)
def portal(*, body: NewPortal) -> StripePage:
    """Answers with the address of Stripe's customer portal."""
    account = _account(body.org_id)
    config, client = _config(), stripe_api.client(_config())
    return StripePage(url=paying.portal(config, client, account, body.flow))


@blueprint.post("/api/billing/refresh")
@limiter.limit(_ASKS)
@operation("Ask Stripe how things are", body=Asked, answer=Standing, errors=_REFUSALS)
def refresh(*, body: Asked) -> Standing:
    """For whoever comes back from the portal."""
    account = _account(body.org_id)
    client = stripe_api.client(_config())
    if account.customer:
        paying.refresh(client, Ledger(_config()), account.customer)
    return Standing(state="active", plan=_account(body.org_id).plan)


@blueprint.get("/api/billing/<uuid:org_id>/next-invoice")
@limiter.limit(_ASKS)
@operation("The next invoice", answer=Upcoming, errors=(Forbidden, NotFound, NotConfigured))
def next_invoice(org_id: UUID) -> Upcoming:
    """What comes next and when; null when nothing does."""
    account = _account(org_id)
    return Upcoming(invoice=paying.next_invoice(stripe_api.client(_config()), account))


@blueprint.post("/api/billing/preview")
@limiter.limit(_ASKS)
@operation("What a change of plan costs", body=PlanChange, answer=CostPreview, errors=_REFUSALS)
def preview(*, body: PlanChange) -> CostPreview:
    """Nothing is changed. The change itself takes `proration_date` from here, at the same price."""
    account = _account(body.org_id)
    client = stripe_api.client(_config())
    key, _ = accounts.price_key(_db(), body.plan, body.interval)
    return paying.preview(client, account, price_key=key)


@blueprint.post("/api/billing/change")
@limiter.limit(_ASKS)
@operation("Change the plan", body=PlanChange, answer=Standing, errors=_REFUSALS)
def change(*, body: PlanChange) -> Standing:
    """Charges or credits the difference as the preview told."""
    account = _account(body.org_id)
    client = stripe_api.client(_config())
    key, _ = accounts.price_key(_db(), body.plan, body.interval)
    ledger = Ledger(_config())
    paying.change(client, ledger, account, price_key=key, proration_date=body.proration_date)
    return Standing(state="active", plan=_account(body.org_id).plan)


@blueprint.post("/api/webhooks/stripe")
@public
@limiter.exempt
@operation("What Stripe reports", answer=Taken, errors=(BadRequest, TooLarge, NotConfigured))
def stripe_webhook() -> dict[str, Any]:
    """For Stripe alone: the raw body, signed. An event is kept first and acted upon afterwards."""
    config = _config()
    stripe_api.client(config)
    payload = json_body.read_bytes(max_bytes=_MOST_BYTES)
    signature = request.headers.get("Stripe-Signature", "")
    return {"result": webhook.receive(config, _intake(), payload, signature)}


def _intake() -> Intake:
    """One for the process, so that those who come at once are kept together."""
    made = current_app.extensions.get("stripe_intake") or Intake(Ledger(_config()))
    kept: Intake = current_app.extensions.setdefault("stripe_intake", made)
    return kept


def _account(org_id: UUID) -> Account:
    return accounts.account_of(_db(), org_id, by=g.person.id)


def _db() -> Client:
    return as_user(_config(), g.person.token)


def _config() -> Config:
    config: Config = current_app.config["ROSERAM"]
    return config
