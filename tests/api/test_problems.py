"""Every error is problem JSON for programs and a page for people, and tells no secrets."""

import json
import logging

import httpx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from postgrest.exceptions import APIError

from tests.api.test_bodies import assert_problem


@pytest.mark.parametrize(
    "path",
    ["/api", "/api/", "/api/nope", "/api/deployments/../../etc", "/api/%00", "/api/health/",
     "/api/%ff", "/api//health", "/static/dist/nope.js"],
)  # fmt: skip
def test_an_unknown_address_is_a_404_problem(client: FlaskClient, path: str) -> None:
    assert_problem(client.get(path), 404)


def test_a_wrong_method_is_a_405_problem_that_names_the_right_ones(client: FlaskClient) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = client.open("/api/health", method=method)
        assert_problem(answer, 405)
        assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "a@127.0.0.1", "[::2]"]
)
def test_a_foreign_host_header_is_refused(client: FlaskClient, host: str) -> None:
    assert client.get("/api/health", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1:5000", "localhost:5000", "127.0.0.1"])
def test_our_own_host_is_answered(client: FlaskClient, host: str) -> None:
    assert client.get("/api/health", headers={"Host": host}).status_code == 200


def test_a_crash_tells_the_log_and_not_the_caller(
    client: FlaskClient, as_olive: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = client.get("/api/probe/crash", headers=as_olive)
    problem = assert_problem(answer, 500)
    assert "hunter2" not in answer.get_data(as_text=True)
    assert "Traceback" not in answer.get_data(as_text=True)
    [record] = [record for record in caplog.records if record.exc_info]
    assert record.fields["request_id"] == problem["request_id"]  # type: ignore[attr-defined]


def test_screens_get_a_page(client: FlaskClient) -> None:
    answer = client.get("/no-such-screen")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "Not found" in answer.get_data(as_text=True)


DATABASE_ERRORS = {
    ("42501", "permission denied for table organizations"): 403,
    ("42501", "Only editors may publish."): 403,
    ("PT404", "There is no such site."): 404,
    ("PT409", "A publish is running."): 409,
    ("23505", 'duplicate key value violates unique constraint "sites_org_id_slug_key"'): 409,
    ("23514", 'new row for relation "pages" violates check constraint "pages_path"'): 422,
    ("23503", 'insert on table "pages" violates foreign key constraint "pages_site"'): 404,
    ("22P02", 'invalid input syntax for type uuid: "x"'): 422,
    ("PGRST116", "no rows"): 404,
    ("PGRST301", "JWT expired"): 401,
    ("PGRST002", "Could not query the database for the schema cache."): 503,
    ("57014", "canceling statement due to statement timeout"): 504,
    ("57P01", "terminating connection due to administrator command"): 503,
    ("53300", "too many connections"): 503,
    ("40P01", "deadlock detected"): 503,
    ("08006", "connection failure"): 503,
    ("502", "Bad Gateway"): 503,
    ("XX000", "internal"): 500,
    ("", ""): 500,
}


@pytest.mark.parametrize(("error", "status"), DATABASE_ERRORS.items())
def test_a_database_error_becomes_a_problem_without_names(
    app: Flask, as_olive: dict[str, str], error: tuple[str, str], status: int
) -> None:
    @app.get("/api/database")
    def database() -> str:
        raise APIError({"code": error[0], "message": error[1], "details": "Failing row contains x"})

    answer = app.test_client().get("/api/database", headers=as_olive)
    detail = assert_problem(answer, status)["detail"]
    own_words = error[0].startswith("PT") or error[1].startswith("Only")
    assert (detail == error[1]) == own_words
    assert not any(
        word in json.dumps(answer.get_json()) for word in ("Failing", "constraint", "organizations")
    )
    assert status != 503 or int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("error", "status"),
    [(httpx.ConnectError("refused"), 503), (httpx.ConnectTimeout("t"), 503),
     (httpx.PoolTimeout("t"), 503), (httpx.ReadTimeout("t"), 504), (httpx.ReadError("cut"), 503),
     (httpx.RemoteProtocolError("x"), 503)],
)  # fmt: skip
def test_an_unreachable_database_is_503_or_504(
    app: Flask, as_olive: dict[str, str], error: Exception, status: int
) -> None:
    @app.get("/api/network")
    def network() -> str:
        raise error

    assert_problem(app.test_client().get("/api/network", headers=as_olive), status)
