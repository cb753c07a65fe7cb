"""What is for sale: the plans of the database, with the prices that Stripe has for them."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from services.billing import stripe_api
from services.billing.account import offered_plans
from services.billing.shapes import Amount, OfferedPlan, PlanOffer
from services.config import Config
from services.errors import ProblemError
from services.supabase import Client

log = logging.getLogger(__name__)

_KEPT_SECONDS = 300.0
_kept: dict[tuple[str, ...], tuple[float, dict[str, tuple[str, int]]]] = {}
_lock = threading.Lock()


def offer(config: Config, db: Client) -> PlanOffer:
    """Return the plans. Without Stripe, or while it is away, they come without prices."""
    rows = offered_plans(db)
    keys = tuple(sorted(key for row in rows for key in row["prices"].values()))
    amounts = _amounts(config, keys) if config.takes_payments and keys else {}
    return PlanOffer(
        configured=config.takes_payments,
        plans=[_plan(row, amounts) for row in rows],
    )


def _plan(row: dict[str, Any], amounts: dict[str, tuple[str, int]]) -> OfferedPlan:
    found = [
        Amount(interval=interval, currency=amounts[key][0], cents=amounts[key][1])
        for interval, key in sorted(row["prices"].items())
        if key in amounts
    ]
    fields = ("id", "name", "summary", "limits", "features", "trial_days")
    return OfferedPlan(**{name: row[name] for name in fields}, amounts=found)


def _amounts(config: Config, keys: tuple[str, ...]) -> dict[str, tuple[str, int]]:
    """Return each lookup key's currency and cents, at most five minutes old."""
    with _lock:
        until, known = _kept.get(keys, (0.0, {}))
    if time.monotonic() < until:
        return known
    try:
        with stripe_api.speaking():
            found = stripe_api.client(config).v1.prices.list(
                {"lookup_keys": list(keys[:10]), "active": True, "limit": 100}
            )
    except ProblemError as problem:
        log.warning("prices cannot be read: %s", problem.detail)
        return known
    fresh = {
        price.lookup_key: (price.currency, price.unit_amount)
        for price in found.data
        if price.lookup_key and price.unit_amount is not None
    }
    with _lock:
        _kept[keys] = (time.monotonic() + _KEPT_SECONDS, fresh)
    return fresh
