"""Reads a chat completion's stream: what was said, how it ended, what it cost. No I/O."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from services.ai.failures import BadAnswer, Refused

# No call is larger than this; what says otherwise is no count, and would not fit into a row.
_MOST_TOKENS = 10_000_000
_MOST_TICKS = 10**13


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What a call used. `output` includes what the model thought and did not say."""

    input: int = 0
    output: int = 0
    ticks: int | None = None

    def __add__(self, other: Usage) -> Usage:
        ticks = None
        if self.ticks is not None or other.ticks is not None:
            ticks = (self.ticks or 0) + (other.ticks or 0)
        return Usage(input=self.input + other.input, output=self.output + other.output, ticks=ticks)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A complete answer of the model."""

    text: str
    model: str
    usage: Usage


class Chunks:
    """One answer while it arrives, line by line."""

    longest_line = 1024 * 1024
    longest_text = 256 * 1024
    most_bytes = 24 * 1024 * 1024

    def __init__(self) -> None:
        self.is_over = False
        self._text: list[str] = []
        self._length = self._bytes = 0
        self._refusal = ""
        self._finish = ""
        self._model = ""
        self._usage: dict[str, Any] = {}

    def read(self, line: bytes) -> str:
        """Take one line of the stream and return what it adds to the text."""
        self._bytes += len(line)
        if len(line) > self.longest_line or self._bytes > self.most_bytes:
            raise _too_long()
        if not line.startswith(b"data:"):
            return ""
        data = line[5:].strip()
        if data == b"[DONE]":
            self.is_over = True
            return ""
        try:
            return self._take(json.loads(data.decode("utf-8")))
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
            raise BadAnswer("The model's server sent something that cannot be read.") from None

    def answer(self, messages: list[dict[str, Any]]) -> Answer:
        """Return the whole answer; refuse one that is cut off, refused or empty."""
        text = "".join(self._text)
        if self._refusal or self._finish == "content_filter":
            raise Refused()
        if not self._finish:
            raise BadAnswer(
                "The model's answer broke off in the middle. Nothing was charged; try again.",
                code="ai_cut",
            )
        if self._finish == "length":
            raise BadAnswer(
                "The answer became too long and was cut off. Ask for less at once.",
                code="ai_truncated",
            )
        if not text.strip():
            raise BadAnswer("The model answered with nothing. Try again.", code="ai_empty")
        return Answer(text=text, model=self._model, usage=_usage(self._usage, text, messages))

    def reported(self) -> Usage:
        """What the vendor has said so far that this call used, whether or not it ended well."""
        return _told(self._usage) or Usage()

    def _take(self, chunk: dict[str, Any]) -> str:
        if chunk.get("error"):
            raise BadAnswer("The model's server reported an error in the middle of its answer.")
        self._model = str(chunk.get("model") or self._model)[:100]
        usage = chunk.get("usage")
        self._usage = usage if isinstance(usage, dict) and usage else self._usage
        # The last chunk has the usage and no choices.
        for choice in (chunk.get("choices") or [])[:1]:
            self._finish = str(choice.get("finish_reason") or self._finish)
            delta = choice.get("delta") or {}
            self._refusal += str(delta.get("refusal") or "")[:1000]
            text = delta.get("content") or ""
            if text:
                return self._add(str(text))
        return ""

    def _add(self, text: str) -> str:
        # Half a surrogate pair, NUL: neither JSON to the browser nor the database takes them.
        clean = text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")
        self._length += len(clean)
        if self._length > self.longest_text:
            raise _too_long()
        self._text.append(clean)
        return clean


def _too_long() -> BadAnswer:
    return BadAnswer(
        "The model would not stop writing, so it was stopped. Nothing was charged; try again.",
        code="ai_too_long",
    )


def _usage(told: dict[str, Any], text: str, messages: list[dict[str, Any]]) -> Usage:
    # A local server that does not count: four characters to the token, as is usual.
    return _told(told) or Usage(input=len(str(messages)) // 4, output=max(1, len(text) // 4))


def _told(told: dict[str, Any]) -> Usage | None:
    asked, total = _count(told.get("prompt_tokens")), _count(told.get("total_tokens"))
    said = _count(told.get("completion_tokens"))
    if asked is None or said is None:
        return None
    return Usage(
        input=asked,
        # Of a model that thinks, only the total holds what it thought.
        output=max(said, (total or 0) - asked),
        ticks=_count(told.get("cost_in_usd_ticks"), most=_MOST_TICKS),
    )


def _count(value: object, *, most: int = _MOST_TOKENS) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
    return value if is_count and isinstance(value, int) else None
