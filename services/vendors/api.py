"""One host's API: every call authorised, bounded, repeated only where repeating is harmless."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

from services import egress
from services.vendors import waits
from services.vendors.errors import Garbled, Limited, Refused, Silent, plain

TRIES = 5
LONGEST_WAIT = 90.0
Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Reply:
    """A good answer."""

    status: int
    data: Any
    headers: Mapping[str, str]


def _nothing() -> None: ...


@dataclass
class Api:
    """A host as one credential sees it.

    `before` is asked ahead of everything that could change something, and may raise to stop it;
    `sleep` waits, and may raise to end the wait. Both are how a worker that lost its job lets go.
    """

    name: str
    base_url: str
    token: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    before: Callable[[], None] = _nothing
    sleep: Callable[[float], None] = time.sleep
    _closed_until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def get(self, path: str, **query: Any) -> Reply:
        return self.call("GET", path, query=query)

    def call(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        content: Callable[[], Iterable[bytes]] | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        again: bool | None = None,
        deadline: float = 30.0,
    ) -> Reply:
        """Send a request. Raises Refused, Limited, Silent or Garbled.

        It is sent again after a failure only if `again`: by default where the method says that
        it may. A host that answers "too many" has done nothing, so that is always asked again.
        """
        again = method in ("GET", "PUT") if again is None else again
        for attempt in range(TRIES):
            self._wait_until_open()
            if method != "GET":
                self.before()
            last = attempt + 1 == TRIES
            try:
                answer = self._send(method, path, body, content, headers, query, deadline)
            except egress.EgressError as error:
                if last or not (again or isinstance(error, egress.NotSent)):
                    raise Silent(str(error)) from None
                self.sleep(waits.backoff(attempt))
                continue
            data = _parse(answer.body)
            if answer.status < 300 or answer.status == 304:
                self._close_for(waits.exhausted_for(answer.headers))
                return Reply(answer.status, data, answer.headers)
            pause = self._pause(answer, data, attempt, again)
            if pause is None or (last and pause <= LONGEST_WAIT):
                raise self._refusal(answer, data)
            if pause > LONGEST_WAIT:
                raise Limited(answer.status, pause)
            self.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _pause(self, answer: egress.Answer, data: Any, attempt: int, again: bool) -> float | None:
        """Return how long to wait before the same request is sent again; None not to."""
        asked = waits.asked_for(answer.headers, data)
        if answer.status == 429 or (answer.status == 403 and _is_limit(answer, data)):
            # GitHub: without any number, at least a minute. The jitter keeps a crowd apart.
            least = 60.0 if answer.status == 403 else waits.backoff(attempt)
            wait = (least if asked is None else asked) + random.uniform(0, 0.5)  # noqa: S311
            self._close_for(min(wait, LONGEST_WAIT))
            return wait
        if answer.status >= 500 and again:
            return min(asked, 10.0) if asked is not None else waits.backoff(attempt)
        return None

    def _send(
        self,
        method: str,
        path: str,
        body: Any,
        content: Callable[[], Iterable[bytes]] | None,
        headers: Mapping[str, str] | None,
        query: Mapping[str, Any] | None,
        deadline: float,
    ) -> egress.Answer:
        sent = {"Accept": "application/json", **self.headers, **(headers or {})}
        sent["Authorization"] = f"Bearer {self.token}"
        data: bytes | Iterable[bytes] | None = content() if content else None
        if body is not None:
            data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
            sent["Content-Type"] = "application/json"
        asked = {**self.query, **(query or {})}
        url = f"{self.base_url}{path}" + (f"?{urlencode(asked)}" if asked else "")
        return egress.request(method, url, headers=sent, content=data, deadline=deadline)

    def _refusal(self, answer: egress.Answer, data: Any) -> Refused:
        code, message = _said(data)
        if not message and isinstance(data, _NoJson):
            message = data.text
        return Refused(
            answer.status, plain(code, self.token)[:80], plain(message, self.token), data
        )

    def _wait_until_open(self) -> None:
        while (left := self._closed_until - time.monotonic()) > 0:
            self.sleep(left)

    def _close_for(self, seconds: float) -> None:
        if seconds > 0:
            with self._lock:
                ends = time.monotonic() + min(seconds, LONGEST_WAIT)
                self._closed_until = max(self._closed_until, ends)


def value(data: Any, name: str, kind: type[Kind]) -> Kind:
    """Take what must be in an answer. Raises Garbled."""
    found = data.get(name) if isinstance(data, dict) else None
    if not isinstance(found, kind) or found == "":
        raise Garbled(f"no {name} in the answer")
    return found


def listed(data: Any) -> list[dict[str, Any]]:
    """Take an answer that must be a list of objects. Raises Garbled."""
    if not isinstance(data, list) or not all(isinstance(each, dict) for each in data):
        raise Garbled("the answer is not a list")
    return data


@dataclass(frozen=True)
class _NoJson:
    text: str


def _parse(body: bytes) -> Any:
    if not body.strip():
        return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return _NoJson(body[:2000].decode("utf-8", "replace"))


def _said(data: Any) -> tuple[Any, Any]:
    """Find code and message in an error, wherever this host puts them."""
    if not isinstance(data, dict):
        return "", ""
    inner = data.get("error", data.get("err"))
    if isinstance(inner, dict):
        data = inner
    code, message = data.get("code", ""), data.get("message") or data.get("error_description")
    details = data.get("errors")
    if isinstance(details, list) and details:
        first = details[0]
        more = first.get("message") or first.get("code") if isinstance(first, dict) else first
        message = f"{message or ''} {more or ''}".strip()
    return str(code), message or (inner if isinstance(inner, str) else "")


def _is_limit(answer: egress.Answer, data: Any) -> bool:
    if answer.headers.get("retry-after") or answer.headers.get("x-ratelimit-remaining") == "0":
        return True
    return "rate limit" in str(_said(data)[1]).lower()
