"""What can go wrong between us and the model, in words for the person who asked.

ProblemError
├── Refused          422  the model will not write this
├── BadAnswer        502  what came back is no answer: not JSON, cut off, empty, too long
├── Away             503  the vendor cannot or will not answer: busy, no credit, wrong key or model
└── Slow             504  it took too long
"""

from __future__ import annotations

from typing import Any

from services.errors import BadGateway, Invalid, Timeout, Unavailable

SOON = 0.5
"""Seconds after which a server that stumbled is asked once more."""
_SHORT = 5


class Refused(Invalid):
    code = "ai_refused"
    title = "The AI will not write this"
    detail = "The model refused. Say it differently, or ask for something else; this cost nothing."


class BadAnswer(BadGateway):
    code = "ai_bad_answer"
    title = "The AI gave no usable answer"
    detail = "What came back could not be used. Nothing was charged; try again."


class Slow(Timeout):
    code = "ai_timeout"
    title = "The AI took too long"
    detail = "The model did not answer in time. Nothing was charged; try again, or ask for less."


class Away(Unavailable):
    code = "ai_unavailable"
    title = "The AI cannot answer just now"
    detail = "The model's server cannot be reached or is busy. Nothing was charged; try again soon."

    def __init__(self, detail: str = "", *, again: float | None = None, **more: Any) -> None:
        """`again`: the seconds after which the same question is worth one more try, if it is."""
        super().__init__(detail, **more)
        self.again = again


def of_status(status: int, says: str, retry_after: int | None) -> Away | BadAnswer | Refused:
    """Translate a refusal of the vendor's. Its own words stay here: they may name the account."""
    words = says.lower()
    if status == 429 and _is_out_of_credit(words):
        return Away(
            "The xAI account behind this server has no credit left. Tell whoever runs the server.",
            code="ai_out_of_credit",
            retry_after=None,
        )
    if status == 429:
        return Away(
            "The model's server has too many requests. Nothing was charged; try again in a moment.",
            code="ai_busy",
            retry_after=retry_after or 10,
            again=float(retry_after or 1) if (retry_after or 0) <= _SHORT else None,
        )
    if status in (401, 403) or "api key" in words:
        return Away(
            "The model's server does not accept this server's key. Whoever runs it should check "
            "GROK_API_KEY.",
            code="ai_key_rejected",
            retry_after=None,
        )
    if status == 404:
        return Away(
            "The model's server does not know the model. Choose another, or check GROK_MODEL and "
            "GROK_BASE_URL.",
            code="ai_model_unknown",
            retry_after=None,
        )
    if status >= 500:
        return Away(again=SOON)
    if status == 408:
        return Away()
    return BadAnswer(
        "The model's server did not accept the question. Nothing was charged.",
        code="ai_not_accepted",
    )


def _is_out_of_credit(words: str) -> bool:
    return any(word in words for word in ("credit", "spending limit", "billing", "quota"))
