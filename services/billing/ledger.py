"""What the service writes down about money: the only place of this room with the service's key.

The database decides in each of these functions; see the migration `stripe`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from services.config import Config
from services.supabase import as_service, rows

Taken = Literal["received", "known", "ignored"]


class Busy(Exception):
    """Another process is asking about this customer."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A customer to ask about; only whoever holds the newest generation may write it down."""

    customer: str
    org_id: str
    generation: int
    turn: int
    prices: dict[str, str]


class Ledger:
    """The database, as far as money goes."""

    def __init__(self, config: Config) -> None:
        self._db = as_service(config)

    def _call(self, function: str, /, **arguments: Any) -> Any:
        answer = rows(self._db.rpc(function, arguments))
        return answer[0] if answer else None

    def apply_plans(self, plans: list[dict[str, Any]]) -> None:
        self._call("apply_plans", plans=plans)

    def set_customer(self, org_id: UUID, customer: str) -> str:
        """Return the organization's customer: this one, unless another was there first."""
        return str(self._call("set_stripe_customer", org_id=str(org_id), customer=customer))

    def take_events(self, events: list[dict[str, Any]]) -> list[Taken]:
        """Keep events, all or none. What is refused, or not of our customers, has no effect."""
        return rows(self._db.rpc("take_stripe_events", {"events": events}))  # type: ignore[return-value]

    def want_sync(self, customer: str | None = None) -> int:
        """Mark a customer, or all of them, as to be asked about."""
        return int(self._call("want_stripe_sync", customer=customer))

    def claim(self, customer: str | None = None) -> Claim | None:
        """Take a customer that has changed, this one or any. Raises Busy only for this one."""
        claimed = self._call("claim_stripe_customer", customer=customer)
        if claimed == {"busy": True}:
            raise Busy
        return Claim(**claimed) if claimed else None

    def apply(self, claim: Claim, state: dict[str, Any]) -> bool:
        """Write down how things are; False when another has taken the customer over."""
        return bool(
            self._call(
                "apply_stripe_state",
                customer=claim.customer,
                generation=claim.generation,
                turn=claim.turn,
                state=state,
            )
        )

    def fail(self, claim: Claim, error: str) -> None:
        """Give a customer back; it is tried again later."""
        self._call(
            "fail_stripe_sync", customer=claim.customer, generation=claim.generation, error=error
        )

    def take_mails(self) -> list[dict[str, Any]]:
        """Return the mails to send now."""
        answer = rows(self._db.rpc("take_billing_mails", {}))
        return answer

    def note_mail(self, mail_id: int) -> None:
        self._call("note_billing_mail", mail_id=mail_id)
