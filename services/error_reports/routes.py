"""POST /api/errors: what went wrong in somebody's browser."""

from typing import Annotated
from uuid import UUID

import sentry_sdk
from flask import Blueprint, Flask, Response, current_app
from pydantic import Field

from services import auth, redact
from services.auth import public
from services.config import Config
from services.edge.json_body import Body
from services.edge.limits import limiter
from services.edge.operation import operation
from services.error_reports.kinds import fingerprint, frames_of_stack
from services.error_reports.log_handler import record_logged_errors
from services.error_reports.recorder import Recorder, Report

blueprint = Blueprint("error_reports", __name__)

# A browser that fails in a loop stops by itself after a few; this holds those that do not.
_REPORTS = "60 per minute"


class BrowserError(Body):
    """What the browser knows of an error; the texts are cut by whoever sends them."""

    name: Annotated[str, Field(max_length=100)] = "Error"
    message: Annotated[str, Field(min_length=1, max_length=1000)]
    stack: Annotated[str, Field(max_length=8000)] = ""
    screen: Annotated[str, Field(max_length=200, pattern=r"^/[^?#\s]*$")] = "/"
    release: Annotated[str, Field(max_length=100, pattern=r"^[A-Za-z0-9_.+-]*$")] = ""
    org_id: UUID | None = None


@blueprint.post("/api/errors")
@public
@limiter.limit(_REPORTS)
@operation("Report an error of the browser", body=BrowserError, status=204, max_bytes=16 * 1024)
def report(*, body: BrowserError) -> Response:
    """Count an error by its kind. Whoever is signed in may say in which organization it was."""
    person = auth.person_if_signed_in()
    frames = frames_of_stack(body.stack)
    recorder: Recorder = current_app.extensions["error_recorder"]
    recorder.note(
        Report(
            source="browser",
            fingerprint=fingerprint("browser", body.name, body.message, frames),
            message=f"{body.name}: {body.message}",
            detail={"screen": body.screen, "stack": body.stack.splitlines()[:30]},
            release=body.release,
            org_id=str(body.org_id) if body.org_id and person else None,
            person_id=str(person.id) if person else None,
        )
    )
    _tell_sentry(body, frames)
    return Response(status=204)


def register(app: Flask, config: Config) -> None:
    """Join the endpoint, and record what our own views fail at."""
    recorder = Recorder(config)
    app.extensions["error_recorder"] = recorder
    app.register_blueprint(blueprint)
    record_logged_errors(recorder, source="server", release=config.release)


def _tell_sentry(body: BrowserError, frames: list[str]) -> None:
    event = {
        "platform": "javascript",
        "level": "error",
        "release": body.release or None,
        "transaction": body.screen,
        "fingerprint": [fingerprint("browser", body.name, body.message, frames)],
        "exception": {"values": [{"type": body.name, "value": redact.text(body.message)}]},
        "extra": {"frames": frames[:20]},
    }
    sentry_sdk.capture_event(event)  # type: ignore[arg-type]  # does nothing where no DSN is set
