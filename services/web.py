"""The web server: `python -m services.web`, granian with an end that loses no request.

A server that is told to stop answers what it has begun, but what its proxy sends at that very
moment is lost. So with DRAIN_SECONDS it first says so at /api/health, goes on answering until the
proxy has noticed, and only then stops (decision 0039).
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing import parent_process
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.net import SocketSpec  # type: ignore[attr-defined]
from granian.server.mp import MPServer

from services.status import stopping

_LOOPBACK = "127.0.0.1"


class Server(MPServer):
    """granian, which leaves the socket to its workers and takes its time to stop."""

    def __init__(self, *arguments: Any, drain_seconds: float, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._drain_seconds = drain_seconds

    def _init_shared_socket(self) -> None:
        # granian listens here for a moment, to see whether it may, and drops whoever waited for it.
        self._ssp: Any = SocketSpec(self.bind_addr, self.bind_port, self.backlog)
        self._sso = None

    def _serve(self, spawn_target: Callable[..., None], target_loader: Any) -> None:
        apart, settled = partial(_apart, spawn_target), partial(_settled, target_loader)
        super()._serve(apart, settled)  # type: ignore[no-untyped-call]

    def signal_handler_interrupt(self, *arguments: Any, **options: Any) -> None:
        if self._drain_seconds and not stopping.is_announced(os.getpid()):
            stopping.announce(os.getpid())
            later = threading.Timer(self._drain_seconds, self._stop)
            later.daemon = True  # A second signal must not wait for it.
            later.start()
        else:
            self._stop()

    def _stop(self) -> None:
        super().signal_handler_interrupt()  # type: ignore[no-untyped-call]


def _apart(target: Callable[..., None], *arguments: Any, **options: Any) -> None:
    """Run a worker in a process group of its own, which ends with its parent.

    Whoever ends the whole group of the server (honcho does) would end the workers before the
    parent has drained.
    """
    os.setpgid(0, 0)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    target(*arguments, **options)


def _settled(load: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """Load the application, and tell the garbage collector that what is there now stays.

    Looking through all of it holds every request up for a tenth of a second, again and again.
    """
    application = load(*arguments, **options)
    gc.collect()
    gc.freeze()
    return application


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> int:
    """Serve until told to stop."""
    try:
        port, workers = _number("PORT", "5000"), _number("WEB_WORKERS", "1")
        threads, drain = _number("WEB_THREADS", "256"), _number("DRAIN_SECONDS", "0", least=0)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    server = Server(
        "app:create_app",
        factory=True,
        address=os.environ.get("HOST") or _LOOPBACK,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        http=HTTPModes.http1,
        websockets=False,
        workers_kill_timeout=10,
        log_level=LogLevels.error,
        log_access=False,
        drain_seconds=drain,
    )
    try:
        server.serve()
    finally:
        with suppress(OSError):
            stopping.forget(os.getpid())
    return 0


def _number(name: str, default: str, *, least: int = 1) -> int:
    value = os.environ.get(name) or default
    if not value.isdecimal() or not least <= int(value) < 65536:
        raise ValueError(f"{name} must be a number from {least} to 65535.")
    return int(value)


if __name__ == "__main__":
    sys.exit(main())
