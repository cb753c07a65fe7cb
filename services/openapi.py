"""Writes the OpenAPI 3.1 description from what the code itself says: routes and @operation."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from services import errors
from services.edge.operation import Operation
from services.errors import ProblemError

_REF = "#/components/schemas/{model}"


class ProblemField(BaseModel):
    """One wrong field and what to do about it."""

    field: str
    message: str


class ProblemUse(BaseModel):
    """A place that uses what the plan does not include; `where` is its screen."""

    feature: str
    label: str
    where: str


class Problem(BaseModel):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[ProblemField] = []
    uses: list[ProblemUse] = []


@dataclass(frozen=True)
class Route:
    """An endpoint as the router knows it."""

    path: str
    method: str
    endpoint: str
    public: bool
    operation: Operation


def describe(routes: Iterable[Route], *, server: str) -> dict[str, Any]:
    """Return the whole document."""
    routes = sorted(routes, key=lambda route: (route.path, route.method))
    paths: dict[str, Any] = {}
    for route in routes:
        paths.setdefault(_template(route.path), {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Roseram Builder",
            "version": "1",
            "description": "What needs a secret or must not be forged. Everything else goes "
            "straight from the browser to Supabase, where row-level security decides.",
        },
        "servers": [{"url": server}],
        "paths": paths,
        "components": {
            "schemas": _schemas(routes),
            "securitySchemes": {
                "person": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
        },
        "security": [{"person": []}],
    }


def possible_errors(route: Route) -> list[type[ProblemError]]:
    """List what a route may answer besides success: its own errors and those of the edge."""
    found = {*route.operation.errors, errors.ProblemError, errors.TooManyRequests}
    if not route.public:
        found |= {errors.Unauthorized, errors.Forbidden, errors.Unavailable, errors.Timeout}
    if "<" in route.path:
        found |= {errors.NotFound}
    if route.operation.body is not None:
        found |= {errors.TooLarge, errors.UnsupportedMediaType, errors.Invalid}
    # Every route: an unknown Host header, for one.
    found |= {errors.BadRequest}
    return sorted(found, key=lambda error: (error.status, error.code))


def _operation(route: Route) -> dict[str, Any]:
    operation = route.operation
    described: dict[str, Any] = {
        "operationId": route.endpoint.replace(".", "_"),
        "summary": operation.summary,
        "description": re.sub(r"\s+", " ", operation.detail),
        "tags": [route.endpoint.split(".")[0]],
        "parameters": _parameters(route),
        "responses": {str(operation.status): _success(operation)} | _failures(route),
    }
    if operation.body is not None:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _ref(operation.body)}},
        }
    if route.public:
        described["security"] = []
    return described


def _parameters(route: Route) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "format": "uuid"}
            if kind == "uuid"
            else {"type": "string"},
        }
        for kind, name in re.findall(r"<(?:(\w+):)?(\w+)>", route.path)
    ]
    if route.operation.idempotent:
        parameters.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "description": "A repeated request with the same key has its effect only once.",
                "schema": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 200,
                    "pattern": "^[!-~]+$",
                },
            }
        )
    return parameters


def _success(operation: Operation) -> dict[str, Any]:
    if operation.answer is not None:
        schema: dict[str, Any] = _ref(operation.answer)
    elif operation.media_type == "application/json":
        schema = {}
    else:
        schema = {"type": "string", "contentMediaType": operation.media_type}
    described: dict[str, Any] = {
        "description": operation.summary,
        "headers": _headers("X-Request-Id", "RateLimit", "RateLimit-Policy"),
    }
    if operation.status == 204:
        return described
    return described | {
        "content": {operation.media_type: {"schema": schema}}
        | ({"text/event-stream": {"schema": {"type": "string"}}} if operation.streams else {}),
    }


def _failures(route: Route) -> dict[str, Any]:
    by_status: dict[int, list[type[ProblemError]]] = {}
    for error in possible_errors(route):
        by_status.setdefault(error.status, []).append(error)
    return {
        str(status): {
            "description": " or ".join(dict.fromkeys(error.title for error in found)) + ".",
            "headers": _headers("X-Request-Id", *(["Retry-After"] if status in (429, 503) else [])),
            "content": {"application/problem+json": {"schema": _ref(Problem)}},
        }
        for status, found in by_status.items()
    }


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"schema": {"type": "string"}} for name in names}


def _schemas(routes: Iterable[Route]) -> dict[str, Any]:
    wanted: dict[tuple[type[BaseModel], Any], None] = {(Problem, "serialization"): None}
    for route in routes:
        if route.operation.body is not None:
            wanted[(route.operation.body, "validation")] = None
        if route.operation.answer is not None:
            wanted[(route.operation.answer, "serialization")] = None
    _, schemas = models_json_schema(list(wanted), ref_template=_REF)
    definitions: dict[str, Any] = schemas.get("$defs", {})
    return definitions


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REF.format(model=model.__name__)}


def _template(path: str) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path)
