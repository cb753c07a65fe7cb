"""CASES J 179 and B 61: who asks too often is told when to come back."""

import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits import parse

from app import create_app
from services.edge import limits, shares
from services.edge.operation import operation
from services.errors import NotFound
from tests.api.conftest import TokenMaker, add_probes
from tests.api.test_bodies import assert_problem

ORG = "0190c5a2-0000-7000-8000-0000000000f0"
SAM = "0190c5a2-0000-7000-8000-00000000000b"


pytestmark = pytest.mark.usefixtures("limits_far_from_their_edge")


def test_the_fourth_of_three_is_told_when_to_come_back(
    client: FlaskClient, as_olive: dict[str, str]
) -> None:
    for _ in range(3):
        assert client.get("/api/probe/often", headers=as_olive).status_code == 200
    answer = client.get("/api/probe/often", headers=as_olive)
    assert_problem(answer, 429)
    # In whole seconds, so that nobody comes too early: at the very beginning of a minute, 61.
    assert 1 <= int(answer.headers["Retry-After"]) <= 61


def test_one_person_does_not_use_up_anothers_share(
    client: FlaskClient, as_olive: dict[str, str], token: TokenMaker
) -> None:
    for _ in range(4):
        client.get("/api/probe/often", headers=as_olive)
    sam = {"Authorization": f"Bearer {token(sub=SAM)}"}
    assert client.get("/api/probe/often", headers=sam).status_code == 200


def test_a_forged_address_makes_nobody_somebody_else(
    client: FlaskClient, as_olive: dict[str, str]
) -> None:
    answers = [
        client.get("/api/probe/often", headers={**as_olive, "X-Forwarded-For": f"9.9.9.{n}"})
        for n in range(4)
    ]
    assert answers[-1].status_code == 429


@pytest.mark.parametrize("proxies", ["0", "1"])
def test_the_address_comes_from_trusted_proxies_only(environ: dict[str, str], proxies: str) -> None:
    app = create_app(environ | {"TRUSTED_PROXIES": proxies})
    seen = []
    app.before_request(lambda: seen.append(limits.caller()))
    app.test_client().get("/api/health", headers={"X-Forwarded-For": "6.6.6.6, 9.9.9.9"})
    assert seen == ["address:9.9.9.9" if proxies == "1" else "address:127.0.0.1"]


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [("203.0.113.9", "203.0.113.9"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
     ("2001:db8:1:2::1", "2001:db8:1:2::/64"), ("::ffff:203.0.113.9", "203.0.113.9"),
     ("", "unknown"), ("nonsense", "unknown")],
)  # fmt: skip
def test_an_ipv6_customer_is_one_caller(app: Flask, address: str, counted_as: str) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert limits.caller() == f"address:{counted_as}"


def test_public_pages_are_not_counted(client: FlaskClient) -> None:
    assert all(client.get("/api/health").status_code == 200 for _ in range(1300))


def test_an_answer_says_what_is_left(client: FlaskClient, as_olive: dict[str, str]) -> None:
    """The fields of draft-ietf-httpapi-ratelimit-headers; whose limit it is, never who that is."""
    headers = client.get("/api/probe/often", headers=as_olive).headers
    assert headers["RateLimit-Policy"] == '"person";q=3;w=60'
    assert re.fullmatch(r'"person";r=2;t=\d+', headers["RateLimit"])
    for left in (1, 0, 0):
        answer = client.get("/api/probe/often", headers=as_olive)
        assert f";r={left};" in answer.headers["RateLimit"]
    assert answer.status_code == 429
    assert "RateLimit" not in client.get("/api/health").headers


def test_reading_may_be_done_more_often_than_changing(
    client: FlaskClient, as_olive: dict[str, str]
) -> None:
    reading = client.get("/api/probe", headers=as_olive).headers["RateLimit-Policy"]
    changing = client.post("/api/probe", json={"title": "x"}, headers=as_olive).headers
    assert (reading, changing["RateLimit-Policy"]) == (
        '"person";q=1200;w=60',
        '"person";q=600;w=60',
    )


def test_all_people_of_one_address_share_its_limit(
    app: Flask, monkeypatch: pytest.MonkeyPatch, token: TokenMaker
) -> None:
    """Many accounts are no way around the limit (CASES 61); other addresses are not held back."""
    monkeypatch.setattr(limits.ADDRESS, "limit_provider", "5 per minute")
    client = app.test_client()
    for number in range(6):
        person = {"Authorization": f"Bearer {token(sub=str(UUID(int=number + 1)))}"}
        answer = client.get("/api/probe", headers=person)
    assert answer.status_code == 429
    assert answer.headers["RateLimit-Policy"] == '"address";q=5;w=60'
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    assert client.get("/api/probe", headers=person, environ_base=elsewhere).status_code == 200


@pytest.fixture
def noting(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Endpoints about organizations, of which everybody may ask five times a minute."""
    monkeypatch.setattr(shares, "SHARES", dict.fromkeys(shares.SHARES, parse("5/minute")))
    monkeypatch.setattr(shares, "_known", shares._Known())
    done: list[str] = []
    app.extensions["done"] = done

    @app.post("/api/probe/things/<thing_id>")
    @operation("Change a thing of an organization")
    def change(thing_id: str) -> dict[str, str]:
        if thing_id.startswith("foreign"):
            raise NotFound()
        done.append(thing_id)
        return {"org_id": ORG}

    return app.test_client()


def test_an_organization_has_a_share_whoever_asks(noting: FlaskClient, token: TokenMaker) -> None:
    """Ten people of one organization get no more than it may; nothing is done past that."""
    people = [
        {"Authorization": f"Bearer {token(sub=str(UUID(int=number + 1)))}"} for number in range(2)
    ]
    for turn in range(5):
        answer = noting.post("/api/probe/things/a", headers=people[turn % 2])
        assert answer.status_code == 200
    assert answer.headers["RateLimit-Policy"] == '"organization";q=5;w=60'
    assert ";r=0;" in answer.headers["RateLimit"]
    for person in people:
        refused = noting.post("/api/probe/things/a", headers=person)
        assert_problem(refused, 429)
        assert int(refused.headers["Retry-After"]) >= 1
    assert len(noting.application.extensions["done"]) == 5


def test_a_stranger_uses_up_no_organizations_share_and_learns_nothing_of_it(
    noting: FlaskClient, as_olive: dict[str, str], token: TokenMaker
) -> None:
    sam = {"Authorization": f"Bearer {token(sub=SAM)}"}
    for _ in range(20):
        assert noting.post("/api/probe/things/foreign", headers=sam).status_code == 404
    for _ in range(5):
        assert noting.post("/api/probe/things/a", headers=as_olive).status_code == 200
    # It is used up now, which somebody without a right to it is not told.
    assert noting.post("/api/probe/things/a", headers=as_olive).status_code == 429
    assert noting.post("/api/probe/things/foreign", headers=sam).status_code == 404


def test_a_dead_redis_does_not_take_the_service_down(
    environ: dict[str, str], as_olive: dict[str, str]
) -> None:
    app = create_app(environ | {"RATELIMIT_STORAGE_URI": "redis://127.0.0.1:1"})
    add_probes(app)
    assert app.test_client().get("/api/probe/often", headers=as_olive).status_code == 200
