"""One call of a webhook: what is sent, and how it is signed (https://www.standardwebhooks.com).

The receiver computes HMAC-SHA256 over `<webhook-id>.<webhook-timestamp>.<body>` with the secret,
and refuses what is older than five minutes: nobody else can make a call, change or repeat one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services import egress

DEADLINE_SECONDS = 10.0
_MOST_ANSWER = 64 * 1024
_PREFIX = "whsec_"


@dataclass(frozen=True)
class Outcome:
    """`result`: 'sent', 'again' (worth another attempt) or 'refused' (never again)."""

    result: str
    status: int | None = None
    problem: str = ""


def new_secret() -> str:
    """Return a secret as its owner pastes it."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, call_id: str, timestamp: int, body: bytes) -> str:
    """Sign one call."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{call_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def body_of(job: Mapping[str, Any]) -> bytes:
    """Write what the receiver is told. Files stay here: they take a sign-in."""
    submission = job["submission"]
    about: dict[str, Any] = {
        "type": "form.submitted" if submission else "form.test",
        "site": {"id": job["site_id"], "name": job["site_name"]},
    }
    if submission:
        files = [
            {name: file[name] for name in ("field", "name", "type", "size")}
            for file in submission["files"]
        ]
        about["submission"] = {**submission, "files": files}
    return json.dumps(about, ensure_ascii=False, separators=(",", ":")).encode()


def call(job: Mapping[str, Any], secret: str, *, now: int, loopback: bool) -> Outcome:
    """Call the webhook once."""
    body = body_of(job)
    headers = {
        "Content-Type": "application/json",
        "Webhook-Id": job["id"],
        "Webhook-Timestamp": str(now),
        "Webhook-Signature": signature(secret, job["id"], now, body),
    }
    try:
        answer = egress.call_stranger(
            "POST",
            job["hook"]["url"],
            headers=headers,
            content=body,
            deadline=DEADLINE_SECONDS,
            max_bytes=_MOST_ANSWER,
            loopback=loopback,
        )
    except egress.EgressError as error:
        return Outcome("again", None, _words(error))
    if 200 <= answer.status < 300:
        return Outcome("sent", answer.status)
    if answer.status == 410:
        return Outcome("refused", answer.status, "The receiver says that it is gone for good.")
    return Outcome("again", answer.status, f"The receiver answered {answer.status}.")


def _words(error: egress.EgressError) -> str:
    if isinstance(error, egress.NotSent):
        return f"No connection ({error})."
    return f"No usable answer ({error})."
