"""What is counted by the minute or by the day of UTC begins anew at its end."""

from __future__ import annotations

import time

MINUTE, DAY = 60, 24 * 3600


def far_from_the_end(period: int, *, seconds: float) -> None:
    """Wait for the next minute or day, unless so many seconds of this one are left."""
    left = period - time.time() % period
    if left < seconds:
        time.sleep(left + 0.1)
