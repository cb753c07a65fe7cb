"""How often one organization may ask, all its people together, so that none crowds out the others.

Which organization a request is about only the database knows. So a request counts when it has been
answered, and what it was about is remembered: whoever comes with the same id again is checked
before anything is done. A stranger's request is answered with an error and counts for nobody.
"""

import threading
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response, g, request
from limits import RateLimitItem, parse
from limits.errors import StorageError
from redis import RedisError

from services.edge.limits import READING, describe, limiter, refusal
from services.edge.request_log import note_organization

SHARES = {"read": parse("6000 per minute"), "change": parse("3000 per minute")}
_REMEMBERED = 10_000


class _Known:
    """Which organization an id belongs to, as this person was told by the database."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._organizations: dict[tuple[str, str], str] = {}

    def find(self, person: str, ids: Iterable[str]) -> str | None:
        known = self._organizations
        return next((known[person, each] for each in ids if (person, each) in known), None)

    def remember(self, person: str, ids: Iterable[str], organization: str) -> None:
        with self._lock:
            if len(self._organizations) >= _REMEMBERED:
                self._organizations.clear()
            self._organizations |= {(person, each): organization for each in ids}


_known = _Known()


def require(ids: Iterable[str]) -> None:
    """Raise TooManyRequests if the organization that these ids belong to has used up its share."""
    person = g.get("person")
    organization = _known.find(str(person.id), ids) if person else None
    if organization is None:
        return
    item = _share()
    try:
        if limiter.limiter.test(item, "organization", organization):
            return
        window = limiter.limiter.get_window_stats(item, "organization", organization)
    except (StorageError, RedisError):
        return  # The person's own limit has counted this request, in memory if need be.
    raise refusal(window.reset_time)


def count(response: Response, ids: Iterable[str], told: Mapping[str, Any]) -> None:
    """Count an answered request for its organization, if the database has said which it is."""
    if told.get("org_id") and "organization" not in g:
        note_organization(told["org_id"])
    organization, person = g.get("organization"), g.get("person")
    if organization is None or person is None or response.status_code >= 400:
        return
    _known.remember(str(person.id), [*ids, organization], organization)
    item = _share()
    try:
        limiter.limiter.hit(item, "organization", organization)
        window = limiter.limiter.get_window_stats(item, "organization", organization)
    except (StorageError, RedisError):
        return
    own = limiter.current_limit
    # The tighter of the two is what the caller has to go by.
    if own is None or window.remaining < own.remaining:
        fields = describe("organization", item, window.remaining, window.reset_time)
        response.headers["RateLimit-Policy"], response.headers["RateLimit"] = fields


def _share() -> RateLimitItem:
    return SHARES["read" if request.method in READING else "change"]
