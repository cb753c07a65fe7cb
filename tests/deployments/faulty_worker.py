"""A real worker that comes to grief once, at a named point: `faulty_worker <action> <point>`.

Actions: `kill` (SIGKILL itself), `freeze` (SIGSTOP itself), `wait` (until the test says `go_on`).
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from services.deployments import addresses, building, job, queue, worker
from services.deployments.blobs import BlobStore
from services.deployments.hosts import local
from services.deployments.live import Slot

# Where, in the order of a publish: what is called, and whether grief comes before or after it.
POINTS: dict[str, tuple[Any, str, bool]] = {
    "claimed": (queue, "claim", True),
    "begun": (local, "begin", True),
    "first-blob": (BlobStore, "put", True),
    "listed": (building, "check_names", False),
    "built": (job, "build", True),
    "processing": (local, "publish", False),
    "addressed": (addresses, "claim", True),
    "before-live": (Slot, "go_live", False),
    "live": (Slot, "go_live", True),
    "before-finish": (queue, "finish", False),
    "finished": (queue, "finish", True),
}


def grief(action: str) -> None:
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif action == "freeze":
        os.kill(os.getpid(), signal.SIGSTOP)
    else:
        while not _file("go-on").exists():
            time.sleep(0.02)


def _file(name: str) -> Path:
    return Path(os.environ["DATA_DIR"], f"{name}-{os.getpid()}")


def arm(action: str, point: str) -> None:
    """Replace the function at `point` by one that comes to grief the first time."""
    place, name, after = POINTS[point]
    real: Callable[..., Any] = getattr(place, name)
    armed = True

    def faulty(*arguments: Any, **named: Any) -> Any:
        nonlocal armed
        result = real(*arguments, **named) if after else None
        nothing_claimed = name == "claim" and point == "claimed" and result is None
        if armed and not nothing_claimed:
            armed = False
            # The file tells the test that it happened, before it does.
            _file("grief").touch()
            grief(action)
        return result if after else real(*arguments, **named)

    setattr(place, name, faulty)


if __name__ == "__main__":
    arm(sys.argv[1], sys.argv[2])
    sys.exit(worker.main())
