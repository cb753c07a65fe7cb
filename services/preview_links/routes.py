"""/api/preview-links: make a link that shows a preview, and show the link again.

The row is the person's own insert, so the database decides who may; only the seal is made here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, g

from services.config import Config
from services.deployments.addresses import Addresses
from services.edge.limits import limiter
from services.edge.operation import operation
from services.errors import Conflict, Forbidden, Invalid, NotFound
from services.preview_links.sealed import Link, make_key, seal
from services.preview_links.shapes import NewPreviewLink, PreviewLink
from services.supabase import Client, as_user, one

blueprint = Blueprint("preview_links", __name__)

_LINKS = "60 per minute"
_COLUMNS = "id,deployment_id,label,expires_at,created_at"


@blueprint.post("/api/preview-links")
@limiter.limit(_LINKS)
@operation(
    "Share a preview",
    body=NewPreviewLink,
    answer=PreviewLink,
    status=201,
    errors=(Forbidden, NotFound, Conflict, Invalid),
)
def create(*, body: NewPreviewLink) -> dict[str, Any]:
    """Make a link that shows one preview to anybody who holds it, for at most a day."""
    wanted = body.model_dump(mode="json")
    db = _db()
    asked = db.table("deployments").select("host,target,status").eq("id", wanted["deployment_id"])
    preview = one(asked, what="preview")
    if (preview["host"], preview["target"]) != ("local", "preview"):
        raise Conflict("Only a preview can be shared.", code="not_a_preview")
    if preview["status"] != "ready":
        raise Conflict("The preview can be shared when it is ready.", code="not_ready")
    made = one(db.table("preview_links").insert(wanted), what="preview")
    return _with_address(made)


@blueprint.get("/api/preview-links/<uuid:link_id>")
@limiter.limit(_LINKS)
@operation("Show a link again", answer=PreviewLink, errors=(NotFound,))
def show(link_id: UUID) -> dict[str, Any]:
    """Return a link of the person's organization with its address, which no table holds."""
    found = _db().table("preview_links").select(_COLUMNS).eq("id", str(link_id))
    return _with_address(one(found, what="link"))


def _with_address(row: dict[str, Any]) -> dict[str, Any]:
    config = _config()
    ends = int(datetime.fromisoformat(row["expires_at"]).timestamp())
    link = Link(UUID(row["id"]), UUID(row["deployment_id"]), ends)
    token = seal(link, make_key(config.data_dir))
    shown = {name: row[name] for name in _COLUMNS.split(",")}
    return shown | {"url": Addresses(config.sites_url).shared(token)}


def _db() -> Client:
    return as_user(_config(), g.person.token)


def _config() -> Config:
    config: Config = current_app.config["ROSERAM"]
    return config
