"""Asks Supabase whether a session still lives, for requests that change something.

A verified token stays good until it expires, up to an hour after its person signed out or was
deleted. Asking costs one call, so a yes is kept for half a minute per token.
"""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from uuid import UUID

from services import egress, strict_json
from services.config import Config
from services.errors import Unauthorized, Unavailable

REMEMBERED_SECONDS = 30
_MAX_REMEMBERED = 10_000


class Sessions:
    """Remembers which tokens were alive a moment ago, by their hash only."""

    def __init__(self, config: Config, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._config = config
        self._clock = clock
        self._lock = threading.Lock()
        self._known: OrderedDict[bytes, float] = OrderedDict()

    def require(self, token: str, person_id: UUID) -> None:
        """Raise Unauthorized when the session has ended, Unavailable when nobody can tell."""
        digest = hashlib.sha256(token.encode()).digest()
        if self._is_remembered(digest):
            return
        if not self._ask(token, person_id):
            # Not remembered: whoever signs in again has another token, and one wrong answer of
            # the sign-in service must not lock somebody out for half a minute.
            raise Unauthorized("This session has ended. Sign in again.", code="session_ended")
        self._remember(digest)

    def _is_remembered(self, digest: bytes) -> bool:
        with self._lock:
            asked_at = self._known.get(digest, float("-inf"))
        return self._clock() - asked_at < REMEMBERED_SECONDS

    def _remember(self, digest: bytes) -> None:
        with self._lock:
            self._known[digest] = self._clock()
            self._known.move_to_end(digest)
            while len(self._known) > _MAX_REMEMBERED:
                self._known.popitem(last=False)

    def _ask(self, token: str, person_id: UUID) -> bool:
        try:
            answer = egress.get(
                f"{self._config.supabase_url}/auth/v1/user",
                headers={
                    "apikey": self._config.supabase_publishable_key,
                    "Authorization": f"Bearer {token}",
                },
            )
        except egress.EgressError as error:
            raise _cannot_tell() from error
        if answer.status in (401, 403, 404):
            return False
        if answer.status != 200:
            raise _cannot_tell()
        return _is_person(answer.body, person_id)


def _is_person(body: bytes, person_id: UUID) -> bool:
    try:
        return UUID(strict_json.parse(body)["id"]) == person_id
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _cannot_tell() from error


def _cannot_tell() -> Unavailable:
    return Unavailable("The sign-in service cannot be reached. Nothing was changed; try again.")
