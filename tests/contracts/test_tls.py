"""CASES 125: a host whose certificate is not its own, or no longer good, is sent nothing."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services import egress

DAY = timedelta(days=1)


class Authority:
    """A certificate authority that our client is told to trust."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
        made = self._certificate(self.name, self.key.public_key(), ends=datetime.now(UTC) + DAY)
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.root = folder / "root.pem"
        signed = made.sign(self.key, hashes.SHA256())
        self.root.write_bytes(signed.public_bytes(serialization.Encoding.PEM))

    def issue(self, host: str, *, ends: datetime) -> Path:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        made = self._certificate(name, key.public_key(), ends=ends)
        signed = made.add_extension(names, critical=False).sign(self.key, hashes.SHA256())
        file = self.folder / f"{host}-{ends:%Y%m%d}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + signed.public_bytes(serialization.Encoding.PEM)
        )
        return file

    def _certificate(
        self, name: x509.Name, key: ec.EllipticCurvePublicKey, *, ends: datetime
    ) -> x509.CertificateBuilder:
        begins = ends - 30 * DAY
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self.name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(ends)
        )


class Server(HTTPServer):
    asked: list[str]

    def handle_error(self, *_: object) -> None:
        """A client that does not like the certificate hangs up."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        self.server.asked.append(self.headers["Authorization"])
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None: ...


@contextmanager
def serving(certificate: Path) -> Iterator[tuple[str, list[str]]]:
    server = Server(("127.0.0.1", 0), Handler)
    server.asked = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"https://localhost:{server.server_port}/", server.asked
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


def send(url: str) -> int:
    bearer = {"Authorization": "Bearer token-of-the-vendor"}
    return egress.request("POST", url, headers=bearer, content=b"{}", deadline=5).status


@pytest.fixture
def trusting(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Our client, with one more authority: what it then refuses it refuses for the right reason."""
    context = ssl.create_default_context(cafile=str(authority.root))
    with httpx.Client(verify=context, trust_env=False, follow_redirects=False) as client:
        monkeypatch.setattr(egress, "_connections", lambda: client)
        yield


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize(
    ("host", "ends", "welcome"),
    [
        ("localhost", datetime.now(UTC) + DAY, True),
        ("localhost", datetime.now(UTC) - DAY, False),
        ("elsewhere.example", datetime.now(UTC) + DAY, False),
    ],
    ids=["good", "expired", "of another host"],
)
def test_only_a_good_certificate_of_the_host_itself_is_talked_to(
    authority: Authority, host: str, ends: datetime, welcome: bool
) -> None:
    with serving(authority.issue(host, ends=ends)) as (url, asked):
        if welcome:
            assert send(url) == 200 and asked
            return
        with pytest.raises(egress.NotSent):
            send(url)
        assert asked == []


def test_an_authority_that_nobody_knows_is_not_believed(authority: Authority) -> None:
    """The real client, as it is in production."""
    # Without the connections that other tests have left open in it.
    egress._connections().close()
    egress._connections.cache_clear()
    with serving(authority.issue("localhost", ends=datetime.now(UTC) + DAY)) as (url, asked):
        with pytest.raises(egress.NotSent):
            send(url)
        assert asked == []
