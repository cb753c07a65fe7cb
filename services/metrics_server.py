"""The numbers of all web processes for Prometheus: `python -m services.metrics_server`.

Listens on METRICS_HOST (this machine only, unless set) and METRICS_PORT, apart from the app.
"""

import os
import signal
import sys
import threading

from prometheus_client import CollectorRegistry, multiprocess, start_http_server


def main() -> int:
    """Serve /metrics until told to stop."""
    port, folder = os.environ.get("METRICS_PORT", ""), os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        print("METRICS_PORT must be a port number.", file=sys.stderr)
        return 2
    if not folder or not os.path.isdir(folder):
        print(
            "PROMETHEUS_MULTIPROC_DIR must be a folder that the web processes share.",
            file=sys.stderr,
        )
        return 2
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    host = os.environ.get("METRICS_HOST", "127.0.0.1")
    server, thread = start_http_server(int(port), host, registry)
    stopping.wait()
    server.shutdown()
    server.server_close()
    thread.join(5)
    return 0


if __name__ == "__main__":
    sys.exit(main())
