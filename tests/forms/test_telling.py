"""Who is told of an answer: the team by mail, other services by a signed call."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.cast import Person, unique
from tests.forms.conftest import Live, Receiver, until

GOOD = {"name": "Ann", "email": "ann@example.com"}


def new_hook(live: Live, url: str, **values: Any) -> dict[str, Any]:
    body = {"site_id": live.site_id, "url": url, **values}
    answer = live.owner.api.post("/api/form-hooks", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def deliveries(live: Live, query: str = "&hook_id=not.is.null") -> list[dict[str, Any]]:
    table = f"/rest/v1/form_deliveries?site_id=eq.{live.site_id}{query}&order=created_at"
    rows: list[dict[str, Any]] = live.owner.supabase.get(table).json()
    return rows


def test_a_webhook_is_called_with_what_was_sent_and_can_tell_that_it_was_us(
    live: Live, receiver: Receiver
) -> None:
    hook = new_hook(live, receiver.url)
    assert hook["secret"].startswith("whsec_")
    assert live.send(data=GOOD).status_code == 201
    headers, body = until(lambda: receiver.calls)[0]
    # As the receiver's library checks it: https://www.standardwebhooks.com
    signed = f"{headers['Webhook-Id']}.{headers['Webhook-Timestamp']}.".encode() + body
    key = base64.b64decode(hook["secret"].removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["Webhook-Signature"] == f"v1,{expected}"
    assert abs(time.time() - int(headers["Webhook-Timestamp"])) < 60
    told = json.loads(body)
    assert told["type"] == "form.submitted"
    assert told["submission"]["fields"] == GOOD
    assert told["submission"]["form"] == "contact"
    (row,) = until(lambda: [each for each in deliveries(live) if each["state"] == "sent"])
    assert (row["id"], row["status"], row["attempts"]) == (headers["Webhook-Id"], 204, 1)


def test_a_webhook_that_fails_is_called_again_under_the_same_id(
    live: Live, receiver: Receiver
) -> None:
    receiver.answers = [500]
    new_hook(live, receiver.url, form="contact")
    live.send("letter", data={"address": "a@example.com"})
    live.send(data=GOOD)
    row = until(lambda: [each for each in deliveries(live) if each["attempts"] == 1])[0]
    assert row["state"] == "waiting" or row["attempts"] > 1
    until(lambda: len(receiver.calls) == 2, seconds=40)
    first, second = (headers["Webhook-Id"] for headers, _ in receiver.calls)
    assert first == second
    (row,) = until(lambda: [each for each in deliveries(live) if each["state"] == "sent"])
    assert row["attempts"] == 2 and row["status"] == 204


def test_a_receiver_that_is_gone_is_not_called_again_until_somebody_says_so(
    live: Live, receiver: Receiver
) -> None:
    receiver.answers = [410]
    hook = new_hook(live, receiver.url)
    live.owner.rpc("test_form_hook", hook_id=hook["id"])
    (row,) = until(lambda: [each for each in deliveries(live) if each["state"] == "failed"])
    assert row["status"] == 410 and row["submission_id"] is None
    assert json.loads(receiver.calls[0][1])["type"] == "form.test"
    live.owner.rpc("retry_form_delivery", delivery_id=row["id"])
    until(lambda: deliveries(live)[0]["state"] == "sent")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://10.0.0.1/", "public internet"),
        ("https://[fd00::1]/x", "public internet"),
        ("https://169.254.169.254/latest/meta-data", "public internet"),
        ("https://[::ffff:10.0.0.1]/", "public internet"),
        ("https://user:pass@example.com/", "name and password"),
        ("ftp://example.com/", "https://"),
        ("http://example.com/hook", "https://"),
        ("https:///nowhere", "https://"),
        ("https://example.com:99999/", "web address"),
    ],
)
def test_an_address_that_nobody_outside_can_reach_is_no_webhook(
    live_of_module: Live, url: str, words: str
) -> None:
    body = {"site_id": live_of_module.site_id, "url": url}
    answer = live_of_module.owner.api.post("/api/form-hooks", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == "url"
    assert words in answer.json()["errors"][0]["message"]


@pytest.fixture(scope="module")
def live_of_module(stack: Any, http: Any) -> Live:
    from tests.cast import new_person
    from tests.forms.conftest import go_live

    return go_live(stack, new_person(stack, "baker", organization="Bakers"), http)


def test_a_name_that_leads_into_a_network_is_not_called_and_the_log_says_why(
    live: Live, receiver: Receiver
) -> None:
    """As it is written it may be public; where it leads is looked at when it is called."""
    new_hook(live, "https://localhost.invalid/hook")
    live.send(data=GOOD)
    row = until(lambda: [each for each in deliveries(live) if each["problem"]])[0]
    assert row["state"] == "waiting" and "No connection" in row["problem"]


def test_editors_make_no_webhooks_and_see_none(
    live: Live, receiver: Receiver, eddie: Person, sam: Person
) -> None:
    site = eddie.new_site()
    body = {"site_id": site["id"], "url": receiver.url}
    assert eddie.api.post("/api/form-hooks", json=body).status_code == 403
    assert sam.api.post("/api/form-hooks", json=body).status_code == 404
    hook = new_hook(live, receiver.url)
    assert sam.supabase.get(f"/rest/v1/form_hooks?id=eq.{hook['id']}").json() == []
    rows = live.owner.supabase.get(f"/rest/v1/form_hooks?id=eq.{hook['id']}").json()
    assert "secret" not in rows[0]
    deleted = live.owner.supabase.delete(
        f"/rest/v1/form_hooks?id=eq.{hook['id']}", headers={"Prefer": "return=representation"}
    )
    assert len(deleted.json()) == 1


def mails_about(live: Live, site_name: str) -> list[dict[str, Any]]:
    found = live.owner.stack.mails()
    return [mail for mail in found if site_name in mail["text"] and "form" in mail["subject"]]


def test_the_team_gets_one_mail_that_says_how_many_and_not_what(live: Live) -> None:
    name = unique("Bakery")
    live.owner.supabase.patch(f"/rest/v1/sites?id=eq.{live.site_id}", json={"name": name})
    live.send(data=GOOD | {"message": "my secret recipe"})
    (mail,) = until(lambda: mails_about(live, name))
    # Until it is written down that it left, its row waits for the end of its lease.
    until(lambda: deliveries(live, "&hook_id=is.null&state=eq.sent"))
    assert mail["to"] == [live.owner.email]
    assert "contact: 1" in mail["text"]
    assert f"/forms?site={live.site_id}" in mail["text"]
    assert "secret recipe" not in json.dumps(mail) and "ann@example.com" not in json.dumps(mail)
    live.send(data=GOOD)
    live.send("letter", data={"address": "a@example.com"})
    mails = until(lambda: deliveries(live, "&hook_id=is.null&state=eq.waiting"))
    assert len(mails) == 1, "one mail tells of both"
    wait = datetime.fromisoformat(mails[0]["next_at"]) - datetime.now(UTC)
    assert wait.total_seconds() > 200, "and not before five minutes are over"
    assert len(mails_about(live, name)) == 1


def test_whoever_wants_no_mails_gets_none(live: Live) -> None:
    name = unique("Bakery")
    owner = live.owner
    owner.supabase.patch(f"/rest/v1/sites?id=eq.{live.site_id}", json={"name": name})
    owner.supabase.patch(
        f"/rest/v1/user_settings?user_id=eq.{owner.id}", json={"notifications": {"forms": False}}
    )
    live.send(data=GOOD)
    until(lambda: deliveries(live, "&hook_id=is.null&state=eq.sent"))
    assert mails_about(live, name) == []


def test_spent_keys_are_replaced_for_webhooks_too(live: Live, receiver: Receiver) -> None:
    """`flask credentials rotate` reads and writes them like every other secret."""
    hook = new_hook(live, receiver.url)
    stack = live.owner.stack
    headers = {"apikey": stack.secret_key, "Authorization": f"Bearer {stack.secret_key}"}

    def secrets(except_key: str) -> dict[str, dict[str, str]]:
        body = {"except_key": except_key, "after": "0" * 8 + "-0000" * 3 + "-" + "0" * 12,
                "batch": 1000}  # fmt: skip
        answer = live.http.post(
            f"{stack.supabase_url}/rest/v1/rpc/list_integration_secrets", json=body, headers=headers
        )
        return {row["id"]: row for row in answer.json()}

    kept = secrets("none")[hook["id"]]
    assert kept["provider"] == "webhook"
    assert hook["id"] not in secrets(kept["key_id"])
    fresh = {"id": hook["id"], "old_nonce": kept["nonce"], "key_id": "another",
             "nonce": kept["nonce"], "ciphertext": kept["ciphertext"]}  # fmt: skip
    answer = live.http.post(
        f"{stack.supabase_url}/rest/v1/rpc/replace_integration_secrets",
        json={"secrets": [fresh]}, headers=headers,
    )  # fmt: skip
    assert answer.json() == 1
    assert secrets(kept["key_id"])[hook["id"]]["key_id"] == "another"
    live.send(data=GOOD)
    (row,) = until(lambda: [each for each in deliveries(live) if each["state"] == "failed"])
    assert "cannot be read" in row["problem"]
