"""Beacons before Flask: thousands a second must not slow the app down.

What is a plain good beacon is answered here, for about a tenth of what a request through all of
the app costs; whatever needs an explanation goes on to the view, which says the same in words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from pydantic import ValidationError

from services.analytics.collecting import Collector, Request
from services.analytics.shapes import MAX_BYTES, Beacon
from services.errors import TooManyRequests

PATH = "/api/analytics/collect"
_ANYBODY = [("Access-Control-Allow-Origin", "*"), ("Cache-Control", "no-store")]
_PREFLIGHT = [
    *_ANYBODY,
    ("Access-Control-Allow-Methods", "POST"),
    ("Access-Control-Allow-Headers", "Content-Type"),
    ("Access-Control-Max-Age", "86400"),
]
_TOO_MANY = "429 Too Many Requests"
_TYPES = ("text/plain", "application/json")

Environ = dict[str, Any]
App = Callable[[Environ, Any], Iterable[bytes]]


class Front:
    """The application, with a short way for beacons."""

    def __init__(self, app: App, collector: Collector) -> None:
        self._app = app
        self._collector = collector

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        wsgi = environ
        if wsgi.get("PATH_INFO") != PATH:
            return self._app(wsgi, start_response)
        if wsgi["REQUEST_METHOD"] == "OPTIONS":
            start_response("204 No Content", list(_PREFLIGHT))
            return []
        if wsgi["REQUEST_METHOD"] == "POST" and _is_beacon(wsgi):
            # A browser sends JSON to another origin without asking first only as plain text.
            wsgi["CONTENT_TYPE"] = "application/json"
            answer = self._quickly(wsgi)
            if answer:
                wait = [("Retry-After", "60")] if answer == _TOO_MANY else []
                start_response(answer, [*_ANYBODY, *wait])
                return []

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*headers, _ANYBODY[0]], *rest)

        return self._app(wsgi, start)

    def _quickly(self, wsgi: Environ) -> str:
        """Return the status line of what needs no more words, else nothing and the body intact."""
        length = wsgi.get("CONTENT_LENGTH") or ""
        if not length.isdecimal() or int(length) > MAX_BYTES:
            return ""
        body = wsgi["wsgi.input"].read(int(length))
        wsgi["wsgi.input"] = BytesIO(body)
        try:
            self._collector.take(Beacon.model_validate_json(body), Request(wsgi))
        except ValidationError:
            return ""
        except TooManyRequests:
            return _TOO_MANY
        return "204 No Content"


def _is_beacon(wsgi: Environ) -> bool:
    kind = str(wsgi.get("CONTENT_TYPE", ""))
    return kind.partition(";")[0].strip() in _TYPES and not wsgi.get("HTTP_CONTENT_ENCODING")
