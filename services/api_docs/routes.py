"""GET /api/openapi.json and /api/docs: generated from the running code, so they cannot be stale."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Flask, current_app, render_template

from services import auth, errors, openapi
from services.auth import public
from services.config import Config
from services.edge import operation as operations
from services.edge.operation import operation
from services.openapi import Route

blueprint = Blueprint("api_docs", __name__)


@blueprint.get("/api/openapi.json")
@public
@operation("This description")
def document() -> dict[str, Any]:
    """OpenAPI 3.1."""
    return _describe()


@blueprint.get("/api/docs")
@public
@operation("This description, for people", media_type="text/html")
def page() -> Any:
    """A plain page without scripts."""
    html = render_template("api_docs.html", api=_describe(), problems=_problems())
    return current_app.make_response(html)


def _describe() -> dict[str, Any]:
    """Write the description once per process: the routes do not change while it runs."""
    if "openapi" not in current_app.extensions:
        config: Config = current_app.config["ROSERAM"]
        described = openapi.describe(list(routes_of(current_app)), server=config.app_url)
        current_app.extensions["openapi"] = described
    document: dict[str, Any] = current_app.extensions["openapi"]
    return document


def routes_of(app: Flask) -> Iterator[Route]:
    """Walk the router: every /api route with what @operation said about it."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        described = operations.of(view)
        if described is None:
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Route(rule.rule, method, rule.endpoint, auth.is_public(view), described)


def _problems() -> list[type[errors.ProblemError]]:
    """Every kind of problem; `type` in an answer points at its line of the page."""
    kinds = {errors.ProblemError}
    queue = [errors.ProblemError]
    while queue:
        below = queue.pop().__subclasses__()
        kinds.update(below)
        queue += below
    return sorted(kinds, key=lambda kind: (kind.status, kind.code))
