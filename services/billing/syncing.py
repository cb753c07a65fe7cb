"""Ask Stripe how a customer stands and write that down, whatever the events said and in any order.

A customer is taken under a lease with a generation, as publishes are: two processes never write
the same customer, and one that was away too long is refused.
"""

from __future__ import annotations

import logging

from services.billing import stripe_api
from services.billing.ledger import Claim, Ledger
from services.billing.state import state_of
from services.billing.stripe_api import StripeClient
from services.errors import BadGateway, ProblemError

log = logging.getLogger(__name__)

# What a page of the screen shows; older bills stay at Stripe, behind the portal.
_INVOICES = 24


def sync_next(ledger: Ledger, client: StripeClient, customer: str | None = None) -> bool:
    """Bring one customer up to date, this one or any that waits. False if there was none."""
    claim = ledger.claim(customer)
    if claim is None:
        return False
    try:
        _sync(ledger, client, claim)
    except ProblemError as problem:
        ledger.fail(claim, problem.detail)
        if customer is not None:
            raise
        log.warning("%s could not be brought up to date: %s", claim.customer, problem.detail)
    except Exception as error:
        # An answer nobody foresaw must not stop the others behind it.
        log.exception("%s could not be brought up to date", claim.customer)
        ledger.fail(claim, type(error).__name__)
        if customer is not None:
            raise BadGateway("What Stripe says of this is not understood.") from error
    return True


def _sync(ledger: Ledger, client: StripeClient, claim: Claim) -> None:
    with stripe_api.speaking():
        customer = client.v1.customers.retrieve(
            claim.customer, {"expand": ["invoice_settings.default_payment_method"]}
        )
        subscriptions = client.v1.subscriptions.list(
            {
                "customer": claim.customer,
                "status": "all",
                "limit": 100,
                "expand": ["data.default_payment_method"],
            }
        )
        invoices = client.v1.invoices.list({"customer": claim.customer, "limit": _INVOICES})
    state = state_of(customer, subscriptions.data, invoices.data, claim.prices)
    if state["problem"]:
        log.error("billing needs a look: %s", state["problem"])
    if not ledger.apply(claim, state):
        log.info("%s was taken over by another process", claim.customer)
