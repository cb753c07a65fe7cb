"""The deploy worker: `python -m services.deployments.worker`.

Start as many as you like: the database hands each job to one of them. Kill one at any moment:
another takes its job over when the lease runs out.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from types import FrameType

from services import log as logs
from services import redact, sentry
from services.ai.forgetting import tidy
from services.analytics.upkeep import keep_up
from services.billing.keeper import Keeper
from services.billing.plans import PlansError
from services.config import Config, ConfigError
from services.deployments import queue
from services.deployments.building import Builder
from services.deployments.collecting import collect
from services.deployments.compile_pool import processors
from services.deployments.failures import Unavailable
from services.deployments.hosts import Place
from services.deployments.job import Publisher
from services.deployments.lease import LEASE_SECONDS, Lease
from services.deployments.leftovers import remove_leftovers
from services.deployments.orphans import remove_orphans
from services.deployments.queue import Job
from services.deployments.settle import settle
from services.error_reports.log_handler import record_logged_errors
from services.error_reports.recorder import Recorder
from services.errors import ProblemError
from services.forms.courier import Courier
from services.integrations.canary import WrongKeys
from services.integrations.cipher import Cipher
from services.integrations.vault import Vault
from services.pace import Pace
from services.site_library import load_library
from services.supabase import as_service

log = logging.getLogger("worker")

POLL_SECONDS = 0.4
IDLE_SECONDS = 1.0
BEAT_SECONDS = 2.0
SETTLE_SECONDS = 60.0
COLLECT_SECONDS = 3600.0
_ROOT = Path(__file__).parents[2]


class Worker:
    """Claims one job after another until it is told to stop."""

    def __init__(self, config: Config, *, lease_seconds: int = LEASE_SECONDS) -> None:
        self.config = config
        self.stopping = threading.Event()
        self.db = as_service(config)
        self.lease_seconds = lease_seconds
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        data_dir = config.data_dir.resolve()
        place = Place(data_dir, config.app_url, config.sites_url)
        builder = Builder.make(
            load_library(_ROOT),
            data_dir,
            config.supabase_url,
            config.app_url,
            processes=processors(),
        )
        keys = config.credentials_keys
        vault = Vault(self.db, Cipher(keys)) if keys else None
        self.publisher = Publisher(self.db, place, builder, config, vault)

    def run(self) -> None:
        """Work until `stopping` is set; a database that is away is waited for."""
        threading.Thread(target=self._beat, name="heartbeat", daemon=True).start()
        threading.Thread(target=self._collect, name="collector", daemon=True).start()
        self.publisher.place.blobs.sweep()
        pace, settle_at = Pace(POLL_SECONDS, IDLE_SECONDS), 0.0
        self._hear_the_canary()
        courier = Courier(self.config, self.db)
        threading.Thread(
            target=courier.run, args=(self.stopping,), name="courier", daemon=True
        ).start()
        while not self.stopping.is_set():
            try:
                job = queue.claim(self.db, self.name, seconds=self.lease_seconds)
                if job:
                    self._do(job)
                    pace.worked()
                    continue
                if time.monotonic() > settle_at:
                    settle_at = time.monotonic() + SETTLE_SECONDS
                    settle(self.db, self.publisher.place.data_dir)
                    remove_orphans(self.db)
                    remove_leftovers(self.config, self.db, self.publisher.vault)
                    tidy(self.db)
                    keep_up(self.db, self.config)
                    self.publisher.builder.pool.rest()
                pause = pace.idle()
            except (Unavailable, ProblemError) as error:
                log.warning("the queue cannot be read: %s", error)
                pause = pace.failed()
            self.stopping.wait(pause)
        self.publisher.builder.pool.close()

    def _hear_the_canary(self) -> None:
        """Do no work with keys other than those of the stored credentials. Raises WrongKeys."""
        vault = self.publisher.vault
        while vault and not self.stopping.is_set():
            try:
                vault.check()
                return
            except (Unavailable, ProblemError) as error:
                log.warning("the keys cannot be checked yet: %s", error)
                self.stopping.wait(POLL_SECONDS)

    def stop(self, signum: int, frame: FrameType | None) -> None:
        self.stopping.set()

    def _do(self, job: Job) -> None:
        log.info("job %s: %s to %s, attempt %d", job.id, job.target, job.host, job.attempts)
        with Lease(self.db, job, stopping=self.stopping, seconds=self.lease_seconds) as lease:
            self.publisher.run(lease)

    def _collect(self) -> None:
        """Look every hour whether it is time to remove what nobody needs; it may take a while."""
        while not self.stopping.wait(COLLECT_SECONDS):
            try:
                collect(self.db, self.publisher.place.data_dir)
            except (Unavailable, ProblemError, OSError) as error:
                log.warning("nothing is collected: %s", error)

    def _beat(self) -> None:
        """Touch a file every so often, so that /api/ready can tell that a worker is there."""
        file = self.publisher.place.data_dir / "worker.heartbeat"
        file.parent.mkdir(parents=True, exist_ok=True)
        while not self.stopping.is_set():
            try:
                file.touch()
            except OSError as error:
                log.warning("no heartbeat: %s", error)
            self.stopping.wait(BEAT_SECONDS)


def main() -> int:
    """Run one worker until SIGTERM or Ctrl-C."""
    try:
        config = Config.from_env(os.environ)
        lease_seconds = int(os.environ.get("WORKER_LEASE_SECONDS") or LEASE_SECONDS)
    except ValueError:
        print("WORKER_LEASE_SECONDS must be a whole number of seconds.", file=sys.stderr)
        return 1
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 1
    redact.remember(config.secrets())
    logs.start()
    sentry.start(config)
    record_logged_errors(Recorder(config), source="worker", release=config.release)
    worker = Worker(config, lease_seconds=lease_seconds)
    try:
        Keeper(config, worker.stopping).start()
    except PlansError as error:
        print(error, file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    log.info("ready")
    try:
        worker.run()
    except WrongKeys as error:
        print(error, file=sys.stderr)
        return 1
    log.info("stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
