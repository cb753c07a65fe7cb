"""Which ways to sign in the Supabase project offers, as its own settings say.

Nothing is configured twice: GitHub is switched on in the project (Authentication, Sign In /
Providers), and the button appears within five minutes.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

from services import egress, strict_json
from services.config import Config

FRESH_SECONDS = 300
RETRY_SECONDS = 10
# A page waits for this answer when it is the first, so it is short.
DEADLINE_SECONDS = 1.5


class SignInWays:
    """Remembers what Supabase answered; what is not known yet counts as not offered."""

    def __init__(self, config: Config, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = f"{config.supabase_url}/auth/v1/settings"
        self._headers = {"apikey": config.supabase_publishable_key}
        self._clock = clock
        self._lock = threading.Lock()
        self._github = False
        self._ask_at = float("-inf")

    def github(self) -> bool:
        """Can people sign in with GitHub?"""
        # One caller asks; the others are served what was known until now.
        if self._clock() >= self._ask_at and self._lock.acquire(blocking=False):
            try:
                self._refresh()
            finally:
                self._lock.release()
        return self._github

    def _refresh(self) -> None:
        self._ask_at = self._clock() + RETRY_SECONDS
        try:
            answer = egress.get(self._url, headers=self._headers, deadline=DEADLINE_SECONDS)
            if answer.status != 200:
                return
            self._github = strict_json.parse(answer.body)["external"]["github"] is True
        except (egress.EgressError, ValueError, KeyError, TypeError):
            return
        self._ask_at = self._clock() + FRESH_SECONDS


def public_settings(config: Config, ways: SignInWays) -> dict[str, Any]:
    """What the browser may know: /api/config, and `config` in templates."""
    settings = config.public_settings()
    return {**settings, "features": {**settings["features"], "github_sign_in": ways.github()}}
