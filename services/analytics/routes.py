"""/api/analytics: the beacon of published pages, their script, and links that share the numbers.

Members read the numbers themselves from Supabase (`site_report`); nothing here stands in between.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, Response, current_app, g, request

from services.analytics.collecting import Collector
from services.analytics.collecting import Request as Visit
from services.analytics.front import Front
from services.analytics.shapes import (
    MAX_BYTES,
    AnalyticsLink,
    Beacon,
    NewLink,
    SharedQuestion,
    SharedReport,
)
from services.auth import public
from services.config import Config
from services.edge.limits import limiter
from services.edge.operation import operation
from services.errors import Forbidden, Invalid, NotFound, Unavailable
from services.preview_links.sealed import REPORT, Link, make_key, seal, unseal
from services.site_library import read_tracker
from services.supabase import Client, as_service, as_user, one

blueprint = Blueprint("analytics", __name__)

_LINKS = "60 per minute"
_COLUMNS = "id,site_id,label,expires_at,created_at"


def register(app: Flask, config: Config) -> None:
    """Join the endpoints, and put the short way for beacons before the app."""
    collector = Collector(config)
    app.extensions["collector"] = collector
    app.wsgi_app = Front(app.wsgi_app, collector)  # type: ignore[method-assign]
    app.register_blueprint(blueprint)


@blueprint.post("/api/analytics/collect")
@public
@limiter.exempt
@operation(
    "Count a visit",
    body=Beacon,
    status=204,
    errors=(Invalid, Unavailable),
    max_bytes=MAX_BYTES,
)
def collect(*, body: Beacon) -> Response:
    """Take what a published page tells. `text/plain` is read as JSON too.

    A site that does not exist, or does not count its visits, gets the same answer. The address of
    the visitor is hashed with the day's salt and forgotten; robots, and whoever asked with Do Not
    Track or Global Privacy Control, are not counted.
    """
    collector: Collector = current_app.extensions["collector"]
    collector.take(body, Visit(request.environ))
    return Response(status=204)


@blueprint.get("/api/analytics/tracker.js")
@public
@operation("The script that counts visits", media_type="text/javascript")
def tracker() -> Response:
    """For pages that are not published from here: the same file that published sites carry.

    `<script async src="…/tracker.js" data-site="<id>" data-to="…/api/analytics/collect">`
    """
    answer = Response(_script(), mimetype="text/javascript")
    answer.headers["Cache-Control"] = "public, max-age=3600"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


@blueprint.post("/api/analytics/links")
@limiter.limit(_LINKS)
@operation(
    "Share a site's visits",
    body=NewLink,
    answer=AnalyticsLink,
    status=201,
    errors=(Forbidden, NotFound, Invalid),
)
def create_link(*, body: NewLink) -> dict[str, Any]:
    """Make a link that shows a site's visits, and nothing else, to anybody who holds it."""
    db = _db()
    wanted = body.model_dump(mode="json")
    one(db.table("sites").select("id").eq("id", wanted["site_id"]), what="site")
    return _with_address(one(db.table("analytics_links").insert(wanted), what="site"))


@blueprint.get("/api/analytics/links/<uuid:link_id>")
@limiter.limit(_LINKS)
@operation("Show a link to visits again", answer=AnalyticsLink, errors=(NotFound,))
def show_link(link_id: UUID) -> dict[str, Any]:
    """Return a link of the person's organization with its address, which no table holds."""
    found = _db().table("analytics_links").select(_COLUMNS).eq("id", str(link_id))
    return _with_address(one(found, what="link"))


@blueprint.post("/api/analytics/shared")
@public
@limiter.limit(_LINKS)
@operation(
    "Read a shared report",
    body=SharedQuestion,
    answer=SharedReport,
    errors=(NotFound, Invalid, Unavailable),
)
def shared(*, body: SharedQuestion) -> dict[str, Any]:
    """Return the visits of the site that a link is about, while it is open."""
    config = _config()
    link = unseal(body.token, make_key(config.data_dir), purpose=REPORT)
    if link is None:
        raise NotFound("This link has ended, or was not copied in full.")
    question = body.model_dump(mode="json", exclude={"token"}) | {"link_id": str(link.id)}
    return one(as_service(config).rpc("shared_report", question), what="link")


@cache
def _script() -> str:
    return read_tracker()


def _with_address(row: dict[str, Any]) -> dict[str, Any]:
    config = _config()
    ends = int(datetime.fromisoformat(row["expires_at"]).timestamp())
    link = Link(UUID(row["id"]), UUID(row["site_id"]), ends)
    token = seal(link, make_key(config.data_dir), purpose=REPORT)
    shown = {name: row[name] for name in _COLUMNS.split(",")}
    # Behind the #, which no server and no Referer header gets to see.
    return shown | {"url": f"{config.app_url}/report#{token}"}


def _db() -> Client:
    return as_user(_config(), g.person.token)


def _config() -> Config:
    config: Config = current_app.config["ROSERAM"]
    return config
