"""PLATFORM.md's findings 1 to 6: our launcher has none of the faults; Lite as it ships has them.

The second half is the gate for an upgrade of Lite.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.cast import Person, unique
from tests.platform.conftest import PlainLite, plain_lite
from tests.stack import Stack

ISO = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$")
SYSTEM = ["info", "config", "introspect"]
POISON = [
    ("GET", "/rest/v1/items?select=id&tags=cs.{}", None),
    ("GET", '/rest/v1/items?select=id&tags=eq.{"a":1}', None),
    ("POST", "/rest/v1/items", {"name": "poison", "tags": {"a": 1}}),
    ("POST", "/rest/v1/items", {"name": {"a": {}}, "tags": [{"a": 1}]}),
    ("POST", "/rest/v1/items", {"name": True, "data": "\u0000"}),
    ("GET", "/rest/v1/items?select=id&id=eq.not-a-uuid", None),
    ("POST", "/rest/v1/rpc/refuse", {"state": "P0001"}),
]


@pytest.fixture(scope="module")
def lite(
    probe: Stack, unused_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PlainLite]:
    with plain_lite(probe, unused_database, tmp_path_factory.mktemp("lite")) as running:
        yield running


# 1. Grants ----------------------------------------------------------------------


def test_nothing_is_granted_that_no_migration_grants(ann: Person, nobody: Person) -> None:
    ann.supabase.get("/rest/v1/items?select=id")

    assert nobody.rpc("grants_to", who="anon") == []
    assert nobody.rpc("grants_to", who="authenticated") == ["public.items DELETE"]
    assert nobody.rpc("grants_to", who="service_role") == []


def test_a_column_that_is_not_granted_stays_closed(ann: Person) -> None:
    assert ann.supabase.get("/rest/v1/items?select=hidden").status_code == 403
    assert ann.supabase.get("/rest/v1/items?select=id&hidden=eq.x").status_code == 403


def test_a_table_without_row_level_security_is_closed_too(ann: Person, nobody: Person) -> None:
    assert nobody.supabase.get("/rest/v1/closed").status_code == 401
    assert ann.supabase.get("/rest/v1/closed").status_code == 403


def test_lite_as_it_ships_grants_everything(lite: PlainLite) -> None:
    lite.http.get("/rest/v1/items?select=id", headers=lite.key)
    granted = lite.http.post("/rest/v1/rpc/grants_to", json={"who": "anon"}, headers=lite.key)

    assert "private.secrets SELECT" in granted.json()
    assert lite.http.get("/rest/v1/closed", headers=lite.key).json() == [{"id": 1}]


# 2. Roles -----------------------------------------------------------------------


def test_every_request_runs_as_the_role_of_its_key(
    ann: Person, nobody: Person, probe: Stack
) -> None:
    secret = {"apikey": probe.secret_key}

    assert nobody.rpc("who") == "anon"
    assert ann.rpc("who") == "authenticated"
    answer = httpx.post(f"{probe.supabase_url}/rest/v1/rpc/who", headers=secret, trust_env=False)
    assert answer.json() == "service_role"


def test_lite_as_it_ships_never_leaves_the_superuser_without_row_level_security(
    probe: Stack, unused_database: Path, tmp_path: Path
) -> None:
    with plain_lite(probe, unused_database, tmp_path, "--no-rls") as lite:
        who = lite.http.post("/rest/v1/rpc/who", headers=lite.key).json()

    assert who == "postgres"


# 3. Poison ----------------------------------------------------------------------


@pytest.mark.parametrize(("method", "path", "body"), POISON)
def test_a_bad_value_hurts_nobody_else(
    nobody: Person, ann: Person, bob: Person, method: str, path: str, body: object
) -> None:
    for attacker in (nobody, ann):
        answer = attacker.supabase.request(method, path, json=body)
        assert answer.status_code < 500, answer.text

    mine = add(bob, "fine")
    assert bob.supabase.get("/rest/v1/items?select=id").json() == [{"id": mine}]


def test_bad_and_good_requests_at_once_stay_apart(ann: Person, bob: Person) -> None:
    mine = add(bob, "good")

    def ask(number: int) -> tuple[int, object]:
        if number % 3:
            answer = bob.supabase.get("/rest/v1/items?select=id,owner")
            return answer.status_code, answer.json()
        method, path, body = POISON[number // 3 % len(POISON)]
        return ann.supabase.request(method, path, json=body).status_code, None

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(ask, range(90)))

    good = [answer for answer in answers if answer[1] is not None]
    assert good == [(200, [{"id": mine, "owner": bob.id}])] * 60
    assert max(status for status, _ in answers) < 500


def test_lite_as_it_ships_is_poisoned_by_one_request_of_anybody(
    probe: Stack, unused_database: Path, tmp_path: Path
) -> None:
    with plain_lite(probe, unused_database, tmp_path) as lite:
        before = lite.http.post("/rest/v1/rpc/who", headers=lite.key)
        lite.http.get("/rest/v1/items?select=id&tags=cs.{}", headers=lite.key)
        after = [lite.http.post("/rest/v1/rpc/who", headers=lite.key) for _ in range(3)]

    assert before.status_code == 200
    assert max(answer.status_code for answer in after) >= 500


# 4. Timestamps ------------------------------------------------------------------


def test_timestamps_are_iso_at_the_top_and_inside_embeds(ann: Person) -> None:
    parent = add(ann, "parent")
    add(ann, "child", parent=parent)

    query = "select=created_at,parent:items!items_parent_fkey(created_at)&name=like.child*"
    [row] = ann.supabase.get(f"/rest/v1/items?{query}").json()

    inside = row["parent"][0] if isinstance(row["parent"], list) else row["parent"]
    assert ISO.match(row["created_at"])
    assert inside is None or ISO.match(inside["created_at"])


def test_timestamps_of_the_signed_in_user_are_iso(ann: Person) -> None:
    user = ann.supabase.get("/auth/v1/user").json()

    assert ISO.match(user["created_at"])
    assert ISO.match(user["last_sign_in_at"])


def test_lite_as_it_ships_writes_timestamps_another_way(lite: PlainLite) -> None:
    person = {"email": "stamp@example.com", "password": "roseram-demo"}
    user = lite.http.post("/auth/v1/signup", json=person, headers=lite.key).json()["user"]

    assert not ISO.match(user["created_at"])


# 5. System paths ----------------------------------------------------------------


@pytest.mark.parametrize("name", SYSTEM)
def test_system_paths_are_not_served(probe: Stack, name: str) -> None:
    for key in ({}, {"apikey": probe.publishable_key}, {"apikey": probe.secret_key}):
        answer = httpx.get(f"{probe.supabase_url}/_system/{name}", headers=key, trust_env=False)
        assert answer.status_code == 404
        assert "secret" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "//_system/info",
        "/rest/v1/../../_system/info",
        "/rest/v1/%2e%2e/%2e%2e/_system/info",
        "/rest/v1/..%2f..%2f_system/info",
        "/%5Fsystem/info",
        "/_SYSTEM/info",
        "/realtime/v1/websocket",
        "/functions/v1/hello",
        "/graphql/v1",
        "/restless",
        "http://127.0.0.1/_system/info",
    ],
)
def test_nothing_but_the_three_services_is_served(probe: Stack, path: str) -> None:
    status, body = raw_get(probe, path)

    assert status in (400, 401, 403, 404)
    assert probe.secret_key not in body
    assert "connection" not in body


def test_lite_as_it_ships_shows_its_configuration_to_everybody(lite: PlainLite) -> None:
    assert lite.http.get("/_system/info").json()["connection"]["url"].endswith("/db")


# 6. Administrators --------------------------------------------------------------


def test_a_request_without_a_key_is_nobody(probe: Stack) -> None:
    for headers in ({}, {"X-Forwarded-For": "127.0.0.1"}, {"Host": "localhost"}):
        answer = httpx.get(f"{probe.supabase_url}/rest/v1/closed", headers=headers, trust_env=False)
        assert answer.status_code == 401


def test_a_secret_key_is_refused_from_a_browser(probe: Stack) -> None:
    headers = {"apikey": probe.secret_key, "User-Agent": "Mozilla/5.0 (X11; Linux x86_64)"}
    answer = httpx.post(f"{probe.supabase_url}/rest/v1/rpc/who", headers=headers, trust_env=False)

    assert answer.status_code == 401


def test_lite_as_it_ships_takes_a_local_request_without_a_key_for_an_administrator(
    lite: PlainLite,
) -> None:
    assert lite.http.post("/rest/v1/rpc/who").json() == "service_role"


def add(person: Person, name: str, **values: object) -> str:
    return str(person.insert("items?select=id", name=unique(name), **values)["id"])


def raw_get(stack: Stack, path: str) -> tuple[int, str]:
    """A request whose path no client library puts in order first."""
    with socket.create_connection(("127.0.0.1", int(stack.env["SUPABASE_PORT"])), 10) as wire:
        wire.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: wire.recv(65536), b""))
    return int(answer.split()[1]), answer.decode("utf-8", "replace")
