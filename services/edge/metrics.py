"""Counts and times requests for Prometheus, where METRICS_PORT is set.

Every web process writes its numbers to files in PROMETHEUS_MULTIPROC_DIR; `services.metrics_server`
adds them up on a port of its own, so that nothing of this is reachable where visitors come.
https://prometheus.github.io/client_python/multiprocess/
"""

import time

from flask import Flask, Response, g, request
from prometheus_client import Counter, Histogram

_REQUESTS = Counter(
    "roseram_requests",
    "Requests answered, by endpoint, method and status.",
    ["endpoint", "method", "status"],
)
_SECONDS = Histogram(
    "roseram_request_seconds",
    "How long an answer took, by endpoint. A stream counts until its first byte.",
    ["endpoint"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
# Of a stranger's making, so not to be told apart.
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def register(app: Flask) -> None:
    """Count every answer, refused ones too."""

    @app.after_request
    def count(response: Response) -> Response:
        # By the endpoint and never by the path: ids and guesses would make series without end.
        endpoint = request.endpoint or "none"
        method = request.method if request.method in _METHODS else "other"
        _REQUESTS.labels(endpoint, method, response.status_code).inc()
        began = g.get("began_at")
        if began is not None:
            _SECONDS.labels(endpoint).observe(time.monotonic() - began)
        return response
