"""What the billing endpoints take and give."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.edge.json_body import Body

Interval = Literal["month", "year"]
OrgId = Annotated[UUID, Field(strict=False, description="The organization that pays.")]
PlanId = Annotated[
    str, Field(min_length=1, max_length=40, description="One of /api/billing/plans.")
]


class NewCheckout(Body):
    """Which plan to subscribe to."""

    org_id: OrgId
    plan: PlanId
    interval: Interval


class Returned(Body):
    """The Checkout that somebody came back from."""

    org_id: OrgId
    session_id: Annotated[str, Field(pattern=r"^cs_[A-Za-z0-9_]{1,200}$")]


class NewPortal(Body):
    """What to do in Stripe's customer portal; nothing in particular opens its first page."""

    org_id: OrgId
    flow: Literal["payment_method", "cancel"] | None = None


class PlanChange(Body):
    """The plan to change to, as of a moment that the preview named."""

    org_id: OrgId
    plan: PlanId
    interval: Interval
    proration_date: Annotated[
        int | None,
        Field(ge=0, le=2**33, description="From the preview: then the price is the same."),
    ] = None


class Asked(Body):
    """About which organization."""

    org_id: OrgId


class StripePage(BaseModel):
    """Where the browser goes next: a page of Stripe's."""

    url: str


class Amount(BaseModel):
    """A price in whole cents, as Stripe says it."""

    interval: Interval
    currency: str
    cents: int


class OfferedPlan(BaseModel):
    """A plan as somebody may choose it."""

    id: str
    name: str
    summary: str
    limits: dict[str, int | None]
    features: list[str]
    trial_days: int
    amounts: list[Amount]


class PlanOffer(BaseModel):
    """The plans. `configured` is false where Stripe is not set up, and then nothing is sold."""

    configured: bool
    plans: list[OfferedPlan]


class Standing(BaseModel):
    """How an organization stands after Stripe was asked."""

    state: Literal["active", "processing", "open", "expired"]
    plan: str


class Line(BaseModel):
    """One line of a bill."""

    text: str
    cents: int


class CostPreview(BaseModel):
    """What the next bill would be."""

    currency: str
    total_cents: int
    due_at: str | None
    proration_date: int | None
    lines: list[Line]


class Upcoming(BaseModel):
    """The next bill, if one comes."""

    invoice: CostPreview | None


class Taken(BaseModel):
    """What became of an event: kept, known already, or kept without effect."""

    result: Literal["received", "known", "ignored"]
