"""What a browser sends of a form: urlencoded, multipart or JSON, of a bounded size."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from flask import request
from werkzeug.exceptions import HTTPException
from werkzeug.formparser import FormDataParser

from services import strict_json
from services.edge.json_body import read_bytes
from services.errors import BadRequest, TooLarge, UnsupportedMediaType

MOST_PARTS = 200
MOST_TEXT = 64 * 1024
# All that a database or a terminal would choke on; line breaks and tabs stay.
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Attached:
    """One file."""

    field: str
    name: str
    type: str
    data: bytes = dataclasses.field(repr=False)


@dataclass(frozen=True)
class Sent:
    """Everything that came, by the fields' names."""

    values: dict[str, list[str]]
    files: list[Attached]

    def first(self, name: str) -> str:
        return next(iter(self.values.get(name, [])), "")


def read_form(*, max_bytes: int) -> Sent:
    """Read the body. Raises TooLarge, UnsupportedMediaType or BadRequest."""
    data = read_bytes(max_bytes=max_bytes)
    if request.mimetype == "application/json":
        return Sent(_of_json(data), [])
    if request.mimetype == "application/x-www-form-urlencoded":
        return Sent(_of_pairs(data), [])
    if request.mimetype == "multipart/form-data":
        return _of_parts(data)
    raise UnsupportedMediaType(
        "Send the form as multipart/form-data, application/x-www-form-urlencoded or JSON."
    )


def _of_json(data: bytes) -> dict[str, list[str]]:
    try:
        body = strict_json.parse(data)
    except strict_json.JsonError as error:
        raise BadRequest(str(error), code="bad_json") from None
    if not isinstance(body, dict) or len(body) > MOST_PARTS:
        raise BadRequest("Send an object with one text for each field.")
    return {
        _clean(name): [_word(each) for each in (value if isinstance(value, list) else [value])]
        for name, value in body.items()
        if value is not None
    }


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, str | int | float):
        return _clean(str(value))
    raise BadRequest("A field is a text, a number, true or false, or a list of texts.")


def _of_pairs(data: bytes) -> dict[str, list[str]]:
    if len(data) > MOST_TEXT:
        raise TooLarge(f"A form may have at most {MOST_TEXT:,} bytes of text.")
    try:
        pairs = parse_qsl(
            data.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=MOST_PARTS
        )
    except ValueError:
        raise BadRequest("The form has too many fields.") from None
    return _gathered(pairs)


def _of_parts(data: bytes) -> Sent:
    parser = FormDataParser(max_form_memory_size=MOST_TEXT, max_form_parts=MOST_PARTS, silent=False)
    try:
        _, form, files = parser.parse(
            BytesIO(data), request.mimetype, len(data), request.mimetype_params
        )
    except HTTPException:
        raise TooLarge(
            f"A form may have at most {MOST_TEXT:,} bytes of text and {MOST_PARTS} parts."
        ) from None
    except ValueError:
        raise BadRequest("The form cannot be read.") from None
    attached = [
        Attached(
            _clean(name),
            _file_name(file.filename or ""),
            _clean(file.mimetype or "")[:100],
            file.read(),
        )
        for name, file in files.items(multi=True)
    ]
    # A browser sends a file without a name and a byte for each field where nobody chose one.
    chosen = [each for each in attached if each.name or each.data]
    return Sent(_gathered(form.items(multi=True)), chosen)


def _gathered(pairs: Any) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(_clean(name), []).append(_clean(value))
    return values


def _clean(text: str) -> str:
    return _UNWANTED.sub("", text.replace("\r\n", "\n"))


def _file_name(name: str) -> str:
    """Return the last part of a file's name: browsers once sent whole paths."""
    last = re.split(r"[/\\]", _clean(name))[-1].replace("\n", " ").replace("\t", " ").strip()
    return last[-120:] or "file" if name else ""
