"""Can this service do its work now: does Supabase's database answer, and is a worker alive?"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from services import egress
from services.config import Config

HEARTBEAT = "worker.heartbeat"
HEARTBEAT_SECONDS = 10
REMEMBERED_SECONDS = 2


@dataclass(frozen=True)
class Check:
    """One thing that must work, and what to do when it does not."""

    name: str
    ok: bool
    advice: str


class Readiness:
    """Runs the checks, at most every two seconds: load balancers ask often."""

    def __init__(self, config: Config, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._config = config
        self._clock = clock
        self._lock = threading.Lock()
        self._checked_at = float("-inf")
        self._checks: list[Check] = []

    def checks(self) -> list[Check]:
        with self._lock:
            if self._clock() - self._checked_at >= REMEMBERED_SECONDS:
                self._checks = [self._database(), self._worker()]
                self._checked_at = self._clock()
            return self._checks

    def _database(self) -> Check:
        """Ask for a table as nobody: even 'not allowed' proves that the database answered."""
        key = self._config.supabase_publishable_key
        try:
            answer = egress.get(
                f"{self._config.supabase_url}/rest/v1/organizations?select=id&limit=1",
                headers={"apikey": key},
                deadline=3,
            )
            ok = answer.status < 500
        except egress.EgressError:
            ok = False
        return Check("supabase", ok, "Supabase does not answer: check SUPABASE_URL.")

    def _worker(self) -> Check:
        """The worker touches a file every two seconds."""
        try:
            age = time.time() - (self._config.data_dir / HEARTBEAT).stat().st_mtime
        except OSError:
            age = float("inf")
        return Check(
            "worker",
            age < HEARTBEAT_SECONDS,
            "No deploy worker is running: start `python -m services.deployments.worker`.",
        )
