"""The model, behind one class: a call tells its answer piece by piece. The only use of `openai`.

Any server that speaks the protocol will do (GROK_BASE_URL). One event loop per process holds all
calls, so a call ends the moment it is cancelled, whatever it waits for; threads only take pieces
from a queue. The stream's bytes are read here and not by the client's own parser, which would take
a cut stream for a complete one, replace broken characters, and cost ten times as much per piece.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import queue
from collections.abc import AsyncIterator, Generator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import aiohttp
import httpx2
import openai

from services.ai import failures
from services.ai.chunks import Answer, Chunks
from services.ai.loop import event_loop
from services.errors import ProblemError

BEAT = 0.5
"""Seconds of silence after which `ask` yields None, so that whoever listens can be told we live.

Whoever has left is noticed at the second write, so a call ends upstream within two of these.
"""

_AFTERTHOUGHT = 4096
"""So many bytes may follow the last word of an answer; a server that says more is hung up on."""

_LONGEST = 5
"""A whole call may take so many times the silence that is allowed."""

_FAILURES = (openai.OpenAIError, aiohttp.ClientError)
"""What the client raises; an answer that is no HTTP comes through it as the transport says it."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One call of the model."""

    model: str
    messages: list[dict[str, Any]] = field(repr=False)
    schema: dict[str, Any] | None = None
    max_tokens: int = 4000
    cache_key: str = ""


@dataclass(frozen=True)
class Server:
    """Where the model is; equal values share one client."""

    base_url: str
    key: str = field(repr=False)
    timeout: float = 60.0
    """Seconds without a sign of life after which a call is given up."""


class Call:
    """One call of the model, asked once; it is under way as soon as this is made.

    `chunks` knows, however it ends, what the vendor had said it used.
    """

    def __init__(self, server: Server, question: Question) -> None:
        self.chunks = Chunks()
        self._pieces: queue.SimpleQueue[str | Answer | ProblemError] = queue.SimpleQueue()
        self._is_answered = False
        self._running = asyncio.run_coroutine_threadsafe(
            _call(server, question, self.chunks, self._pieces), event_loop()
        )

    def listen(self) -> Generator[str | None, None, Answer]:
        """Yield the answer's text as it comes (None: still waiting) and return the whole answer.

        Raises a ProblemError of `failures`.
        """
        while True:
            try:
                piece = self._pieces.get(timeout=BEAT)
            except queue.Empty:
                yield None
                continue
            if isinstance(piece, Answer):
                self._is_answered = True
                return piece
            if isinstance(piece, ProblemError):
                raise piece
            yield piece

    def close(self) -> None:
        """End the call upstream, unless the answer is there."""
        if not self._is_answered:
            self._running.cancel()


def list_models(server: Server) -> list[dict[str, Any]]:
    """Return what the server offers, with prices where it tells them. Raises a ProblemError."""
    return asyncio.run_coroutine_threadsafe(_models(server), event_loop()).result(timeout=30)


async def _call(
    server: Server,
    question: Question,
    chunks: Chunks,
    pieces: queue.SimpleQueue[str | Answer | ProblemError],
) -> None:
    try:
        # A server that drips would hold the call for ever otherwise.
        async with asyncio.timeout(server.timeout * _LONGEST):
            await _stream(server, question, chunks, pieces)
    except TimeoutError:
        pieces.put(failures.Slow())
    except ProblemError as problem:
        pieces.put(problem)
    except _FAILURES as error:
        pieces.put(_as_problem(error))
    except Exception:
        # Whatever it is, somebody waits at the other end of the queue.
        pieces.put(failures.Away())
        raise


async def _stream(
    server: Server,
    question: Question,
    chunks: Chunks,
    pieces: queue.SimpleQueue[str | Answer | ProblemError],
) -> None:
    completions = _client(server).chat.completions
    # As `messages`, the client would look into each part of them: half of what a call costs us.
    asked = completions.with_streaming_response.create(
        model=question.model, messages=[], stream=True, extra_body=_body(question)
    )
    loop = asyncio.get_running_loop()
    heard = loop.time()
    # The transport notices neither a body that nobody reads nor an answer it cannot parse.
    async with asyncio.timeout(server.timeout) as silence, asked as response:
        lines = _lines(response.iter_bytes())
        try:
            async for line in lines:
                now = loop.time()
                # Not with each of thousands of lines a second: silence may end a little earlier.
                if now > heard + server.timeout / 20:
                    heard = now
                    silence.reschedule(now + server.timeout)
                text = chunks.read(line)
                if text:
                    pieces.put(text)
                if chunks.is_over:
                    break
        except (httpx2.HTTPError, openai.APIConnectionError, aiohttp.ClientError) as error:
            # Part of the answer is with the person already: no second try behind their back.
            raise _cut(error) from error
        pieces.put(chunks.answer(question.messages))
        await _read_on(lines)


