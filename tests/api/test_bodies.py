"""CASES C 68 to 72 and J 177 at the edge: what a body must be before a route sees it."""

import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.edge.json_body import MAX_BYTES
from tests.unit.test_strict_json import HOSTILE


def post(
    client: FlaskClient, as_olive: dict[str, str], data: bytes, **options: Any
) -> TestResponse:
    options.setdefault("content_type", "application/json")
    return client.post("/api/probe", data=data, headers=as_olive, **options)


def assert_problem(answer: TestResponse, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.mimetype == "application/problem+json"
    body: dict[str, Any] = answer.get_json()
    assert body["status"] == status
    assert body["request_id"] == answer.headers["X-Request-Id"]
    assert {"type", "title", "status", "detail", "code", "request_id"} <= set(body)
    return body


def test_a_good_body_is_taken(client: FlaskClient, as_olive: dict[str, str]) -> None:
    answer = post(client, as_olive, b'{"title": "Rose"}')
    assert (answer.status_code, answer.get_json()["title"]) == (201, "Rose")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_json_is_a_bad_request(
    client: FlaskClient, as_olive: dict[str, str], name: str
) -> None:
    # 413 where the hostile body is also larger than any body may be.
    status = 413 if len(HOSTILE[name]) > MAX_BYTES else 400
    assert_problem(post(client, as_olive, HOSTILE[name]), status)


@pytest.mark.parametrize(
    "kind",
    ["", "text/plain", "text/json", "application/x-www-form-urlencoded", "multipart/form-data",
     "application/json; charset=utf-16", "application/json; charset=latin-1", "application/jsonp",
     "application/problem+json", "text/html", "nonsense"],
)  # fmt: skip
def test_another_media_type_is_refused(
    client: FlaskClient, as_olive: dict[str, str], kind: str
) -> None:
    assert_problem(post(client, as_olive, b'{"title": "x"}', content_type=kind), 415)


@pytest.mark.parametrize(
    "kind",
    ["application/json; charset=utf-8", "Application/JSON", "application/json;charset=UTF-8",
     'application/json; charset="utf-8"'],
)  # fmt: skip
def test_json_by_other_spellings_is_taken(
    client: FlaskClient, as_olive: dict[str, str], kind: str
) -> None:
    assert post(client, as_olive, b'{"title": "x"}', content_type=kind).status_code == 201


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "title"),
        ({"title": 5}, "title"),
        ({"title": None}, "title"),
        ({"title": ["x"]}, "title"),
        ({"title": "x", "count": "5"}, "count"),
        ({"title": "x", "count": 5.0}, "count"),
        ({"title": "x", "count": True}, "count"),
        ({"title": "x", "id": "no"}, "id"),
        ({"title": "x", "id": 5}, "id"),
        ({"title": "x", "role": "owner"}, "role"),
        ({"title": "x", "__proto__": {}}, "__proto__"),
    ],
)
def test_a_wrong_field_is_named_with_what_to_do(
    client: FlaskClient, as_olive: dict[str, str], body: dict[str, Any], field: str
) -> None:
    problem = assert_problem(post(client, as_olive, json.dumps(body).encode()), 422)
    assert [error["field"] for error in problem["errors"]] == [field]
    assert problem["errors"][0]["message"].endswith(".")


@pytest.mark.parametrize("body", [b"[]", b"null", b"5", b'"text"', b"true"])
def test_a_body_that_is_no_object_is_invalid(
    client: FlaskClient, as_olive: dict[str, str], body: bytes
) -> None:
    problem = assert_problem(post(client, as_olive, body), 422)
    assert problem["errors"] == [{"field": "", "message": "Give an object."}]


def padded(size: int) -> bytes:
    return b'{"title": "x"' + b" " * (size - 14) + b"}"


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize(("extra", "status"), [(-1, 201), (0, 201), (1, 413), (100_000, 413)])
def test_the_size_limit_is_exact(
    client: FlaskClient, as_olive: dict[str, str], extra: int, status: int, chunked: bool
) -> None:
    data = padded(MAX_BYTES + extra)
    if not chunked:
        assert post(client, as_olive, data).status_code == status
        return
    answer = client.post(
        "/api/probe",
        input_stream=io.BytesIO(data),
        headers={**as_olive, "Transfer-Encoding": "chunked"},
        content_type="application/json",
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code == status


def test_a_body_shorter_than_announced_is_refused(
    client: FlaskClient, as_olive: dict[str, str]
) -> None:
    answer = client.post(
        "/api/probe",
        input_stream=io.BytesIO(b'{"title": "x"}'),
        headers=as_olive,
        content_type="application/json",
        environ_overrides={"CONTENT_LENGTH": "500"},
    )
    assert_problem(answer, 400)


def test_no_body_is_no_json(client: FlaskClient, as_olive: dict[str, str]) -> None:
    assert_problem(post(client, as_olive, b""), 400)


@pytest.mark.parametrize(("key", "status"), [("a" * 200, 201), ("5c0f-x", 201), ("a" * 201, 400),
                                             ("a b", 400), ("", 400), ("ü", 400)])  # fmt: skip
def test_an_idempotency_key_is_visible_ascii(
    client: FlaskClient, as_olive: dict[str, str], key: str, status: int
) -> None:
    headers = {**as_olive, "Idempotency-Key": key}
    answer = client.post("/api/probe", json={"title": "x"}, headers=headers)
    assert answer.status_code == status
    assert status != 201 or answer.get_json()["key"] == key


def test_a_form_from_another_site_cannot_write(
    client: FlaskClient, as_olive: dict[str, str]
) -> None:
    """CASES 62: without a preflight a page can send only these types, and no Authorization."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = client.post("/api/probe", data=b'{"title":"x"}', content_type=kind)
        assert_problem(answer, 401)
