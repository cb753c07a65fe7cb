"""How long a host asks us to wait, in the several ways in which hosts say it."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

FIRST, LONGEST = 0.5, 30.0


def backoff(attempt: int) -> float:
    """Full jitter: anything from nothing to a bound that doubles, so that crowds spread out."""
    return random.uniform(0, min(FIRST * 2**attempt, LONGEST))  # noqa: S311  # no secret


def asked_for(headers: Mapping[str, str], body: Any, *, now: float | None = None) -> float | None:
    """Return the seconds a host asks for; None when it does not say. Never negative."""
    now = time.time() if now is None else now
    found = _retry_after(headers.get("retry-after"), now)
    if found is None and headers.get("x-ratelimit-remaining", "0").strip() == "0":
        found = _epoch(headers.get("x-ratelimit-reset"), now)
    if found is None:
        found = _epoch(_reset_in(body), now)
    return None if found is None else max(found, 0.0)


def exhausted_for(headers: Mapping[str, str], *, now: float | None = None) -> float:
    """Return for how many seconds nothing more may be sent, as a good answer's headers tell."""
    if headers.get("x-ratelimit-remaining", "").strip() != "0":
        return 0.0
    now = time.time() if now is None else now
    return max(_epoch(headers.get("x-ratelimit-reset"), now) or 0.0, 0.0)


def _retry_after(value: str | None, now: float) -> float | None:
    if not value:
        return None
    try:
        return float(value)
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(value).timestamp() - now
    except (TypeError, ValueError):
        return None


def _epoch(value: Any, now: float) -> float | None:
    try:
        moment = float(value)
    except (TypeError, ValueError):
        return None
    # Some say milliseconds.
    moment = moment / 1000 if moment > 1e11 else moment
    return moment - now


def _reset_in(body: Any) -> Any:
    """Vercel puts it into the body: {"error": {"limit": {"reset": 1700000000}}}."""
    error = body.get("error") if isinstance(body, dict) else None
    limit = error.get("limit") if isinstance(error, dict) else None
    return limit.get("reset") if isinstance(limit, dict) else None
