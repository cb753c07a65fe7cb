"""The real app against a small Supabase Auth at the wire: a key server and /auth/v1/user.

The database is not here: what depends on it is tested with the whole stack.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask, g
from flask.testing import FlaskClient

from app import create_app
from services.edge.json_body import Body
from services.edge.limits import limiter
from services.edge.operation import operation
from services.errors import Conflict
from tests.clock import MINUTE, far_from_the_end

OLIVE = UUID("0190c5a2-0000-7000-8000-00000000000a")
HS_SECRET = "a-secret-that-only-this-test-knows-0123456789"


@dataclass
class AuthServer:
    """Supabase Auth as far as Flask uses it; tests change the fields to make it misbehave."""

    url: str = ""
    keys: list[dict[str, Any]] = field(default_factory=list)
    raw_keys: bytes | None = None
    status: int = 200
    delay: float = 0
    signed_out: set[str] = field(default_factory=set)
    user_status: int = 200
    asked: list[str] = field(default_factory=list)
    request_ids: list[str] = field(default_factory=list)
    ways: Any = field(default_factory=lambda: {"external": {"github": False, "email": True}})

    def answer(self, path: str, authorization: str) -> tuple[int, bytes]:
        self.asked.append(path)
        time.sleep(self.delay)
        if path.endswith("/jwks.json"):
            return self.status, self.raw_keys or json.dumps({"keys": self.keys}).encode()
        if path.endswith("/auth/v1/settings"):
            return self.status, json.dumps(self.ways).encode()
        if path.startswith("/rest/"):
            return self.user_status, b"[]"
        token = authorization.removeprefix("Bearer ")
        if token in self.signed_out:
            return 403, b'{"error_code":"session_not_found"}'
        claims = jwt.decode(token, options={"verify_signature": False})
        return self.user_status, json.dumps({"id": claims["sub"]}).encode()


def serve(server: AuthServer) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.request_ids.append(self.headers.get("X-Request-Id", ""))
            status, body = server.answer(self.path, self.headers.get("Authorization", ""))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: Any) -> None: ...

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    server.url = f"http://127.0.0.1:{http.server_port}"
    threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    return http


@pytest.fixture
def auth_server() -> Iterator[AuthServer]:
    server = AuthServer()
    http = serve(server)
    yield server
    http.shutdown()
    http.server_close()


@dataclass(frozen=True)
class SigningKey:
    """A private key and its public half as a JWKS shows it."""

    private: ec.EllipticCurvePrivateKey
    public: dict[str, Any]

    @classmethod
    def new(cls, key_id: str) -> "SigningKey":
        private = ec.generate_private_key(ec.SECP256R1())
        public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(private.public_key()))
        return cls(private, {**public, "kid": key_id, "alg": "ES256", "use": "sig"})


@pytest.fixture(scope="session")
def signing_key() -> SigningKey:
    return SigningKey.new("key-1")


@pytest.fixture
def environ(auth_server: AuthServer, signing_key: SigningKey, tmp_path: Path) -> dict[str, str]:
    auth_server.keys = [signing_key.public]
    return {
        "SUPABASE_URL": auth_server.url,
        "SUPABASE_PUBLISHABLE_KEY": "publishable-key-of-the-tests",
        "SUPABASE_SECRET_KEY": "secret-key-of-the-tests-only",
        "SUPABASE_JWT_SECRET": HS_SECRET,
        "APP_URL": "http://127.0.0.1:5000",
        "SITES_URL": "http://127.0.0.1:5001",
        "DATA_DIR": str(tmp_path),
    }


class Note(Body):
    """A body for the probe: one text, one number, one id."""

    title: str
    count: int = 0
    id: UUID | None = None


def add_probes(app: Flask) -> None:
    """Endpoints of the kind features add, so that the edge is tested apart from any feature."""

    @app.get("/api/probe")
    @operation("Who am I")
    def whoami() -> dict[str, Any]:
        return {"id": str(g.person.id), "email": g.person.email}

    @app.post("/api/probe")
    @operation("Take a note", body=Note, status=201, errors=(Conflict,), idempotent=True)
    def take(*, body: Note, idempotency_key: str | None) -> dict[str, Any]:
        return {"title": body.title, "count": body.count, "key": idempotency_key}

    @app.get("/api/probe/crash")
    @operation("Fail in an unforeseen way")
    def crash() -> dict[str, Any]:
        raise RuntimeError("the password is hunter2")

    @app.get("/api/probe/often")
    @limiter.limit("3 per minute")
    @operation("Be asked often")
    def often() -> dict[str, Any]:
        return {}


@pytest.fixture
def app(environ: dict[str, str]) -> Iterator[Flask]:
    app = create_app(environ)
    add_probes(app)
    limiter.reset()
    yield app
    limiter.reset()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def limits_far_from_their_edge() -> Iterator[None]:
    """Counts of a minute run out with it, little by little: a test must not run across its end."""
    far_from_the_end(MINUTE, seconds=20)
    yield
    limiter._storage_dead = False  # The extension is one per process; the next test shares it.


TokenMaker = Callable[..., str]


@pytest.fixture
def token(environ: dict[str, str], signing_key: SigningKey) -> TokenMaker:
    """Make an access token as Supabase makes it; keywords change or (None) remove claims."""

    def make(
        *,
        headers: dict[str, Any] | None = None,
        key: Any = None,
        alg: str = "ES256",
        **changed: Any,
    ) -> str:
        now = int(time.time())
        claims = {
            "iss": f"{environ['SUPABASE_URL']}/auth/v1",
            "aud": "authenticated",
            "role": "authenticated",
            "sub": str(OLIVE),
            "email": "olive@example.com",
            "session_id": "5c0f0b4e-8b0a-4a65-9a53-0c2a5d7f9f11",
            "is_anonymous": False,
            "iat": now,
            "exp": now + 3600,
        } | changed
        claims = {name: value for name, value in claims.items() if value is not None}
        head = {"kid": "key-1"} | (headers or {})
        return jwt.encode(claims, signing_key.private if key is None else key, alg, headers=head)

    return make


@pytest.fixture
def as_olive(token: TokenMaker) -> dict[str, str]:
    """The header with which olive, the owner, is signed in."""
    return {"Authorization": f"Bearer {token()}"}
