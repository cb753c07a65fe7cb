"""Takes visits at once and writes them soon, many together, from a thread of its own.

The queue is bounded: when the database is away for long, new visits are refused, and whoever sent
them hears it. When the process ends, what waits is written; what cannot be written then goes into
a file of DATA_DIR, which the next process takes in.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from pydantic_core import to_json

from services.analytics.visits import Row
from services.errors import ProblemError

log = logging.getLogger(__name__)

MOST_WAITING = 50_000
BATCH = 1000
PAUSE_SECONDS = 0.5
LONGEST_PAUSE = 10.0
LAST_SECONDS = 4.0  # of the ten that the server gives a process to end
_LOOK_SECONDS = 0.2


class Writer:
    """The queue and its thread; `record` writes one batch or raises a ProblemError."""

    def __init__(self, record: Callable[[list[Row]], object], folder: Path) -> None:
        self._record = record
        self._folder = folder
        self._waiting: deque[Row] = deque()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, rows: list[Row]) -> bool:
        """Take rows, all or none. Never waits for the database."""
        with self._lock:
            if len(self._waiting) + len(rows) > MOST_WAITING:
                return False
            self._waiting.extend(rows)
            if self._thread is None:
                # Started when needed: a thread made before the server forks would not be there
                # after it. No daemon, as the server's threads are and this would be by itself: the
                # interpreter waits for it at the end.
                self._thread = threading.Thread(target=self._run, name="visits", daemon=False)
                self._thread.start()
        return True

    def _run(self) -> None:
        self._take_in()
        pause = PAUSE_SECONDS
        while self._sleep(pause):
            # One, and then a pause again: who wrote what has come meanwhile would write ever fewer.
            batch = self._next()
            written = not batch or self._write(batch)
            pause = PAUSE_SECONDS if written else min(LONGEST_PAUSE, pause * 2)
        self._finish()

    def _sleep(self, seconds: float) -> bool:
        """Wait; False when the process ends. A full batch does not wait."""
        until = time.monotonic() + seconds
        while threading.main_thread().is_alive():
            left = until - time.monotonic()
            if left <= 0 or (seconds <= PAUSE_SECONDS and len(self._waiting) >= BATCH):
                return True
            threading.Event().wait(min(left, _LOOK_SECONDS))
        return False

    def _next(self) -> list[Row]:
        with self._lock:
            return [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]

    def _write(self, batch: list[Row]) -> bool:
        """Write a batch; False, with the batch back in its place, if the database is away."""
        try:
            self._record(batch)
        except ProblemError as problem:
            if problem.status < 500 and problem.status != 429:
                self._write_what_can_be(batch, problem)
                return True
            with self._lock:
                self._waiting.extendleft(reversed(batch))
            log.warning("%d visits wait: %s", len(self._waiting), problem.code)
            return False
        return True

    def _write_what_can_be(self, batch: list[Row], problem: ProblemError) -> None:
        """Part a refused batch until only the row that the database will never take is left."""
        if len(batch) == 1:
            log.error("the database refused a visit: %s", problem.code)
            return
        for half in (batch[: len(batch) // 2], batch[len(batch) // 2 :]):
            self._write(half)

    def _finish(self) -> None:
        until = time.monotonic() + LAST_SECONDS
        while time.monotonic() < until and (batch := self._next()):
            if not self._write(batch):
                break
        left = list(self._waiting)
        if left:
            self._keep(left)

    def _keep(self, rows: list[Row]) -> None:
        file = self._folder / f"{os.getpid()}-{time.time_ns()}.json"
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = file.with_suffix(".unfinished")
        unfinished.write_bytes(to_json(rows))
        unfinished.replace(file)
        log.warning("%d visits are kept in a file until the next start", len(rows))

    def _take_in(self) -> None:
        """Take in what an earlier process could not write; of several processes one gets each."""
        for file in sorted(self._folder.glob("*.json")):
            mine = file.with_suffix(f".{os.getpid()}")
            try:
                file.rename(mine)
                rows = json.loads(mine.read_text())
            except (OSError, ValueError) as error:
                log.warning("kept visits cannot be read: %s", type(error).__name__)
                continue
            with self._lock:
                self._waiting.extend(rows)
            mine.unlink(missing_ok=True)
