"""Whose id a request has: our own, or our proxy's; it is logged, returned, and passed on."""

from __future__ import annotations

import json
import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from services.log import JsonLines
from tests.api.conftest import AuthServer

SENT = "edge-0190c5a2.7b1c_1"


@pytest.fixture
def behind_a_proxy(environ: dict[str, str]) -> FlaskClient:
    return create_app(environ | {"TRUSTED_PROXIES": "1"}).test_client()


def ask(client: FlaskClient, request_id: str) -> str:
    return client.get("/api/health", headers={"X-Request-Id": request_id}).headers["X-Request-Id"]


def test_a_stranger_cannot_choose_the_id(client: FlaskClient) -> None:
    assert ask(client, SENT) != SENT


def test_our_proxy_chooses_the_id(behind_a_proxy: FlaskClient) -> None:
    assert ask(behind_a_proxy, SENT) == SENT


@pytest.mark.parametrize("evil", ["short", "a" * 65, "x y z 1234", '"},{"a":1', "é" * 10, ""])
def test_what_is_no_id_is_replaced_even_from_our_proxy(
    behind_a_proxy: FlaskClient, evil: str
) -> None:
    assert ask(behind_a_proxy, evil) != evil


def test_the_log_line_names_id_person_and_duration(
    app: Flask, as_olive: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "roseram.request"):
        answer = app.test_client().get("/api/probe?token=canary", headers=as_olive)
    (record,) = [each for each in caplog.records if each.name == "roseram.request"]
    line = json.loads(JsonLines().format(record))
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert line["person"] == answer.get_json()["id"]
    assert line["ms"] >= 0 and "organization" in line
    assert "canary" not in json.dumps(line)


def test_a_vendor_hears_the_id(behind_a_proxy: FlaskClient, auth_server: AuthServer) -> None:
    behind_a_proxy.get("/api/ready", headers={"X-Request-Id": SENT})
    assert SENT in auth_server.request_ids
