"""What an invitation looks like from outside, and what a person may ask for."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.edge.json_body import Body

Role = Literal["viewer", "member", "editor", "admin", "owner"]
MOST_AT_ONCE = 50


class NewInvitations(Body):
    """Whom to invite, and as what."""

    # JSON has no UUIDs: strict mode takes them as text only where the field says so.
    org_id: Annotated[UUID, Field(strict=False, description="The organization to join.")]
    emails: Annotated[
        list[Annotated[str, Field(max_length=320)]],
        Field(min_length=1, max_length=MOST_AT_ONCE, description="The addresses to invite."),
    ]
    role: Annotated[Role, Field(description="What they will be; at most your own role.")]


class Link(Body):
    """The token at the end of an invitation's link."""

    token: Annotated[str, Field(min_length=1, max_length=200)]


class Outcome(BaseModel):
    """What came of one address. One that is refused does not stop the others."""

    email: str
    outcome: Literal["invited", "already_member", "already_invited", "refused"]
    reason: str = ""
    field: str | None = None
    invitation_id: UUID | None = None
    sent: bool | None = None


class Outcomes(BaseModel):
    """What came of each address, in the order in which they were given."""

    results: list[Outcome]


class Sent(BaseModel):
    """An invitation with a new link; `sent` is false when the mail server did not take it."""

    invitation_id: UUID
    email: str
    expires_at: str
    sent: bool
    reason: str = ""


class Offer(BaseModel):
    """What a link offers to whoever holds it."""

    org_id: UUID
    organization: str
    invited_by: str | None
    email: str
    role: Role
    state: Literal["pending", "accepted", "expired", "withdrawn"]
    expires_at: str
