"""The embedded Supabase behaves as hosted does where the product relies on it."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import jwt
import pytest

from scripts.local import ROOT
from tests.cast import PASSWORD, Person, new_person, sign_in, unique
from tests.platform.conftest import probe_settings
from tests.stack import Stack, running_stack


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Stack]:
    """A Supabase of the probe's schema that one test may kill."""
    with running_stack(tmp_path / "data", "supabase", **probe_settings()) as stack:
        yield stack


def launch(stack: Stack, **settings: str) -> subprocess.CompletedProcess[str]:
    """Start the launcher once more, to see it refuse."""
    return subprocess.run(
        ["node", "supabase/local/main.mjs"],
        cwd=ROOT,
        env={**stack.env, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


# The data folder ----------------------------------------------------------------


def test_a_second_process_on_the_same_folder_is_refused(own: Stack) -> None:
    second = launch(own, SUPABASE_PORT="1")

    assert second.returncode == 1
    assert "is in use by process" in second.stderr
    assert second.stderr.count("\n") == 1


def test_nothing_acknowledged_is_lost_when_it_is_killed(own: Stack) -> None:
    person = new_person(own, "kim")
    kept = []
    for _ in range(3):
        kept += [person.insert("items?select=name", name=unique("row"))["name"] for _ in range(5)]
        own.kill("supabase")
        own.start("supabase")
    found = person.supabase.get("/rest/v1/items?select=name&order=created_at").json()
    person.close()

    assert [row["name"] for row in found] == kept


def test_it_stops_cleanly_when_asked(own: Stack) -> None:
    process = own.running["supabase"]
    process.send_signal(signal.SIGTERM)

    assert process.wait(timeout=30) == 0
    assert not (own.folder / "supabase.lock").exists()


@pytest.mark.skipif(not Path("/proc").exists(), reason="reads /proc")
def test_it_starts_in_a_few_seconds_on_kept_data(own: Stack) -> None:
    own.kill("supabase", signal.SIGTERM)
    own.start("supabase")

    # Seconds of work, not of waiting: other tests run beside this one.
    stat = Path(f"/proc/{own.running['supabase'].pid}/stat").read_text().rsplit(")", 1)[1].split()
    assert (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK") < 6


# Migrations and seeds -----------------------------------------------------------


def test_a_failing_migration_is_one_sentence_and_leaves_nothing(own: Stack, tmp_path: Path) -> None:
    own.kill("supabase", signal.SIGTERM)
    folder = tmp_path / "migrations"
    folder.mkdir()
    for file in (Path(__file__).parent / "probe").iterdir():
        (folder / file.name).write_text(file.read_text())
    broken = folder / "20260102000000_broken.sql"
    broken.write_text("create table public.half (id int); select nonsense;")

    refused = launch(own, SUPABASE_MIGRATIONS_DIR=str(folder))
    broken.write_text("create table public.half (id int); grant select on public.half to anon;")
    own.env["SUPABASE_MIGRATIONS_DIR"] = str(folder)
    own.start("supabase")

    assert refused.returncode == 1
    assert "20260102000000_broken.sql failed" in refused.stderr
    assert refused.stderr.count("\n") == 1
    key = {"apikey": own.publishable_key}
    answer = httpx.get(f"{own.supabase_url}/rest/v1/half", headers=key, trust_env=False)
    assert answer.json() == []


def test_missing_settings_are_named_in_one_sentence(own: Stack) -> None:
    refused = launch(own, SUPABASE_SECRET_KEY="", SUPABASE_JWT_SECRET="short")

    assert refused.returncode == 1
    assert "SUPABASE_SECRET_KEY is missing" in refused.stderr
    assert "SUPABASE_JWT_SECRET needs at least 32" in refused.stderr


def test_the_demo_people_are_planted_only_once(tmp_path: Path) -> None:
    with running_stack(tmp_path, "supabase") as stack:
        olive = Person("olive", stack, "olive@example.com", sign_in(stack, "olive@example.com"))
        answer = olive.supabase.put("/auth/v1/user", json={"password": "another-password"})
        assert answer.status_code == 200
        olive.close()
        stack.kill("supabase", signal.SIGTERM)
        stack.start("supabase")

        sign_in(stack, "olive@example.com", "another-password")


# Sign-in ------------------------------------------------------------------------


def test_tokens_carry_the_claims_of_hosted_tokens(probe: Stack, ann: Person) -> None:
    issuer = f"{probe.supabase_url}/auth/v1"
    claims = jwt.decode(
        ann.token, probe.jwt_secret, ["HS256"], audience="authenticated", issuer=issuer
    )

    assert claims["exp"] - claims["iat"] == 3600
    assert (claims["sub"], claims["email"]) == (ann.id, ann.email)
    assert (claims["role"], claims["aal"]) == ("authenticated", "aal1")
    assert claims["is_anonymous"] is False
    assert claims["app_metadata"]["provider"] == "email"


def test_a_refreshed_token_is_as_complete(probe: Stack, ann: Person) -> None:
    refresh = {"refresh_token": ann.session["refresh_token"]}
    answer = ann.supabase.post("/auth/v1/token?grant_type=refresh_token", json=refresh)

    claims = jwt.decode(answer.json()["access_token"], options={"verify_signature": False})
    assert claims["iss"] == f"{probe.supabase_url}/auth/v1"
    assert claims["session_id"]
    first = jwt.decode(ann.token, options={"verify_signature": False})
    # Renewed later, signed in when they signed in.
    assert claims["amr"] == first["amr"] == [{"method": "password", "timestamp": first["iat"]}]


def test_guessing_a_password_soon_has_to_wait(probe: Stack, ann: Person) -> None:
    def guess(number: int) -> int:
        attempt = {"email": ann.email.upper(), "password": f"wrong-{number}"}
        answer = httpx.post(
            f"{probe.supabase_url}/auth/v1/token?grant_type=password",
            headers={"apikey": probe.publishable_key, "X-Forwarded-For": f"10.0.0.{number}"},
            json=attempt,
            timeout=60,
            trust_env=False,
        )
        return answer.status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(guess, range(16)))

    assert statuses == [400] * 10 + [429] * 6


def test_a_forgotten_password_is_replaced_through_the_mail(probe: Stack, ann: Person) -> None:
    ann.supabase.post("/auth/v1/recover", json={"email": ann.email})
    [mail] = probe.mails(to=ann.email)
    link = next(word for word in mail["text"].split() if "token_hash=" in word)
    assert link.startswith(f"{probe.app_url}/auth/confirm?")
    proof = {"token_hash": httpx.URL(link).params["token_hash"], "type": "recovery"}
    verified = ann.supabase.post("/auth/v1/verify", json=proof)
    bearer = {"Authorization": f"Bearer {verified.json()['access_token']}"}
    changed = ann.supabase.put("/auth/v1/user", json={"password": "a-better-one"}, headers=bearer)

    assert changed.status_code == 200
    assert sign_in(probe, ann.email, "a-better-one")["user"]["id"] == ann.id
    with pytest.raises(AssertionError, match="invalid_credentials"):
        sign_in(probe, ann.email, PASSWORD)


def test_the_session_is_gone_after_signing_out(ann: Person) -> None:
    assert ann.supabase.get("/auth/v1/user").status_code == 200
    assert ann.supabase.post("/auth/v1/logout").status_code == 204
    assert ann.supabase.get("/auth/v1/user").status_code == 403


# Requests -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("P0001", 400),
        ("23514", 400),
        ("42501", 403),
        ("PT404", 404),
        ("PT409", 409),
        ("22023", 400),
    ],
)
def test_a_refusal_of_a_function_keeps_its_words(ann: Person, state: str, status: int) -> None:
    answer = ann.supabase.post("/rest/v1/rpc/refuse", json={"state": state})

    assert answer.status_code == status
    assert answer.json() == {
        "code": state,
        "message": "refused",
        "hint": "ask again",
        "details": "because",
    }


