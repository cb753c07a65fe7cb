"""Tells people and webhooks what visitors sent, and keeps nothing longer than a site wants.

A thread of every deploy worker. The rows of `form_deliveries` are the queue: a claim is a lease,
and whoever is killed leaves its job to the next one.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from services.config import Config
from services.environment import LOOPBACK_HOSTS
from services.errors import NotConfigured, ProblemError
from services.forms import webhook
from services.forms.letters import letter
from services.forms.webhook import Outcome
from services.integrations.cipher import Binding, Cipher, Sealed, Undecipherable
from services.mail import send
from services.pace import Pace
from services.supabase import Client, rows

log = logging.getLogger(__name__)

LEASE_SECONDS = 90
PAUSE_SECONDS = 0.5
IDLE_SECONDS = 2.0
_PURGE_SECONDS = 60.0
PROVIDER = "webhook"


@dataclass
class Courier:
    """What delivering takes."""

    config: Config
    db: Client

    def run(self, stopping: threading.Event) -> None:
        """Deliver until `stopping` is set; a database that is away is waited for."""
        pace, purge_at = Pace(PAUSE_SECONDS, IDLE_SECONDS), 0.0
        while not stopping.is_set():
            try:
                if time.monotonic() > purge_at:
                    purge_at = time.monotonic() + _PURGE_SECONDS
                    rows(self.db.rpc("purge_submissions", {}))
                if self.deliver_one():
                    pace.worked()
                    continue
                pause = pace.idle()
            except ProblemError as error:
                log.warning("the deliveries cannot be read: %s", error.code)
                pause = pace.failed()
            except Exception:
                # One job must not end all the others.
                log.exception("a delivery failed")
                pause = pace.failed()
            stopping.wait(pause)

    def deliver_one(self) -> bool:
        """Do the next job; False when there is none."""
        query = self.db.rpc("claim_form_delivery", {"lease_seconds": LEASE_SECONDS})
        found = [row for row in rows(query) if row]
        if not found:
            return False
        job = found[0]
        outcome = self._mail(job) if job["kind"] == "mail" else self._call(job)
        finished = {
            "delivery_id": job["id"],
            "attempt": job["attempt"],
            "outcome": outcome.result,
            "status": outcome.status,
            "problem": outcome.problem,
        }
        rows(self.db.rpc("finish_form_delivery", finished))
        return True

    def _mail(self, job: dict[str, Any]) -> Outcome:
        counts, people = job["counts"], job["recipients"]
        if not counts or not people:
            return Outcome("sent", problem="" if counts else "It was read before the mail left.")
        link = f"{self.config.app_url}/forms?site={job['site_id']}"
        letters = [
            letter(to=email, site=job["site_name"], counts=counts, link=link) for email in people
        ]
        try:
            left = send(self.config, letters)
        except NotConfigured:
            return Outcome("refused", problem="No mail server is set (SMTP_URL).")
        # Whoever had theirs shall not have it twice because another's address is refused.
        if any(left):
            return Outcome("sent")
        return Outcome("again", problem="The mail server took none of the mails.")

    def _call(self, job: dict[str, Any]) -> Outcome:
        hook = job["hook"]
        if not hook:
            return Outcome("refused", problem="The webhook's secret is gone.")
        try:
            binding = Binding(str(job["org_id"]), PROVIDER, str(hook["id"]))
            secret = Cipher(self.config.credentials_keys).open(Sealed.from_json(hook), binding)
        except (Undecipherable, ValueError):
            return Outcome(
                "refused", problem="The secret cannot be read any more. Make a new webhook."
            )
        loopback = on_this_machine(self.config)
        return webhook.call(job, secret, now=int(time.time()), loopback=loopback)


def on_this_machine(config: Config) -> bool:
    """Say whether this app runs for one machine only, whose own addresses may then be called."""
    return urlsplit(config.app_url).hostname in LOOPBACK_HOSTS
