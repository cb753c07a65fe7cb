"""How often to look for work: often while there is some, seldom while there is none."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

AWAKE_SECONDS = 15.0
_LONGEST = 10.0


@dataclass
class Pace:
    """Pauses between two looks, in seconds: each look of an idle process costs the database."""

    awake: float
    asleep: float
    clock: Callable[[], float] = time.monotonic
    _worked_at: float = field(default=float("-inf"), init=False)
    _failures: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        # Whoever has just started is about to be needed.
        self._worked_at = self.clock()

    def worked(self) -> float:
        """There was work; return the pause before the next look."""
        self._worked_at, self._failures = self.clock(), 0
        return self.awake

    def idle(self) -> float:
        """There was none; return the pause before the next look."""
        self._failures = 0
        return self.awake if self.clock() - self._worked_at < AWAKE_SECONDS else self.asleep

    def failed(self) -> float:
        """It could not be asked; return a pause that doubles each time, up to ten seconds."""
        self._failures += 1
        return min(self.awake * 2.0**self._failures, _LONGEST)
