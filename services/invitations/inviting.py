"""Inviting people: a one-time token for each, whose SHA-256 alone the database gets to know.

The database decides about each address with the caller's own token; the mail goes out afterwards,
so that a mail server that fails costs a mail and never an invitation.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from services import mail
from services.config import Config
from services.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, ProblemError
from services.invitations import letters
from services.invitations.shapes import Outcome, Role, Sent
from services.mail import Letter
from services.supabase import Client, as_service, one, rows

NOT_SENT = "The invitation stands, but its mail could not be sent. Send it again in a while."
_RANK: tuple[Role, ...] = ("viewer", "member", "editor", "admin", "owner")
# The same as private.is_email, so that most mistakes cost no question.
_EMAIL = re.compile(
    r"[^\s@<>\"',;:\\()\[\]]{1,64}@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}"
)


def invite(
    config: Config, db: Client, org_id: UUID, emails: Sequence[str], role: Role, *, by: UUID
) -> list[Outcome]:
    """Invite each address. Raises only what holds for all of them: the organization or the role."""
    mail.require_mail(config)
    organization = _organization(db, org_id)
    _require_rank(db, org_id, role, by=by)
    inviter = _name(db, by)
    outcomes: list[Outcome] = []
    waiting: list[tuple[Outcome, dict[str, Any], Letter]] = []
    for place, email in _once_each(emails):
        token = _new_token()
        outcome, row = _create(db, org_id, email, role, token, place)
        outcomes.append(outcome)
        if row:
            letter = _letter(config, row, token, organization, inviter)
            waiting.append((outcome, row, letter))
    _send(config, waiting)
    return outcomes


def resend(config: Config, db: Client, invitation_id: UUID, *, by: UUID) -> Sent:
    """Give an invitation seven more days and a new link, and mail that; the old link ends."""
    mail.require_mail(config)
    token = _new_token()
    arguments = {"invitation_id": str(invitation_id), "token_hash": _digest(token)}
    row = one(db.rpc("resend_invitation", arguments), what="invitation")
    organization = _organization(db, row["org_id"])
    outcome = Outcome(email=row["email"], outcome="invited")
    letter = _letter(config, row, token, organization, _name(db, by))
    _send(config, [(outcome, row, letter)])
    return Sent(
        invitation_id=row["id"],
        email=row["email"],
        expires_at=row["expires_at"],
        sent=bool(outcome.sent),
        reason=outcome.reason,
    )


def describe(config: Config, token: str) -> dict[str, Any]:
    """Tell what a link offers, to whoever holds it: they need not have an account yet."""
    return one(as_service(config).rpc("describe_invitation", {"token": token}), what="invitation")


def _create(
    db: Client, org_id: UUID, email: str, role: Role, token: str, place: int
) -> tuple[Outcome, dict[str, Any] | None]:
    field = f"emails.{place}"
    if len(email) > 254 or not email.isprintable() or not _EMAIL.fullmatch(email):
        reason = "This is not a mail address. Write it like name@example.com."
        return Outcome(email=email, outcome="refused", field=field, reason=reason), None
    arguments = {"org_id": str(org_id), "email": email, "role": role, "token_hash": _digest(token)}
    try:
        row = one(db.rpc("create_invitation", arguments), what="organization")
    except Conflict as conflict:
        return _known(db, org_id, email, conflict), None
    except ProblemError as problem:
        # Those before this one are invited, so the answer must tell of each.
        return Outcome(email=email, outcome="refused", field=field, reason=problem.detail), None
    return Outcome(email=email, outcome="invited", invitation_id=row["id"]), row


def _known(db: Client, org_id: UUID, email: str, conflict: Conflict) -> Outcome:
    """Is the address invited, or a member? Only the former can be sent the mail again."""
    open_ones = (
        db.table("organization_invitations")
        .select("id")
        .eq("org_id", str(org_id))
        .eq("email", email)
        .is_("accepted_at", "null")
        .is_("withdrawn_at", "null")
    )
    found = rows(open_ones)
    if found:
        return Outcome(
            email=email,
            outcome="already_invited",
            reason=conflict.detail,
            invitation_id=found[0]["id"],
        )
    return Outcome(email=email, outcome="already_member", reason=conflict.detail)


def _send(config: Config, waiting: Sequence[tuple[Outcome, dict[str, Any], Letter]]) -> None:
    """Send what waits, and note in each outcome, and in the database, whether it left."""
    left = mail.send(config, [letter for _, _, letter in waiting])
    service = as_service(config)
    for (outcome, row, _), sent in zip(waiting, left, strict=True):
        outcome.sent = sent
        if not sent:
            outcome.reason = NOT_SENT
            continue
        arguments = {"invitation_id": row["id"], "sent_count": row["sent_count"]}
        # The mail has left; a note that is missing must not make the answer a failure.
        with suppress(ProblemError):
            rows(service.rpc("record_invitation_mail", arguments))


def _letter(
    config: Config, row: dict[str, Any], token: str, organization: str, inviter: str
) -> Letter:
    return letters.invitation(
        app_url=config.app_url,
        token=token,
        to=row["email"],
        organization=organization,
        inviter=inviter,
        role=row["role"],
        until=row["expires_at"],
    )


def _require_rank(db: Client, org_id: UUID, role: Role, *, by: UUID) -> None:
    """Say before the first mail what would be said of every address. The database asks again."""
    members = db.table("organization_members").select("role")
    own = one(members.eq("org_id", str(org_id)).eq("user_id", str(by)), what="organization")["role"]
    if _RANK.index(own) < _RANK.index("admin"):
        raise Forbidden("Only admins and owners invite people.")
    if _RANK.index(role) > _RANK.index(own):
        what_to_do = "Nobody invites to a role above their own. Choose a lower one."
        raise Invalid(errors=[FieldError("role", what_to_do)])


def _organization(db: Client, org_id: UUID | str) -> str:
    query = db.table("organizations").select("name").eq("id", str(org_id))
    return str(one(query, what="organization")["name"])


def _name(db: Client, person_id: UUID) -> str:
    try:
        query = db.table("profiles").select("display_name").eq("user_id", str(person_id))
        return str(one(query)["display_name"] or "")
    except NotFound:
        return ""


def _once_each(emails: Sequence[str]) -> list[tuple[int, str]]:
    """Each address once, as the sign-in writes it, with the place it first had in the list."""
    first: dict[str, int] = {}
    for place, email in enumerate(emails):
        first.setdefault(email.strip().lower(), place)
    return [(place, email) for email, place in first.items()]


def _new_token() -> str:
    """256 bits; the prefix lets services/redact.py know one wherever it turns up."""
    return f"inv_{secrets.token_urlsafe(32)}"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
