"""GET /api/health, /api/ready and /api/config."""

import os
from typing import Any, Literal

from flask import Blueprint, current_app
from pydantic import BaseModel

from services.auth import public
from services.config import Config
from services.edge.operation import operation
from services.errors import FieldError, Unavailable
from services.sign_in_ways import public_settings
from services.status import stopping
from services.status.readiness import Readiness

blueprint = Blueprint("status", __name__)


class Health(BaseModel):
    status: Literal["ok"]


class Ready(BaseModel):
    status: Literal["ready"]


class Features(BaseModel):
    deploy_hosts: list[str]
    demo: bool
    realtime: bool
    mail: bool
    github_sign_in: bool


class Settings(BaseModel):
    supabase_url: str
    supabase_publishable_key: str
    app_url: str
    sites_url: str
    release: str
    features: Features


@blueprint.get("/api/health")
@public
@operation("Is the service alive", answer=Health, errors=(Unavailable,))
def health() -> dict[str, Any]:
    """Answers as long as the process does, and asks nothing else; 503 once it is told to stop."""
    if stopping.is_announced(os.getppid()):
        raise Unavailable("This server is about to stop.", code="stopping")
    return {"status": "ok"}


@blueprint.get("/api/ready")
@public
@operation("Can the service do its work", answer=Ready, errors=(Unavailable,))
def ready() -> dict[str, Any]:
    """Tells whether the database answers and a deploy worker is alive; else names what is not."""
    readiness: Readiness = current_app.extensions["readiness"]
    failed = [check for check in readiness.checks() if not check.ok]
    if failed:
        raise Unavailable(
            "Some parts are not working.",
            code="not_ready",
            errors=[FieldError(check.name, check.advice) for check in failed],
        )
    return {"status": "ready"}


@blueprint.get("/api/config")
@public
@operation("Settings that the browser needs", answer=Settings)
def settings() -> dict[str, Any]:
    """Public by nature; no secret is among them."""
    config: Config = current_app.config["ROSERAM"]
    return public_settings(config, current_app.extensions["sign_in_ways"])


def register(app: Any, config: Config) -> None:
    app.extensions["readiness"] = Readiness(config)
    app.register_blueprint(blueprint)
