"""A vendor's own description of its API (Swagger 2 or OpenAPI 3.0), ready to judge messages by."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

from jsonschema import Draft4Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

ROOT = Path(__file__).resolve().parents[2]
FILES = {
    "netlify": "tests/npm/node_modules/@netlify/open-api/dist/swagger.json",
    "github": "tests/npm/node_modules/@octokit/openapi/generated/api.github.com.json",
    "vercel": "tests/contracts/vercel.json",
}
METHODS = ("get", "post", "put", "patch", "delete")
# These stand for the rest of a path, slashes included.
GREEDY = {"path", "file_path", "ref"}
_TYPES = {"integer": int, "number": (int, float), "string": str, "boolean": bool}


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    id: str
    method: str
    path: str
    pattern: re.Pattern[str]
    detail: dict[str, Any]
    parameters: tuple[dict[str, Any], ...]


class Description:
    """What a vendor says it takes and gives."""

    def __init__(self, vendor: str) -> None:
        self.vendor = vendor
        self.document = _nullable(json.loads((ROOT / FILES[vendor]).read_bytes()))
        resource = Resource.from_contents(self.document, default_specification=DRAFT4)
        self.registry = Registry().with_resource("urn:api", resource)
        self.prefix = self.document.get("basePath", "").rstrip("/")

    @cached_property
    def operations(self) -> list[Operation]:
        found = []
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    shared = [*item.get("parameters", []), *item[method].get("parameters", [])]
                    parameters = tuple(self.follow(each) for each in shared)
                    found.append(
                        Operation(
                            item[method].get("operationId", f"{method} {path}"), method.upper(),
                            path, _pattern(self.prefix + path), item[method], parameters,
                        )
                    )  # fmt: skip
        # The most literal path first: /sites/{id}/dns before /sites/{rest}.
        return sorted(found, key=lambda op: (op.path.count("{"), -len(op.path)))

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        for operation in self.operations:
            match = operation.pattern.fullmatch(path)
            if match and operation.method == method:
                names = re.findall(r"\{(\w+)\}", operation.path)
                values = [unquote(value) for value in match.groups()]
                return operation, dict(zip(names, values, strict=True))
        return None

    def follow(self, node: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in node:
            found: Any = self.document
            for step in node["$ref"].removeprefix("#/").split("/"):
                key = unquote(step).replace("~1", "/").replace("~0", "~")
                found = found[int(key) if isinstance(found, list) else key]
            node = found
        return node

    # Requests -------------------------------------------------------------------

    def request_faults(
        self, operation: Operation, query: str, headers: dict[str, str], body: bytes
    ) -> list[str]:
        """Say what is wrong with a request, as the vendor describes it."""
        faults = []
        if not re.fullmatch(r"Bearer \S+", headers.get("authorization", "")):
            faults.append("no bearer token")
        known = {p["name"]: p for p in operation.parameters if p["in"] == "query"}
        given = dict(parse_qsl(query, keep_blank_values=True))
        faults += [f"unknown query parameter {name}" for name in given.keys() - known.keys()]
        faults += [
            f"query lacks {n}" for n, p in known.items() if p.get("required") and n not in given
        ]
        for name in given.keys() & known.keys():
            faults += self._text_faults(known[name], given[name])
        return faults + self._body_faults(operation, headers, body)

    def _text_faults(self, parameter: dict[str, Any], value: str) -> list[str]:
        schema = parameter.get("schema", parameter)
        try:
            typed: Any = (
                json.loads(value)
                if schema.get("type") in ("integer", "number", "boolean")
                else value
            )
        except ValueError:
            typed = value
        allowed = {
            key: schema[key] for key in ("type", "enum", "maximum", "minimum") if key in schema
        }
        return [
            f"{parameter['name']}: {e.message}" for e in Draft4Validator(allowed).iter_errors(typed)
        ]

    def _body_faults(self, operation: Operation, headers: dict[str, str], body: bytes) -> list[str]:
        schema, types = self._body_schema(operation)
        kind = headers.get("content-type", "").split(";")[0]
        if schema is None:
            return ["a body where none is described"] if body and not types else []
        if not body:
            return ["no body"] if self._body_required(operation) else []
        if kind not in types:
            return [f"content type {kind or 'missing'} instead of {types}"]
        if kind != "application/json":
            return []
        try:
            data = json.loads(body)
        except ValueError:
            return ["the body is not JSON"]
        return self._check(schema, data) + self._unknown_fields(schema, data)

    def _body_schema(self, operation: Operation) -> tuple[str | None, list[str]]:
        base = f"paths/{_escape(operation.path)}/{operation.method.lower()}"
        if "requestBody" in operation.detail:
            content = operation.detail["requestBody"].get("content", {})
            if "application/json" in content:
                return f"{base}/requestBody/content/application~1json/schema", list(content)
            return f"{base}/requestBody", list(content) or ["application/octet-stream"]
        for index, parameter in enumerate(operation.detail.get("parameters", [])):
            if parameter.get("in") == "body":
                types = operation.detail.get("consumes") or self.document["consumes"]
                return f"{base}/parameters/{index}/schema", types
        return None, []

    def _body_required(self, operation: Operation) -> bool:
        if "requestBody" in operation.detail:
            return bool(operation.detail["requestBody"].get("required"))
        return any(p["in"] == "body" and p.get("required") for p in operation.parameters)

    def _unknown_fields(self, pointer: str, data: Any) -> list[str]:
        schema = self.follow({"$ref": f"#/{pointer}"})
        names: set[str] = set()
        for part in [schema, *(self.follow(p) for p in schema.get("allOf", []))]:
            names |= set(part.get("properties", {}))
        if not names or not isinstance(data, dict):
            return []
        return [f"unknown field {name}" for name in data.keys() - names]

    # Answers --------------------------------------------------------------------

    def answer_faults(self, operation: Operation, status: int, body: bytes) -> list[str]:
        """Say what the vendor could not have answered."""
        responses = operation.detail["responses"]
        key = str(status) if str(status) in responses else "default"
        if key not in responses:
            # Every vendor may be overloaded, whatever it describes.
            return [] if status >= 500 or status == 429 else [f"status {status} is not described"]
        base = f"paths/{_escape(operation.path)}/{operation.method.lower()}/responses/{key}"
        described = self.follow(responses[key])
        if "content" in described:
            if "application/json" not in described["content"]:
                return []
            base += "/content/application~1json"
            described = described["content"]["application/json"]
        if "schema" not in described:
            return []
        try:
            data = json.loads(body)
        except ValueError:
            return ["the answer is not JSON"]
        if "$ref" in responses[key]:
            base = responses[key]["$ref"].removeprefix("#/") + "/content/application~1json"
        return self._check(f"{base}/schema", data)

    def _check(self, pointer: str, data: Any) -> list[str]:
        errors = list(self._validator(pointer).iter_errors(data))[:5]
        return [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in errors]

    @lru_cache(maxsize=500)  # noqa: B019  # as long as the process
    def _validator(self, pointer: str) -> Draft4Validator:
        return Draft4Validator({"$ref": f"urn:api#/{pointer}"}, registry=self.registry)

    # The smallest thing that conforms --------------------------------------------

    def sample(self, name: str, /, **values: Any) -> dict[str, Any]:
        """Make the smallest object of a schema, with these values in it."""
        place = "definitions" if "definitions" in self.document else "components/schemas"
        made: dict[str, Any] = json.loads(self._sample(f"{place}/{name}"))
        return made | values

    @lru_cache(maxsize=100)  # noqa: B019
    def _sample(self, pointer: str) -> str:
        return json.dumps(self._made({"$ref": f"#/{pointer}"}, 0))

    def _made(self, schema: dict[str, Any], depth: int) -> Any:
        schema = self.follow(schema)
        for key in ("oneOf", "anyOf"):
            if schema.get(key) and "properties" not in schema:
                return self._made(schema[key][0], depth)
        if "enum" in schema:
            return schema["enum"][0]
        kind = schema.get("type")
        kinds = kind if isinstance(kind, list) else [kind]
        if "null" in kinds and depth:
            return None
        if "properties" in schema or "allOf" in schema or kinds[0] == "object":
            made: dict[str, Any] = {}
            for part in schema.get("allOf", []):
                made |= self._made(part, depth)
            for name in schema.get("required", []):
                made[name] = self._made(schema.get("properties", {}).get(name, {}), depth + 1)
            return made
        text = {"uri": "https://example.com/", "date-time": "2026-01-01T00:00:00Z"}
        plain: dict[Any, Any] = {"integer": 1, "number": 1, "boolean": False, "array": []}
        return plain.get(kinds[0], text.get(schema.get("format", ""), "text"))


@lru_cache(maxsize=3)
def described(vendor: str) -> Description:
    return Description(vendor)


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", path)
    made = [
        re.escape(part) if i % 2 == 0 else ("(.+)" if part in GREEDY else "([^/]+)")
        for i, part in enumerate(parts)
    ]
    return re.compile("".join(made))


def _escape(path: str) -> str:
    return path.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")


def _nullable(node: Any) -> Any:
    """OpenAPI 3.0 says `nullable`, JSON Schema says so in the type."""
    if isinstance(node, list):
        return [_nullable(each) for each in node]
    if not isinstance(node, dict):
        return node
    made = {key: _nullable(value) for key, value in node.items()}
    # An integer's format is no rule of JSON Schema's, and some vendors write "dateTime".
    made.pop("format", None) if made.get("format") not in ("uri", "date-time") else None
    if made.pop("nullable", False) is True or made.pop("x-nullable", False) is True:
        if isinstance(made.get("type"), str):
            made["type"] = [made["type"], "null"]
            if "enum" in made and None not in made["enum"]:
                made["enum"] = [*made["enum"], None]
        else:
            made = {"anyOf": [made, {"type": "null"}]}
    return made
