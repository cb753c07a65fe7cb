"""The public keys that Supabase signs tokens with, fetched rarely and kept when it is away."""

import threading
import time
from collections.abc import Callable

import jwt

from services import egress, strict_json
from services.errors import Unavailable

FRESH_SECONDS = 600
STALE_SECONDS = 24 * 3600
REFETCH_SECONDS = 60
FIRST_RETRY_SECONDS = 5
_MAX_KEYS = 20
_KINDS = {"EC": "ES256", "RSA": "RS256"}


class SigningKeys:
    """Finds a public key by its id.

    Keys count as fresh for 10 minutes, so a revoked one is refused after that; they go on serving
    for a day when the key server is down. An unknown id asks again at most once a minute, so that
    garbage cannot make us hammer Supabase.
    """

    def __init__(self, url: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at: float | None = None
        self._tried_at: float | None = None

    def find(self, key_id: str, algorithm: str) -> jwt.PyJWK | None:
        """Return the key if there is one of that id for that algorithm.

        Raises Unavailable when no key was ever fetched, or the last ones are too old.
        """
        if self._age() > FRESH_SECONDS or key_id not in self._keys:
            self._refresh()
        if self._age() > STALE_SECONDS:
            raise Unavailable("The sign-in service cannot be reached. Try again in a few seconds.")
        key = self._keys.get(key_id)
        return key if key is not None and key.algorithm_name == algorithm else None

    def _age(self) -> float:
        return float("inf") if self._fetched_at is None else self._clock() - self._fetched_at

    def _refresh(self) -> None:
        """Fetch once; threads that come meanwhile wait only when there is nothing to serve."""
        if not self._lock.acquire(blocking=self._fetched_at is None):
            return
        try:
            pause = FIRST_RETRY_SECONDS if self._fetched_at is None else REFETCH_SECONDS
            now = self._clock()
            if self._tried_at is not None and now - self._tried_at < pause:
                return
            self._tried_at = now
            self._keys = _fetch(self._url)
            self._fetched_at = self._clock()
        except (egress.EgressError, ValueError):
            return  # The old keys go on serving; `find` decides whether they are too old.
        finally:
            self._lock.release()


def _fetch(url: str) -> dict[str, jwt.PyJWK]:
    answer = egress.get(url, max_bytes=64 * 1024)
    if answer.status != 200:
        raise egress.EgressError(f"the key server answered {answer.status}")
    document = strict_json.parse(answer.body)
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        raise ValueError("not a key set")
    keys = (_usable(entry) for entry in document["keys"][:_MAX_KEYS])
    return {key.key_id: key for key in keys if key is not None and key.key_id}


def _usable(entry: object) -> jwt.PyJWK | None:
    """Take EC and RSA signing keys; the algorithm follows from the key, never from a token."""
    if not isinstance(entry, dict) or entry.get("use", "sig") != "sig":
        return None
    algorithm = _KINDS.get(str(entry.get("kty")))
    if algorithm is None or entry.get("alg", algorithm) != algorithm or "d" in entry:
        return None
    try:
        return jwt.PyJWK(entry, algorithm)
    except jwt.PyJWTError:
        return None
