"""Keeps events that arrive at the same time in one transaction: a burst costs a few of them.

Whoever comes while another is writing waits, and one of those who wait writes for all of them next.
Nobody is answered before their own event is kept.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from services.billing.ledger import Ledger, Taken
from services.errors import ProblemError, Unavailable

MOST_AT_ONCE = 50
_LONGEST_WAIT = 20.0


@dataclass(eq=False)
class _Waiting:
    event: dict[str, Any]
    turn: threading.Event = field(default_factory=threading.Event)
    result: Taken | None = None
    problem: Exception | None = None


class Intake:
    """One for each process."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._waiting: list[_Waiting] = []
        self._is_writing = False

    def take(self, event: dict[str, Any]) -> Taken:
        """Keep an event and return its fate. Raises a ProblemError, and then it is not kept."""
        mine = _Waiting(event)
        with self._lock:
            self._waiting.append(mine)
            writes = not self._is_writing
            self._is_writing = True
        if not writes and not mine.turn.wait(_LONGEST_WAIT) and not self._leaves(mine):
            # It is being written right now, which has a deadline of its own.
            mine.turn.wait()
        if mine.result is None and mine.problem is None:
            # The turn is ours: to write for everybody who waits.
            self._write(mine)
        if mine.problem is not None:
            raise mine.problem
        assert mine.result is not None  # noqa: S101  # one of the two is there once it was our turn
        return mine.result

    def _leaves(self, mine: _Waiting) -> bool:
        with self._lock:
            if mine.turn.is_set() or mine not in self._waiting:
                return False
            self._waiting.remove(mine)
            mine.problem = Unavailable()
            return True

    def _write(self, mine: _Waiting) -> None:
        with self._lock:
            others = [each for each in self._waiting if each is not mine]
            batch = [mine, *others[: MOST_AT_ONCE - 1]]
            self._waiting = others[MOST_AT_ONCE - 1 :]
        try:
            self._keep(batch)
        finally:
            with self._lock:
                following = self._waiting[0] if self._waiting else None
                self._is_writing = following is not None
                for each in (*batch, following):
                    if each is not None:
                        each.turn.set()

    def _keep(self, batch: list[_Waiting]) -> None:
        try:
            fates = self._ledger.take_events([each.event for each in batch])
            for each, fate in zip(batch, fates, strict=True):
                each.result = fate
        except Exception as error:
            if len(batch) > 1 and isinstance(error, ProblemError) and error.status < 500:
                # One that the database does not take must not keep the others out.
                for each in batch:
                    self._keep([each])
                return
            for each in batch:
                each.problem = error
