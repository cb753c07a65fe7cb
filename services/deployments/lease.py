"""Holding on to a job: renew the lease, tell the progress, notice when to stop."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self, TypeVar

from services.deployments import queue
from services.deployments.failures import LeaseLost, ShuttingDown, Stopped, Unavailable
from services.deployments.queue import Job, LogLine
from services.supabase import Client

log = logging.getLogger(__name__)
Result = TypeVar("Result")

LEASE_SECONDS = 30
PATIENCE_SECONDS = 300.0
_PROGRESS_SECONDS = 0.7


class Lease:
    """One worker's hold on one job, renewed in the background until it is left.

    Every method that talks to the database may raise Stopped: then nothing this worker does
    for the job may count any more.
    """

    def __init__(
        self, db: Client, job: Job, *, stopping: threading.Event, seconds: int = LEASE_SECONDS
    ) -> None:
        self.db = db
        self.job = job
        self.seconds = seconds
        self.every = seconds / 3
        self._stopping = stopping
        self._done = threading.Event()
        self._turn = threading.Lock()
        self._stopped: Stopped | None = None
        self._progress: dict[str, Any] = {}
        self._lines: list[LogLine] = []
        self._told = 0.0
        # When the database last agreed that the job is ours; claiming it was the first time.
        self._agreed = time.monotonic()
        self._thread = threading.Thread(target=self._keep, name="lease", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        self._thread.join(timeout=1)

    def check(self) -> None:
        """A checkpoint: raise when the job was canceled or lost, or the process is to end."""
        if self._stopped:
            raise self._stopped
        if self._stopping.is_set():
            raise ShuttingDown

    def hold(self) -> None:
        """Return only if the job is ours this very moment; asked before anything irreversible.

        A process that was frozen for longer than its lease asks the database before it goes on.
        """
        self.check()
        if time.monotonic() - self._agreed > self.seconds / 2:
            self.patiently(lambda: self._renew(None))
        self.check()

    def step(self, status: str, text: str, *, total: int = 0) -> None:
        """Enter a step; only returns while the database agrees that the job is ours."""
        self.check()
        self._progress = {"step": status, "done": 0, "total": total}
        self.say(text)
        self.patiently(lambda: self._renew(status))

    def say(self, text: str) -> None:
        """Add a line to the log that people read; it goes out with the next renewal."""
        self._lines.append(
            {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "text": text}
        )

    def progress(self, done: int, total: int) -> None:
        """Tell how far the step is, at most every so often."""
        self.check()
        self._progress = self._progress | {"done": done, "total": total}
        if time.monotonic() - self._told < _PROGRESS_SECONDS:
            return
        try:
            self._renew(None)
        except Unavailable:
            self._told = time.monotonic()  # The background renewal goes on trying.

    def finish(self, status: str, **result: Any) -> None:
        """Write the job's end, waiting for the database if need be. Raises LeaseLost."""

        def end() -> bool:
            with self._turn:
                ended = queue.finish(self.db, self.job, status=status, log=self._lines, **result)
                self._done.set()
                return ended

        if not self.patiently(end):
            raise LeaseLost("the job had been taken over when it ended")

    def release(self) -> None:
        """Give the job back; should this fail, the lease runs out by itself."""
        self.seconds = 0
        try:
            self._renew(None)
        except (Stopped, Unavailable) as error:
            log.warning("lease of %s not given back: %s", self.job.id, type(error).__name__)
        self._done.set()

    def patiently(self, ask: Callable[[], Result]) -> Result:
        """Ask the database until it answers, as long as the job is ours."""

        def wait(seconds: float) -> bool:
            return self._stopping.wait(seconds) or self._stopped is not None

        return queue.patiently(ask, seconds=PATIENCE_SECONDS, wait=wait)

    def _renew(self, status: str | None) -> None:
        with self._turn:
            if self._done.is_set():
                return
            lines, seconds, asked = list(self._lines), self.seconds, time.monotonic()
            queue.renew(
                self.db,
                self.job,
                seconds=seconds,
                status=status,
                progress=self._progress,
                log=lines,
            )
            if seconds == 0:
                self._done.set()  # Nothing may take the lease up again.
            del self._lines[: len(lines)]
            self._agreed = asked
            self._told = time.monotonic()

    def _keep(self) -> None:
        while not self._done.wait(self.every):
            try:
                self._renew(None)
            except Stopped as why:
                self._stopped = why
                return
            except Exception as error:
                log.warning("lease of %s not renewed: %s", self.job.id, type(error).__name__)
