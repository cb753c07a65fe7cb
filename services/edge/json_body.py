"""The one way a request body comes in: JSON, of a bounded size, checked against a model."""

from typing import Any, TypeVar

from flask import request
from pydantic import BaseModel, ConfigDict, ValidationError

from services import strict_json
from services.errors import BadRequest, FieldError, Invalid, TooLarge, UnsupportedMediaType

MAX_BYTES = 64 * 1024
# As much as the proxy hands on (deploy/Caddyfile), and a bit.
_MOST_IGNORED = 8 * 1024 * 1024
Model = TypeVar("Model", bound=BaseModel)


class Body(BaseModel):
    """Base of every request body: no conversions, no unknown fields."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


_WHAT_TO_DO = {
    "missing": "This field is required.",
    "extra_forbidden": "There is no such field: remove it.",
    "uuid_parsing": "Give an id such as 0190c5a2-7b1c-7f4e-9d3a-2f1e5b6c7d8e.",
    "uuid_type": "Give an id such as 0190c5a2-7b1c-7f4e-9d3a-2f1e5b6c7d8e.",
    "string_type": "Give a text.",
    "int_type": "Give a whole number.",
    "int_from_float": "Give a whole number.",
    "bool_type": "Give true or false.",
    "model_type": "Give an object.",
    "dict_type": "Give an object.",
    "list_type": "Give a list.",
}


def read(model: type[Model], *, max_bytes: int = MAX_BYTES) -> Model:
    """Return the body as `model`.

    Raises UnsupportedMediaType, TooLarge, BadRequest (not JSON) or Invalid (the wrong JSON).
    """
    if request.mimetype != "application/json" or not _is_utf8(request.mimetype_params):
        raise UnsupportedMediaType()
    data = read_bytes(max_bytes=max_bytes)
    try:
        strict_json.parse(data)
    except strict_json.JsonError as error:
        raise BadRequest(str(error), code="bad_json") from None
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        raise Invalid(errors=[_field_error(item) for item in error.errors()[:50]]) from None


def read_bytes(*, max_bytes: int = MAX_BYTES) -> bytes:
    """Return the whole body, or refuse it: never a part of it.

    Werkzeug cuts a chunked body at its limit and carries on as if that were all, so the stream is
    read here: one byte more than allowed is too large.
    """
    announced = request.content_length
    if announced is not None and announced > max_bytes:
        raise _too_large(max_bytes)
    if announced is None and not request.environ.get("wsgi.input_terminated"):
        return b""
    stream = request.environ["wsgi.input"]
    wanted = max_bytes + 1 if announced is None else announced
    data = bytearray()
    while len(data) < wanted:
        chunk = stream.read(wanted - len(data))
        if not chunk:
            break
        data += chunk
    if len(data) > max_bytes:
        raise _too_large(max_bytes)
    if announced is not None and len(data) < announced:
        raise BadRequest("The body ended early.")
    return bytes(data)


def _is_utf8(parameters: dict[str, str]) -> bool:
    return parameters.get("charset", "utf-8").lower().replace("-", "") == "utf8"


def _too_large(max_bytes: int) -> TooLarge:
    """Read on before refusing: a proxy that finds its line closed while it sends says 502."""
    stream, left = request.environ["wsgi.input"], _MOST_IGNORED
    while left > 0 and (chunk := stream.read(min(left, 64 * 1024))):
        left -= len(chunk)
    return TooLarge(f"The body may have at most {max_bytes:,} bytes.")


def _field_error(item: Any) -> FieldError:
    path = ".".join(str(step) for step in item["loc"])
    return FieldError(path, _WHAT_TO_DO.get(item["type"]) or f"{item['msg']}.")
