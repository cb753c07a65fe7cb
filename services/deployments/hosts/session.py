"""One job at one host elsewhere: its account, its project there, and what is written down of it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.deployments import queue
from services.deployments.failures import PublishFailure
from services.deployments.hosts import Place
from services.deployments.lease import Lease
from services.deployments.queue import Job
from services.deployments.redirects import read_redirects
from services.deployments.snapshot import SiteRow
from services.supabase import Client
from services.vendors.api import Api

DEADLINE_SECONDS = 20 * 60
_POLL_FIRST, _POLL_LONGEST = 0.2, 15.0


@dataclass
class Session:
    """What a host's module works with. `project` is what the site is known as there."""

    db: Client
    lease: Lease
    place: Place
    api: Api
    project: dict[str, Any]
    live: dict[str, Any]
    domain: str
    account: str
    live_id: str = ""
    """The deployment that is live there."""
    source: dict[str, Any] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)

    @property
    def job(self) -> Job:
        return self.lease.job

    @property
    def external(self) -> dict[str, Any]:
        """What this job is known as at the host."""
        return self.lease.job.external

    @property
    def redirects(self) -> dict[str, str]:
        """From earlier addresses to present ones, as the build of these files listed them."""
        blobs = self.place.blobs
        return read_redirects(blobs.read_manifest(self.external["manifest"]), blobs)

    def note(self, **external: Any) -> None:
        """Write down what the job is known as, before anything else happens. Raises LeaseLost."""
        self.external.update(external)
        self.lease.patiently(lambda: queue.note(self.db, self.job, external))

    def note_project(self, project: Mapping[str, Any]) -> None:
        """Write down what the site is known as there. Raises LeaseLost."""
        self.project = dict(project)
        self.lease.patiently(lambda: queue.note(self.db, self.job, {}, self.project))

    def go_live(self) -> None:
        """The last look before visitors see the change; from here on nobody can cancel."""
        self.lease.step("processing", "Going live.")
        self.lease.hold()

    def sleep(self, seconds: float) -> None:
        """Wait, unless the job is lost, canceled or has taken too long."""
        ends = time.monotonic() + seconds
        while True:
            self.lease.check()
            if time.monotonic() - self.started > DEADLINE_SECONDS:
                raise PublishFailure(
                    "deadline",
                    f"{self.api.name} was not done within {DEADLINE_SECONDS // 60} minutes. "
                    "The live site is unchanged. Try again later.",
                )
            left = ends - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, 0.25))

    @staticmethod
    def pauses() -> Iterator[float]:
        """How long to wait between one look at the host and the next: longer and longer."""
        pause = _POLL_FIRST
        while True:
            yield pause
            pause = min(pause * 2, _POLL_LONGEST)

    def name_for(self, site: SiteRow) -> str:
        """Name the project so that a lost answer can be found again, and nobody else has it."""
        return f"{site.slug[:40].strip('-')}-{site.id.replace('-', '')[:8]}"
