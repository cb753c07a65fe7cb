"""Turns every error into RFC 9457 problem JSON, or into a page where a person looks at a screen."""

import logging
from dataclasses import asdict
from typing import Any

from flask import Flask, Response, g, json, render_template, request
from jinja2 import TemplateError
from markupsafe import escape
from werkzeug.exceptions import HTTPException

from services import errors, supabase
from services.edge.request_log import begin_request
from services.errors import ProblemError

log = logging.getLogger(__name__)

_BY_STATUS: dict[int, type[ProblemError]] = {
    kind.status: kind
    for kind in (
        errors.BadRequest,
        errors.Unauthorized,
        errors.Forbidden,
        errors.NotFound,
        errors.MethodNotAllowed,
        errors.Conflict,
        errors.Gone,
        errors.TooLarge,
        errors.UnsupportedMediaType,
        errors.Invalid,
        errors.TooManyRequests,
        errors.BadGateway,
        errors.Unavailable,
    )
}


def register(app: Flask) -> None:
    """Handle our own problems, Werkzeug's, Supabase's, and everything unforeseen."""
    app.register_error_handler(ProblemError, answer)
    app.register_error_handler(HTTPException, _from_werkzeug)
    for vendor_error in supabase.ERRORS:
        app.register_error_handler(vendor_error, _from_supabase)
    app.register_error_handler(Exception, _unforeseen)


def answer(problem: ProblemError) -> Response:
    """Say it as problem JSON, or as a page outside of /api and /static."""
    begin_request()
    is_screen = not f"{request.path}/".startswith(("/api/", "/static/"))
    response = _page(problem) if is_screen else _json(problem)
    if problem.retry_after is not None:
        response.headers["Retry-After"] = str(problem.retry_after)
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _json(problem: ProblemError) -> Response:
    body = describe(problem, g.request_id)
    return Response(json.dumps(body), problem.status, mimetype="application/problem+json")


def describe(problem: ProblemError, request_id: str) -> dict[str, Any]:
    """Return the problem as the object that is sent."""
    body: dict[str, Any] = {
        "type": f"/api/docs#{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "request_id": request_id,
    }
    if problem.errors:
        body["errors"] = [{"field": e.field, "message": e.message} for e in problem.errors]
    if isinstance(problem, errors.OverPlan) and problem.uses:
        body["uses"] = [asdict(use) for use in problem.uses]
    return body


def _page(problem: ProblemError) -> Response:
    try:
        html = render_template(
            "error.html", status=problem.status, title=problem.title, detail=problem.detail
        )
    except (TemplateError, RuntimeError) as error:
        # RuntimeError: the browser bundle is not built, which is then what the person must read.
        detail = error if isinstance(error, RuntimeError) else problem.detail
        html = (
            f"<!doctype html><html lang=en><title>{escape(problem.title)}</title>"
            f"<h1>{escape(problem.title)}</h1><p>{escape(detail)}</p>"
        )
    return Response(html, problem.status, mimetype="text/html")


def _from_werkzeug(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    response = answer(_BY_STATUS.get(error.code, ProblemError)())
    allow = getattr(error, "valid_methods", None)
    if allow:
        response.headers["Allow"] = ", ".join(sorted(allow))
    return response


def _from_supabase(error: Exception) -> Response:
    problem = supabase.as_problem(error)
    if problem.status >= 500:
        log.warning("supabase failed: %s", type(error).__name__)
    return answer(problem)


def _unforeseen(error: Exception) -> Response:
    begin_request()
    log.exception("unforeseen error", extra={"fields": {"request_id": g.request_id}})
    return answer(ProblemError())
