"""CASES B 45 to 54: what may not open the door, and what does."""

import base64
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask.testing import FlaskClient

from tests.api.conftest import HS_SECRET, OLIVE, AuthServer, SigningKey, TokenMaker

NOW = int(time.time())


def status(client: FlaskClient, token: str, **headers: str) -> int:
    answer = client.get("/api/probe", headers={"Authorization": f"Bearer {token}", **headers})
    if answer.status_code == 401:
        assert answer.mimetype == "application/problem+json"
        assert answer.get_json()["code"] == "unauthorized"
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    return answer.status_code


def encoded(part: Any) -> str:
    data = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_a_signed_in_person_is_known(client: FlaskClient, as_olive: dict[str, str]) -> None:
    answer = client.get("/api/probe", headers=as_olive)
    assert answer.get_json() == {"id": str(OLIVE), "email": "olive@example.com"}


def test_an_hs256_token_works_where_the_secret_is_set(
    client: FlaskClient, token: TokenMaker
) -> None:
    assert status(client, token(key=HS_SECRET, alg="HS256")) == 200


def test_without_the_secret_no_hs256_token_works(
    environ: dict[str, str], token: TokenMaker
) -> None:
    from app import create_app
    from tests.api.conftest import add_probes

    app = create_app(environ | {"SUPABASE_JWT_SECRET": ""})
    add_probes(app)
    for key in (HS_SECRET, "x" * 32, " " * 32):
        assert status(app.test_client(), token(key=key, alg="HS256")) == 401
    assert status(app.test_client(), token()) == 200


def test_nobody_gets_401_with_advice(client: FlaskClient) -> None:
    answer = client.get("/api/probe")
    assert answer.status_code == 401
    assert "Authorization: Bearer" in answer.get_json()["detail"]


@pytest.mark.parametrize("algorithm", ["none", "None", "nOnE", "NONE", "", "HS384", "HS512", None])
@pytest.mark.parametrize("signature", ["", "AAAA", "real"])
def test_unsigned_and_foreign_algorithms_are_refused(
    client: FlaskClient, token: TokenMaker, algorithm: str | None, signature: str
) -> None:
    _, payload, real = token().split(".")
    head = encoded(
        {"typ": "JWT", "kid": "key-1"} | ({} if algorithm is None else {"alg": algorithm})
    )
    assert status(client, f"{head}.{payload}.{real if signature == 'real' else signature}") == 401


def test_the_public_key_is_no_hmac_secret(
    client: FlaskClient, token: TokenMaker, signing_key: SigningKey
) -> None:
    import hashlib
    import hmac

    public = signing_key.private.public_key()
    _, payload, _ = token().split(".")
    for secret in (
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        json.dumps(signing_key.public).encode(),
        json.dumps({"keys": [signing_key.public]}).encode(),
        b"",
    ):
        signed = encoded({"alg": "HS256", "typ": "JWT", "kid": "key-1"}) + "." + payload
        mac = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
        assert status(client, f"{signed}.{encoded(mac)}") == 401


@pytest.mark.parametrize(
    "kid",
    ["unknown", "../../etc/passwd", "' or 1=1 --", "https://evil.example/k", "k" * 5000, "", 7,
     None, ["key-1"], {"a": 1}, True, "key-1\x00", "KEY-1"],
)  # fmt: skip
def test_a_strange_key_id_is_refused(client: FlaskClient, token: TokenMaker, kid: Any) -> None:
    _, payload, signature = token().split(".")
    head = encoded({"alg": "ES256", "typ": "JWT", "kid": kid})
    assert status(client, f"{head}.{payload}.{signature}") == 401


def test_unknown_key_ids_ask_the_key_server_once_a_minute(
    client: FlaskClient, token: TokenMaker, auth_server: AuthServer
) -> None:
    for number in range(30):
        assert status(client, token(headers={"kid": f"guess-{number}"})) == 401
    assert auth_server.asked == ["/auth/v1/.well-known/jwks.json"]


