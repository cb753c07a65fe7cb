"""The one HTTP client to the outside: whole-call deadlines, size caps, no redirects.

A per-read timeout alone lets a server that drips one byte a second hold a thread for hours.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

import httpx

from services import request_id
from services.public_addresses import PublicOnly


class EgressError(Exception):
    """The other side did not answer as it should; the message names no secret."""


class NotSent(EgressError):
    """There was no connection, so the request cannot have had an effect."""


@dataclass(frozen=True)
class Answer:
    """A complete answer, small enough to hold in memory."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def get(
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    deadline: float = 5.0,
    max_bytes: int = 256 * 1024,
) -> Answer:
    """Fetch one address that our own configuration names, within `deadline` seconds in all.

    Raises EgressError when there is no complete answer in time.
    """
    return request("GET", url, headers=headers, deadline=deadline, max_bytes=max_bytes)


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    content: bytes | Iterable[bytes] | None = None,
    deadline: float = 30.0,
    max_bytes: int = 1024 * 1024,
) -> Answer:
    """Send one request to an address that our own configuration names; redirects come back as such.

    `content` may be given piece by piece, with its length in `headers`. Raises NotSent, or
    EgressError when there is no complete answer in time.
    """
    return _exchange(_connections(), method, url, headers, content, deadline, max_bytes)


def call_stranger(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    content: bytes,
    deadline: float,
    max_bytes: int,
    loopback: bool,
) -> Answer:
    """Send one request to an address that a stranger names: only to the public internet.

    With `loopback` also to this machine, for an app that serves nobody else. Raises NotSent when it
    leads anywhere else, and EgressError as `request` does.
    """
    return _exchange(_strangers(loopback), method, url, headers, content, deadline, max_bytes)


def _exchange(
    client: httpx.Client,
    method: str,
    url: str,
    headers: Mapping[str, str] | None,
    content: bytes | Iterable[bytes] | None,
    deadline: float,
    max_bytes: int,
) -> Answer:
    ends = time.monotonic() + deadline
    sent = dict(headers or {})
    if request_id.current.get():
        sent[request_id.HEADER] = request_id.current.get()
    if content is not None and not isinstance(content, bytes):
        content = _until(ends, content, deadline)
    try:
        with client.stream(
            method, url, headers=sent, content=content, timeout=deadline
        ) as response:
            body = bytearray()
            for chunk in response.iter_raw():
                body += chunk
                if len(body) > max_bytes:
                    raise EgressError(f"the answer is larger than {max_bytes} bytes")
                if time.monotonic() > ends:
                    raise EgressError(f"no complete answer within {deadline:g} seconds")
            return Answer(response.status_code, bytes(body), response.headers)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise NotSent(type(error).__name__) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise EgressError(type(error).__name__) from error


def _until(ends: float, pieces: Iterable[bytes], deadline: float) -> Iterator[bytes]:
    for piece in pieces:
        if time.monotonic() > ends:
            raise EgressError(f"not sent within {deadline:g} seconds")
        yield piece


# Uncompressed, so that the size cap counts what arrives and not what it unpacks to.
_HEADERS = {"Accept-Encoding": "identity", "User-Agent": "roseram-builder"}


@cache
def _connections() -> httpx.Client:
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=60, keepalive_expiry=20)
    return httpx.Client(headers=_HEADERS, follow_redirects=False, trust_env=False, limits=limits)


@cache
def _strangers(loopback: bool) -> httpx.Client:
    transport = PublicOnly(loopback=loopback)
    return httpx.Client(
        headers=_HEADERS, follow_redirects=False, trust_env=False, transport=transport
    )
