"""Connecting accounts: a token is tried at once, kept encrypted, and never seen again."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.cast import Person
from tests.contracts.conftest import TOKENS, Owner, Town
from tests.contracts.wire import Answer
from tests.deployments.press import Publisher


@pytest.fixture(scope="module")
def sam(town: Town):
    person = Publisher.signs_up(town.press, "sam")
    yield person
    person.close()


def connect(person: Person, **changes: object):
    body = {"org_id": person.org_id, "provider": "netlify", "token": TOKENS["netlify"]}
    return person.api.post("/api/integrations", json={**body, "label": "X", **changes})


def test_an_account_is_tried_kept_and_shown_by_its_last_four_only(town: Town, olive: Owner) -> None:
    made = connect(olive, label="Ours").json()
    token = TOKENS["netlify"]
    assert (made["account_label"], made["last_four"]) == ("olive@example.com", token[-4:])
    assert made["scopes"] and made["teams"] == [{"id": "olive", "name": "Olive's team"}]
    assert town.netlify.order() == ["getCurrentUser", "listAccountsForUser"]
    # Not by the API, not by REST, not in the activity log, not in a log file.
    for answer in (
        olive.supabase.get("/rest/v1/integrations"),
        olive.supabase.get("/rest/v1/activity_logs"),
        olive.supabase.get("/rest/v1/integration_secrets"),
        olive.supabase.post(
            "/rest/v1/rpc/read_integration_secret", json={"integration_id": made["id"]}
        ),
        olive.api.post(f"/api/integrations/{made['id']}/test"),
    ):
        assert token not in answer.text and "ciphertext" not in answer.text
    assert token not in town.press.log("web")

    renamed = olive.post(f"/api/integrations/{made['id']}/rename", label="Shop account")
    assert renamed["label"] == "Shop account"
    gone = olive.api.delete(f"/api/integrations/{made['id']}").json()
    assert gone["revoked"] is False and "Netlify" in gone["detail"]
    assert olive.api.post(f"/api/integrations/{made['id']}/test").status_code == 404


@pytest.mark.parametrize("provider", list(TOKENS))
def test_a_token_the_host_does_not_know_is_not_kept(olive: Owner, provider: str) -> None:
    answer = connect(olive, provider=provider, token="wrong-token-entirely", label="Wrong")
    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == ["token"]
    assert "wrong-token" not in answer.text
    assert not olive.rest("GET", "integrations?label=eq.Wrong")


def test_bad_requests_name_their_field(olive: Owner) -> None:
    for changes, field in (
        ({"provider": "ftp"}, "provider"), ({"token": "with space in it"}, "token"),
        ({"label": ""}, "label"), ({"team_id": "../x"}, "team_id"), ({"extra": 1}, "extra"),
    ):  # fmt: skip
        answer = connect(olive, **changes)
        assert answer.status_code == 422
        assert field in [error["field"] for error in answer.json()["errors"]]
    answer = connect(olive, team_id="nobodys")
    assert "Olive's team" in answer.json()["errors"][0]["message"]


def test_strangers_and_editors_manage_nothing(olive: Owner, sam: Publisher) -> None:
    theirs = olive.accounts["netlify"]
    assert connect(sam, org_id=olive.org_id).status_code in (403, 404)
    for path in ("test", "rename", "rotate"):
        body = {"rename": {"label": "Mine"}, "rotate": {"token": TOKENS["netlify"]}}.get(path)
        answer = sam.api.post(f"/api/integrations/{theirs}/{path}", json=body)
        assert answer.status_code == 404, answer.text
    assert sam.api.delete(f"/api/integrations/{theirs}").status_code == 404
    answer = sam.api.get(f"/api/integrations/github/connect?org_id={olive.org_id}")
    assert answer.status_code in (403, 404)


def test_a_token_is_rotated_by_one_of_the_same_account(town: Town, olive: Owner) -> None:
    made = connect(olive, label="Rotating").json()
    other = Answer(200, {"id": "user-other", "email": "else@example.com"})
    town.netlify.fault("getCurrentUser", other)
    refused = olive.api.post(
        f"/api/integrations/{made['id']}/rotate", json={"token": TOKENS["netlify"]}
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "another_account")
    same = olive.post(f"/api/integrations/{made['id']}/rotate", token=TOKENS["netlify"])
    assert same["id"] == made["id"]


def test_a_revoked_token_shows_as_broken_and_works_again_when_rotated(town: Town, olive) -> None:
    made = connect(olive, label="Breaking").json()
    town.netlify.fault("getCurrentUser", Answer(401, {"code": 401, "message": "Access Denied"}))
    broken = olive.post(f"/api/integrations/{made['id']}/test")
    assert broken["state"] == "broken" and "does not accept" in broken["problem"]
    olive.post(f"/api/integrations/{made['id']}/rotate", token=TOKENS["netlify"])
    assert olive.post(f"/api/integrations/{made['id']}/test")["state"] == "connected"


def test_github_is_connected_by_its_web_flow_once_and_only_by_whoever_began(
    town: Town, olive: Owner, sam: Publisher
) -> None:
    olive.api.delete(f"/api/integrations/{olive.accounts['github']}")
    begun = olive.api.get(f"/api/integrations/github/connect?org_id={olive.org_id}").json()
    query = {name: values[0] for name, values in parse_qs(urlsplit(begun["url"]).query).items()}
    assert query["redirect_uri"] == f"{town.press.app_url}/integrations/github/callback"
    assert query["code_challenge_method"] == "S256"
    town.github.codes["good-code"] = query["code_challenge"]

    def end(person: Person, code: str, state: str):
        return person.api.post(
            "/api/integrations/github/callback", json={"code": code, "state": state}
        )

    assert end(sam, "good-code", query["state"]).status_code == 410
    assert end(olive, "good-code", "A" * 43).status_code == 410
    made = end(olive, "good-code", query["state"])
    assert made.status_code == 201, made.text
    assert (made.json()["method"], made.json()["account_label"]) == ("oauth", "olive")
    assert end(olive, "good-code", query["state"]).status_code == 410
    # Connecting again renews the same account; disconnecting takes the token back at GitHub.
    begun = olive.api.get(f"/api/integrations/github/connect?org_id={olive.org_id}").json()
    query = {name: values[0] for name, values in parse_qs(urlsplit(begun["url"]).query).items()}
    town.github.codes["again"] = query["code_challenge"]
    assert end(olive, "again", query["state"]).json()["id"] == made.json()["id"]
    gone = olive.api.delete(f"/api/integrations/{made.json()['id']}").json()
    assert gone["revoked"] is True and town.github.revoked[-1] == TOKENS["github"]
    olive.accounts["github"] = olive.connect("github")["id"]


# The keys -------------------------------------------------------------------------------------


def flask(town: Town, keys: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = town.press.env | {"CREDENTIALS_KEYS": keys}
    command = [sys.executable, "-m", "flask", "--app", "app", *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def fresh_key() -> str:
    return base64.b64encode(hashlib.sha256(os.urandom(32)).digest()).decode()


def test_wrong_keys_are_noticed_at_boot_and_rotation_leaves_all_readable(town, olive) -> None:
    right, new = town.press.env["CREDENTIALS_KEYS"], fresh_key()
    before = _secrets(town, olive)
    wrong = flask(town, new, "credentials", "rotate")
    assert wrong.returncode != 0 and "Nothing was written" in wrong.stderr + wrong.stdout
    assert _secrets(town, olive) == before

    done = flask(town, f"{new},{right}", "credentials", "rotate")
    assert done.returncode == 0, done.stderr
    after = _secrets(town, olive)
    assert {row["key_id"] for row in after} != {row["key_id"] for row in before}
    # The old key alone is now the wrong one; and back again, so that other tests go on.
    assert flask(town, right, "credentials", "rotate").returncode != 0
    assert flask(town, f"{right},{new}", "credentials", "rotate").returncode == 0
    assert olive.post(f"/api/integrations/{olive.accounts['vercel']}/test")["state"] == "connected"


def _secrets(town: Town, olive: Owner) -> list[dict]:
    headers = {"apikey": town.press.secret_key, "Authorization": f"Bearer {town.press.secret_key}"}
    rows = []
    for integration in olive.rest("GET", "integrations?order=id"):
        answer = town.press.http.post(
            f"{town.press.supabase_url}/rest/v1/rpc/read_integration_secret",
            json={"integration_id": integration["id"]},
            headers=headers,
        )
        rows.append(answer.json())
    return rows