async def _read_on(lines: AsyncIterator[bytes]) -> None:
    """Read what follows the last word, for a moment: only then can the connection be used again."""
    left = _AFTERTHOUGHT
    with contextlib.suppress(TimeoutError, httpx2.HTTPError, *_FAILURES):
        async with asyncio.timeout(1):
            async for line in lines:
                left -= len(line) + 1
                if left < 0:
                    break


def _cut(error: Exception) -> ProblemError:
    if _was_slow(error):
        return failures.Slow()
    return failures.BadAnswer(
        "The connection to the model broke off. Nothing was charged; try again.", code="ai_cut"
    )


def _body(question: Question) -> dict[str, Any]:
    # No temperature, penalties or stop words: reasoning models refuse them, even as 0.
    body: dict[str, Any] = {
        "model": question.model,
        "messages": question.messages,
        "max_completion_tokens": question.max_tokens,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if question.schema is not None:
        body["response_format"] = {
            "type": "json_schema",
            "json_schema": {"name": "answer", "strict": True, "schema": question.schema},
        }
    if question.cache_key:
        body["prompt_cache_key"] = question.cache_key
    return body


async def _lines(data: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Cut the stream into lines; an endless one is cut off by `Chunks`, which sees every piece."""
    rest = b""
    async for piece in data:
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield line
        if len(rest) > Chunks.longest_line:
            yield rest
            rest = b""
    if rest:
        yield rest


async def _models(server: Server) -> list[dict[str, Any]]:
    client = _client(server)
    try:
        async with asyncio.timeout(10):
            offered = [{"id": model.id} for model in (await client.models.list()).data]
            prices: dict[str, Any] = {}
            # xAI's own; other servers do not have it, and then nobody knows a price.
            with contextlib.suppress(*_FAILURES, KeyError, TypeError, ValueError):
                told = await client.get("/language-models", cast_to=httpx2.Response)
                prices = {model["id"]: model for model in told.json()["models"]}
            return [model | _price(prices.get(model["id"], {})) for model in offered]
    except _FAILURES as error:
        raise _as_problem(error) from error
    except TimeoutError:
        raise failures.Slow("The model's server does not answer.") from None


def _price(model: dict[str, Any]) -> dict[str, Any]:
    """Ticks (10^10 to the dollar) per token: as many as xAI's US cents per 100 million tokens."""
    told = {
        "input_price": model.get("prompt_text_token_price"),
        "output_price": model.get("completion_text_token_price"),
    }
    prices = {name: price for name, price in told.items() if isinstance(price, int) and price >= 0}
    sees = model.get("input_modalities")
    return prices | ({"images": "image" in sees} if isinstance(sees, list) else {})


def _was_slow(error: Exception) -> bool:
    """Tell silence from a connection that broke, which the transport calls a ConnectTimeout."""
    told = error.__cause__ if isinstance(error, openai.APITimeoutError) else error
    return isinstance(told, httpx2.TimeoutException) and not isinstance(told, httpx2.ConnectTimeout)


def _as_problem(error: Exception) -> ProblemError:
    if _was_slow(error):
        return failures.Slow()
    if isinstance(error, openai.APIStatusError):
        return failures.of_status(error.status_code, _words(error), _retry_after(error))
    return failures.Away(again=failures.SOON)


def _words(error: openai.APIStatusError) -> str:
    """What the vendor says: the client leaves xAI's {"code", "error"} out of its message."""
    try:
        body = error.response.json()
    except ValueError:
        return ""
    return str(body)[:2000]


def _retry_after(error: openai.APIStatusError) -> int | None:
    value = error.response.headers.get("retry-after", "")
    return int(value) if value.isdecimal() and len(value) < 6 else None


@cache
def _client(server: Server) -> openai.AsyncOpenAI:
    """Return the client of a server. Called in the loop only, so it is made once."""
    client = openai.AsyncOpenAI(
        api_key=server.key,
        base_url=server.base_url,
        timeout=httpx2.Timeout(server.timeout, connect=min(5.0, server.timeout)),
        max_retries=0,
        # Its parser is in C: a piece takes a third of the time, and questions wait less for pieces.
        http_client=openai.DefaultAioHttpClient(
            # A new connection to a vendor takes longer than everything that we do. 0: as many as it
            # takes, to aiohttp.
            limits=httpx2.Limits(max_connections=0, keepalive_expiry=30),
            trust_env=False,
            follow_redirects=False,
        ),
    )
    atexit.register(_close, client, asyncio.get_running_loop())
    return client


def _close(client: openai.AsyncOpenAI, loop: asyncio.AbstractEventLoop) -> None:
    # aiohttp complains in the log of a session that nobody closed.
    with contextlib.suppress(Exception):
        asyncio.run_coroutine_threadsafe(client.close(), loop).result(timeout=2)
