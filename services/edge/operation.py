"""`@operation` says what an endpoint takes and gives, reads the body and describes it to OpenAPI.

@blueprint.post("/api/deployments")
@operation("Publish a site", body=NewDeployment, answer=Deployment, status=202,
           errors=(NotFound, Conflict), idempotent=True)
def create(*, body: NewDeployment, idempotency_key: str | None) -> dict[str, Any]: ...
"""

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, json, request
from pydantic import BaseModel

from services.edge import json_body, shares
from services.errors import BadRequest, ProblemError

_KEY_FORM = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(frozen=True)
class Operation:
    """What the description of an endpoint is made of."""

    summary: str
    detail: str
    body: type[BaseModel] | None
    answer: type[BaseModel] | None
    status: int
    errors: tuple[type[ProblemError], ...]
    media_type: str
    idempotent: bool
    max_bytes: int
    streams: bool = False


def operation(
    summary: str,
    *,
    body: type[BaseModel] | None = None,
    answer: type[BaseModel] | None = None,
    status: int = 200,
    errors: tuple[type[ProblemError], ...] = (),
    media_type: str = "application/json",
    idempotent: bool = False,
    max_bytes: int = json_body.MAX_BYTES,
    streams: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Describe a view; the view gets `body` and `idempotency_key` as keywords where asked for.

    A dict, list or model that the view returns becomes JSON with `status`; a Response passes.
    With `streams` the same comes as Server-Sent Events to whoever accepts those.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        described = Operation(
            summary=summary,
            detail=(view.__doc__ or "").strip(),
            body=body,
            answer=answer,
            status=status,
            errors=errors,
            media_type=media_type,
            idempotent=idempotent,
            max_bytes=max_bytes,
            streams=streams,
        )

        @functools.wraps(view)
        def wrapped(**arguments: Any) -> Response:
            if body is not None:
                arguments["body"] = json_body.read(body, max_bytes=max_bytes)
            ids = _ids(arguments)
            shares.require(ids)
            if idempotent:
                arguments["idempotency_key"] = idempotency_key()
            result = view(**arguments)
            response = result if isinstance(result, Response) else _as_json(result, status)
            shares.count(response, ids, _organization(result, arguments.get("body")))
            return response

        wrapped.operation = described  # type: ignore[attr-defined]
        return wrapped

    return decorate


def of(view: Callable[..., Any]) -> Operation | None:
    """Return what `@operation` said about a view."""
    return getattr(view, "operation", None)


def idempotency_key() -> str | None:
    """Return the Idempotency-Key, under which a repeated request has its effect only once."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY_FORM.fullmatch(key):
        raise BadRequest(
            "Idempotency-Key must have 1 to 200 visible ASCII characters.",
            code="bad_idempotency_key",
        )
    return key


def _ids(arguments: dict[str, Any]) -> list[str]:
    """Return the ids that a request names, in its path and in its body."""
    body = arguments.get("body")
    named = {**arguments, **(dict(body) if isinstance(body, BaseModel) else {})}
    return [str(value) for name, value in named.items() if name.endswith("_id") and value]


def _organization(result: Any, body: BaseModel | None) -> dict[str, Any]:
    """Return what an answer says of its organization; what is asked of one counts once answered."""
    told = dict(result) if isinstance(result, (dict, BaseModel)) else {}
    return told if told.get("org_id") else {"org_id": getattr(body, "org_id", None)}


def _as_json(result: Any, status: int) -> Response:
    if isinstance(result, BaseModel):
        return Response(result.model_dump_json(), status, mimetype="application/json")
    return Response(json.dumps(result), status, mimetype="application/json")