@pytest.mark.parametrize("name", ["jku", "x5u", "jwk"])
def test_a_key_that_the_token_brings_is_not_used(
    client: FlaskClient, token: TokenMaker, auth_server: AuthServer, name: str
) -> None:
    own = SigningKey.new("evil")
    brought = own.public if name == "jwk" else f"{auth_server.url}/evil/jwks.json"
    for kid in ("evil", "key-1"):
        assert status(client, token(key=own.private, headers={name: brought, "kid": kid})) == 401
    assert not any("evil" in path for path in auth_server.asked)


def test_an_unknown_critical_header_is_refused(client: FlaskClient, token: TokenMaker) -> None:
    assert status(client, token(headers={"crit": ["exp"]})) == 401
    assert status(client, token(headers={"crit": []})) == 401


def test_another_project_with_the_same_key_id_is_refused(
    client: FlaskClient, token: TokenMaker
) -> None:
    assert status(client, token(key=ec.generate_private_key(ec.SECP256R1()))) == 401


def test_a_key_of_another_kind_is_refused(client: FlaskClient, token: TokenMaker) -> None:
    rsa_key = rsa.generate_private_key(65537, 2048)
    assert status(client, token(key=rsa_key, alg="RS256")) == 401
    assert status(client, token(key=ec.generate_private_key(ec.SECP384R1()), alg="ES384")) == 401


WRONG_CLAIMS: list[dict[str, Any]] = [
    {"iss": "https://other.supabase.co/auth/v1"}, {"iss": None}, {"iss": ""},
    {"iss": ["http://127.0.0.1"]}, {"iss": 1},
    {"aud": "anon"}, {"aud": ["authenticated"]}, {"aud": ["authenticated", "x"]}, {"aud": None},
    {"aud": ""}, {"aud": {"authenticated": 1}}, {"aud": "Authenticated"},
    {"exp": None}, {"exp": NOW - 60}, {"exp": "soon"}, {"exp": NOW + 10 * 365 * 86400},
    {"iat": NOW, "exp": NOW + 3700}, {"exp": 1e308}, {"exp": []}, {"exp": -1},
    {"iat": None}, {"iat": NOW + 86_400}, {"iat": "now"}, {"iat": NOW - 86400}, {"iat": []},
    {"nbf": NOW + 86_400}, {"nbf": "later"},
    {"sub": None}, {"sub": ""}, {"sub": "not-a-uuid"}, {"sub": 7}, {"sub": [str(OLIVE)]},
    {"role": "service_role"}, {"role": "anon"}, {"role": None}, {"role": ["authenticated"]},
    {"role": "supabase_admin"}, {"role": ""}, {"role": "AUTHENTICATED"},
    {"is_anonymous": True}, {"is_anonymous": "false"}, {"is_anonymous": 1},
]  # fmt: skip


# The ids hold no time, so that parallel runs collect the same tests.
@pytest.mark.parametrize(
    "changed", WRONG_CLAIMS, ids=[f"{next(iter(c))}-{at}" for at, c in enumerate(WRONG_CLAIMS)]
)
def test_a_signed_token_with_wrong_claims_is_refused(
    client: FlaskClient, token: TokenMaker, changed: dict[str, Any]
) -> None:
    for key, alg in ((None, "ES256"), (HS_SECRET, "HS256")):
        try:
            made = token(key=key, alg=alg, **changed)
        except TypeError:  # PyJWT does not even make some of them.
            return
        assert status(client, made) == 401


def test_the_clock_may_be_ten_seconds_off(client: FlaskClient, token: TokenMaker) -> None:
    now = int(time.time())
    assert status(client, token(iat=now - 3600, exp=now - 5)) == 200
    assert status(client, token(iat=now - 3600, exp=now - 15)) == 401
    assert status(client, token(iat=now + 5, exp=now + 3605)) == 200
    assert status(client, token(iat=now + 15, exp=now + 3615)) == 401
    assert status(client, token(nbf=now + 5)) == 200
    assert status(client, token(nbf=now + 15)) == 401


