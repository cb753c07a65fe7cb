"""CASES B 62 to 64 and PLATFORM F6: headers of every answer, no cookies, no cross-origin reads."""

import json
import logging
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from services import log
from services.config import Config
from services.edge import security_headers

PAGES = ["/api/docs", "/no-such-screen"]
OTHERS = ["/api/health", "/api/config", "/api/nope", "/api/probe", "/api/openapi.json"]


@pytest.mark.parametrize("path", PAGES + OTHERS)
def test_every_answer_has_the_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert re.fullmatch("[0-9a-f]{32}", headers["X-Request-Id"])
    assert "Strict-Transport-Security" not in headers
    assert "Set-Cookie" not in headers


def test_pages_run_scripts_by_nonce_only(client: FlaskClient, environ: dict[str, str]) -> None:
    supabase = environ["SUPABASE_URL"]
    header = client.get("/api/docs").headers["Content-Security-Policy"]
    nonce = re.search(r"script-src 'nonce-([\w-]{20,})'", header)
    assert nonce
    assert header == (
        f"default-src 'none'; script-src 'nonce-{nonce[1]}'; style-src 'self' 'nonce-{nonce[1]}'; "
        f"img-src 'self' data: blob: {supabase}; font-src 'self'; "
        f"connect-src 'self' {supabase} {supabase.replace('http', 'ws')}; "
        "frame-src http://127.0.0.1:5001; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'"
    )


def test_a_nonce_is_never_used_twice(client: FlaskClient) -> None:
    policies = {client.get("/api/docs").headers["Content-Security-Policy"] for _ in range(20)}
    assert len(policies) == 20


def test_the_builder_alone_may_write_styles(environ: dict[str, str]) -> None:
    policy = security_headers.policy(Config.from_env(environ), "N", builder=True)
    assert "script-src 'nonce-N'; style-src 'self' 'unsafe-inline';" in policy
    assert "trusted-types" not in policy
    # Workers are made from a text of the builder's own, and of nothing that somebody has uploaded.
    assert "worker-src blob:" in policy
    assert "frame-src http://127.0.0.1:5001 https://www.youtube-nocookie.com/embed/ " in policy
    assert not re.search(r"script-src[^;]*('self'|unsafe|strict-dynamic|\*|https?:)", policy)


def test_previews_may_have_host_names_of_their_own(environ: dict[str, str]) -> None:
    config = Config.from_env(environ | {"SITES_URL": "https://{site}.sites.example.net"})
    assert "frame-src https://*.sites.example.net;" in security_headers.policy(config, "N")


def test_https_apps_ask_for_https_only(environ: dict[str, str]) -> None:
    app = create_app(environ | {"APP_URL": "https://app.example.com"})
    answer = app.test_client().get("/api/health", headers={"Host": "app.example.com"})
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert app.test_client().get("/api/health").status_code == 400  # localhost is foreign there


@pytest.mark.parametrize(
    "origin",
    ["null", "https://evil.example", "http://127.0.0.1:5001", "http://127.0.0.1:5000",
     "http://127.0.0.1:5000.evil.example"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "OPTIONS", "POST"])
def test_no_origin_is_ever_allowed_to_read(
    client: FlaskClient, as_olive: dict[str, str], origin: str, method: str
) -> None:
    """The app's own pages are same-origin and need no permission; nobody else gets one."""
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST",
             "Access-Control-Request-Headers": "authorization"}  # fmt: skip
    for path in ("/api/probe", "/api/config"):
        headers = client.open(path, method=method, headers={**asked, **as_olive}).headers
        assert not [name for name, _ in headers if name.lower().startswith("access-control-")]


def test_no_route_sets_a_cookie(app: Flask, as_olive: dict[str, str]) -> None:
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<[^>]+>", "0190c5a2-0000-7000-8000-00000000000a", rule.rule)
        for method in rule.methods or ():
            for headers in ({}, as_olive):
                answer = client.open(path, method=method, headers=headers)
                assert "Set-Cookie" not in answer.headers


def test_every_request_is_one_line_without_secrets(
    client: FlaskClient, as_olive: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        client.get("/api/probe?access_token=hush%0d%0a", headers={**as_olive, "User-Agent": "a\tb"})
        client.get("/api/no%0d%0a%1b[31mforged%22/" + "x" * 2000)
    formatter = log.JsonLines()
    lines = [formatter.format(r) for r in caplog.records if r.name == "roseram.request"]
    assert len(lines) == 2
    for line in lines:
        assert "\n" not in line and "\r" not in line and "\x1b" not in line
        assert "hush" not in line and "eyJ" not in line and len(line) < 1200
    first = json.loads(lines[0])
    assert (first["status"], first["path"], first["method"]) == (200, "/api/probe", "GET")
    assert first["person"] and first["request_id"] and first["ms"] >= 0
