"""/api/deployments: ask for a publish, cancel it, go back to an earlier one, take it home as a ZIP.

Every question goes to the database with the person's own token, so the database decides.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, g

from services.config import Config
from services.deployments import failures
from services.deployments.blobs import BlobStore
from services.deployments.building import Builder
from services.deployments.failures import PublishFailure
from services.deployments.hosts import Place
from services.deployments.plan import plan
from services.deployments.shapes import Deployment, NewDeployment, Plan, Unpublish
from services.deployments.zipping import content_disposition, stream_zip
from services.edge.limits import limiter
from services.edge.operation import operation
from services.edge.request_log import note_organization
from services.errors import (
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    NotConfigured,
    NotFound,
    OverPlan,
    Unavailable,
)
from services.site_library import load_library
from services.supabase import Client, as_user, one

blueprint = Blueprint("deployments", __name__)

_kept = threading.local()

# Enough for anybody who clicks; a script that publishes in a loop is told to wait.
_PUBLISHES = "300 per minute"


@blueprint.post("/api/deployments")
@limiter.limit(_PUBLISHES)
@operation(
    "Publish a site",
    body=NewDeployment,
    answer=Deployment,
    status=202,
    errors=(Forbidden, NotFound, OverPlan, Conflict, Invalid, NotConfigured),
    idempotent=True,
)
def create(*, body: NewDeployment, idempotency_key: str | None) -> dict[str, Any]:
    """Queue a publish. A newer request replaces one that still waits; the last one wins."""
    if body.host not in _config().deploy_hosts:
        raise NotConfigured("Set CREDENTIALS_KEYS on the server to publish to other hosts.")
    arguments = body.model_dump(mode="json") | {"idempotency_key": idempotency_key}
    return _noted(one(_db().rpc("request_deployment", arguments), what="site"))


@blueprint.post("/api/deployments/<uuid:deployment_id>/cancel")
@limiter.limit(_PUBLISHES)
@operation(
    "Cancel a publish", answer=Deployment, status=202, errors=(Forbidden, NotFound, Conflict)
)
def cancel(deployment_id: UUID) -> dict[str, Any]:
    """Stop a publish that is not live yet; the live site stays as it is."""
    canceled = _db().rpc("cancel_deployment", {"deployment_id": str(deployment_id)})
    return _noted(one(canceled, what="deployment"))


@blueprint.post("/api/deployments/<uuid:deployment_id>/restore")
@limiter.limit(_PUBLISHES)
@operation(
    "Restore an earlier publish",
    answer=Deployment,
    status=202,
    errors=(Forbidden, NotFound, Conflict),
    idempotent=True,
)
def restore(deployment_id: UUID, *, idempotency_key: str | None) -> dict[str, Any]:
    """Point the live site at an earlier deployment, as a new one in the history.

    No page is edited.
    """
    arguments = {"deployment_id": str(deployment_id), "idempotency_key": idempotency_key}
    return _noted(one(_db().rpc("request_restore", arguments), what="deployment"))


@blueprint.post("/api/deployments/<uuid:deployment_id>/promote")
@limiter.limit(_PUBLISHES)
@operation(
    "Promote a preview",
    answer=Deployment,
    status=202,
    errors=(Forbidden, NotFound, Conflict),
    idempotent=True,
)
def promote(deployment_id: UUID, *, idempotency_key: str | None) -> dict[str, Any]:
    """Make a preview the live site, exactly as it was looked at."""
    arguments = {"deployment_id": str(deployment_id), "idempotency_key": idempotency_key}
    return _noted(one(_db().rpc("request_promotion", arguments), what="deployment"))


@blueprint.get("/api/sites/<uuid:site_id>/changes/<host>")
@limiter.limit("60 per minute")
@operation("What a publish would change", answer=Plan, errors=(Forbidden, NotFound, Conflict))
def changes(site_id: UUID, host: str) -> dict[str, Any]:
    """Build the site as it is now and hold it against what is live at the host."""
    if host not in _config().deploy_hosts:
        raise NotFound("There is no such host.")
    db = _db()
    site = one(db.table("sites").select("org_id").eq("id", str(site_id)), what="site")
    try:
        return plan(
            db, _place(), _builder(), org_id=site["org_id"], site_id=str(site_id), host=host
        )
    except PublishFailure as failure:
        raise Conflict(failure.detail, code=failure.code) from None
    except failures.Unavailable:
        raise Unavailable() from None


@blueprint.post("/api/sites/<uuid:site_id>/unpublish")
@limiter.limit(_PUBLISHES)
@operation(
    "Take a site down",
    body=Unpublish,
    answer=Deployment,
    status=202,
    errors=(Forbidden, NotFound, Conflict, Invalid),
    idempotent=True,
)
def unpublish(site_id: UUID, *, body: Unpublish, idempotency_key: str | None) -> dict[str, Any]:
    """Take the site off a host. Its pages and its history stay."""
    arguments = {
        "site_id": str(site_id), "host": body.host, "idempotency_key": idempotency_key,
    }  # fmt: skip
    return _noted(one(_db().rpc("request_unpublish", arguments), what="site"))


@blueprint.get("/api/deployments/<uuid:deployment_id>/archive")
@limiter.limit(_PUBLISHES)
@operation(
    "Download a deployment as a ZIP",
    errors=(NotFound, Conflict, Gone),
    media_type="application/zip",
)
def archive(deployment_id: UUID) -> Response:
    """Everything the deployment published, in a ZIP that works from any static host."""
    db = _db()
    query = db.table("deployments").select("site_id,status,manifest")
    row = one(query.eq("id", str(deployment_id)), what="deployment")
    if row["status"] != "ready" or not row["manifest"]:
        raise Conflict(
            "The archive can be downloaded when the deployment is ready.", code="not_ready"
        )
    site = one(db.table("sites").select("name").eq("id", row["site_id"]), what="site")
    blobs = BlobStore(_config().data_dir / "blobs")
    try:
        pieces = stream_zip(row["manifest"], blobs)
    except FileNotFoundError:
        raise Gone(
            "The files of this deployment are no longer on the server. Publish again."
        ) from None
    return Response(
        pieces,
        mimetype="application/zip",
        headers={
            "Content-Disposition": content_disposition(site["name"]),
            "Cache-Control": "private, no-store",
        },
    )


def _noted(deployment: dict[str, Any]) -> dict[str, Any]:
    note_organization(deployment["org_id"])
    return deployment


def _place() -> Place:
    config = _config()
    return Place(config.data_dir.resolve(), config.app_url, config.sites_url)


def _builder() -> Builder:
    """One for each thread that asks: a build takes what the one before left, and changes it."""
    config = _config()
    if not hasattr(_kept, "builder"):
        library = load_library(Path(current_app.root_path))
        _kept.builder = Builder.make(
            library, config.data_dir.resolve(), config.supabase_url, config.app_url
        )
    found: Builder = _kept.builder
    return found


def _db() -> Client:
    return as_user(_config(), g.person.token)


def _config() -> Config:
    config: Config = current_app.config["ROSERAM"]
    return config
