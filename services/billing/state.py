"""What Stripe says of a customer → what is written down of it. Pure: the same in, the same out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from stripe import Customer, Invoice, PaymentMethod, Price, Subscription

# The one that counts, should a customer have several.
PRECEDENCE = (
    "active", "trialing", "past_due", "paused", "unpaid", "incomplete", "canceled",
    "incomplete_expired",
)  # fmt: skip


def state_of(
    customer: Customer,
    subscriptions: Sequence[Subscription],
    invoices: Sequence[Invoice],
    plan_of: Mapping[str, str],
) -> dict[str, Any]:
    """Describe a customer for the database; `plan_of` maps prices' lookup keys to plans."""
    ours = [each for each in subscriptions if _price(each).lookup_key in plan_of]
    strange = [each for each in subscriptions if each not in ours]
    chosen = choose(ours)
    return {
        "subscription": chosen and _subscription(chosen, plan_of),
        "had_subscription": bool(ours),
        "trial_used": any(each.trial_start for each in subscriptions),
        "card": _card(chosen, customer),
        "invoices": [_invoice(each) for each in invoices if each.status not in (None, "draft")],
        "problem": (
            f"No plan has the price of {', '.join(each.id for each in strange)[:1000]}."
            if strange
            else None
        ),
    }


def choose(subscriptions: Sequence[Subscription]) -> Subscription | None:
    """Return the subscription that counts: the best by its status, then the newest."""
    known = [each for each in subscriptions if each.status in PRECEDENCE]
    return min(
        known,
        key=lambda each: (PRECEDENCE.index(each.status), -each.created, each.id),
        default=None,
    )


def _price(subscription: Subscription) -> Price:
    return subscription.items.data[0].price


def _subscription(chosen: Subscription, plan_of: Mapping[str, str]) -> dict[str, Any]:
    price, items = _price(chosen), chosen.items.data
    interval = price.recurring.interval if price.recurring else None
    return {
        "id": chosen.id,
        "status": chosen.status,
        "plan": plan_of[price.lookup_key or ""],
        "interval": interval if interval in ("month", "year") else None,
        # Periods stand at the items since 2025-03; all of ours have one.
        "period_start": _time(min(item.current_period_start for item in items)),
        "period_end": _time(max(item.current_period_end for item in items)),
        "anchor": _time(chosen.billing_cycle_anchor),
        "trial_end": _time(chosen.trial_end),
        "cancel_at": _time(
            chosen.cancel_at
            or (items[0].current_period_end if chosen.cancel_at_period_end else None)
        ),
        "canceled_at": _time(chosen.canceled_at),
    }


def _card(chosen: Subscription | None, customer: Customer) -> dict[str, Any] | None:
    settings = getattr(customer, "invoice_settings", None)
    candidates = (
        chosen and chosen.default_payment_method,
        settings and settings.default_payment_method,
    )
    for method in candidates:
        if isinstance(method, PaymentMethod) and method.card:
            card = method.card
            return {
                "brand": card.brand,
                "last4": card.last4,
                "expires": f"{card.exp_year}-{card.exp_month:02d}",
            }
    return None


def _invoice(invoice: Invoice) -> dict[str, Any]:
    return {
        "id": invoice.id,
        "number": invoice.number,
        "status": invoice.status,
        "currency": invoice.currency,
        "total": invoice.total,
        "paid": invoice.amount_paid,
        "hosted_url": invoice.hosted_invoice_url,
        "pdf_url": invoice.invoice_pdf,
        "period_start": _time(invoice.period_start),
        "period_end": _time(invoice.period_end),
        "due_at": _time(invoice.due_date),
        "paid_at": _time(invoice.status_transitions.paid_at),
        "created": _time(invoice.created),
        "attempts": invoice.attempt_count,
        "next_attempt": _time(invoice.next_payment_attempt),
    }


def _time(seconds: int | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()