def test_a_token_without_an_email_or_session_still_counts(
    client: FlaskClient, token: TokenMaker
) -> None:
    assert status(client, token(email=None, session_id=None, is_anonymous=None)) == 200


@pytest.mark.parametrize(
    "garbage",
    ["", " ", "a", "a.b", "a.b.c", "a.b.c.d", "..", "…", "null", "undefined", "Bearer", "%00",
     "a" * 9000, "é" * 100, "publishable-key-of-the-tests", "secret-key-of-the-tests-only",
     "eyJhbGciOiJFUzI1NiJ9..", "a.b.c, d.e.f", "{}.{}.{}", encoded(b"[]") + ".e30.AA",
     encoded(b"[" * 3000) + ".e30.AA", encoded(b"\xff\xfe") + ".e30.AA"],
    ids=lambda text: text[:20],
)  # fmt: skip
def test_garbage_is_refused_quickly(client: FlaskClient, garbage: str) -> None:
    began = time.thread_time()
    assert status(client, garbage.encode().decode("latin-1")) == 401
    assert time.thread_time() - began < 0.5


def test_a_megabyte_is_refused_quickly(client: FlaskClient) -> None:
    began = time.thread_time()
    assert status(client, ".".join(["a" * 350_000] * 3)) == 401
    assert time.thread_time() - began < 0.5


@pytest.mark.parametrize("scheme", ["Basic", "Token", "", "BearerX"])
def test_another_scheme_is_refused(client: FlaskClient, token: TokenMaker, scheme: str) -> None:
    answer = client.get("/api/probe", headers={"Authorization": f"{scheme} {token()}".strip()})
    assert answer.status_code == 401


def test_two_authorization_headers_are_refused(client: FlaskClient, token: TokenMaker) -> None:
    good = f"Bearer {token()}"
    for pair in ([good, good], [good, "Bearer x"], ["Bearer x", good], [good, "Basic YTpi"]):
        answer = client.get("/api/probe", headers=[("Authorization", value) for value in pair])
        assert answer.status_code == 401


def test_a_token_in_the_address_or_a_cookie_is_not_used(
    client: FlaskClient, token: TokenMaker
) -> None:
    client.set_cookie("access_token", token())
    client.set_cookie("sb-access-token", token())
    for name in ("token", "access_token", "apikey", "jwt", "Authorization"):
        answer = client.get("/api/probe", query_string={name: token()}, headers={"apikey": token()})
        assert answer.status_code == 401


@pytest.mark.parametrize("claim", ["sub", "role", "exp"])
def test_an_altered_token_is_refused(client: FlaskClient, token: TokenMaker, claim: str) -> None:
    head, payload, signature = token().split(".")
    claims = jwt.decode(f"{head}.{payload}.{signature}", options={"verify_signature": False})
    claims[claim] = {"sub": str(OLIVE)[:-1] + "b", "role": "service_role", "exp": NOW + 1}[claim]
    assert status(client, f"{head}.{encoded(claims)}.{signature}") == 401


def test_a_token_of_another_kind_is_refused(client: FlaskClient, token: TokenMaker) -> None:
    """CASES 53: what refreshes, proves an address or invites is no sign-in."""
    identity = token(aud="oauth-client", role=None, session_id=None, nonce="n-0S6_WzA2Mj")
    for other in ("p4ssq7zvkmbx", "a1" * 28, "b2" * 32, identity):
        assert status(client, other) == 401


def test_a_malformed_signature_is_refused(client: FlaskClient, token: TokenMaker) -> None:
    head, payload, signature = token().split(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    for wrong in (raw[:-1], raw + b"\0", b"\0" * 64, raw[32:] + raw[:32], b"\xff" * 64):
        assert status(client, f"{head}.{payload}.{encoded(wrong)}") == 401
