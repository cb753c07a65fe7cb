"""A request id for every answer, and one line in the log for every request."""

import logging
import re
import time
import uuid
from typing import Any

from flask import Flask, Response, current_app, g, request

from services import request_id

log = logging.getLogger("roseram.request")

_VISITS = "/api/analytics/collect"
_SENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{7,63}")


def register(app: Flask) -> None:
    """Must be registered first, so that even a refused request has an id and a line."""

    @app.before_request
    def begin() -> None:
        begin_request()

    @app.after_request
    def end(response: Response) -> Response:
        begin_request()
        response.headers[request_id.HEADER] = g.request_id
        person = g.get("person")
        fields = {
            "request_id": g.request_id,
            "method": request.method,
            "path": request.path[:500],  # never the query string: it may carry a sign-in code
            "status": response.status_code,
            "ms": round((time.monotonic() - g.began_at) * 1000, 1),
            "person": str(person.id) if person else None,
            "organization": g.get("organization"),
            # Those of visitors of published sites are nobody's to keep.
            "address": None if request.path == _VISITS else request.remote_addr,
        }
        log.log(_level(), "request", extra={"fields": fields})
        return response


def _level() -> int:
    """Load balancers ask every second whether we live; those lines would drown the others."""
    return logging.DEBUG if request.path in ("/api/health", "/api/ready") else logging.INFO


def note_organization(org_id: Any) -> None:
    """Say for the log line which organization this request is about."""
    g.organization = str(org_id) if org_id else None


def begin_request() -> None:
    """Give the request its id.

    Only a proxy of ours may send one: from anybody else it could impersonate another request.
    """
    if "request_id" not in g:
        g.request_id = _from_our_proxy() or uuid.uuid4().hex
        g.began_at = time.monotonic()
        request_id.current.set(g.request_id)


def _from_our_proxy() -> str | None:
    if not current_app.config["ROSERAM"].trusted_proxies:
        return None
    sent = request.headers.get(request_id.HEADER, "")
    return sent if _SENT_ID.fullmatch(sent) else None
