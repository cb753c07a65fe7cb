"""Whose money it is: owners only, looked up with the person's own token, so policies decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.errors import FieldError, Forbidden, Invalid
from services.supabase import Client, one, rows

# With these one has a subscription that goes on.
LIVE = ("trialing", "active", "past_due", "unpaid", "paused")


@dataclass(frozen=True)
class Account:
    """What an organization has with Stripe; empty texts where there is nothing yet."""

    org_id: UUID
    plan: str
    customer: str = ""
    subscription: str = ""
    status: str = "none"
    trial_used: bool = False

    @property
    def is_subscribed(self) -> bool:
        return bool(self.subscription) and self.status in LIVE


def account_of(db: Client, org_id: UUID, *, by: UUID) -> Account:
    """Return an organization's account. Raises NotFound for strangers, Forbidden for others."""
    members = db.table("organization_members").select("role")
    mine = members.eq("org_id", str(org_id)).eq("user_id", str(by))
    if one(mine, what="organization")["role"] != "owner":
        raise Forbidden("Only owners see and change what is paid for.")
    organization = one(db.table("organizations").select("plan").eq("id", str(org_id)))
    found = rows(db.table("subscriptions").select("*").eq("org_id", str(org_id)))
    if not found:
        return Account(org_id, organization["plan"])
    row = found[0]
    return Account(
        org_id,
        organization["plan"],
        row["stripe_customer_id"] or "",
        row["stripe_subscription_id"] or "",
        row["status"],
        row["trial_used"],
    )


def offered_plans(db: Client) -> list[dict[str, Any]]:
    return rows(db.table("plans").select("*").eq("is_offered", True).order("position"))


def price_key(db: Client, plan: str, interval: str) -> tuple[str, int]:
    """Return the lookup key of a plan's price, and the days of its trial."""
    offered = {row["id"]: row for row in offered_plans(db)}
    if plan not in offered:
        raise Invalid(errors=[FieldError("plan", "There is no such plan. See /api/billing/plans.")])
    key = offered[plan]["prices"].get(interval)
    if key is None:
        raise Invalid(errors=[FieldError("interval", "This plan is not sold in this interval.")])
    return key, offered[plan]["trial_days"]
