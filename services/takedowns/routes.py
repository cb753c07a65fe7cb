"""POST /api/abuse-reports: a stranger says that a published page harms somebody."""

from __future__ import annotations

from typing import Annotated

from flask import Blueprint, Response, current_app
from pydantic import Field

from services.auth import public
from services.config import Config
from services.edge.json_body import Body
from services.edge.limits import limiter
from services.edge.operation import operation
from services.takedowns import ledger

blueprint = Blueprint("takedowns", __name__)


class AbuseReport(Body):
    """Which page, what is wrong with it, and whom to ask, if the reporter likes."""

    url: Annotated[str, Field(max_length=2000, pattern=r"^https?://[^\s<>\"'`\\]+$")]
    reason: ledger.Reason
    words: Annotated[str, Field(max_length=2000)] = ""
    contact: Annotated[str, Field(max_length=254, pattern=r"^[^\s@]+@[^\s@]+$")] | None = None


@blueprint.post("/api/abuse-reports")
@public
@limiter.limit("10 per hour")
@operation("Report a published page", body=AbuseReport, status=204, max_bytes=16 * 1024)
def report(*, body: AbuseReport) -> Response:
    """Keep the report for whoever runs this service."""
    config: Config = current_app.config["ROSERAM"]
    contact = body.contact.lower() if body.contact else None
    ledger.report(config, body.url, body.reason, body.words, contact)
    return Response(status=204)
