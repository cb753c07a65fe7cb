"""The only import of the Supabase client: as the signed-in person, or as the service.

`as_user` is the normal case: row-level security decides. `as_service` passes over it, so grepping
for that name is the security review (tests/unit/test_structure.py lists where it may appear).
"""

import json
import logging
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple, Protocol

import httpx
from postgrest.exceptions import APIError, generate_default_error_message
from pydantic_core import to_json
from supabase import Client, ClientOptions, StorageException, create_client
from supabase_auth.errors import AuthError

from services.config import Config
from services.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    OverPlan,
    PaidUse,
    ProblemError,
    Timeout,
    TooLarge,
    TooManyRequests,
    Unauthorized,
    Unavailable,
)

__all__ = [
    "ERRORS",
    "Client",
    "as_problem",
    "as_service",
    "as_user",
    "one",
    "rows",
    "send_as_service",
]

ERRORS = (APIError, AuthError, StorageException, httpx.HTTPError)
"""What a call through the client may raise; `as_problem` translates each of them."""

log = logging.getLogger(__name__)

_DEADLINE = httpx.Timeout(15, connect=3, pool=5)


def as_user(config: Config, jwt: str) -> Client:
    """Return a client that acts as the person whose token this is; row-level security decides."""
    return _client(config, config.supabase_publishable_key, jwt)


def as_service(config: Config) -> Client:
    """Return a client that no policy holds back. Allowed only where test_structure.py says so."""
    return _client(config, config.supabase_secret_key, config.supabase_secret_key)


def send_as_service(config: Config, function: str, arguments: Mapping[str, Any]) -> None:
    """Hand many rows to a function, past every policy. Raises a ProblemError.

    Written by pydantic: the client writes JSON with Python's `json`, which takes four times as long
    and holds every other request up meanwhile.
    """
    rest = as_service(config).postgrest
    try:
        answer = rest.session.post(
            f"{rest.base_url}/rpc/{function}",
            content=to_json(arguments),
            headers={**rest.headers, "Content-Type": "application/json"},
        )
        if not answer.is_success:
            raise APIError(_refusal(answer))
    except ERRORS as error:
        raise as_problem(error) from error


def _refusal(answer: httpx.Response) -> dict[str, Any]:
    try:
        return dict(answer.json())
    except (ValueError, TypeError):
        return generate_default_error_message(answer)


class Query(Protocol):
    """Any request builder of the client that can be executed."""

    def execute(self) -> Any: ...


def rows(query: Query) -> list[dict[str, Any]]:
    """Run a query and return its rows. Raises a ProblemError."""
    try:
        data = query.execute().data
    except ERRORS as error:
        raise as_problem(error) from error
    if data is None:
        return []
    return data if isinstance(data, list) else [data]


def one(query: Query, *, what: str = "thing") -> dict[str, Any]:
    """Run a query that must find a row.

    Row-level security refuses reads, updates and deletes silently, with no row: that is a
    NotFound, whether the row is missing or somebody else's.
    """
    found = [row for row in rows(query) if row is not None]
    if not found:
        raise NotFound(f"There is no such {what}, or you may not see it.")
    return found[0]


def as_problem(error: Exception) -> ProblemError:
    """Say what a vendor's exception means to the person who asked; names of tables stay here."""
    if isinstance(error, httpx.TimeoutException):
        return Timeout() if isinstance(error, httpx.ReadTimeout) else Unavailable()
    if isinstance(error, httpx.HTTPError):
        return Unavailable()
    if isinstance(error, APIError):
        problem = _from_database(str(error.code or ""), error.message or "")
        return _with_uses(problem, error.details) if isinstance(problem, OverPlan) else problem
    return Unauthorized() if getattr(error, "status", 0) in (401, 403) else Unavailable()


@cache
def _connections() -> httpx.Client:
    """One pool per process. HTTP/1.1, because h2 over one socket serialises the threads."""
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=30)
    return httpx.Client(timeout=_DEADLINE, limits=limits, http2=False, trust_env=False)


def _client(config: Config, key: str, token: str) -> Client:
    options = ClientOptions(
        headers={
            "Authorization": f"Bearer {token}",
            "X-Client-Info": "roseram-builder",
        },
        auto_refresh_token=False,
        persist_session=False,
        # The client would sleep 1, 2, 4… seconds in our thread; a 503 with Retry-After is kinder.
        postgrest_client_retry=False,
        httpx_client=_connections(),
    )
    return create_client(config.supabase_url, key, options)


class _Meaning(NamedTuple):
    problem: type[ProblemError]
    says_why: bool = False


# SQLSTATE and PostgREST codes, longest prefix first. `says_why`: our own functions raise it with
# a message in plain words, which may be shown unless Postgres worded it (see _BUILT_IN).
_MEANINGS = {
    "PT400": _Meaning(BadRequest, True),
    "PT401": _Meaning(Unauthorized, True),
    "PT402": _Meaning(OverPlan, True),
    "PT403": _Meaning(Forbidden, True),
    "PT404": _Meaning(NotFound, True),
    "PT409": _Meaning(Conflict, True),
    "PT410": _Meaning(Gone, True),
    "PT413": _Meaning(TooLarge, True),
    "PT422": _Meaning(Invalid, True),
    "PT429": _Meaning(TooManyRequests, True),
    "42501": _Meaning(Forbidden, True),
    "23502": _Meaning(Invalid),
    "23503": _Meaning(NotFound),
    "23505": _Meaning(Conflict, True),
    "23514": _Meaning(Invalid, True),
    "22": _Meaning(Invalid, True),
    "40": _Meaning(Unavailable),  # deadlock or serialization failure: the same request may succeed
    "53": _Meaning(Unavailable),
    "55": _Meaning(Conflict),
    "57014": _Meaning(Timeout),
    "57": _Meaning(Unavailable),
    "08": _Meaning(Unavailable),
    "PGRST0": _Meaning(Unavailable),
    "PGRST116": _Meaning(NotFound),
    "PGRST3": _Meaning(Unauthorized),
    "401": _Meaning(Unauthorized),
    "502": _Meaning(Unavailable),
    "503": _Meaning(Unavailable),
    "504": _Meaning(Timeout),
}

_BUILT_IN = re.compile(
    r"permission denied|row-level security|violates|relation|column|constraint|invalid input|"
    r"out of range|value too long|syntax|schema|duplicate key",
    re.IGNORECASE,
)


def _from_database(code: str, message: str) -> ProblemError:
    prefix = next((code[:n] for n in range(len(code), 1, -1) if code[:n] in _MEANINGS), None)
    if prefix is None:
        log.error("the database answered with a code that has no meaning here: %r", code[:40])
        return ProblemError()
    meaning = _MEANINGS[prefix]
    own_words = meaning.says_why and not _BUILT_IN.search(message)
    return meaning.problem(message[:300] if own_words else "")


def _with_uses(problem: OverPlan, details: str | None) -> OverPlan:
    """Name the paid features in use, which a refused publish lists as JSON beside its sentence."""
    try:
        uses = [PaidUse(**use) for use in json.loads(details or "[]")]
    except (ValueError, TypeError):
        return problem
    return OverPlan(problem.detail, uses=uses)
