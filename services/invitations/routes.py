"""/api/invitations: invite people by mail, send a mail again, look at what a link offers.

Accepting needs no secret, so browsers call the function accept_invitation themselves.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, g

from services.auth import public
from services.config import Config
from services.edge.limits import limiter
from services.edge.operation import operation
from services.errors import Conflict, Forbidden, Invalid, NotConfigured, NotFound, TooManyRequests
from services.invitations import inviting
from services.invitations.shapes import Link, NewInvitations, Offer, Outcomes, Sent
from services.supabase import Client, as_user

blueprint = Blueprint("invitations", __name__)

_MAILS = "60 per minute"
# Somebody who opens their mail looks at a link or two; a token has 256 bits to be guessed.
_LOOKS = "30 per minute;300 per day"


@blueprint.post("/api/invitations")
@limiter.limit(_MAILS)
@operation(
    "Invite people by mail",
    body=NewInvitations,
    answer=Outcomes,
    errors=(Forbidden, NotFound, Invalid, NotConfigured),
)
def create(*, body: NewInvitations) -> Outcomes:
    """Invite several addresses with one role, each for itself.

    `results` tells of each address whether it is invited now, was invited or a member already,
    or was refused, and why. `sent` is false where the invitation stands and its mail did not leave.
    """
    results = inviting.invite(_config(), _db(), body.org_id, body.emails, body.role, by=g.person.id)
    return Outcomes(results=results)


@blueprint.post("/api/invitations/<uuid:invitation_id>/resend")
@limiter.limit(_MAILS)
@operation(
    "Send an invitation again",
    answer=Sent,
    errors=(Forbidden, NotFound, Conflict, TooManyRequests, NotConfigured),
)
def resend(invitation_id: UUID) -> Sent:
    """Mail a new link that works for seven days; the earlier one ends."""
    return inviting.resend(_config(), _db(), invitation_id, by=g.person.id)


@blueprint.post("/api/invitations/describe")
@public
@limiter.limit(_LOOKS)
@operation("Look at an invitation", body=Link, answer=Offer, errors=(NotFound, TooManyRequests))
def describe(*, body: Link) -> dict[str, Any]:
    """What a link offers, before anybody has signed in. In the body, so that no log holds it."""
    return inviting.describe(_config(), body.token)


def _db() -> Client:
    return as_user(_config(), g.person.token)


def _config() -> Config:
    config: Config = current_app.config["ROSERAM"]
    return config
