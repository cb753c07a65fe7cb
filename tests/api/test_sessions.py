"""CASES B 55 and 57: signed-out people, and a key server that is slow, down or rotated."""

import json
import time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services import signing_keys
from services.config import Config
from services.errors import Unauthorized, Unavailable
from services.sessions import REMEMBERED_SECONDS, Sessions
from services.signing_keys import SigningKeys
from tests.api.conftest import OLIVE, AuthServer, SigningKey, TokenMaker


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_signed_out_person_changes_nothing_more(
    client: FlaskClient, token: TokenMaker, auth_server: AuthServer
) -> None:
    old = token()
    auth_server.signed_out.add(old)
    answer = client.post("/api/probe", json={"title": "x"}, headers=bearer(old))
    assert (answer.status_code, answer.get_json()["code"]) == (401, "session_ended")


def test_reading_asks_nobody_and_writing_asks_once(
    client: FlaskClient, as_olive: dict[str, str], auth_server: AuthServer
) -> None:
    for _ in range(3):
        assert client.get("/api/probe", headers=as_olive).status_code == 200
    assert auth_server.asked.count("/auth/v1/user") == 0
    for _ in range(3):
        answer = client.post("/api/probe", json={"title": "x"}, headers=as_olive)
        assert answer.status_code == 201
    assert auth_server.asked.count("/auth/v1/user") == 1


def test_the_answer_is_remembered_for_half_a_minute(
    environ: dict[str, str], token: TokenMaker, auth_server: AuthServer
) -> None:
    clock = Clock()
    sessions = Sessions(Config.from_env(environ), clock=clock)
    access = token()
    sessions.require(access, OLIVE)
    auth_server.signed_out.add(access)
    sessions.require(access, OLIVE)
    clock.now += REMEMBERED_SECONDS
    with pytest.raises(Unauthorized):
        sessions.require(access, OLIVE)


def test_one_wrong_no_locks_nobody_out(
    environ: dict[str, str], token: TokenMaker, auth_server: AuthServer
) -> None:
    sessions = Sessions(Config.from_env(environ), clock=Clock())
    access = token()
    auth_server.signed_out.add(access)
    with pytest.raises(Unauthorized):
        sessions.require(access, OLIVE)
    auth_server.signed_out.clear()
    sessions.require(access, OLIVE)


@pytest.mark.parametrize("status", [500, 502, 429, 302])
def test_nothing_is_changed_when_nobody_can_tell(
    client: FlaskClient, as_olive: dict[str, str], auth_server: AuthServer, status: int
) -> None:
    auth_server.user_status = status
    answer = client.post("/api/probe", json={"title": "x"}, headers=as_olive)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_an_answer_about_somebody_else_does_not_count(
    environ: dict[str, str], token: TokenMaker
) -> None:
    sessions = Sessions(Config.from_env(environ))
    other = OLIVE.__class__(int=OLIVE.int + 1)
    with pytest.raises(Unauthorized):
        sessions.require(token(), other)


def keys_of(server: AuthServer, clock: Clock) -> SigningKeys:
    return SigningKeys(f"{server.url}/auth/v1/.well-known/jwks.json", clock=clock)


def test_known_keys_go_on_serving_while_the_key_server_is_down(
    auth_server: AuthServer, signing_key: SigningKey
) -> None:
    auth_server.keys, clock = [signing_key.public], Clock()
    keys = keys_of(auth_server, clock)
    assert keys.find("key-1", "ES256")
    auth_server.status = 500
    for _ in range(60):
        clock.now += 61
        assert keys.find("key-1", "ES256")
    clock.now += signing_keys.STALE_SECONDS
    with pytest.raises(Unavailable):
        keys.find("key-1", "ES256")


def test_a_new_key_is_found_within_a_minute_and_a_revoked_one_refused(
    auth_server: AuthServer, signing_key: SigningKey
) -> None:
    auth_server.keys, clock = [signing_key.public], Clock()
    keys = keys_of(auth_server, clock)
    keys.find("key-1", "ES256")
    auth_server.keys = [SigningKey.new("key-2").public]
    clock.now += 60
    assert keys.find("key-2", "ES256")
    assert keys.find("key-1", "ES256") is None


def test_a_revoked_key_is_refused_after_ten_minutes_at_most(
    auth_server: AuthServer, signing_key: SigningKey
) -> None:
    auth_server.keys, clock = [signing_key.public], Clock()
    keys = keys_of(auth_server, clock)
    assert keys.find("key-1", "ES256")
    auth_server.keys = []
    clock.now += signing_keys.FRESH_SECONDS + 1
    assert keys.find("key-1", "ES256") is None


@pytest.mark.parametrize(
    "garbage", [b"", b"<html>", b"[]", b"{}", b'{"keys":{}}', b"\xff", b'{"keys":' + b"[" * 9999,
                b'{"keys":[' + b" " * 70_000 + b"]}"]
)  # fmt: skip
def test_a_key_server_that_talks_nonsense_is_no_key_server(
    auth_server: AuthServer, garbage: bytes
) -> None:
    auth_server.raw_keys = garbage or b" "
    with pytest.raises(Unavailable):
        keys_of(auth_server, Clock()).find("key-1", "ES256")


@pytest.mark.parametrize(
    "changed",
    [{"use": "enc"}, {"kty": "oct", "k": "c2VjcmV0"}, {"alg": "HS256"}, {"x": "AA"},
     {"crv": "P-384"}, {"kid": None}, {"kid": 5}, {"d": "private"}, {"kty": None}],
    ids=str,
)  # fmt: skip
def test_an_unfit_key_is_left_out(
    auth_server: AuthServer, signing_key: SigningKey, changed: dict[str, Any]
) -> None:
    auth_server.keys = [{**signing_key.public, **changed}, "junk", None]  # type: ignore[list-item]
    assert keys_of(auth_server, Clock()).find("key-1", "ES256") is None


def test_a_token_answers_503_while_no_key_was_ever_fetched(
    app: Flask, token: TokenMaker, auth_server: AuthServer
) -> None:
    auth_server.status = 503
    answer = app.test_client().get("/api/probe", headers=bearer(token()))
    assert answer.status_code == 503
    assert answer.get_json()["code"] == "unavailable"


def test_a_key_server_that_drips_bytes_is_given_up(auth_server: AuthServer) -> None:
    import socket
    import threading

    from services import egress

    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
            for _ in range(100):
                try:
                    connection.sendall(b" ")
                except OSError:
                    return
                time.sleep(0.05)

    threading.Thread(target=drip, daemon=True).start()
    began = time.monotonic()
    with pytest.raises(egress.EgressError):
        egress.get(f"http://127.0.0.1:{listener.getsockname()[1]}/", deadline=0.5)
    assert time.monotonic() - began < 4
    listener.close()


def test_keys_are_json_of_public_parts_only(signing_key: SigningKey) -> None:
    assert "d" not in json.loads(json.dumps(signing_key.public))
