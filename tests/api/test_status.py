"""GET /api/health, /api/ready and /api/config."""

import os
import time
from pathlib import Path

from flask.testing import FlaskClient

from services.status import readiness
from tests.api.conftest import AuthServer
from tests.api.test_bodies import assert_problem


def heartbeat(environ: dict[str, str], age: float = 0) -> None:
    file = Path(environ["DATA_DIR"]) / readiness.HEARTBEAT
    file.touch()
    os.utime(file, (time.time() - age,) * 2)


def test_health_asks_nobody(client: FlaskClient, auth_server: AuthServer) -> None:
    assert client.get("/api/health").get_json() == {"status": "ok"}
    assert auth_server.asked == []


def test_config_is_public_and_holds_no_secret(client: FlaskClient, environ: dict[str, str]) -> None:
    answer = client.get("/api/config")
    body = answer.get_json()
    assert set(body) == {
        "supabase_url", "supabase_publishable_key", "app_url", "sites_url", "release",
        "features"}  # fmt: skip
    assert body["supabase_url"] == environ["SUPABASE_URL"]
    assert body["features"]["deploy_hosts"] == ["local", "archive"]
    assert environ["SUPABASE_SECRET_KEY"] not in answer.get_data(as_text=True)


def test_ready_when_the_database_answers_and_a_worker_is_alive(
    client: FlaskClient, environ: dict[str, str]
) -> None:
    heartbeat(environ)
    answer = client.get("/api/ready")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ready"})


def test_not_ready_names_what_is_missing(
    client: FlaskClient, environ: dict[str, str], auth_server: AuthServer
) -> None:
    heartbeat(environ, age=60)
    auth_server.user_status = 503
    answer = client.get("/api/ready")
    problem = assert_problem(answer, 503)
    assert problem["code"] == "not_ready"
    assert [error["field"] for error in problem["errors"]] == ["supabase", "worker"]
    assert answer.headers["Retry-After"]


def test_many_questions_are_one_check(
    client: FlaskClient, environ: dict[str, str], auth_server: AuthServer
) -> None:
    heartbeat(environ)
    for _ in range(20):
        client.get("/api/ready")
    assert len(auth_server.asked) <= 2
