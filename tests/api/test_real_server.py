"""What only a real server shows: chunked bodies, doubled headers, malformed requests, stopping."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.edge.json_body import MAX_BYTES
from tests.api.conftest import AuthServer, TokenMaker
from tests.stack import free_ports

ROOT = Path(__file__).resolve().parents[2]


def granian(environ: dict[str, str], port: int) -> subprocess.Popen[bytes]:
    options = "--interface wsgi --http 1 --no-ws --factory --blocking-threads 8"
    # Without it, a SIGTERM that arrives while a worker starts is waited on for ever.
    options += " --workers-kill-timeout 5"
    command = [sys.executable, "-m", "granian", *options.split(), "--port", str(port)]
    command.append("app:create_app")
    environment = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", **environ}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def raw(port: int, request: bytes) -> bytes:
    """Send bytes as they are and return the whole answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(request)
        answer = b""
        try:
            while chunk := connection.recv(65536):
                answer += chunk
        except (TimeoutError, ConnectionResetError):
            pass
        return answer


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


@pytest.fixture
def port(environ: dict[str, str]) -> Iterator[int]:
    (port,) = free_ports(1)
    process = granian(environ, port)
    deadline = time.monotonic() + 60
    while not answers(port):
        assert process.poll() is None and time.monotonic() < deadline, "it did not start"
        time.sleep(0.05)
    yield port
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0
    assert process.stdout
    process.stdout.close()


def answers(port: int) -> bool:
    try:
        return status(raw(port, get("/api/health"))) == 200
    except (OSError, IndexError):
        return False


def get(path: str, *headers: str, host: str = "127.0.0.1") -> bytes:
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode()


def post(token: str, body: bytes, *headers: str) -> bytes:
    lines = ["POST /api/deployments HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
    lines += [f"Authorization: Bearer {token}", "Content-Type: application/json", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def chunked(body: bytes) -> bytes:
    pieces = [body[at : at + 5000] for at in range(0, len(body), 5000)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def padded(size: int) -> bytes:
    return b"{" + b" " * (size - 2) + b"}"


def test_the_edge_holds_on_the_real_server(port: int, token: TokenMaker) -> None:
    """One test, because starting a server takes a second."""
    access = token()
    # The limit is exact, announced or chunked; a body is never cut and then taken (CASES 0, 177).
    for size, expected in ((MAX_BYTES - 1, 422), (MAX_BYTES, 422), (MAX_BYTES + 1, 413)):
        body = padded(size)
        assert status(raw(port, post(access, body, f"Content-Length: {size}"))) == expected
        sent = post(access, chunked(body), "Transfer-Encoding: chunked")
        assert status(raw(port, sent)) == expected

    # Two Authorization headers arrive joined; neither counts (CASES 54).
    bearer = f"Authorization: Bearer {access}"
    assert status(raw(port, get("/api/deployments/x/archive", bearer))) == 404
    deployment = "/api/deployments/0190c5a2-0000-7000-8000-00000000000a/archive"
    assert status(raw(port, get(deployment, bearer, bearer))) == 401
    assert status(raw(port, get(deployment, bearer, "authorization: x"))) == 401
    assert status(raw(port, get("/api/health", "Authorization: " + "a" * 1_000_000))) == 431

    # Requests that two servers in a row could read differently are refused.
    smuggled = (
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"GET /api/health HTTP/1.1\r\nHost : 127.0.0.1\r\n\r\n",
        b"GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\x00b\r\n\r\n",
        b"GET  /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /api/health HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /api/health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
    )
    for request in smuggled:
        answer = raw(port, request)
        assert not answer or status(answer) == 400, request
    answer = raw(port, get("/api/health"))
    assert status(answer) == 200
    assert b"set-cookie" not in answer.lower()


def test_slow_connections_do_not_hold_up_the_others(port: int) -> None:
    """CASES J 176: half-sent headers, half-sent bodies, and people who do not read."""
    held = []
    for request in (
        b"GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
        b"POST /api/deployments HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 60000\r\n"
        b"Content-Type: application/json\r\nAuthorization: Bearer a.b.c\r\n\r\n{",
        b"GET /api/openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    ):
        for _ in range(100):
            connection = socket.create_connection(("127.0.0.1", port), timeout=5)
            connection.sendall(request)
            held.append(connection)
    began = time.monotonic()
    for _ in range(50):
        assert status(raw(port, get("/api/health"))) == 200
    # A server that they hold up does not answer at all; a busy machine is merely slow.
    assert (time.monotonic() - began) / 50 < 0.5
    for connection in held:
        connection.close()


def test_a_wrong_environment_stops_within_two_seconds_and_says_why(
    environ: dict[str, str], auth_server: AuthServer
) -> None:
    secret = "sb_publishable_put-here-by-mistake"
    process = granian(environ | {"APP_URL": "", "SUPABASE_SECRET_KEY": secret}, *free_ports(1))
    output, _ = process.communicate(timeout=60)
    text = output.decode()
    assert process.returncode != 0
    assert "APP_URL is missing." in text
    assert "SUPABASE_SECRET_KEY holds the other kind of key" in text
    assert ".env.example" in text
    assert secret not in text and "Traceback" not in text
