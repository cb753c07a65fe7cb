"""Reads JSON from strangers: everything that a later layer would choke on is refused here.

Python's own parser takes NaN, keeps the last of two equal keys and lets NUL and lone surrogates
through; the database then refuses them with an error that would be a 500.
"""

import json
import re
from typing import Any, NoReturn

MAX_DEPTH = 32
MAX_INTEGER = 2**63 - 1

# NUL, halves of surrogate pairs, and the code points Unicode sets aside as "not a character".
_UNSTORABLE = re.compile(
    "[\x00\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(p << 16 | 0xFFFE)}{chr(p << 16 | 0xFFFF)}" for p in range(1, 17))
    + "]"
)


class JsonError(ValueError):
    """The bytes are not JSON that we take; the message says why, without quoting them."""


def parse(data: bytes) -> Any:
    """Return the value in `data`, UTF-8 JSON. Raises JsonError."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise JsonError("The body is not valid UTF-8.") from None
    if text.startswith("\ufeff"):
        raise JsonError("The body starts with a byte order mark: send plain UTF-8.")
    try:
        value = json.loads(
            text,
            parse_constant=_no_constant,
            parse_int=_integer,
            parse_float=_number,
            object_pairs_hook=_object,
        )
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as error:
        raise JsonError(
            f"The body is not JSON: line {error.lineno}, column {error.colno}."
        ) from None
    _check(value, MAX_DEPTH)
    return value


def _check(value: Any, depth: int) -> None:
    if depth < 0:
        raise _too_deep()
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth - 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_text(key)
            _check(item, depth - 1)


def _check_text(text: str) -> None:
    if _UNSTORABLE.search(text):
        raise JsonError("A text holds a character that cannot be stored, such as U+0000.")


def _too_deep() -> JsonError:
    return JsonError(f"The body is nested more than {MAX_DEPTH} levels deep.")


def _no_constant(name: str) -> NoReturn:
    raise JsonError(f"{name} is not JSON.")


def _integer(digits: str) -> int:
    if len(digits) > 20 or abs(int(digits)) > MAX_INTEGER:
        raise JsonError("A whole number is too large.")
    return int(digits)


def _number(text: str) -> float:
    number = float(text) if len(text) <= 400 else float("inf")
    if number in (float("inf"), float("-inf")):
        raise JsonError("A number is too large.")
    return number


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise JsonError("An object has the same key twice.")
    return result
