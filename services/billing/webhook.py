"""What Stripe posts: is it from Stripe, is it new, is it ours? Kept first, acted upon afterwards.

An event is a hint that a customer has changed and nothing more; syncing.py asks how things are.
"""

from __future__ import annotations

import logging
import re
import time
from datetime import UTC, datetime
from typing import Any

import stripe

from services import strict_json
from services.billing.intake import Intake
from services.billing.ledger import Taken
from services.config import Config
from services.errors import BadRequest

log = logging.getLogger(__name__)

TOLERANCE_SECONDS = 300
_CUSTOMER = re.compile(r"cus_[A-Za-z0-9_]{1,64}")
_EVENT = re.compile(r"evt_[A-Za-z0-9_]{1,64}")


def receive(config: Config, intake: Intake, payload: bytes, signature: str) -> Taken:
    """Keep an event that is really Stripe's. Raises BadRequest for everything else."""
    verify(payload, signature, config.stripe_webhook_secret.split(","), now=time.time())
    event = _event(payload)
    refused = None
    if event["livemode"] != config.stripe_is_live:
        refused = "Of the other mode: test events are for test keys, live ones for live keys."
    version = event.get("api_version")
    if version != stripe.api_version:
        # Harmless, because events are not read any further; but somebody should know.
        log.warning("an event has API version %s instead of %s", version, stripe.api_version)
    created = datetime.fromtimestamp(event["created"], UTC).isoformat()
    named = {name: event[name] for name in ("id", "type", "livemode")}
    about = {"customer": _customer(event), "created_at": created, "refused": refused}
    return intake.take(named | about | {"payload": event})


def verify(payload: bytes, header: str, secrets: list[str], *, now: float) -> None:
    """Check the signature with each secret, and the clock in both directions."""
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError:
        raise BadRequest("The body is not UTF-8.", code="bad_signature") from None
    for secret in secrets:
        try:
            stripe.WebhookSignature.verify_header(text, header, secret, TOLERANCE_SECONDS)
        except stripe.SignatureVerificationError as error:
            if "outside the tolerance" in str(error):
                log.error("a signed event is too old: is this server's clock ahead, or a replay?")
            continue
        # The library looks only backwards.
        signed_at = re.search(r"(?:^|,)t=(\d{1,12})(?:,|$)", header)
        if signed_at is None or int(signed_at[1]) > now + TOLERANCE_SECONDS:
            log.error("a signed event is from the future: is this server's clock behind?")
            continue
        return
    raise BadRequest("The signature does not fit this event.", code="bad_signature")


def _event(payload: bytes) -> dict[str, Any]:
    try:
        event = strict_json.parse(payload)
    except strict_json.JsonError as error:
        raise BadRequest(str(error), code="bad_json") from None
    if not (
        isinstance(event, dict)
        and event.get("object") == "event"
        and _EVENT.fullmatch(str(event.get("id")))
        and isinstance(event.get("type"), str)
        and isinstance(event.get("livemode"), bool)
        and isinstance(event.get("created"), int)
        and 0 <= event["created"] < 2**33
    ):
        raise BadRequest("This is not an event of Stripe's.")
    return event


def _customer(event: dict[str, Any]) -> str | None:
    """Whose change this is; what the event says of it otherwise, metadata too, is not believed."""
    thing = (event.get("data") or {}).get("object") or {}
    found = thing.get("id") if thing.get("object") == "customer" else thing.get("customer")
    if isinstance(found, dict):
        found = found.get("id")
    return found if isinstance(found, str) and _CUSTOMER.fullmatch(found) else None
