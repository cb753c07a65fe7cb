"""How often one person, or one address, may ask; `shares` has the same for an organization.

Three counts; the first that is used up refuses. Each endpoint counts per signed-in person, else per
network address (per /64 for IPv6, where one customer has 2^64 addresses); reading may be done more
often than changing, and rooms bound what costs more by a limit of their own. All that comes from
one address counts together too. Public pages and settings cost nothing and are not counted.

Answers tell what is left in the fields of draft-ietf-httpapi-ratelimit-headers, refusals when to
come back. Counts are kept where RATELIMIT_STORAGE_URI says, for all replicas (decision 0038).
"""

import ipaddress
import socket
import threading
import time

from flask import Flask, Response, current_app, g, request
from flask_limiter import ApplicationLimit, Limit, Limiter, RequestLimit
from flask_limiter.errors import RateLimitExceeded
from limits import RateLimitItem, parse

from services import auth
from services.config import Config
from services.edge import problems
from services.errors import TooManyRequests

READING = ("GET", "HEAD", "OPTIONS")
_READS = Limit("1200 per minute", methods=READING, exempt_when=lambda: _costs_nothing())
_CHANGES = Limit(
    "600 per minute",
    methods=("POST", "PUT", "PATCH", "DELETE"),
    exempt_when=lambda: _costs_nothing(),
)
# An office, or a mobile network, may have hundreds of people behind one address.
ADDRESS = ApplicationLimit(
    "12000 per minute",
    key_function=lambda: _address(),
    exempt_when=lambda: _costs_nothing(),
)


def caller() -> str:
    """Name whoever is asking, for counting."""
    if g.get("person") is not None:
        return f"person:{g.person.id}"
    return _address()


class Rate:
    """How often something may happen that is no request to a view, counted in this process.

    For what comes thousands of times a second: a question to Redis each time would cost more than
    the thing itself, and the library's own memory looks through all of its keys after every count.
    The sliding window of the other limits: this window's count, and of the last one's the share
    that the window still reaches back to.
    """

    def __init__(self, rate: str) -> None:
        limit = parse(rate)
        self._amount, self._seconds = limit.amount, limit.get_expiry()
        self._lock = threading.Lock()
        self._window = 0.0
        self._now: dict[str, int] = {}
        self._before: dict[str, int] = {}

    def allows(self, key: str) -> bool:
        """Count one, unless it would be one too many."""
        with self._lock:
            # Asked under the lock: a thread with a moment of before would begin that window again.
            window, into = divmod(time.time(), self._seconds)
            if window != self._window:
                self._before = self._now if window == self._window + 1 else {}
                self._now, self._window = {}, window
            now = self._now.get(key, 0)
            reaching_back = self._before.get(key, 0) * (1 - into / self._seconds)
            if int(reaching_back) + now >= self._amount:
                return False
            self._now[key] = now + 1
        return True


limiter = Limiter(
    caller,
    default_limits=[_READS, _CHANGES],
    application_limits=[ADDRESS],
    strategy="sliding-window-counter",
    # A dead Redis must not take the service down; each process then counts for itself.
    in_memory_fallback_enabled=True,
)


def register(app: Flask, config: Config) -> None:
    app.config["RATELIMIT_STORAGE_URI"] = config.ratelimit_storage_uri
    if config.ratelimit_storage_uri.startswith("redis"):
        # Without these a Redis that hangs would hold every request.
        app.config["RATELIMIT_STORAGE_OPTIONS"] = {
            "socket_connect_timeout": 0.5,
            "socket_timeout": 0.5,
        }
    limiter.init_app(app)
    app.register_error_handler(RateLimitExceeded, _refuse)
    app.after_request(_tell)


def refusal(reset_at: float) -> TooManyRequests:
    """Return the problem that says when to come back."""
    return TooManyRequests(retry_after=max(1, round(reset_at - time.time())))


def describe(name: str, item: RateLimitItem, remaining: int, reset_at: float) -> tuple[str, str]:
    """Return the fields RateLimit-Policy and RateLimit for one limit."""
    policy = f'"{name}"'
    seconds = max(0, round(reset_at - time.time()))
    return f"{policy};q={item.amount};w={item.get_expiry()}", f"{policy};r={remaining};t={seconds}"


def _refuse(error: RateLimitExceeded) -> Response:
    limit = limiter.current_limit
    return problems.answer(refusal(limit.reset_at if limit else time.time() + 60))


def _tell(response: Response) -> Response:
    limit = limiter.current_limit
    if "RateLimit" in response.headers or limit is None:
        return response
    told = describe(_name(limit), limit.limit, limit.remaining, limit.reset_at)
    response.headers["RateLimit-Policy"], response.headers["RateLimit"] = told
    return response


def _name(limit: RequestLimit) -> str:
    """Tell whose limit it is: the person's or the address's, never which."""
    return limit.request_args[0].partition(":")[0]


def _costs_nothing() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return request.method in READING and (view is None or auth.is_public(view))


def _address() -> str:
    return f"address:{network_of(request.remote_addr or '')}"


def network_of(address: str) -> str:
    """Return whose address this is, as far as one customer has it alone."""
    try:
        # Nearly all: as it is written, and ten times sooner than as an object.
        socket.inet_pton(socket.AF_INET, address)
        return address
    except (OSError, ValueError):
        pass
    try:
        parsed = ipaddress.IPv6Address(address)
    except ValueError:
        return "unknown"
    return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