def test_a_count_is_of_what_one_may_see(ann: Person, bob: Person) -> None:
    for person in (ann, bob):
        person.insert("items?select=id", name=unique("counted"))

    answer = ann.supabase.get("/rest/v1/items?select=id", headers={"Prefer": "count=exact"})

    assert answer.headers["content-range"] == "0-0/1"


@pytest.mark.parametrize("kind", ["planned", "estimated"])
def test_a_count_that_guesses_is_refused(ann: Person, kind: str) -> None:
    answer = ann.supabase.get("/rest/v1/items?select=id", headers={"Prefer": f"count={kind}"})

    assert (answer.status_code, answer.json()["code"]) == (406, "PT406")


def test_the_root_describes_nothing(ann: Person) -> None:
    for path in ("/rest/v1", "/rest/v1/"):
        answer = ann.supabase.get(path, headers={"Accept": "application/openapi+json"})
        assert answer.status_code == 404
        assert "items" not in answer.text


def test_plans_are_not_shown(ann: Person) -> None:
    accept = {"Accept": "application/vnd.pgrst.plan+json"}

    assert ann.supabase.get("/rest/v1/items?select=id", headers=accept).status_code == 406


def test_a_change_without_a_filter_is_refused(ann: Person) -> None:
    ann.insert("items?select=id", name=unique("kept"))

    assert ann.supabase.delete("/rest/v1/items").status_code == 400
    assert ann.supabase.patch("/rest/v1/items", json={"tags": []}).status_code == 400
    assert len(ann.supabase.get("/rest/v1/items?select=id").json()) == 1


@pytest.mark.parametrize("schema", ["auth", "private", "storage", "supabase_migrations"])
def test_other_schemas_are_not_exposed(ann: Person, schema: str) -> None:
    answer = ann.supabase.get("/rest/v1/users", headers={"Accept-Profile": schema})

    assert answer.status_code == 406


def test_a_browser_of_any_origin_may_ask_as_on_hosted(probe: Stack) -> None:
    preflight = httpx.options(
        f"{probe.supabase_url}/rest/v1/items",
        headers={
            "Origin": probe.app_url,
            "Access-Control-Request-Method": "PATCH",
            "Access-Control-Request-Headers": "apikey,authorization,prefer",
        },
        trust_env=False,
    )

    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "PATCH" in preflight.headers["access-control-allow-methods"]
    assert "prefer" in preflight.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in preflight.headers


def test_a_body_beyond_every_limit_is_refused(ann: Person) -> None:
    answer = ann.supabase.post("/rest/v1/items", content=b" " * (13 * 1024 * 1024))

    assert answer.status_code == 413


def test_more_values_than_the_protocol_counts_are_refused(ann: Person, bob: Person) -> None:
    rows = [{"name": f"row {number}"} for number in range(70_000)]

    assert ann.supabase.post("/rest/v1/items", json=rows).status_code == 413
    assert bob.supabase.get("/rest/v1/items?select=id").json() == []


@pytest.mark.parametrize("depth", [300, 5_000, 100_000])
@pytest.mark.parametrize("brackets", ["[]", '{"a":}'])
def test_a_body_nested_without_end_is_refused(ann: Person, depth: int, brackets: str) -> None:
    value = brackets[:-1] * depth + "1" + brackets[-1] * depth
    body = f'{{"name": "{unique("deep")}", "data": {value}}}'
    json_type = {"content-type": "application/json"}

    answer = ann.supabase.post("/rest/v1/items", content=body, headers=json_type)

    assert answer.status_code == (201 if depth == 300 else 400)
