"""What a question costs: reserved before, settled after, by functions of the database alone.

A credit is a tenth of a US cent of what the vendor charges. Where nobody tells a price (a server
of one's own), a thousand tokens are a credit.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.ai.changes import calls_of, wish_of
from services.ai.chunks import Usage
from services.ai.shapes import Ask
from services.config import Config
from services.errors import ProblemError
from services.supabase import as_service, one, rows

log = logging.getLogger(__name__)

TICKS = 10_000_000
_TOKENS = 1000
_ANSWER = {"code": 14_000, "page": 4000, "content": 5000, "layout": 3000, "design": 3000}
_CONVERSATION = 6000


@dataclass(frozen=True)
class Price:
    """Ticks per token; None where nobody tells."""

    input: int | None = None
    output: int | None = None


def cost(usage: Usage, price: Price) -> tuple[int, int]:
    """Return (ticks, credits). What the vendor says it charged has the last word."""
    ticks = usage.ticks
    if ticks is None and price.input is not None and price.output is not None:
        ticks = usage.input * price.input + usage.output * price.output
    if ticks is None:
        return 0, -(-(usage.input + usage.output) // _TOKENS)
    return ticks, -(-ticks // TICKS)


def estimate(ask: Ask, kind: str, price: Price) -> int:
    """Return the most that a question may cost; more is never charged."""
    asked = _CONVERSATION + len(ask.model_dump_json(exclude={"image"})) // 3
    asked += 2000 if getattr(ask, "image", None) else 0
    usage = Usage(input=asked, output=_ANSWER.get(kind, 5000))
    return max(1, cost(usage, price)[1]) * calls_of(ask)


def reserve(
    config: Config,
    ask: Ask,
    *,
    kind: str,
    person: UUID,
    model: str,
    credits: int,
    idempotency_key: str | None,
) -> dict[str, Any]:
    """Take the credits of a question, or find the question that had this key before.

    Raises NotFound, Forbidden, Conflict (the key was another question's) or TooManyRequests.
    """
    arguments = {
        "site_id": str(ask.site_id),
        "page_id": str(ask.page_id) if ask.page_id else None,
        "person": str(person),
        "kind": kind,
        "prompt": ask.prompt,
        "settings": _settings(ask),
        "model": model,
        "credits": credits,
        "idempotency_key": idempotency_key,
    }
    return one(as_service(config).rpc("reserve_generation", arguments), what="site")


def keep(
    config: Config,
    generation_id: str,
    *,
    output: dict[str, Any],
    model: str,
    used: Usage,
    ticks: int,
) -> None:
    """Keep what has landed so far. A failure is logged alone: the settlement keeps it all again."""
    arguments = {
        "generation_id": generation_id,
        "output": output,
        "model": model,
        "input_tokens": used.input,
        "output_tokens": used.output,
        "cost_usd_ticks": ticks,
    }
    try:
        rows(as_service(config).rpc("keep_generation", arguments))
    except ProblemError as failure:
        log.warning("generation %s is not kept yet: %s", generation_id, failure.code)


def settle(
    config: Config,
    generation_id: str,
    *,
    status: str,
    output: dict[str, Any],
    problem: ProblemError | None,
    model: str,
    used: Usage,
    charged: tuple[int, int],
    duration_ms: int,
    endpoint: str,
    request_id: str,
) -> dict[str, Any]:
    """End a question. A failure here is logged and not raised: the sweep gives the credits back."""
    error = None
    if problem is not None:
        error = {"code": problem.code, "detail": problem.detail, "status": problem.status}
    arguments = {
        "generation_id": generation_id,
        "status": status,
        "output": output,
        "error": error,
        "model": model,
        "input_tokens": used.input,
        "output_tokens": used.output,
        "cost_usd_ticks": charged[0],
        "credits": charged[1],
        "duration_ms": duration_ms,
        "endpoint": endpoint,
        "http_status": problem.status if problem else 200,
        "request_id": request_id,
    }
    for attempt in (1, 2):
        try:
            return one(as_service(config).rpc("settle_generation", arguments), what="generation")
        except ProblemError as failure:
            log.error("generation %s is not settled (%s): %s", generation_id, attempt, failure.code)
    return {"credits": 0, "remaining": None}


def _settings(ask: Ask) -> dict[str, Any]:
    """What was chosen, to ask the same again; of the material only a digest, to know it again."""
    material = ask.model_dump_json(exclude={"site_id", "page_id", "prompt"})
    digest = hashlib.sha256(material.encode()).hexdigest()
    wish = dict(wish_of(ask))
    if len(json.dumps(wish, ensure_ascii=False).encode()) > 15_000:
        wish.pop("plan", None)
    return wish | {"digest": digest}
