"""Telling visitors apart for one day, without keeping who they are.

A visitor is a keyed hash of site, network address and browser. The key is the day's salt, which
the database makes, all processes share, and which is destroyed when the day is over: from then on
nobody, we included, can find out whose a hash was. The address itself goes nowhere.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime

from services.errors import ProblemError

_RETRY_SECONDS = 5.0


class Salts:
    """Today's salt; asked for once a day."""

    def __init__(self, fetch: Callable[[], str]) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._day: date | None = None
        self._salt = b""
        self._stopgap = b""
        self._retry_at = 0.0

    def today(self) -> bytes:
        """Return the salt. While the database is away, one of this process's own stands in."""
        day = datetime.now(UTC).date()
        if self._day == day:
            return self._salt
        with self._lock:
            if self._day == day:
                return self._salt
            if time.monotonic() < self._retry_at:
                return self._stopgap
            try:
                self._salt, self._day = bytes.fromhex(self._fetch()), day
                self._stopgap, self._retry_at = b"", 0.0
                return self._salt
            except ProblemError:
                self._stopgap = self._stopgap or secrets.token_bytes(32)
                self._retry_at = time.monotonic() + _RETRY_SECONDS
                return self._stopgap


def visitor(salt: bytes, site: str, network: str, user_agent: str) -> str:
    """Return the 32 hexadecimal digits that stand for a visitor of a site today."""
    told = "\n".join((site, network, user_agent)).encode("utf-8", "replace")
    return hashlib.blake2b(told, key=salt, digest_size=16).hexdigest()
