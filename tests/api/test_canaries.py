"""CASES I 170: twenty kinds of secret, planted wherever a secret can get to, leave by no way out.

The real app, the real Sentry client and the real database; only Sentry's own server is ours.
"""

from __future__ import annotations

import gzip
import io
import logging
import re
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import sentry_sdk
from flask import Flask

from app import create_app
from services import redact
from services.edge.limits import limiter
from services.edge.operation import operation
from services.log import JsonLines
from tests.cast import Person
from tests.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
# Split, so that the sweep over this repository's own files does not find the plan of the attack.
CANARIES = {
    kind: prefix + "CANARY" + kind.upper().replace("_", "") + "0123456789abcdef"
    for kind, prefix in {
        "stripe_live": "sk_" + "live_",
        "stripe_test": "sk_" + "test_",
        "stripe_restricted": "rk_" + "live_",
        "stripe_webhook": "wh" + "sec_",
        "xai": "xa" + "i-",
        "github_classic": "gh" + "p_",
        "github_oauth": "gh" + "o_",
        "github_server": "gh" + "s_",
        "github_refresh": "gh" + "r_",
        "github_fine": "github" + "_pat_",
        "netlify": "nf" + "p_",
        "vercel": "vc" + "p_",
        "supabase_secret": "sb_" + "secret_",
        "bearer": "Bear" + "er opaque-",
        "jwt": "ey" + "JhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx.",
        "url_password": "postgres://someone:",
    }.items()
}
CANARIES["url_password"] += "@db.example/x"
KEY_FORMS = re.compile(
    r"\b(?:sb_secret|[sr]k_live|whsec|nfp|gh[pousr]|github_pat)_[\w-]{12,}|\bxai-\w{12,}"
)
# These look like nothing; they are known because they are configured.
CONFIGURED = {
    "configured_jwt_secret": "CANARYjwtsecret-0123456789-0123456789-abcdef",
    "configured_key": "CANARY+plain/key=0123456789",
    "configured_smtp": "CANARYsmtp password",
    "configured_old_token": "CANARY0123456789abcdef0123456789abcdef",
}
ALL = CANARIES | CONFIGURED


@pytest.fixture(scope="module")
def envelopes() -> Iterator[tuple[str, list[bytes]]]:
    """A Sentry server; what reaches it, unpacked."""
    received: list[bytes] = []

    class Ingest(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            packed = self.headers.get("Content-Encoding") == "gzip"
            received.append(gzip.decompress(body) if packed else body)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *arguments: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Ingest)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://publickey@127.0.0.1:{server.server_port}/42", received
    server.shutdown()
    server.server_close()


@pytest.fixture
def leaky(stack: Stack, envelopes: tuple[str, list[bytes]]) -> Iterator[Flask]:
    """The app with a view that fails with a secret in its hands, its message and its cause."""
    before = logging.getLogger().handlers[:]
    app = create_app(stack.env | {"SENTRY_DSN": envelopes[0]})
    redact.remember({*app.config["ROSERAM"].secrets(), *CONFIGURED.values()})

    @app.post("/api/leak/<path:rest>")
    @operation("Fail with a secret in hand")
    def leak(rest: str) -> dict[str, Any]:
        secret = ALL[rest.split("/")[0]]
        logging.getLogger("leak").warning("about to fail with %s", secret)
        try:
            raise KeyError(secret)
        except KeyError as cause:
            raise RuntimeError(f"the vendor refused {secret}") from cause

    limiter.reset()
    yield app
    sentry_sdk.get_client().close(timeout=2)
    sentry_sdk.init()
    redact.remember(())
    logging.getLogger().handlers[:] = before


def test_no_planted_secret_leaves(
    leaky: Flask,
    olive: Person,
    envelopes: tuple[str, list[bytes]],
) -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    client = leaky.test_client()
    signed_in = {"Authorization": f"Bearer {olive.token}"}
    answers: list[str] = []
    for kind, secret in ALL.items():
        answer = client.post(
            f"/api/leak/{kind}/{secret}",
            query_string={"token": secret},
            json={"password": secret},
            headers=signed_in
            | {"X-Api-Key": secret, "User-Agent": secret, "Stripe-Signature": secret},
        )
        assert answer.status_code == 500
        answers += [answer.text, str(answer.headers)]
        report = {
            "message": f"failed with {secret}",
            "stack": f"Error: {secret}\n    at f (https://app.example/static/dist/x-AB12CD34.js:1:2)",
            "screen": "/team",
            "org_id": olive.org_id,
        }
        told = client.post("/api/errors", json=report, headers=signed_in)
        assert told.status_code == 204, told.text
        answers += [told.text, str(told.headers)]
    sentry_sdk.flush(5)

    def recorded() -> str:
        rows = olive.supabase.get("/rest/v1/error_logs?select=*").text
        return rows

    def reported() -> str:
        return b"\n".join(envelopes[1]).decode()

    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and (
        "failed with [redacted]" not in recorded() or reported().count('"exception"') < len(ALL)
    ):
        time.sleep(0.2)

    sent = reported()
    assert sent.count('"exception"') >= len(ALL), "the reports did not arrive, so nothing is proved"
    assert "failed with [redacted]" in recorded()
    lines = written.getvalue()
    assert "about to fail with" in lines, "the log lines were not seen, so nothing is proved"
    ways_out = {
        "responses": "".join(answers),
        "Sentry": sent,
        "log lines": lines,
        "error_logs": recorded(),
    }
    for way, text in ways_out.items():
        assert "CANARY" not in text, f"{way}: {text[max(0, text.find('CANARY') - 200) :][:400]}"


def test_no_secret_of_this_installation_is_in_a_built_file(stack: Stack) -> None:
    """CASES I 171: the bundle, and what the published sites' origin and Flask serve of it."""
    secrets = [
        stack.env[name]
        for name in ("SUPABASE_SECRET_KEY", "SUPABASE_JWT_SECRET", "CREDENTIALS_KEYS")
    ]
    for file in (ROOT / "static/dist").rglob("*"):
        if file.is_file():
            text = file.read_bytes().decode(errors="replace")
            assert not any(secret in text for secret in secrets), file
            assert not KEY_FORMS.search(text), file
